"""The next 14 days before anything is saved, the week as a table, and certain dates."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from station_map.domain.hours import DatedException
from station_map.store import hours_exceptions
from station_map.store.database import Database
from station_map.store.edits import snapshot
from station_map.store.writing import writing
from station_map.web.admin.stations import hours
from tests.store.merging import value
from tests.web.admin.stations.conftest import Keeper, wrong
from tests.web.stations import save, station

GRID = [[[510, 720], [870, 1080]]] * 5 + [[], []] + [[]]


@pytest.fixture
def code(database: Database) -> str:
    return save(database, [station("甲", opening_hours="Mo-Su 08:00-20:00")])[0]


def ask(keeper: Keeper, **query: str) -> dict:  # type: ignore[type-arg]
    answer = keeper.client.get("/admin/hours-preview", query_string=query)
    assert answer.status_code == 200
    return answer.json  # type: ignore[no-any-return]


def test_words_and_rules_come_to_14_days_and_a_table(keeper: Keeper, code: str) -> None:
    told = ask(
        keeper, code=code, hours="周一至周五8:30-12:00,14:30-18:00", staffed="Mo-Fr 09:00-11:00"
    )
    assert told["expression"] == "Mo-Fr 08:30-12:00,14:30-18:00"
    assert told["grid"] == [[[510, 720], [870, 1080]]] * 5 + [[], []] + [None]
    assert len(told["days"]) == 14
    monday = next(day for day in told["days"] if day["weekday"] == "周一" and not day["why"])
    assert monday["times"] == "08:30–12:00、14:30–18:00"
    assert monday["staffed"] == "09:00–11:00"
    assert told["days"][0]["today"] is True


def test_a_table_comes_to_text(keeper: Keeper, code: str) -> None:
    told = ask(keeper, code=code, grid=json.dumps(GRID))
    assert told["expression"] == "Mo-Fr 08:30-12:00,14:30-18:00; PH off"
    assert told["grid"] == GRID
    night = [[[1320, 1800]]] * 7 + [None]
    assert ask(keeper, grid=json.dumps(night))["expression"] == "Mo-Su 22:00-06:00"


@pytest.mark.parametrize(
    "grid",
    ["", "7", "[]", "[[[1,2,3]],1]", "[" * 900, json.dumps([[[0, 9], [5, 20]]] * 7 + [None])],
)
def test_a_table_that_is_none_is_refused_in_words(keeper: Keeper, grid: str) -> None:
    assert "时间表不" in ask(keeper, grid=grid)["trouble"]


def test_what_no_table_holds_has_none(keeper: Keeper, code: str) -> None:
    told = ask(keeper, code=code, hours="Jun-Aug 08:00-20:00; Sep-May 09:00-18:00")
    assert told["grid"] is None
    assert told["days"][0]["times"] != ""
    told = ask(keeper, code=code, hours="同银行营业时间")
    assert told["days"][0]["times"] == "不清楚"
    assert "要看别处" in told["trouble"]


def test_holidays_make_up_days_and_own_dates_are_in_the_preview(
    keeper: Keeper, database: Database, code: str
) -> None:
    with writing(database, actor="test") as unit:
        day = dt.date(2026, 9, 28)
        hours_exceptions.add_exception(unit, code, DatedException(day, day, "10:00-11:00", "盘点"))
    with keeper.client.application.app_context(), keeper.client.application.test_request_context():
        told = hours.preview(
            snapshot(database, code),
            {"opening_hours": "Mo-Fr 08:00-18:00; PH off"},
            dt.date(2026, 9, 20),
        )
    by_date = {day.date: day for day in told.days}
    assert (by_date["9月20日"].times, by_date["9月20日"].why) == (
        "08:00–18:00",
        "国庆节调休，要上班",
    )
    assert (by_date["9月25日"].times, by_date["9月25日"].why) == ("休息", "中秋放假")
    assert (by_date["9月28日"].times, by_date["9月28日"].why) == ("10:00–11:00", "盘点")


def test_without_a_script_the_form_itself_previews(
    keeper: Keeper, database: Database, code: str
) -> None:
    form = keeper.open(code, "hours")
    answer = keeper.send(form, opening_hours="每天10点到12点", do="preview")
    assert answer.status_code == 200
    assert answer.text.count("10:00–12:00") == 14
    assert "每天10点到12点" in answer.text
    assert snapshot(database, code).version == 1


def test_dates_are_added_and_taken_away(keeper: Keeper, database: Database, code: str) -> None:
    address = f"/admin/stations/{code}/exceptions"
    token = keeper.open(code, "hours").values["csrf_token"]

    def add(**fields: str):  # type: ignore[no-untyped-def]
        return keeper.client.post(address, data={"csrf_token": token, **fields})

    answer = add(first_day="2027-02-05", last_day="2027-02-12", hours="休息", why="{{7*7}} 春节")
    assert answer.location == f"/admin/stations/{code}/edit/hours#dates"
    add(first_day="2027-03-01", hours="9点到12点")
    told = snapshot(database, code).document["hours_exceptions"]
    assert [(one["first_day"], one["last_day"], one["opening_hours"]) for one in told] == [
        ("2027-02-05", "2027-02-12", "off"),
        ("2027-03-01", "2027-03-01", "09:00-12:00"),
    ]
    page = keeper.client.get(f"/admin/stations/{code}/edit/hours").text
    assert "<bdi>{{7*7}} 春节</bdi>" in page
    number = value(database, "SELECT min(id) FROM station_hours_exception")
    for expected in (303, 404):
        gone = keeper.client.post(f"{address}/{number}/remove", data={"csrf_token": token})
        assert gone.status_code == expected
    assert value(database, "SELECT count(*) FROM station_hours_exception") == 1
    assert value(database, "SELECT count(*) FROM revision WHERE action = 'updated'") == 3


@pytest.mark.parametrize(
    ("fields", "control", "words"),
    [
        ({"first_day": "春节"}, "first_day", "请写日期"),
        ({"first_day": "2027-02-05", "last_day": "2027-02-01"}, "last_day", "不能早于"),
        ({"first_day": "2027-02-05", "last_day": "2029-02-01"}, "last_day", "最多 366 天"),
        ({"first_day": "1927-02-05"}, "first_day", "请写日期"),
        ({"first_day": "2027-02-05", "why": "长" * 201}, "why", "最多 200 个字"),
    ],
)
def test_dates_that_cannot_be_are_told(  # type: ignore[no-untyped-def]
    keeper: Keeper, database: Database, code: str, fields, control, words
) -> None:
    token = keeper.open(code, "hours").values["csrf_token"]
    answer = keeper.client.post(
        f"/admin/stations/{code}/exceptions", data={"csrf_token": token, **fields}
    )
    assert answer.status_code == 400
    assert words in wrong(answer.text)[f"date-{control}"]
    assert snapshot(database, code).version == 1
