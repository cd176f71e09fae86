"""A run's page: while it waits, while it is computed, stopped, failed, and done."""

from __future__ import annotations

import json
import re
from html import escape
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.domain.planning_runs import RunKind, RunState
from station_map.store import planning_run_work as work
from station_map.store.database import Database
from station_map.store.writing import writing
from station_map.web.admin.planning_runs.coverage_answer import CoverageView
from tests.support import people
from tests.support.planning import ask, read, town
from tests.web.admin.planning_runs.conftest import Done
from tests.web.stations import HOSTILE_NAMES

LIST = "/admin/planning/runs"
COVERAGE: dict[str, Any] = {"radii": [400, 900], "minutes": [10], "by": "district"}
SITING: dict[str, Any] = {"count": 3, "cells": 40, "radius": 700}


def at(number: int, more: str = "") -> str:
    return f"{LIST}/{number}{more}"


def take_up(database: Database, number: int, progress: dict[str, Any] | None = None) -> work.Taken:
    with writing(database, actor="test") as unit:
        taken = work.begin(unit, number)
        assert taken is not None
        work.tell(unit, taken, progress)
    return taken


def put(planner: FlaskClient, address: str) -> Any:
    return people.send(planner, address, form="/admin/account")


def test_a_run_that_waits_is_watched_and_stopped(planner: FlaskClient, database: Database) -> None:
    town(database)
    number = ask(database, RunKind.COVERAGE, COVERAGE | {"amenities": [], "kinds": []} | EMPTY)
    page = planner.get(at(number)).text
    assert "排队等着算" in page
    assert 'http-equiv="refresh"' in page
    told = planner.get(at(number, "/progress.json")).get_json()
    assert (told["ended"], told["share"], told["facts"]) == (False, None, [])
    assert put(planner, at(number, "/cancel")).status_code == 303
    assert read(database, number).state is RunState.CANCELLED
    page = planner.get(at(number)).text
    assert "停下来了，没有结果" in page
    assert "http-equiv" not in page
    assert planner.get(at(number, "/map.json")).status_code == 404
    assert planner.get(at(number, "/files/json")).status_code == 404


EMPTY: dict[str, Any] = {
    "mode": "walk",
    "at": None,
    "hours": None,
    "audiences": [],
    "without": [],
    "with_planned": False,
    "added": [],
}


def test_what_a_solver_has_so_far_is_told(planner: FlaskClient, database: Database) -> None:
    number = ask(database, RunKind.SITING, {"goal": "cover", "count": 3, "radius": 700})
    progress = {"step": "exact", "share": None, "objective": 4200, "bound": 4210.0, "gap": 0.0024}
    taken = take_up(database, number, progress)
    told = planner.get(at(number, "/progress.json")).get_json()
    assert told["words"] == "找最好的方案，并证明"
    assert ["还差", "最多 0.24%"] in told["facts"]
    assert "4,210" in planner.get(at(number)).text
    assert told["again"] == ""
    with writing(database, actor="test") as unit:
        work.put_back(unit, taken)
    assert "又排上队了" in planner.get(at(number)).text
    take_up(database, number)
    assert "中断过一次" in planner.get(at(number, "/progress.json")).get_json()["again"]
    put(planner, at(number, "/cancel"))
    assert planner.get(at(number, "/progress.json")).get_json()["words"] == "正在停下来"


def test_a_failed_run_says_why_and_can_be_repeated(
    planner: FlaskClient, database: Database
) -> None:
    number = ask(database, RunKind.COVERAGE, COVERAGE | EMPTY | {"amenities": [], "kinds": []})
    taken = take_up(database, number)
    why = f"附近没有编码为 {HOSTILE_NAMES[3]} 的驿站。 No station stands near."
    with writing(database, actor="test") as unit:
        work.end(unit, taken, work.Ending(RunState.FAILED, "1.0", error=why))
    page = planner.get(at(number)).text
    assert escape(HOSTILE_NAMES[3]) in page
    assert "No station" not in page
    answer = put(planner, at(number, "/repeat"))
    assert answer.status_code == 303
    again = int(answer.headers["Location"].rpartition("/")[2])
    assert read(database, again).asked == read(database, number).asked


def test_coverage_tells_what_was_computed(
    planner: FlaskClient, database: Database, done: Done
) -> None:
    asked = COVERAGE | {"amenities": ["microwave"]}
    number = done(RunKind.COVERAGE, asked, title=HOSTILE_NAMES[0])
    answer = read(database, number).answer
    assert answer is not None
    page = planner.get(at(number)).text
    view = CoverageView(answer)
    share = answer["shares"][1]["demand"]
    low, high = (sum(share[end]) / sum(answer["demand"]) for end in ("low", "high"))
    assert low < high  # nobody told whether two of them have a microwave
    assert f"<strong>{low:.1%} – {high:.1%}</strong>" in page
    for name in view.names:
        assert escape(name) in page
    for code, place in zip(("gap-1", "gap-2"), answer["places"], strict=False):
        assert f'data-spot="{code}"' in page
        assert place in page
    assert "距离是直线" in page
    assert answer["about"]["demand_digest"] in page
    assert escape(HOSTILE_NAMES[0]) in page
    assert "49" not in re.findall(r"<h1>.*?</h1>", page, re.DOTALL)[0]
    assert len(re.findall(r'class="how"', page)) >= 10


def test_unknown_hours_are_a_band_in_the_week(planner: FlaskClient, done: Done) -> None:
    page = planner.get(at(done(RunKind.COVERAGE, COVERAGE))).text
    assert re.search(r'<path class="chart-band" d="M[^"]+Z"', page)
    assert "时间不清楚，可能够得着" in page


def test_siting_tells_its_proof_and_leads_to_the_coverage_after_it(
    planner: FlaskClient, database: Database, done: Done
) -> None:
    number = done(RunKind.SITING, SITING)
    answer = read(database, number).answer
    assert answer is not None
    page = planner.get(at(number)).text
    assert "这是最好的方案，已证明" in page
    whole = answer["shares"][0]
    for when in ("before", "after"):
        assert f"<strong>{whole[when] / whole['demand']:.1%}</strong>" in page
    assert page.count('data-spot="site-') == 3
    sent = put(planner, at(number, "/covered"))
    assert sent.status_code == 303
    covered = read(database, int(sent.headers["Location"].rpartition("/")[2]))
    assert covered.kind is RunKind.COVERAGE
    assert covered.asked["radii"] == [300, 500, 700]
    assert len(covered.asked["added"]) == 3
    assert covered.asked["demand"] == answer["demand"]


def test_coverage_with_the_sites_covers_what_siting_promised(
    planner: FlaskClient, database: Database, done: Done
) -> None:
    number = done(RunKind.SITING, SITING)
    sent = put(planner, at(number, "/covered"))
    covered = int(sent.headers["Location"].rpartition("/")[2])
    from station_map.planning import runs

    runs.execute(database, covered)
    promised, told = read(database, number).answer, read(database, covered).answer
    assert promised is not None
    assert told is not None
    after = sum(told["comparison"]["after"])
    assert after == pytest.approx(promised["shares"][0]["after"])
    page = planner.get(at(covered)).text
    assert "以前和以后" in page
    assert f"<strong>{after / sum(told['demand']):.1%}</strong>" in page


def test_what_cannot_be_done_is_said_in_words(
    planner: FlaskClient, database: Database, done: Done
) -> None:
    asked = {"goal": "share", "share": 1.0, "radius": 50, "cells": 3}
    number = done(RunKind.SITING, asked)
    answer = read(database, number).answer
    assert answer is not None
    page = planner.get(at(number)).text
    assert answer["stopped"] == "infeasible"
    assert "没有这样的方案" in page
    assert answer["reason"]["zh"] in page
    assert "看开了以后的覆盖" not in page
    assert put(planner, at(number, "/covered")).status_code == 409


def test_the_map_is_told_in_its_own_datum(
    planner: FlaskClient, database: Database, done: Done
) -> None:
    number = done(RunKind.COVERAGE, COVERAGE)
    told = planner.get(at(number, "/map.json")).get_json()["features"]
    moved = planner.get(at(number, "/map.json?crs=gcj02")).get_json()["features"]
    answer = read(database, number).answer
    assert answer is not None
    assert len(told) == len(answer["gaps"]["worst"])
    assert told[0]["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert [one["id"] for one in told] == [one["id"] for one in moved]
    assert told[0]["geometry"] != moved[0]["geometry"]
    site = planner.get(at(done(RunKind.SITING, SITING), "/map.json")).get_json()["features"][0]
    assert (site["id"], site["geometry"]["type"]) == ("site-1", "Point")


@pytest.mark.parametrize(
    ("form", "kind", "begins"),
    [
        ("json", "application/json", b"{"),
        ("geojson", "application/geo+json", b"{"),
        ("csv", "text/csv", b"\xef\xbb\xbf"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("gpkg", "application/geopackage+sqlite3", b"SQLite format 3"),
        ("zip", "application/zip", b"PK"),
        ("pdf", "application/pdf", b"%PDF"),
    ],
)
def test_answers_are_taken_along(
    planner: FlaskClient, done: Done, form: str, kind: str, begins: bytes
) -> None:
    for number in (
        done(RunKind.COVERAGE, COVERAGE, title=HOSTILE_NAMES[3]),
        done(RunKind.SITING, SITING),
    ):
        assert f"/files/{form}" in planner.get(at(number)).text
        answer = planner.get(at(number, f"/files/{form}"))
        assert answer.status_code == 200, answer.text
        assert answer.mimetype == kind
        assert answer.data.startswith(begins)
        disposition = answer.headers["Content-Disposition"]
        assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.[a-z]+"', disposition)
        if form == "geojson":
            told = json.load(BytesIO(answer.data))
            assert told["about"]["synthetic"] is False
    assert planner.get(at(number, "/files/exe")).status_code == 404


def test_who_may_not_see_sees_nothing(client: FlaskClient, database: Database, done: Done) -> None:
    number = done(RunKind.COVERAGE, COVERAGE)
    people.account(database, "zhao", Role.EDITOR, areas=("340603",))
    editor = people.signed_in(client, "zhao")
    for more in ("", "/progress.json", "/map.json", "/files/json"):
        assert editor.get(at(number, more)).status_code == 403
    for page in ("", "/method", "/new/coverage", "/new/siting", "/compare?before=1&after=1"):
        assert editor.get(LIST + page).status_code == 403
    for more in ("/cancel", "/repeat", "/covered"):
        assert put(editor, at(number, more)).status_code == 403


@pytest.mark.parametrize("number", ["0", "999", "99999999999999999999", "1e3", "-1"])
def test_a_run_that_is_not_there(planner: FlaskClient, number: str) -> None:
    assert planner.get(f"{LIST}/{number}").status_code == 404
    assert planner.get(f"{LIST}/new/coverage?from={number}").status_code == 404
    assert planner.get(f"{LIST}/compare?before={number}&after=1").status_code == 404
