"""The forms of runs: what is filled in is what is asked for, and what is wrong is said at its field."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.domain.planning_runs import RunKind
from station_map.domain.siting_goal import BY_DISTANCE
from station_map.errors import TooOften
from station_map.planning.asked import CoverageAsked, SitingAsked
from station_map.store.database import Database
from station_map.web.admin.planning_runs.asking_siting import ASKS
from station_map.web.admin.planning_runs.words import GOALS
from tests.support import people
from tests.support.planning import LAYER, ask, read, town
from tests.web.stations import HOSTILE_NAMES

COVERAGE = "/admin/planning/runs/new/coverage"
SITING = "/admin/planning/runs/new/siting"
PLAIN: dict[str, Any] = {"radii": "300, 500, 1000", "minutes": "", "mode": "walk", "by": "district"}
PLAIN |= {"workers_per_seat": "20"}
SITE: dict[str, Any] = {
    "goal": "cover",
    "count": "20",
    "share": "90",
    "budget": "12.5",
    "close": "2",
    "open": "3",
    "phases": "5，10 10",
    "capacity": "200",
    "reach": "radius",
    "radius": "800",
    "minutes": "15",
    "mode": "walk",
    "by": "district",
    "candidates": "cells",
    "cells": "300",
    "spacing": "250",
    "floor": "",
    "workers_per_seat": "20",
    "time_limit": "30",
    "gap": "0.5",
    "threads": "1",
}


def sent(planner: FlaskClient, form: str, **fields: Any) -> Any:
    return people.send(planner, form, form=form, **fields)


def asked(database: Database, answer: Any) -> dict[str, Any]:
    assert answer.status_code == 303, answer.text
    return read(database, int(answer.headers["Location"].rpartition("/")[2])).asked


def test_a_form_left_as_it_is_asks_for_the_usual(planner: FlaskClient, database: Database) -> None:
    page = planner.get(COVERAGE).text
    given = dict(re.findall(r'<input id="\w+" name="(\w+)" type="text" value="([^"]*)"', page))
    document = asked(
        database, sent(planner, COVERAGE, **(given | {"mode": "walk", "by": "district"}))
    )
    usual = CoverageAsked().model_dump(mode="json")
    assert document == usual


def test_everything_that_can_be_asked_of_coverage(planner: FlaskClient, database: Database) -> None:
    town(database)
    answer = sent(
        planner,
        COVERAGE,
        title=f"  {HOSTILE_NAMES[0]} ",
        mix=f"0.5 {LAYER} + 0.5 wishes",
        area="340603",
        radii="250，900 400",
        minutes="7.5",
        mode="ebike",
        when="at",
        at="2026-11-24T22:00",
        amenities=["microwave", "toilet"],
        kinds=["union_station"],
        audiences=["everyone"],
        by="h3:8",
        workers_per_seat="12",
        without="340603-0001\n340603-0002, 340603-0001",
        with_planned="1",
        added="116.798, 33.956, 12\n116.80，33.95",
    )
    document = asked(database, answer)
    assert set(document) == set(CoverageAsked.model_fields)
    assert document | {"at": None} == {
        "demand": f"0.5 {LAYER} + 0.5 wishes",
        "area": "340603",
        "by": "h3:8",
        "radii": [250, 900, 400],
        "minutes": [7.5],
        "mode": "ebike",
        "at": None,
        "hours": None,
        "amenities": ["microwave", "toilet"],
        "kinds": ["union_station"],
        "audiences": ["everyone"],
        "workers_per_seat": 12,
        "without": ["340603-0001", "340603-0002"],
        "with_planned": True,
        "added": [
            {"lon": 116.798, "lat": 33.956, "seats": 12},
            {"lon": 116.8, "lat": 33.95, "seats": None},
        ],
    }
    assert document["at"].startswith("2026-11-24T22:00:00+08:00")
    number = int(answer.headers["Location"].rpartition("/")[2])
    assert read(database, number).title == HOSTILE_NAMES[0]
    # Asked for once more, the form holds the same, and asks for the same.
    page = planner.get(f"{COVERAGE}?from={number}").text
    assert escape(HOSTILE_NAMES[0]) in page
    for told in ("250, 900, 400", "2026-11-24T22:00", "116.798000, 33.956000, 12"):
        assert told in page


@pytest.mark.parametrize(
    ("field", "told", "words"),
    [
        ("radii", "", "1 到 12 个数"),
        ("radii", "abc", "10 到 50000"),
        ("radii", "1e9", "10 到 50000"),
        ("radii", "-5", "10 到 50000"),
        ("radii", ",".join(["500"] * 13), "1 到 12 个数"),
        ("minutes", "0", "1 到 600"),
        ("when", "never", "请从列出来的里面选"),
        ("amenities", "sauna", "请从列出来的里面选"),
        ("area", "999999", "请从列出来的里面选"),
        ("demand", "nobody", "请从列出来的里面选"),
        ("mix", "0.5 a +", ""),
        ("by", "street", "请从列出来的里面选"),
        ("workers_per_seat", "0", "0.1 到 100000"),
        ("added", "116.798", "第 1 行看不懂"),
        ("added", "116.798, 33.956\n0, 0", "第 2 行看不懂"),
        ("added", "nan, nan", "第 1 行看不懂"),
        ("title", "长" * 201, "最多 200 个字"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    planner: FlaskClient, database: Database, field: str, told: str, words: str
) -> None:
    answer = sent(planner, COVERAGE, **(PLAIN | {field: told}))
    assert answer.status_code == 400
    at_field = re.search(rf'<p class="wrong" id="{field}-wrong">([^<]+)</p>', answer.text)
    assert at_field is not None, answer.text
    assert words in at_field[1]
    assert not re.search(r"[a-z]{4,} [a-z]{2,} [a-z]{2,}", at_field[1])  # Chinese alone
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM planning_run").fetchone() == (0,)


def test_a_moment_is_asked_for_in_full(planner: FlaskClient) -> None:
    for told in ("", "soon", "0001-01-01T00:00", "9999-12-31T23:59"):
        answer = sent(planner, COVERAGE, **PLAIN, when="at", at=told)
        assert answer.status_code == 400
        assert 'id="at-wrong"' in answer.text


@pytest.mark.parametrize("goal", GOALS)
def test_each_goal_asks_for_what_it_needs(
    planner: FlaskClient, database: Database, goal: str
) -> None:
    document = asked(database, sent(planner, SITING, **(SITE | {"goal": goal})))
    assert set(document) == set(SitingAsked.model_fields)
    assert document["goal"] == goal
    numbers = {"count": 20, "share": 0.9, "budget": 12.5, "close": 2, "open": 3}
    numbers |= {"phases": [5, 10, 10], "capacity": 200}
    for name, value in numbers.items():
        assert document[name] == (value if name in ASKS[goal] else None), name
    assert document["radius"] == (None if goal in BY_DISTANCE else 800)
    assert (document["spacing"], document["gap"], document["time_limit"]) == (250, 0.005, 30)
    for name in ASKS[goal]:
        answer = sent(planner, SITING, **(SITE | {"goal": goal, name: "viel"}))
        assert answer.status_code == 400
        assert f'id="{name}-wrong"' in answer.text


def test_siting_by_minutes_and_from_an_earlier_run(
    planner: FlaskClient, database: Database
) -> None:
    town(database)
    fields = SITE | {"reach": "minutes", "mode": "ebike", "floor": "40", "title": HOSTILE_NAMES[3]}
    answer = sent(planner, SITING, **(fields | {"candidates": f"hosts:{LAYER}"}))
    document = asked(database, answer)
    assert (document["minutes"], document["mode"], document["radius"]) == (15, "ebike", None)
    assert (document["floor"], document["candidates"]) == (0.4, f"hosts:{LAYER}")
    page = planner.get(f"{SITING}?from={answer.headers['Location'].rpartition('/')[2]}").text
    assert escape(HOSTILE_NAMES[3]) in page
    assert 'name="floor" type="text" value="40"' in page
    assert re.search(r'value="minutes" checked', page)


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("goal", "best"),
        ("count", "1.5"),
        ("radius", ""),
        ("candidates", "file"),
        ("candidates", "hosts:nobody"),
        ("cells", "0"),
        ("floor", "101"),
        ("time_limit", "999999"),
        ("gap", "100"),
        ("threads", "65"),
        ("demand", "{{7*7}}"),
    ],
)
def test_what_is_wrong_with_siting(planner: FlaskClient, field: str, told: str) -> None:
    answer = sent(planner, SITING, **(SITE | {field: told}))
    assert answer.status_code == 400
    assert f'id="{field}-wrong"' in answer.text


@pytest.mark.parametrize(("form", "fields"), [(COVERAGE, PLAIN), (SITING, SITE)])
def test_who_asks_for_too_much_at_once_keeps_what_was_typed(
    planner: FlaskClient, monkeypatch: pytest.MonkeyPatch, form: str, fields: dict[str, Any]
) -> None:
    def full(*_given: object, **_more: object) -> int:
        raise TooOften("你有 20 次计算还没算完。 20 of your runs.", retry_after_s=60)

    monkeypatch.setattr("station_map.web.admin.planning_runs.asking.create_run", full)
    answer = sent(planner, form, **(fields | {"title": "夜里的"}))
    assert answer.status_code == 429
    assert "你有 20 次计算还没算完。" in answer.text
    assert 'value="夜里的"' in answer.text


def test_layers_of_demand_are_offered_with_what_they_are(
    planner: FlaskClient, database: Database
) -> None:
    page = planner.get(COVERAGE).text
    assert "按人口普查合成的居民（不是数出来的）" in page
    town(database)
    page = planner.get(COVERAGE).text
    assert "骑手建议" in page
    assert re.search(r'<option value="" selected>[^<]*（[^<]+）</option>', page)


def test_those_who_see_without_asking(client: FlaskClient, database: Database) -> None:
    number = ask(database, RunKind.SITING, {"goal": "cover", "count": 3})
    people.account(database, "li", Role.KEEPER)
    keeper = people.signed_in(client, "li")
    assert keeper.get(COVERAGE).status_code == 403
    for address in (COVERAGE, SITING, f"/admin/planning/runs/{number}/cancel"):
        assert people.send(keeper, address, form="/admin/account").status_code == 403
    assert client.post(COVERAGE, data=PLAIN).status_code == 403
