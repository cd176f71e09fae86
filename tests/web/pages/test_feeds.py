"""Addresses of the calendars, and what the page and filters say of services on today."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.domain.hours import SHANGHAI
from station_map.domain.vocabulary import EventKind
from station_map.store.database import Database
from station_map.store.events import At
from station_map.web.api import models_kept
from station_map.web.pages.details.rules import rule_words
from tests.store.test_services_on import put
from tests.web.pages.test_station_page import open_page
from tests.web.stations import HOSTILE_NAMES, save, station

TODAY = dt.datetime.now(SHANGHAI).date()


@pytest.fixture
def codes(database: Database) -> list[str]:
    return save(database, [station("甲"), station("乙", 116.81, 33.955)])


def test_a_station_has_a_calendar(
    client: FlaskClient, database: Database, codes: list[str]
) -> None:
    put(database, "法律咨询", At(station=codes[0]), first=TODAY, rule="FREQ=WEEKLY;COUNT=3")
    address = f"/stations/{codes[0]}/calendar.ics"
    got = client.get(address)
    assert got.status_code == 200
    assert got.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(got.data)
    (event,) = calendar.walk("VEVENT")
    assert event["SUMMARY"] == "法律咨询"
    assert str(calendar["X-WR-CALNAME"]) == "甲 服务活动"
    again = client.get(address, headers={"If-None-Match": got.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert f'href="{address}"' in client.get(f"/stations/{codes[0]}").text


def test_areas_have_calendars(client: FlaskClient, database: Database, codes: list[str]) -> None:
    put(database, "一站的", At(station=codes[0]), first=TODAY)
    put(database, "邻区的", At(adcode="340602"), first=TODAY)
    titles = {
        area: {str(one["SUMMARY"]) for one in icalendar.Calendar.from_ical(got.data).walk("VEVENT")}
        for area in ("", "?area=340603", "?area=340600")
        for got in [client.get(f"/calendar.ics{area}")]
    }
    assert titles == {
        "": {"一站的", "邻区的"},
        "?area=340603": {"一站的"},
        "?area=340600": {"一站的", "邻区的"},
    }


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/calendar.ics?area=999999", 404),
        ("/calendar.ics?area=x", 400),
        ("/calendar.ics?district=340600", 400),
        ("/stations/none/calendar.ics", 404),
        ("/stations/%00/calendar.ics", 404),
    ],
)
def test_what_there_is_not(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_stay_text(client: FlaskClient, database: Database, name: str) -> None:
    (code,) = save(database, [station(name)])
    title = "".join(sign for sign in name if sign.isprintable())[:200]
    put(database, title, At(station=code), first=TODAY)
    got = client.get(f"/stations/{code}/calendar.ics")
    (event,) = icalendar.Calendar.from_ical(got.data).walk("VEVENT")
    assert event["SUMMARY"] == title.strip()


def test_filters_ask_for_what_is_on_today(
    client: FlaskClient, database: Database, codes: list[str]
) -> None:
    put(database, "入会", At(station=codes[1]), first=TODAY, kind=EventKind.JOIN_BY_QR)
    near = "/api/v1/stations/nearest?lon=116.798&lat=33.956"
    for query, found in (
        ("today", codes[1:]),
        ("join_by_qr,job_fair", codes[1:]),
        ("legal_clinic", []),
        ("today,legal_clinic", codes[1:]),
    ):
        listed = client.get(f"/api/v1/stations?service={query}").json["features"]
        assert [one["id"] for one in listed] == found
        hits = client.get(f"{near}&service={query}").json["features"]
        assert [one["id"] for one in hits] == found
    assert client.get("/api/v1/stations?service=party").status_code == 400
    page = client.get("/?service=today")
    assert f'data-code="{codes[1]}"' in page.text
    assert f'data-code="{codes[0]}"' not in page.text
    table = models_kept.SlimTable.model_validate_json(client.get("/api/v1/stations/slim").data)
    column = table.fields.index("services")
    kinds = table.vocabulary["service"]
    told = {row[0]: [kinds[place] for place in row[column]] for row in table.rows}
    assert told == {codes[0]: [], codes[1]: ["join_by_qr"]}


def test_the_page_says_today_and_next(
    client: FlaskClient, database: Database, codes: list[str]
) -> None:
    put(database, "天天有", At(station=codes[0]), first=TODAY, rule="FREQ=DAILY;COUNT=9")
    put(
        database,
        "下一次",
        At(station=codes[0]),
        first=TODAY + dt.timedelta(days=1),
        rule="FREQ=DAILY;INTERVAL=7;COUNT=3",
    )
    page = open_page(client, codes[0])
    assert {"今天", "接下来"} <= set(page.texts("h3"))
    text = " ".join(page.texts("p"))
    assert "今天（每天）" in text
    assert "（会再办）" in text


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("FREQ=WEEKLY;BYDAY=WE,FR", "每周三、周五", "every Wed, Fri"),
        ("FREQ=MONTHLY;BYDAY=1WE", "每月第一个周三", "first Wed of the month"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "每月最后一个周五", "last Fri of the month"),
        ("FREQ=MONTHLY;BYMONTHDAY=10", "每月 10 日", "monthly, day 10"),
        ("FREQ=DAILY", "每天", "daily"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "会再办", "recurs"),
        ("FREQ=MONTHLY;BYDAY=1WE,3WE", "会再办", "recurs"),
        ("FREQ=WEEKLY", "会再办", "recurs"),
    ],
)
def test_rules_in_words(app: Flask, rule: str, zh: str, en: str) -> None:
    with app.test_request_context():
        assert rule_words(rule) == zh
    with app.test_request_context("/?lang=en"):
        assert rule_words(rule) == en
