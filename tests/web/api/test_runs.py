"""Runs over HTTP: asked for, answered at once or later, followed, cancelled, repeated; by whom."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from station_map.domain.accounts import Role, Scope
from station_map.domain.planning_runs import RunKind
from station_map.planning import runs, runs_now
from station_map.store import api_tokens
from station_map.store import planning_runs as store
from station_map.store.database import Database
from station_map.store.writing import writing
from station_map.web.api.models_runs import RunPage, RunTold
from tests.store.merging import value
from tests.support import people
from tests.support.planning import ask, change_everything, town
from tests.web.stations import HOSTILE_NAMES

COVERAGE = "/api/v1/coverage-runs"
SITING = "/api/v1/siting-runs"
SMALL = {"radii": [500], "by": "all"}
SITES = {"count": 2, "cells": 20, "by": "all"}

type Who = dict[str, str]


def token(database: Database, name: str, role: Role = Role.PLANNER, *scopes: Scope) -> Who:
    number = people.account(database, name, role, password=False)
    with writing(database, actor="test") as unit:
        made = api_tokens.make(
            unit, number, "t", scopes or [Scope.PLANNING_RUN], dt.timedelta(days=7), "test"
        )
    return {"Authorization": f"Bearer {made}"}


@pytest.fixture
def planner(database: Database) -> Who:
    town(database)
    return token(database, "planner")


def told(answer: TestResponse, status: int) -> RunTold:
    assert answer.status_code == status, answer.text
    return RunTold.model_validate_json(answer.data)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is small."""
    monkeypatch.setattr(runs_now, "MOST_CELLS", 0)


@pytest.mark.parametrize(("path", "asked"), [(COVERAGE, SMALL), (SITING, SITES)])
def test_a_small_one_is_answered_at_once(
    client: FlaskClient, planner: Who, path: str, asked: dict[str, Any]
) -> None:
    title = HOSTILE_NAMES[0]
    answer = client.post(path, json={**asked, "title": title}, headers=planner)
    run = told(answer, 201)
    assert (run.state, run.by, run.origin, run.title) == ("done", "planner", "api", title)
    assert (run.inputs, run.answer is None) == ("kept", False)
    assert answer.headers["Location"] == f"{path}/{run.id}"
    assert "Retry-After" not in answer.headers
    again = client.get(answer.headers["Location"], headers=planner)
    assert again.json == answer.json
    tag = again.headers["ETag"]
    held = client.get(answer.headers["Location"], headers={**planner, "If-None-Match": tag})
    assert (held.status_code, held.data) == (304, b"")
    assert "public" not in again.headers["Cache-Control"]


def test_a_large_one_is_left_to_the_worker(
    client: FlaskClient, database: Database, planner: Who, later: None
) -> None:
    answer = client.post(COVERAGE, json=SMALL, headers=planner)
    run = told(answer, 202)
    assert (run.state, run.answer) == ("queued", None)
    assert answer.headers["Retry-After"] == "1"
    address = answer.headers["Location"]
    waiting = client.get(address, headers=planner)
    assert waiting.headers["Retry-After"] == "1"
    runs.execute(database, run.id)
    done = client.get(address, headers={**planner, "If-None-Match": waiting.headers["ETag"]})
    assert told(done, 200).state == "done"
    assert "Retry-After" not in done.headers


@pytest.mark.parametrize(
    ("path", "asked", "bound"),
    [
        (COVERAGE, {**SMALL, "area": "340602"}, "MOST_STORED"),
        (SITING, {**SITES, "cells": 2_001}, ""),
        (SITING, {**SITES, "candidates": "hosts:riders"}, "MOST_CANDIDATES"),
    ],
)
def test_what_small_means(
    client: FlaskClient,
    planner: Who,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    asked: dict[str, Any],
    bound: str,
) -> None:
    if bound:
        assert client.post(path, json=asked, headers=planner).status_code == 201
        monkeypatch.setattr(runs_now, bound, 1)
    assert told(client.post(path, json=asked, headers=planner), 202).state == "queued"


def test_what_is_not_proven_soon_is_left_to_the_worker(
    client: FlaskClient, database: Database, planner: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_now, "SOLVED_S", -1)
    assert told(client.post(SITING, json=SITES, headers=planner), 202).state == "queued"
    assert value(database, "SELECT count(*) FROM planning_run") == 1


def test_repeated_from_the_same_data(client: FlaskClient, database: Database, planner: Who) -> None:
    first = told(client.post(SITING, json=SITES, headers=planner), 201)
    change_everything(database)
    answer = client.post(f"{SITING}/{first.id}/repeat", headers=planner)
    run = told(answer, 202)
    assert run.repeats == first.id
    waiting = client.post(f"{SITING}/{run.id}/repeat", headers=planner)
    assert (waiting.status_code, waiting.mimetype) == (409, "application/problem+json")
    runs.execute(database, run.id)
    done = told(client.get(answer.headers["Location"], headers=planner), 200)
    assert (done.same, done.answer is None) == (True, False)
    assert done.answer is not None
    assert first.answer is not None
    assert done.answer["sites"] == first.answer["sites"]


def test_cancelled(client: FlaskClient, database: Database, planner: Who, later: None) -> None:
    run = told(client.post(SITING, json=SITES, headers=planner), 202)
    address = f"{SITING}/{run.id}/cancel"
    assert told(client.post(address, headers=planner), 200).state == "cancelled"
    # Once more is no fault.
    assert told(client.post(address, json={}, headers=planner), 200).state == "cancelled"
    at_work = ask(database, RunKind.SITING, SITES)
    people.execute(
        database,
        "UPDATE planning_run SET state = 'running', started_at = now(), beat_at = now(), turn = 1"
        " WHERE id = %s",
        at_work,
    )
    stopping = told(client.post(f"{SITING}/{at_work}/cancel", headers=planner), 202)
    assert (stopping.state, stopping.cancelling) == ("running", True)
    refused = client.post(address, json={"force": True}, headers=planner)
    assert refused.json["errors"][0]["parameter"] == "force"


def test_lists_go_on_by_their_links(client: FlaskClient, database: Database, planner: Who) -> None:
    numbers = [ask(database, RunKind.SITING, SITES) for _ in range(5)]
    other = ask(database, RunKind.COVERAGE, SMALL)
    found, address = [], f"{SITING}?limit=2"
    while address:
        page = RunPage.model_validate_json(client.get(address, headers=planner).data)
        found += [run.id for run in page.items]
        address = next((link.href for link in page.links if link.rel == "next"), "")
    assert found == numbers[::-1]
    assert client.get(f"{COVERAGE}?limit=2", headers=planner).json["numberReturned"] == 1
    assert client.get(f"{SITING}/{other}", headers=planner).status_code == 404
    assert client.get(f"{COVERAGE}/{other}", headers=planner).status_code == 200


@pytest.mark.parametrize(
    ("path", "asked", "named"),
    [
        (COVERAGE, {"radius": 500}, "radius"),
        (COVERAGE, {"radii": [-1]}, "radii.0"),
        (COVERAGE, {"radii": []}, "radii"),
        (COVERAGE, {"amenities": ["{{7*7}}"]}, "amenities"),
        (COVERAGE, {"by": "areas"}, "by"),
        (COVERAGE, {"demand": "a\x00b"}, "demand"),
        (COVERAGE, {"without": ["\x00"]}, "without.0"),
        (COVERAGE, {"without": ["340603-99999"]}, "without"),
        (COVERAGE, {"title": "字" * 201}, "title"),
        (COVERAGE, {"title": ["x"]}, "title"),
        (COVERAGE, {"added": [{"lon": 0, "lat": 0}]}, "added.0"),
        (SITING, {}, None),
        (SITING, {"count": 2, "candidates": "file"}, "candidates"),
        (SITING, {"count": 2, "time_limit": 80_000}, "time_limit"),
        (SITING, {"count": 2, "threads": 0}, "threads"),
        (SITING, {"count": 2, "threads": 63}, "threads"),
        (SITING, {"count": 2, "goal": "cover", "capacity": "much"}, "capacity"),
        (SITING, {"\ud800": 1, "count": 2}, None),
    ],
)
def test_what_is_wrong_is_named(
    client: FlaskClient,
    database: Database,
    planner: Who,
    path: str,
    asked: dict[str, Any],
    named: str | None,
) -> None:
    body = json.dumps(asked)
    answer = client.post(path, data=body, content_type="application/json", headers=planner)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    told = [error["parameter"] for error in answer.json.get("errors", [])]
    assert told == ([] if named is None else [named])
    assert value(database, "SELECT count(*) FROM planning_run") == 0


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'{"count":NaN}', b"\xff", b"[" * 9000]
)
def test_what_is_no_document(client: FlaskClient, planner: Who, body: bytes) -> None:
    kind = "application/json"
    assert client.post(SITING, data=body, content_type=kind, headers=planner).status_code == 400
    plain = client.post(SITING, data=body, content_type="text/plain", headers=planner)
    assert plain.status_code == 415


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=9)
    | st.sampled_from(["", "\x00", "cells", "hosts:x", "h3:9", "340603", *HOSTILE_NAMES]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
FIELDS = ["demand", "area", "by", "radii", "at", "hours", "without", "added", "count", "goal",
          "title", "candidates", "cells", "spacing", "phases", "minutes"]  # fmt: skip


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.dictionaries(st.sampled_from(FIELDS), values, max_size=3), st.sampled_from([0, 1]))
def test_no_document_breaks_it(
    client: FlaskClient, planner: Who, later: None, document: dict[str, Any], which: int
) -> None:
    body = json.dumps({"count": 1, **document} if which else document).encode()
    answer = client.post(
        (COVERAGE, SITING)[which], data=body, content_type="application/json", headers=planner
    )
    assert answer.status_code in {202, 400, 404, 429}, answer.text


def test_who_may(client: FlaskClient, database: Database, planner: Who) -> None:
    number = ask(database, RunKind.SITING, SITES)
    one = f"{SITING}/{number}"
    routes = [
        ("GET", SITING), ("POST", SITING), ("GET", one), ("POST", f"{one}/cancel"),
        ("POST", f"{one}/repeat"), ("GET", COVERAGE), ("POST", COVERAGE),
    ]  # fmt: skip
    others = {
        "keeper": token(database, "keeper", Role.KEEPER),
        "editor": token(database, "editor", Role.EDITOR),
        "narrow": token(database, "narrow", Role.ADMIN, Scope.LIVE_WRITE),
    }
    for way, address in routes:
        assert client.open(address, method=way, json=SITES).status_code == 401
        for name, who in others.items():
            answer = client.open(address, method=way, json=SITES, headers=who)
            assert answer.status_code == 403, (name, way, address)
    assert value(database, "SELECT state FROM planning_run") == "queued"
    boss = token(database, "boss", Role.ADMIN)
    assert client.get(one, headers=boss).status_code == 200


def test_nobody_fills_the_queue(
    client: FlaskClient, planner: Who, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_WAITING", 2)
    for _ in range(2):
        assert client.post(SITING, json=SITES, headers=planner).status_code == 202
    full = client.post(SITING, json=SITES, headers=planner)
    assert (full.status_code, full.headers["Retry-After"]) == (429, "60")


def test_without_any_layer_one_is_made_by_the_worker(
    client: FlaskClient, database: Database
) -> None:
    who = token(database, "planner")
    assert told(client.post(COVERAGE, json={}, headers=who), 202).state == "queued"


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30, "x", "-1", "%00"])
@pytest.mark.parametrize("way", ["", "/cancel", "/repeat"])
def test_what_is_not_there(client: FlaskClient, planner: Who, number: str, way: str) -> None:
    method = "POST" if way else "GET"
    got = client.open(f"{SITING}/{number}{way}", method=method, headers=planner)
    assert got.status_code == 404
