"""What single cells say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import AMENITIES, Datum, Honour, HostType, Status
from station_map.importers.values import words
from station_map.importers.values.dates import date_of, moment_of
from station_map.importers.values.fields import FIELD_PARSERS
from station_map.importers.values.hours import read_hours
from station_map.importers.values.marks import fact_of, yes_no
from station_map.importers.values.names import name_key, read_name
from station_map.importers.values.numbers import number_of, whole_of
from station_map.importers.values.positions import read_cells, read_pairs, settle
from station_map.importers.values.services import services_of
from tests.importers import files
from tests.importers.reading_aloud import read

CELLS = st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans())


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        *((cell, "yes") for cell in ("√", "✓", "✔", "有", "是", "Y", "yes", "1", 1, 1.0, True)),
        *((cell, "yes") for cell in (" 有 ", "已配备", "Ｙ", "正常", "齐全")),
        *((cell, "no") for cell in ("×", "✗", "✘", "无", "否", "N", "0", 0, 0.0, False, "没有")),
        *((cell, "no") for cell in ("无（附近商场有）", "暂无", "未配备")),
        *((cell, None) for cell in ("", "不详", "-", "—", "/", "未知", "待定", " ", "？")),
        *((cell, "partial") for cell in ("部分", "部分有", "partial", "仅夏季")),
        *((cell, "broken") for cell in ("损坏", "故障", "维修中", "有（已坏）", "broken", "停用")),
        *((cell, "yes") for cell in ("2台", "有(3个)", "３台", "两台", "有，收费")),
    ],
    ids=repr,
)
def test_marks_under_an_amenity(cell: Any, state: str | None) -> None:
    parsed = fact_of(cell)
    assert (parsed.value and parsed.value.state) == state
    assert parsed.remark is None


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [("2台", 2), ("有(3个)", 3), ("３台", 3), ("两台", 2), (12.0, 12), ("√", None), (1.0, None)],
)
def test_counts_under_an_amenity(cell: Any, quantity: int | None) -> None:
    assert fact_of(cell).value.quantity == quantity


def test_a_fee_and_a_reason_are_kept() -> None:
    assert fact_of("有，收费2元").value.fee == "有，收费2元"
    assert fact_of("维修中，月底好").value.note == "维修中，月底好"


@pytest.mark.parametrize("cell", ["看情况", "=1+1", "abc", "😀"])
def test_words_that_say_neither_are_unknown_with_a_warning(cell: str) -> None:
    parsed = fact_of(cell)
    assert parsed.value is None
    assert parsed.remark
    assert parsed.remark.severity == "warning"


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("是", True),
        ("否", False),
        ("", None),
        ("不详", None),
        ("免登记", False),
        ("需要", True),
        (0, False),
    ],
)
def test_plain_questions(cell: Any, answer: bool | None) -> None:
    assert yes_no(cell).value is answer


@pytest.mark.parametrize(
    "text",
    ["饮水，空调;手机充电", "饮水、空调、手机充电", "饮水/空调/手机充电", "饮水 空调 手机充电",
     "饮水机,空调（冷暖）,手机充电。", "饮水和空调及手机充电", "1 饮水", "饮水\n空调\n手机充电"],
)  # fmt: skip
def test_services_in_a_cell_leave_the_others_unknown(text: str) -> None:
    parsed = services_of(text)
    expected = {"drinking_water", "air_conditioning", "phone_charging"}
    if text == "1 饮水":
        expected = {"drinking_water"}
    assert parsed.value.keys() == expected
    assert all(fact.state == "yes" for fact in parsed.value.values())


def test_services_may_be_broken_counted_denied_or_unheard_of() -> None:
    parsed = services_of("微波炉(损坏)、雨伞5把、无WiFi、水晶球")
    assert parsed.value == {
        "microwave": AmenityFact("broken", note="损坏"),
        "rain_gear": AmenityFact("yes", quantity=5),
        "wifi": AmenityFact("no"),
    }
    assert parsed.remark
    assert "水晶球" in parsed.remark.en


@pytest.mark.parametrize("amenity", AMENITIES, ids=lambda amenity: amenity.code)
def test_every_amenity_can_stand_in_a_list(amenity: Any) -> None:
    assert services_of(f"{amenity.zh}；{amenity.code}").value == {amenity.code: AmenityFact("yes")}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("95㎡", 95),
        ("约１２０平方米", 120),
        ("1,200", 1200),
        (33.5, 33.5),
        ("12.5 m2", 12.5),
        ("", None),
        ("不详", None),
    ],
)
def test_numbers_with_units(cell: Any, number: float | None) -> None:
    assert number_of(cell) == (number, None)


@pytest.mark.parametrize("cell", ["很多", "12-15", -3, float("nan"), float("inf"), "1e400", True])
def test_other_numbers_are_unknown_with_a_warning(cell: Any) -> None:
    parsed = number_of(cell)
    assert parsed.value is None
    assert parsed.remark


def test_whole_numbers() -> None:
    assert whole_of("20人").value == 20
    assert whole_of(20.0).value == 20
    assert whole_of(20.5).value is None
    assert whole_of(1e8).value is None


@pytest.mark.parametrize(
    "cell",
    ["2025-01-03", "2025/1/3", "2025年1月3日", "2025.01.03", "20250103", 45660.0, "２０２５-1-3"],
)
def test_dates(cell: Any) -> None:
    assert date_of(cell).value == dt.date(2025, 1, 3)


@pytest.mark.parametrize("cell", ["2025年1月", "2025-13-01", "昨天", 5.0, "1/3"])
def test_half_a_date_is_none(cell: Any) -> None:
    assert date_of(cell).value is None
    assert date_of(cell).remark


def test_moments_have_a_zone() -> None:
    assert moment_of("2025-01-03 08:30:00").value.isoformat() == "2025-01-03T08:30:00+08:00"
    assert moment_of("2025-01-03T00:30:00Z").value.isoformat() == "2025-01-03T00:30:00+00:00"
    assert moment_of("2025-01-03").value.isoformat() == "2025-01-03T12:00:00+08:00"


@pytest.mark.parametrize(
    ("cell", "host"),
    [
        ("银行网点", HostType.BANK), ("邮政营业厅", HostType.POST), ("加油站", HostType.FUEL_STATION),
        ("商场", HostType.MALL), ("超市", HostType.SHOP), ("公园管理房", HostType.PARK),
        ("环卫公厕", HostType.PUBLIC_TOILET), ("社区党群服务中心", HostType.COMMUNITY_CENTER),
        ("汽车客运站", HostType.BUS_STATION), ("快递网点", HostType.OTHER), ("bank", HostType.BANK),
        ("社区卫生服务中心", HostType.HOSPITAL), ("中国移动营业厅", HostType.TELECOM),
    ],
)  # fmt: skip
def test_hosts(cell: str, host: HostType) -> None:
    assert words.host_of(cell).value == host


def test_a_host_that_is_an_organisation_runs_the_station() -> None:
    parse = FIELD_PARSERS["host_type"]
    assert parse("农业银行相山支行").value == (HostType.BANK, "农业银行相山支行")
    assert parse("银行网点").value == (HostType.BANK, None)
    assert parse("快递网点").value == (HostType.OTHER, "快递网点")


def test_honours_keep_the_highest_grade_only() -> None:
    assert words.honours_of("全国最美工会驿站、AAAAA级").value == (
        Honour.NATIONAL_MOST_BEAUTIFUL,
        Honour.AAAAA,
    )
    assert words.honours_of("无").value == ()


def test_statuses_and_datums() -> None:
    assert words.status_of("暂停开放").value == Status.SUSPENDED
    assert words.status_of("正常开放").value == Status.OPEN
    assert words.status_of("谜").remark
    assert words.datum_of("高德").value == Datum.GCJ02
    assert words.datum_of("高德或百度").value is None


@pytest.mark.parametrize(
    ("cell", "name", "repaired"),
    [
        ("甲驿站", "甲驿站", False),
        ("  甲驿站\u3000", "甲驿站", True),
        ("甲  驿站", "甲 驿站", True),
        ("甲（东门）驿站", "甲（东门）驿站", False),
        ("甲０１Ａ", "甲01A", True),
        ("甲\u200b站", "甲站", True),
        (12.0, "12", False),
    ],
)
def test_names(cell: Any, name: str, repaired: bool) -> None:
    found, remark = read_name(cell)
    assert found == name
    assert (remark is not None) == repaired
    assert remark is None or remark.severity == "repair"


def test_names_are_compared_without_spaces_and_width() -> None:
    assert name_key("甲 驿站（Ａ）") == name_key("甲驿站(a)")


@pytest.mark.parametrize("cell", ["", "  ", "\u3000", None])
def test_no_name_is_a_refusal(cell: Any) -> None:
    _, remark = read_name(cell or "")
    assert remark
    assert remark.severity == "refusal"


# -- hours --------------------------------------------------------------------------------


def hours(
    text: Any = "", osm: Any = "", opens: Any = "", closes: Any = "", always: Any = ""
) -> Any:
    return read_hours((text, osm, opens, closes, always))


def test_hours_come_from_whichever_columns_speak() -> None:
    assert hours("8:00-18:00").value.opening_hours == "08:00-18:00"
    assert hours(opens="09:00:00", closes="17:30:00").value.opening_hours == "09:00-17:30"
    assert hours(osm="Mo-Fr 08:00-18:00").value.opening_hours == "Mo-Fr 08:00-18:00"
    assert hours(always="是").value.opening_hours == "24/7"
    assert hours(always="否").value.opening_hours is None


def test_uncertain_hours_are_unknown_with_the_text_kept() -> None:
    found = hours("同银行营业时间")
    assert (found.value.opening_hours, found.value.text, found.remark) == (
        None,
        "同银行营业时间",
        None,
    )
    found = hours(osm="when the bank is open")
    assert (found.value.opening_hours, found.value.text) == (None, "when the bank is open")
    assert found.remark


def test_a_contradiction_about_24_hours_is_told() -> None:
    assert hours("8:00-18:00", always="是").remark
    assert hours("8:00-18:00", always="是").value.opening_hours == "08:00-18:00"
    assert hours("8:00-18:00", always="否").remark is None
    assert hours("全天", always="是").remark is None


# -- positions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    ["116.8,33.95", "116.8，33.95", "33.95,116.8", "116.8 33.95", "１１６．８，３３．９５",
     "东经116.8°，北纬33.95°", "116°48'0\"E 33°57'0\"N", "33°57′N，116°48′E"],
)  # fmt: skip
def test_both_figures_in_one_cell(cell: str) -> None:
    positions = read_cells([cell])
    settle(positions, [Datum.WGS84])
    assert (positions.lon[0], positions.lat[0]) == pytest.approx((116.8, 33.95), abs=1e-7)


@pytest.mark.parametrize(
    ("lon", "lat", "word"),
    [
        ("", "", "no coordinates"), ("待定", "待定", "no coordinates"), (0.0, 0.0, "zero"),
        (116.8, "", "missing"), (116.8, 0.0, "zero"), (200.0, 33.9, "not in or around China"),
        (2.35, 48.85, "not in or around China"), (-116.8, 33.9, "not in or around China"),
        (float("nan"), 33.9, "not a number"), (float("inf"), 33.9, "not in or around China"),
        ("东边", "33.9", "cannot be read"), (116882695.0, 34007189.0, "not in or around China"),
    ],
)  # fmt: skip
def test_no_position_is_a_refusal(lon: Any, lat: Any, word: str) -> None:
    positions = read_pairs([lon], [lat])
    settle(positions, [Datum.GCJ02])
    (remark,) = positions.remarks[0]
    assert remark.severity == "refusal"
    assert word in remark.en
    assert positions.lon[0] != positions.lon[0]


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_every_row_gets_a_position_or_a_reason(pairs: list[tuple[Any, Any]]) -> None:
    positions = read_pairs([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    settle(positions, [Datum.BD09] * len(pairs))
    for index in range(len(pairs)):
        refused = [r for r in positions.remarks.get(index, ()) if r.severity == "refusal"]
        assert (positions.lon[index] != positions.lon[index]) == (len(refused) == 1)


@given(
    st.lists(
        st.tuples(st.floats(73, 135), st.floats(18, 54), st.booleans()), min_size=1, max_size=20
    )
)
def test_exchanged_figures_end_where_the_right_ones_do(
    rows: list[tuple[float, float, bool]],
) -> None:
    right = read_pairs([lon for lon, _, _ in rows], [lat for _, lat, _ in rows])
    mixed = read_pairs(
        [lat if turned else lon for lon, lat, turned in rows],
        [lon if turned else lat for lon, lat, turned in rows],
    )
    for positions in (right, mixed):
        settle(positions, [Datum.GCJ02] * len(rows))
    assert mixed.lon.tolist() == right.lon.tolist()
    assert mixed.source_lat.tolist() == right.source_lat.tolist()
    assert [index in mixed.remarks for index in range(len(rows))] == [t for _, _, t in rows]


# -- everything ---------------------------------------------------------------------------


@given(CELLS)
def test_no_cell_breaks_a_parser(cell: Any) -> None:
    for parse in (*FIELD_PARSERS.values(), fact_of, services_of, yes_no):
        parsed = parse(cell)
        assert parsed.remark is None or (parsed.remark.zh and parsed.remark.en)
    read_name(cell)


def test_a_row_of_every_kind_of_field(tmp_path: Path) -> None:
    table = [
        ["名称", "经度", "纬度", "状态", "暂停至", "货车位数", "限高", "停车收费", "荣誉称号", "编号", "别名", "服务对象"],
        ["甲司机之家", 116.8, 33.9, "暂停", "2026年12月1日", "20个", "4.5米", "免费", "示范", "HB-1", "大车之家；老张", "户外劳动者"],
    ]  # fmt: skip
    (station,) = read(files.write_csv(tmp_path / "a.csv", table), Datum.WGS84).stations.values()
    assert station.kind == "driver_home"
    assert (station.status, station.suspended_until) == ("suspended", dt.date(2026, 12, 1))
    assert (station.bays_total, station.max_height_m, station.parking_paid) == (20, 4.5, False)
    assert (station.honours, station.code) == ((Honour.MODEL,), "HB-1")
    assert (station.aliases, station.audience) == (("大车之家", "老张"), "outdoor_workers")


def test_a_date_of_suspension_needs_the_status(tmp_path: Path) -> None:
    table = [["名称", "经度", "纬度", "暂停至"], ["甲", 116.8, 33.9, "2026-12-01"]]
    reading = read(files.write_csv(tmp_path / "a.csv", table), Datum.WGS84)
    assert reading.stations["甲"].suspended_until is None
    assert reading.said_of("甲") == [
        "a date of suspension without the status suspended; the date is not used"
    ]
