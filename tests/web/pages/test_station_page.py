"""A station's page as it is sent: complete without scripts, safe, and with a way on."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.app import create_app
from station_map.domain.hours_override import HoursOverride, OverrideReason
from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import Kind, Status
from station_map.search.filters import StationFilter
from station_map.search.nearest import filter_expression
from station_map.settings import Settings
from station_map.store.database import Database
from station_map.store.overrides import Stations, decide
from station_map.web.pages.details.nearby import REACH_M
from station_map.web.states import day_of, this_minute
from tests.web.stations import HOSTILE_NAMES, having, save, station
from tests.web.test_pages import Element, Page, read

LON, LAT = 116.798, 33.956


def open_page(client: FlaskClient, code: str, query: str = "") -> Page:
    got = client.get(f"/stations/{code}{query}")
    assert got.status_code == 200
    # What scripts may bring later is not on the page yet.
    return read(re.sub(r"<template\b.*?</template>", "", got.text, flags=re.DOTALL))


def facts(page: Page) -> dict[str, str]:
    return dict(zip(page.texts("dt"), page.texts("dd"), strict=True))


def headings(page: Page) -> list[str]:
    return page.texts("h2")


def data(page: Page) -> dict[str, Any]:
    (block,) = [
        one for one in page.all("script") if one.attributes.get("type") == "application/ld+json"
    ]
    found: dict[str, Any] = json.loads(block.text)
    return found


def meta(page: Page) -> dict[str, str | None]:
    named = [one.attributes for one in page.all("meta")]
    return {str(one.get("property") or one.get("name")): one.get("content") for one in named}


def near(page: Page) -> list[str]:
    """Names of the alternatives, in their order."""
    start = next(n for n, one in enumerate(page.elements) if one.attributes.get("id") == "nearby")
    items = [one for one in page.elements[start:] if one.tag == "h3"]
    return [one.text.strip() for one in items if one in page.all("h3")]


def test_everything_known_is_told(client: FlaskClient, database: Database) -> None:
    (code,) = save(
        database,
        [
            station(
                "淮海路驿站",
                opening_hours="Mo-Fr 08:30-12:00,14:30-18:00",
                address="淮海路 1 号",
                phone="0561-0000000",
                seats=12,
                registration_required=False,
                aliases=("老邮局",),
                amenities=having("microwave", wifi="broken", aed="no")
                | {"shower": AmenityFact("yes", 2, fee="5元")},
            )
        ],
    )
    page = open_page(client, code)
    known = facts(page)
    assert known["登记"] == "不用登记"
    assert known["座位"] == "12 个"
    assert known["地址"] == "淮海路 1 号"
    assert known["也叫"] == "老邮局"
    assert known["编号"] == code
    assert known["坐标"] == "116.798000, 33.956000（WGS\N{NON-BREAKING HYPHEN}84）"
    assert "还不清楚：怎么开门、谁能进、费用" in page.texts("p", "not-known")
    looks = {
        look: [one.text.strip() for one in page.all("li", look)]
        for look in ("yes", "partial", "broken", "no")
    }
    assert looks == {
        "yes": ["热饭", "淋浴2 个 · 5元"],
        "partial": [],
        "broken": ["无线网络"],
        "no": ["AED"],
    }
    assert len(page.all("li", "unknown")) == 52
    assert [one.attributes["href"] for one in page.all("a") if one.text == "0561-0000000"] == [
        "tel:0561-0000000"
    ]


def test_the_week_is_a_table_with_today_marked(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲", opening_hours="Mo-Su 08:30-12:00,14:30-18:00; PH off")])
    page = open_page(client, code)
    weekdays = [f"周{day}" for day in "一二三四五六日"]
    heads = [one.text.split()[0] for one in page.all("th") if one.attributes["scope"] == "row"]
    assert heads[:8] == [*weekdays, "节假日"]
    assert page.texts("tr", "holidays") == ["节假日休息"]
    (today,) = [one for one in page.all("tr") if one.attributes.get("aria-current") == "date"]
    assert today.text.split()[:2] == [weekdays[day_of(this_minute()).weekday()], "今天"]
    assert page.all("table", "week")[0].text.count("08:30–12:00") == 7


def test_hours_that_nobody_could_read_are_quoted(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲", hours_text="同隔壁银行")])
    page = open_page(client, code)
    assert page.all("table", "week") == []
    assert "开放时间还不清楚，去之前最好问一声。" in page.texts("p", "not-known")
    assert page.texts("q") == ["同隔壁银行"]


def test_exceptions_and_services_of_the_days_ahead(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲", opening_hours="08:00-18:00")])
    today = day_of(this_minute())
    with database.transaction(actor="test", origin="system") as connection:
        connection.exec_driver_sql(
            "INSERT INTO station_hours_exception"
            " (station_id, first_day, last_day, opening_hours, reason)"
            " SELECT id, %(day)s, %(day)s, 'off', '管道检修' FROM station",
            {"day": today + dt.timedelta(days=2)},
        )
        connection.exec_driver_sql(
            "INSERT INTO service_event (station_id, kind, title, first_day, last_day, source)"
            " SELECT id, 'health_check', '量血压', %(day)s, %(day)s, '总工会' FROM station",
            {"day": today},
        )
    page = open_page(client, code)
    (table,) = page.all("table", "ahead")
    assert "管道检修" in table.text
    assert "休息" in table.text
    assert "服务活动" in headings(page)
    assert page.texts("p", "what") == ["健康体检 量血压"]
    with database.transaction(actor="test", origin="system") as connection:
        connection.exec_driver_sql("DELETE FROM service_event")
    assert "服务活动" not in headings(open_page(client, code))


def test_a_weekday_of_the_table_tells_of_its_exception(
    client: FlaskClient, database: Database
) -> None:
    (code,) = save(database, [station("甲", opening_hours="08:00-18:00")])
    today = day_of(this_minute())
    with database.transaction(actor="test", origin="system") as connection:
        connection.exec_driver_sql(
            "INSERT INTO station_hours_exception"
            " (station_id, first_day, last_day, opening_hours, reason)"
            " SELECT id, %(first)s, %(last)s, 'off', '管道检修' FROM station",
            {"first": today, "last": today + dt.timedelta(days=1)},
        )
    page = open_page(client, code)
    assert page.texts("strong")[-1] == "管道检修：休息"
    (soon,) = page.texts("span", "soon")
    tomorrow = today + dt.timedelta(days=1)
    assert soon == f"{tomorrow.month}月{tomorrow.day}日 管道检修：休息"


def test_from_the_door_the_report_comes_first(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲")])
    page = open_page(client, code, "?from=door")
    reports = [one for one in page.all("a") if "data-report" in one.attributes]
    assert [one.text for one in reports] == ["确认开着", "锁门了", "报告问题"]
    assert [one.attributes["data-report"] for one in reports] == ["open", "locked", None]
    assert client.get(str(reports[1].attributes["href"])).status_code == 200
    order = [one.text for one in page.all("a", "button")]
    assert order.index("锁门了") < order.index("去这里")
    for query in ("", "?from=elsewhere", "?from="):
        assert "锁门了" not in open_page(client, code, query).texts("a")
    assert meta(page)["og:url"] == f"http://localhost/stations/{code}"


def test_nobody_is_asked_whether_a_closed_station_is_open(
    client: FlaskClient, database: Database
) -> None:
    (code,) = save(database, [station("甲", status=Status.CLOSED)])
    assert "锁门了" not in open_page(client, code, "?from=door").texts("a")


def test_the_state_heeds_the_exceptions_of_today(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲", opening_hours="24/7")])
    assert open_page(client, code).texts("p", "state")[0] == "●24 小时开放"
    today = day_of(this_minute())
    cold = HoursOverride(
        first_day=today - dt.timedelta(days=1),
        last_day=today + dt.timedelta(days=3),
        opening_hours="off",
        reason=OverrideReason.COLD_WAVE,
    )
    with database.transaction(actor="test", origin="system") as connection:
        decide(connection, Stations("340600", filter_expression(StationFilter()), {}), cold)
    page = open_page(client, code)
    shown = page.texts("p", "state")[0]
    assert shown.startswith("○已关，")
    assert shown.endswith("（寒潮）")
    assert "寒潮" in page.texts("table", "ahead")[0]


def test_who_verified_is_told_when_it_is_no_person(client: FlaskClient, database: Database) -> None:
    told = {"verified_at": dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC), "operator": "邮政公司"}
    codes = save(
        database,
        [
            station("甲", 116.70, verified_by="工会巡查", **told),
            station("乙", 116.71, verified_by="邮政公司", **told),
            station("丙", 116.72, verified_by="某某某", **told),
        ],
    )
    for code, who in zip(codes, ("（工会巡查）", "（邮政公司）", ""), strict=True):
        told_so = f"信息从哪来不清楚，最后核实 2026-11-01{who}。"
        assert told_so in open_page(client, code).texts("p")
    assert "某某某" not in client.get(f"/stations/{codes[2]}").text


def test_the_nearest_three_in_use_and_where_one_is_open(
    client: FlaskClient, database: Database
) -> None:
    shut = "Jan 01 00:00-00:01"
    codes = save(
        database,
        [
            station("这里", LON, LAT),
            station("近", LON, LAT + 0.001, opening_hours=shut),
            station("停", LON, LAT + 0.0015, status=Status.SUSPENDED),
            station("中", LON, LAT + 0.002, opening_hours=shut),
            station("远", LON, LAT + 0.003),
            station("更远", LON, LAT + 0.004, opening_hours=shut),
            station("开着", LON, LAT + 0.005, opening_hours="24/7"),
            station("另一城", LON, LAT + 1),
        ],
    )
    page = open_page(client, codes[0])
    assert near(page) == ["近", "中", "远", "开着"]
    assert "110 米" in page.texts("span", "distance")
    assert near(open_page(client, codes[-1])) == []
    assert "二十公里内没有别的驿站。" in open_page(client, codes[-1]).texts("p", "soft")
    assert REACH_M == 20_000


def test_two_plates_on_one_door_are_not_each_others_alternative(
    client: FlaskClient, database: Database
) -> None:
    code, _ = save(
        database,
        [station("邮政驿站", LON, LAT, brand="邮政"), station("暖心驿站", LON + 0.0001, LAT)],
    )
    page = open_page(client, code)
    assert near(page) == []
    assert "几步之内还有一块牌子：暖心驿站。可能是同一个地方。" in page.texts("p", "soft")
    assert facts(page)["门上的牌子"] == "邮政"


@pytest.mark.parametrize(
    ("status", "until", "told"),
    [
        (Status.SUSPENDED, dt.date(2999, 1, 2), "预计 2999年1月2日恢复"),
        (Status.PLANNED, None, "还在筹建"),
        (Status.CLOSED, None, "已经关闭"),
        (Status.DELISTED, None, "已经摘牌"),
    ],
)
def test_nobody_is_sent_to_a_station_that_is_not_in_use(
    client: FlaskClient, database: Database, status: Status, until: dt.date | None, told: str
) -> None:
    code, _ = save(
        database,
        [
            station(
                "甲",
                status=status,
                suspended_until=until,
                status_reason="修路",
                opening_hours="08:00-18:00",
            ),
            station("乙", LON, LAT + 0.01),
        ],
    )
    page = open_page(client, code)
    (notice,) = page.texts("div", "notice")
    assert told in notice
    assert "原因：修路" in notice
    assert not [one for one in page.all("a") if one.attributes.get("id") == "go"]
    way = [one.attributes["href"] for one in page.all("a", "solid")]
    assert way == ["/?lon=116.79800&lat=33.95600"]
    assert headings(page)[0] == "附近还有"
    assert "平时的开放时间现在不开" in headings(page)
    assert not [one for one in page.all("tr") if "aria-current" in one.attributes]


def test_a_driver_home_says_what_it_lacks(client: FlaskClient, database: Database) -> None:
    homes = {"kind": Kind.DRIVER_HOME, "bays_total": 12}
    (code,) = save(database, [station("甲", opening_hours="24/7", **homes)])
    page = open_page(client, code)
    assert "司机之家的最低要求" in headings(page)
    (table,) = page.all("table", "minimum")
    assert [one.text.split() for one in page.all("tr", "no")] == [
        ["货车停车位", "20", "个以上✕缺", "12", "个"]
    ]
    assert table.text.count("不清楚") >= 7


def test_there_is_no_button_that_does_nothing(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲")])
    page = open_page(client, code)
    # What needs a script is hidden until the script is there; links go somewhere.
    assert len(page.all("button")) == 2
    for one in page.all("button"):
        assert "js-only" in str(one.attributes["class"])
    words = {one.text: one.attributes["href"] for one in page.all("a", "button")}
    for told in ("确认开着", "报告问题"):
        assert client.get(str(words[told])).status_code == 200
    assert all(one.attributes.get("href") for one in page.all("a"))


def test_the_drawing_stands_without_scripts(client: FlaskClient, database: Database) -> None:
    inside, outside = save(database, [station("城里"), station("海上", 125.0, 30.0)])
    page = open_page(client, inside)
    assert len(page.all("path", "here")) == 1
    assert len(page.all("circle", "spot")) == 1
    assert "相山区" in page.texts("text")
    assert not open_page(client, outside).all("div", "small-map")


# --- for those who come from elsewhere --------------------------------------------------------


def test_the_page_names_itself_by_one_address(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲", address="淮海路 1 号")])
    page = open_page(client, code, "?lon=116.7&lat=33.9&q=x")
    own = f"http://localhost/stations/{code}"
    links = {one.attributes["rel"]: one.attributes["href"] for one in page.all("link")}
    assert links["canonical"] == own
    told = meta(page)
    assert (told["og:url"], told["og:title"], told["og:type"]) == (own, "甲", "place")
    assert told["og:description"] == told["description"]
    assert "淮海路 1 号" in str(told["description"])
    assert (data(page)["@id"], data(page)["name"]) == (own, "甲")


def test_the_operators_origin_stands_above_the_requests(database: Database, tmp_path: Path) -> None:
    (code,) = save(database, [station("甲")])
    settings = Settings(data_dir=tmp_path, public_url="https://stations.example.org")
    page = open_page(create_app(settings, database).test_client(), code)
    assert data(page)["url"] == f"https://stations.example.org/stations/{code}"


def test_a_demo_station_says_so_to_programs_too(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲", demo=True)])
    page = open_page(client, code)
    assert "示例数据" in data(page)["description"]
    assert "示例数据" in str(meta(page)["og:description"])


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_text_stays_text_in_every_field(
    client: FlaskClient, database: Database, name: str
) -> None:
    fields = ("address", "phone", "hours_text", "rules", "price", "landmark", "brand", "operator")
    more = ("floor", "entrance_note", "source", "note", "staffed_hours", "security_level")
    (quiet, code, _) = save(
        database,
        [
            station("安静", 116.7, 33.9),
            station(
                name,
                aliases=(name,),
                kind=Kind.DRIVER_HOME,
                status=Status.SUSPENDED,
                status_reason=name,
                amenities={"shower": AmenityFact("yes", 1, note=name, fee=name)},
                **dict.fromkeys((*fields, *more), name),
            ),
            station(name, LON, LAT + 0.00005),
        ],
    )
    with database.transaction(actor="test", origin="system") as connection:
        connection.exec_driver_sql(
            "INSERT INTO service_event (adcode, kind, title, first_day, last_day, source)"
            " VALUES ('340600', 'job_fair', left(%(name)s, 200), '2000-01-01', '2999-01-01',"
            " %(name)s)",
            {"name": name},
        )
    page = open_page(client, code)
    assert page.texts("h1")[0].startswith(name.strip())
    assert data(page)["name"] == name
    assert meta(page)["og:title"] == name
    assert f"原因：{name}".strip() in page.texts("div", "notice")[0]
    plain = open_page(client, quiet)
    tags = {one.tag for one in plain.elements}
    extra = {"small", "strong", "q", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert {one.tag for one in page.elements} <= tags | extra
    assert len(page.all("script")) == len(plain.all("script"))
    assert [sorted(one.attributes) for one in page.all("script")] == [
        sorted(one.attributes) for one in plain.all("script")
    ]
    assert "49" not in facts(page)["地址"] or "49" in name


def inline(page: Page) -> list[Element]:
    return [one for one in page.all("script") if "src" not in one.attributes]


def test_data_needs_no_nonce_and_the_maps_start_has_one(
    client: FlaskClient, database: Database
) -> None:
    (code,) = save(database, [station("甲")])
    got = client.get(f"/stations/{code}")
    block, start = inline(read(got.text))
    assert "nonce" not in block.attributes
    policy = got.headers["Content-Security-Policy"]
    assert f"'nonce-{start.attributes['nonce']}'" in policy
    assert "unsafe" not in policy
    assert got.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("host", ['x"><script>', "a b", "host/path", "user@host"])
def test_a_host_that_is_none_is_not_repeated(app: Flask, database: Database, host: str) -> None:
    (code,) = save(database, [station("甲")])
    for path in (f"/stations/{code}", "/sitemap.xml", "/robots.txt"):
        got = app.test_client().get(path, headers={"Host": host})
        assert got.status_code == 400
        assert host not in got.text


def test_the_page_is_small(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲", opening_hours="08:00-18:00")])
    got = client.get(f"/stations/{code}", headers={"Accept-Encoding": "br"})
    assert got.headers["Content-Encoding"] == "br"
    assert len(got.data) < 16 * 1024
