"""The parts of a station's page, each from its facts: words, groups, checks, the drawing."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest

from station_map.domain.hours import DatedException
from station_map.domain.vocabulary import AMENITIES, AccessMethod, EventKind
from station_map.store.areas import AreaOutline
from station_map.store.events import ServiceEvent
from station_map.web.pages.details import Details, make_details
from station_map.web.pages.details.calendar import services_of
from station_map.web.pages.details.facts import Section
from station_map.web.pages.details.json_ld import place_of
from station_map.web.pages.details.outline import draw_outline

LON, LAT = 116.798, 33.956
TODAY = dt.date(2026, 11, 22)
URL = "https://stations.example.org/stations/340603-00001"


def details(today: dt.date = TODAY, **facts: Any) -> Details:
    exceptions = facts.pop("exceptions", ())
    plain = {"code": "340603-00001", "name": "站", "kind": "union_station", "status": "open"}
    verified_by = facts.pop("by", None)
    return make_details(
        json.dumps(plain | facts), LON, LAT, today, exceptions=exceptions, verified_by=verified_by
    )


def told(section: Section) -> dict[str, str]:
    return {fact.label: fact.value for fact in section.facts}


# --- words ------------------------------------------------------------------------------------


def test_of_which_nothing_is_known_that_is_said() -> None:
    page = details()
    assert page.getting_in == Section((), ("怎么开门", "登记", "谁能进", "费用", "电话"))
    assert page.accessibility == Section((), ("轮椅", "楼层"))
    assert page.room == Section((), ("座位",))
    assert page.place.unknown == ("地址",)
    assert page.provenance_line == "信息从哪来不清楚，还没有人核实。"
    assert [group.look for group in page.amenities] == ["unknown"]
    assert len(page.amenities[0].amenities) == len(AMENITIES)
    assert page.summary == "工会驿站。开放时间不清楚。怎么进门不清楚。"


def test_how_to_get_in() -> None:
    page = details(
        access_method="qr_code",
        registration_required=True,
        audience="union_members",
        price="免费",
        staffed_hours="Mo-Fr 09:00-17:00",
        rules="不要喧哗",
        phone="0561-0000000",
    )
    assert told(page.getting_in) == {
        "怎么开门": "用手机扫门上的二维码开门",
        "登记": "要先登记",
        "谁能进": "工会会员",
        "费用": "免费",
        "有人值守": "周一至周五 09:00–17:00",
        "规定": "不要喧哗",
        "电话": "0561-0000000",
    }
    assert page.getting_in.unknown == ()


@pytest.mark.parametrize("method", list(AccessMethod))
def test_every_way_in_is_a_thing_to_do(method: AccessMethod) -> None:
    assert len(told(details(access_method=method.value).getting_in)["怎么开门"]) >= 5


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("yes", "能进，有无障碍通道"),
        ("partial", "不是处处都能到"),
        ("broken", "无障碍通道坏了"),
        ("no", "没有无障碍通道"),
    ],
)
def test_wheelchairs(state: str, words: str) -> None:
    assert told(details(amenities={"wheelchair_access": state}).accessibility)["轮椅"] == words


def test_lorries() -> None:
    page = details(
        kind="driver_home",
        bays_total=30,
        parking_paid=False,
        bays_free=4,
        bays_at="2026-11-22T01:30:00+00:00",
        max_height_m=4.2,
        area_m2=120.0,
    )
    assert told(page.room) == {
        "面积": "120 平方米",
        "货车停车位": "30 个，免费",
        "空车位": "4 个（11月22日 9:30数的）",
        "限高": "4.2 米",
    }
    assert page.room.unknown == ("限长",)
    assert "空车位" not in told(details(bays_free=4).room)


def test_where_it_comes_from() -> None:
    page = details(
        source="市总工会台账",
        source_date="2026-10-01",
        verified_at="2026-11-18T17:00:00Z",
        honours=["national_most_beautiful"],
        by="工会巡查",
    )
    facts = told(page.provenance)
    assert facts["来源日期"] == "2026年10月1日"
    # One in the morning in China.
    assert page.provenance_line == "信息来自市总工会台账，最后核实 2026-11-19（工会巡查）。"
    assert facts["荣誉"] == "全国最美"
    assert details(demo=True, source="demo").provenance_line == (
        "这是示例数据，生成的，不是真的，还没有人核实。"
    )


def test_the_summary_says_what_matters_and_that_it_is_a_demo() -> None:
    have = dict.fromkeys([amenity.code for amenity in AMENITIES[:8]], "yes")
    page = details(
        opening_hours="08:00-18:00",
        access_method="open_door",
        address="淮海路 1 号",
        amenities=have,
        demo=True,
    )
    assert page.summary == (
        "示例数据，不是真的驿站。工会驿站，淮海路 1 号。每天 08:00–18:00。推门即进。"
        "有饮水、热水、热饭、冰箱、桌椅、休息区等 8 样。"
    )


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"hours_text": "同银行"}, "同银行"),
        ({"opening_hours": "08:00-18:00", "hours_text": "八点到六点"}, ""),
        ({"opening_hours": "May-Sep 06:00-22:00", "hours_text": "夏天开"}, "夏天开"),
        ({"opening_hours": "May-Sep 06:00-22:00"}, "May-Sep 06:00-22:00"),
        ({"opening_hours": "24/7", "hours_text": "全天"}, ""),
        ({}, ""),
    ],
)
def test_the_sheets_own_words_where_a_week_does_not_tell_all(
    facts: dict[str, str], shown: str
) -> None:
    assert details(**facts).hours_text == shown


# --- groups and status ------------------------------------------------------------------------


def test_amenities_in_four_groups_and_the_unknown() -> None:
    page = details(
        amenities={"microwave": "yes", "wifi": "broken", "aed": "no", "shower": "partial"},
        amenity_facts={"microwave": {"state": "yes", "quantity": 2, "fee": "免费", "note": "新的"}},
    )
    groups = {group.look: [line.code for line in group.amenities] for group in page.amenities}
    assert list(groups) == ["yes", "partial", "broken", "no", "unknown"]
    assert groups["yes"] == ["microwave"]
    assert groups["partial"] == ["shower"]
    assert (groups["broken"], groups["no"]) == (["wifi"], ["aed"])
    assert len(groups["unknown"]) == len(AMENITIES) - 4
    assert page.amenities[0].amenities[0].note == "2 个 · 免费 · 新的"


@pytest.mark.parametrize(
    ("facts", "lines", "going"),
    [
        ({}, (), True),
        ({"status": "suspended"}, ("暂停开放，什么时候恢复还不知道。",), False),
        (
            {"status": "suspended", "suspended_until": "2026-12-01", "status_reason": "装修"},
            ("暂停开放，预计 2026年12月1日恢复。", "原因：装修"),
            False,
        ),
        (
            {"status": "suspended", "suspended_until": "2026-11-22"},
            ("原定 2026年11月22日恢复开放，还没有人确认。",),
            True,
        ),
        ({"status": "planned"}, ("这个驿站还在筹建，没有开放。",), False),
        ({"status": "closed"}, ("这个驿站已经关闭，不要白跑一趟。",), False),
        ({"status": "delisted"}, ("这个驿站已经摘牌，不再是工会驿站。",), False),
    ],
)
def test_a_station_that_is_not_simply_in_use(
    facts: dict[str, str], lines: tuple[str, ...], going: bool
) -> None:
    status = details(**facts).status
    assert (status.lines, status.going) == (lines, going)


def test_a_driver_home_is_checked_and_others_are_not() -> None:
    known = {
        "shower": {"state": "yes", "quantity": 1, "fee": "10元"},
        "hot_water": {"state": "yes", "fee": "免费"},
    }
    page = details(kind="driver_home", bays_total=40, opening_hours="24/7", amenity_facts=known)
    assert page.minimum is not None
    assert page.minimum.summary == "达到 3 项，缺 2 项，4 项不清楚"
    lines = [(line.look, line.name, line.reason) for line in page.minimum.lines]
    assert lines[:2] == [
        ("no", "淋浴 2 间以上", "1 间"),
        ("no", "免费淋浴", "要收费：10元"),
    ]
    assert ("yes", "货车停车位 20 个以上", "40 个") in lines
    assert ("unknown", "免费洗衣", "有没有不清楚") in lines
    assert details(amenity_facts=known).minimum is None


# --- services ---------------------------------------------------------------------------------


def event(first: int, last: int, *times: dt.time | None) -> ServiceEvent:
    begins, ends = (*times, None, None)[:2]
    days = (TODAY + dt.timedelta(days=n) for n in (first, last))
    return ServiceEvent("night_school", "学电工", *days, begins, ends, "总工会", all_over=False)


@pytest.mark.parametrize(
    ("one", "when"),
    [
        (event(0, 0, dt.time(19), dt.time(21)), "今天 19:00–21:00"),
        (event(-3, 0), "今天"),
        (event(-3, 8, dt.time(9)), "今天，到 11月30日为止 09:00 起"),
        (event(3, 3), "11月25日"),
        (event(3, 10, dt.time(9, 30), dt.time(11)), "11月25日–12月2日 09:30–11:00"),
    ],
)
def test_when_a_service_is_held(one: ServiceEvent, when: str) -> None:
    services = services_of([one], TODAY)
    (service,) = services.today or services.later
    assert service.when == when
    assert bool(services.today) is (one.first_day <= TODAY)
    assert service.kind == EventKind.NIGHT_SCHOOL.zh


# --- the drawing ------------------------------------------------------------------------------


def area(adcode: str, west: float, south: float) -> AreaOutline:
    east, north = west + 0.2, south + 0.1
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    shape = {"type": "MultiPolygon", "coordinates": [[ring]]}
    middle = (west + 0.1, south + 0.05)
    return AreaOutline(adcode, f"区{adcode}", "district", None, json.dumps(shape), *middle)


def test_the_station_lies_in_its_district() -> None:
    areas = [area("1", 116.0, 33.0), area("2", 116.2, 33.1)]
    drawn = draw_outline(areas, "2", 116.3, 33.15)
    assert drawn is not None
    assert [shape.here for shape in drawn.shapes] == [False, True]
    assert max(drawn.width, drawn.height) == 320
    points = re.findall(r"(\d+) (\d+)", drawn.shapes[1].path)
    xs, ys = [int(x) for x, _ in points], [int(y) for _, y in points]
    assert min(xs) < drawn.x < max(xs)
    assert min(ys) < drawn.y < max(ys)
    # North is up: the second district lies above the first.
    assert drawn.y < drawn.shapes[0].y


def test_there_is_no_drawing_of_a_place_in_no_district() -> None:
    assert draw_outline([], "1", LON, LAT) is None
    assert draw_outline([area("1", 116.0, 33.0)], "9", LON, LAT) is None


# --- for programs -----------------------------------------------------------------------------


def place(today: dt.date = TODAY, **facts: Any) -> dict[str, Any]:
    page = details(today, **facts)
    return place_of(page.facts, page.week, URL, LON, LAT, today)


def test_a_place_of_which_nothing_is_known_holds_nothing_else() -> None:
    assert place() == {
        "@context": "https://schema.org",
        "@type": "Place",
        "@id": URL,
        "url": URL,
        "identifier": "340603-00001",
        "name": "站",
        "geo": {"@type": "GeoCoordinates", "latitude": LAT, "longitude": LON},
        "address": {"@type": "PostalAddress", "addressCountry": "CN"},
    }


def test_amenities_are_true_false_or_words_and_never_guessed() -> None:
    made = place(amenities={"wifi": "yes", "aed": "no", "shower": "broken", "laundry": "partial"})
    features = {one["name"]: one["value"] for one in made["amenityFeature"]}
    assert features == {"无线网络": True, "AED": False, "淋浴": "坏了", "洗衣": "部分"}


def times(specifications: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    return [(len(one["dayOfWeek"]), one["opens"], one["closes"]) for one in specifications]


@pytest.mark.parametrize(
    ("hours", "told_times"),
    [
        ("24/7", [(7, "00:00", "23:59")]),
        ("Mo-Su 18:00-06:00", [(7, "18:00", "06:00")]),
        ("07:00-24:00", [(7, "07:00", "00:00")]),
        (
            "Mo-Fr 08:30-12:00,14:30-18:00; PH off",
            [(5, "08:30", "12:00"), (5, "14:30", "18:00"), (3, "00:00", "00:00")],
        ),
    ],
)
def test_hours_for_programs(hours: str, told_times: list[tuple[int, str, str]]) -> None:
    assert times(place(opening_hours=hours)["openingHoursSpecification"]) == told_times


def test_holidays_are_a_day_of_the_week_for_programs() -> None:
    closed = place(opening_hours="Mo-Su 08:00-18:00; PH off")["openingHoursSpecification"][1]
    assert closed["dayOfWeek"] == ["https://schema.org/PublicHolidays"]
    assert (closed["opens"], closed["closes"]) == ("00:00", "00:00")


def test_exceptions_are_special_hours() -> None:
    cold = DatedException(TODAY, TODAY, "09:00-12:00", "寒潮")
    made = place(opening_hours="08:00-18:00", exceptions=[cold])
    assert made["specialOpeningHoursSpecification"] == [
        {
            "@type": "OpeningHoursSpecification",
            "validFrom": "2026-11-22",
            "validThrough": "2026-11-22",
            "opens": "09:00",
            "closes": "12:00",
        }
    ]


def test_a_suspension_closes_until_the_day_it_ends() -> None:
    made = place(opening_hours="08:00-18:00", status="suspended", suspended_until="2026-12-01")
    (closed,) = made["specialOpeningHoursSpecification"]
    assert (closed["validFrom"], closed["validThrough"]) == ("2026-11-22", "2026-11-30")
    assert (closed["opens"], closed["closes"]) == ("00:00", "00:00")


@pytest.mark.parametrize("status", ["planned", "closed", "delisted", "suspended"])
def test_a_station_that_is_not_in_use_has_no_hours(status: str) -> None:
    made = place(opening_hours="08:00-18:00", status=status)
    assert not {"openingHoursSpecification", "specialOpeningHoursSpecification"} & made.keys()
