"""Devices push, the API tells: rights by place, every field bounded, the same in each answer."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.app import create_app
from station_map.domain.accounts import Role, Scope
from station_map.settings import Settings
from station_map.store import api_tokens
from station_map.store.database import Database
from station_map.store.writing import writing
from station_map.web import live as kept
from station_map.web.api import models, models_live
from tests.store.merging import value
from tests.support import people
from tests.web.stations import HOSTILE_NAMES, save, station

NEAR = "/api/v1/stations/nearest?lon=116.798&lat=33.956"


def now(away: float = 0) -> str:
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=away)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def make_token(
    database: Database, name: str, role: Role, scope: Scope = Scope.LIVE_WRITE, **where: Any
) -> dict[str, str]:
    number = people.account(database, name, role, password=False, **where)
    with writing(database, actor="test") as unit:
        token = api_tokens.make(unit, number, "t", [scope], dt.timedelta(days=7), "test")
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def codes(database: Database) -> list[str]:
    return save(database, [station("甲", bays_free=5, bays_total=20), station("乙", 116.81, 33.95)])


@pytest.fixture
def keeper(database: Database, codes: list[str]) -> dict[str, str]:
    return make_token(database, "li", Role.KEEPER, stations=(codes[0],))


def push(client: FlaskClient, code: str, who: dict[str, str], **body: Any):  # type: ignore[no-untyped-def]
    told = {"observed_at": now(), **body}
    return client.post(f"/api/v1/stations/{code}/live", json=told, headers=who)


def test_what_is_pushed_is_told_at_once_everywhere(
    client: FlaskClient, codes: list[str], keeper: dict[str, str]
) -> None:
    assert "live" not in client.get(NEAR).json["features"][0]["properties"]
    at = now(-3)
    answer = push(client, codes[0], keeper, observed_at=at, bays_free=12, door="locked")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    stored = models_live.LiveStored.model_validate_json(answer.data)
    assert stored.stored == ["bays_free", "door"]
    told = {
        "door": {"value": "locked", "observed_at": at},
        "bays_free": {"value": 12, "observed_at": at},
    }
    assert answer.json["live"] == told

    near = client.get(NEAR + "&crs=gcj02")
    models.NearestStations.model_validate_json(near.data)
    first, second = (one["properties"] for one in near.json["features"])
    assert (first["live"], "live" in second) == (told, False)
    page = client.get("/api/v1/stations")
    models.StationPage.model_validate_json(page.data)
    assert page.json["features"][0]["properties"]["live"] == told
    assert client.get("/api/v1/stations?f=json").json["items"][0]["live"] == told
    one = client.get(f"/api/v1/stations/{codes[0]}")
    models.StationFeature.model_validate_json(one.data)
    assert one.json["properties"]["live"] == told
    # The ledger's own number stays, and the hours decide what is open.
    assert one.json["properties"]["bays_free"] == 5
    assert one.json["properties"]["version"] == 1
    assert first["state"]["code"] == "unknown"


def test_the_same_again_is_known(
    client: FlaskClient, codes: list[str], keeper: dict[str, str]
) -> None:
    at = now(-1)
    assert push(client, codes[0], keeper, observed_at=at, occupancy=4).status_code == 201
    again = push(client, codes[0], keeper, observed_at=at, occupancy=9)
    assert (again.status_code, again.json["stored"]) == (200, [])
    assert again.json["live"]["occupancy"]["value"] == 4
    # The same moment in another zone is the same moment.
    east = dt.datetime.fromisoformat(at).astimezone(dt.timezone(dt.timedelta(hours=8)))
    other = push(client, codes[0], keeper, observed_at=east.isoformat(), occupancy=4)
    assert other.status_code == 200


def test_what_is_late_is_history(
    client: FlaskClient, database: Database, codes: list[str], keeper: dict[str, str]
) -> None:
    push(client, codes[0], keeper, observed_at=now(-2), bays_free=8)
    late = push(client, codes[0], keeper, observed_at=now(-9), bays_free=3)
    assert late.status_code == 201
    assert late.json["live"]["bays_free"]["value"] == 8
    assert value(database, "SELECT sum(samples) FROM live_hourly") == 2


def test_other_processes_see_it_within_seconds(
    client: FlaskClient,
    app: Flask,
    database: Database,
    tmp_path: Path,
    codes: list[str],
    keeper: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = create_app(Settings(data_dir=tmp_path), database).test_client()
    assert "live" not in other.get(NEAR).json["features"][0]["properties"]
    push(client, codes[0], keeper, bays_free=12)
    later = kept.time.monotonic() + kept.REFRESH_S
    monkeypatch.setattr(kept.time, "monotonic", lambda: later)
    told = other.get(NEAR).json["features"][0]["properties"]["live"]
    assert told["bays_free"]["value"] == 12


def test_what_is_too_old_is_not_told(
    client: FlaskClient, codes: list[str], keeper: dict[str, str]
) -> None:
    answer = push(client, codes[0], keeper, observed_at=now(-16), bays_free=12)
    assert (answer.status_code, answer.json["live"]) == (201, {})
    assert "live" not in client.get(NEAR).json["features"][0]["properties"]


def test_who_may_push_where(
    client: FlaskClient, database: Database, codes: list[str], keeper: dict[str, str]
) -> None:
    nobody = push(client, codes[0], {}, bays_free=1)
    assert nobody.status_code == 401
    assert nobody.mimetype == "application/problem+json"
    assert push(client, codes[1], keeper, bays_free=1).status_code == 403
    planner = make_token(database, "wang", Role.PLANNER)
    assert push(client, codes[0], planner, bays_free=1).status_code == 403
    far = make_token(database, "zhao", Role.EDITOR, areas=("340602",))
    assert push(client, codes[0], far, bays_free=1).status_code == 403
    scopeless = make_token(database, "qian", Role.ADMIN, Scope.EVENTS_WRITE)
    refused = push(client, codes[0], scopeless, bays_free=1)
    assert refused.status_code == 403
    assert 'scope="live:write"' in refused.headers["WWW-Authenticate"]
    here = make_token(database, "sun", Role.EDITOR, areas=("340600",))
    assert push(client, codes[0], here, bays_free=1).status_code == 201
    assert push(client, "nowhere", here, bays_free=1).status_code == 404
    assert push(client, "%00", here, bays_free=1).status_code == 404
    assert value(database, "SELECT count(*) FROM live_seen") == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "occupancy"),
        ({"bays_free": -1}, "bays_free"),
        ({"bays_free": 100_001}, "bays_free"),
        ({"bays_free": 1.5}, "bays_free"),
        ({"bays_free": "１２"}, "bays_free"),
        ({"bays_free": True}, "bays_free"),
        ({"occupancy": 10_001}, "occupancy"),
        ({"door": "ajar"}, "door"),
        ({"device": "ok\u0000"}, "device"),
        ({"bays_free": 1, "observed_at": "2026-11-22T08:30:00"}, "observed_at"),
        ({"bays_free": 1, "observed_at": "2026-02-31T08:30:00Z"}, "observed_at"),
        ({"bays_free": 1, "observed_at": 1763800000}, "observed_at"),
        ({"bays_free": 1, "temperature": 20}, "temperature"),
        *(({"door": name}, "door") for name in HOSTILE_NAMES),
    ],
    ids=lambda one: ascii(one)[-40:],
)
def test_bad_fields_are_named(
    client: FlaskClient,
    database: Database,
    codes: list[str],
    keeper: dict[str, str],
    body: dict[str, Any],
    field: str,
) -> None:
    answer = push(client, codes[0], keeper, **body)
    assert answer.status_code == 400, answer.text
    problem = models.ProblemDetails.model_validate_json(answer.data)
    assert problem.errors is not None
    assert [one.parameter for one in problem.errors] == [field]
    assert problem.errors[0].message_zh
    assert value(database, "SELECT count(*) FROM live_seen") == 0


@pytest.mark.parametrize("away", [2, 60 * 24 * 900, -60 * 25], ids=["soon", "far", "past"])
def test_times_that_cannot_be_live_are_refused(
    client: FlaskClient, codes: list[str], keeper: dict[str, str], away: int
) -> None:
    answer = push(client, codes[0], keeper, observed_at=now(away), bays_free=1)
    assert answer.status_code == 400
    (error,) = answer.json["errors"]
    assert error["parameter"] == "observed_at"
    assert error["message_zh"].startswith("时间")


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b"null", b"[" * 50_000])
def test_what_is_no_object_is_refused(
    client: FlaskClient, codes: list[str], keeper: dict[str, str], raw: bytes
) -> None:
    address = f"/api/v1/stations/{codes[0]}/live"
    answer = client.post(address, data=raw, headers=keeper, content_type="application/json")
    assert answer.status_code == 400
    assert client.post(address, data=raw, headers=keeper).status_code == 415
    large = client.post(
        address, data=b" " * 70_000, headers=keeper, content_type="application/json"
    )
    assert large.status_code == 413


def test_a_token_has_its_pace(
    database: Database, tmp_path: Path, codes: list[str], keeper: dict[str, str]
) -> None:
    slow = Settings(data_dir=tmp_path, live_pushes_per_minute=1)
    client = create_app(slow, database).test_client()
    answers = [push(client, codes[0], keeper, observed_at=now(-n), bays_free=n) for n in range(3)]
    # A minute may end between two of them, but not between each.
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60


def test_planners_read_hours(
    client: FlaskClient, database: Database, codes: list[str], keeper: dict[str, str]
) -> None:
    for minutes, free in ((-3, 4), (-2, 8)):
        push(client, codes[0], keeper, observed_at=now(minutes), bays_free=free)
    span = f"?from={now(-180)}&until={now(60)}"
    address = f"/api/v1/stations/{codes[0]}/live/hours"
    assert client.get(address + span).status_code == 401
    assert client.get(address + span, headers=keeper).status_code == 403
    planner = make_token(database, "wang", Role.PLANNER, Scope.PLANNING_RUN)
    answer = client.get(address + span, headers=planner)
    told = models_live.LiveHours.model_validate_json(answer.data)
    assert sum(hour.samples for hour in told.hours) == 2
    assert sum(hour.mean * hour.samples for hour in told.hours) == 12
    for bad in ("", f"?from={now()}", f"?from={now()}&until={now(-1)}", "?from=x&until=y"):
        assert client.get(address + bad, headers=planner).status_code == 400
    long = f"?from={now(-60 * 24 * 40)}&until={now()}"
    refused = client.get(address + long, headers=planner)
    assert refused.status_code == 400
    assert "31" in json.loads(refused.data)["detail"]
