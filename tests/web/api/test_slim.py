"""The compact table for the map."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.domain.hours import SHANGHAI
from station_map.domain.vocabulary import AMENITY_BY_CODE, Datum
from station_map.geo.datum import from_wgs84
from station_map.importers.demo import load_demo
from station_map.search.filters import StationFilter
from station_map.settings import Settings
from station_map.store.database import Database
from station_map.store.stations import Row
from station_map.web.api.models import ProblemDetails
from station_map.web.api.models_kept import SlimTable, SlimTimetable
from station_map.web.api.slim import all_rows
from station_map.web.api.slim_hours import DAYS, SharedHours
from station_map.web.contract.moments import local_time
from station_map.web.states import state_of, this_minute
from tests.web.api.conftest import Population
from tests.web.stations import save, station

PATH = "/api/v1/stations/slim"
GZIPPED_AT_MOST = 60_000
_COLUMNS = {
    "yes": "amenities",
    "partial": "amenities_partial",
    "broken": "amenities_broken",
    "no": "amenities_absent",
}


def table(client: FlaskClient, query: str = "") -> tuple[SlimTable, list[dict[str, Any]]]:
    got = client.get(f"{PATH}?{query}")
    assert got.status_code == 200, got.text
    found = SlimTable.model_validate_json(got.data)
    return found, [dict(zip(found.fields, row, strict=True)) for row in found.rows]


def test_every_station_is_a_row_that_says_what_is_stored(
    client: FlaskClient, population: Population
) -> None:
    found, rows = table(client)
    assert {row["code"] for row in rows} == set(population.by_code)
    for row in rows:
        stored = population.by_code[row["code"]]
        assert row["name"] == stored.name
        assert [row["lon"], row["lat"]] == pytest.approx([stored.lon, stored.lat], abs=1e-6)
        for field in ("kind", "service_level", "status", "access_method"):
            number = row[field]
            word = None if number is None else found.vocabulary[field][number]
            assert word == getattr(stored, field)
        audience = row["audience"]
        serves = None if audience is None else found.vocabulary["audience"][audience]
        assert serves == stored.audience
        honours = {found.vocabulary["honour"][number] for number in row["honours"]}
        assert honours == set(stored.honours)
        assert row["registration_required"] is stored.registration_required
        assert row["opening_hours"] == stored.opening_hours
        for state, column in _COLUMNS.items():
            said = {AMENITY_BY_CODE[c].id for c, f in stored.amenities.items() if f.state == state}
            assert set(row[column]) == said
        assert row["address"] == stored.address
        assert row["suspended_until"] == (
            stored.suspended_until and stored.suspended_until.isoformat()
        )


def test_seats_are_told_where_they_are_known(client: FlaskClient, database: Database) -> None:
    save(database, [station("甲", seats=12), station("乙", 116.9), station("丙", 117, seats=0)])
    assert {row["name"]: row["seats"] for row in table(client)[1]} == {
        "甲": 12,
        "乙": None,
        "丙": 0,
    }


def test_in_another_datum(client: FlaskClient, database: Database) -> None:
    save(database, [station("甲")])
    found, (row,) = table(client, "crs=gcj02")
    assert found.crs is Datum.GCJ02
    shown = [float(v) for v in from_wgs84(116.798, 33.956, Datum.GCJ02)]
    assert [row["lon"], row["lat"]] == pytest.approx(shown, abs=1e-6)


def test_a_rectangle(client: FlaskClient, database: Database) -> None:
    save(database, [station("甲"), station("乙", 118.6, 24.9)])
    assert [row["name"] for row in table(client, "bbox=118,24,119,25")[1]] == ["乙"]


def test_a_change_is_seen(client: FlaskClient, database: Database) -> None:
    save(database, [station("甲")])
    before = client.get(PATH)
    again = client.get(PATH, headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 304
    save(database, [station("乙", 117, 34)])
    after = client.get(PATH, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert {row[1] for row in json.loads(after.data)["rows"]} == {"甲", "乙"}


def test_the_city_fits_a_phone(client: FlaskClient, database: Database) -> None:
    load_demo(database)
    got = client.get(PATH)
    told = json.loads(got.data)
    assert len(told["rows"]) == 713
    assert told["demo"] is True
    assert len(gzip.compress(got.data, 6)) <= GZIPPED_AT_MOST


def test_hours_ahead_are_those_that_the_server_would_tell(
    client: FlaskClient, database: Database
) -> None:
    load_demo(database)
    found, rows = table(client)
    hours = found.hours
    assert hours.until - hours.from_ == DAYS * 24 * 60
    now = int(dt.datetime.now(dt.UTC).timestamp()) // 60
    assert hours.from_ <= now < hours.until - 7 * 24 * 60
    moments = random.Random(3).sample(range(hours.from_, hours.until), 40)
    stored = {row.code: row for row in all_rows(database, None, StationFilter())}
    shared = set()
    for row in rows:
        if row["timetable"] is None:
            assert stored[row["code"]].status not in {"open", "suspended"} or (
                stored[row["code"]].suspended_until is None
            )
            continue
        shared.add(row["timetable"])
        timetable = hours.timetables[row["timetable"]]
        for moment in moments:
            code = state_of(stored[row["code"]], moment).state.code.value
            assert _said(timetable, moment - hours.from_) == _MEANING[code], (row, moment)
    assert shared == set(range(len(hours.timetables)))
    assert len(shared) < 100


_MEANING = {
    "open": "open",
    "closing_soon": "open",
    "closed": "closed",
    "suspended": "closed",
    "unknown": "unknown",
}


def _said(timetable: SlimTimetable, minute: int) -> str:
    for word, edges in (("open", timetable.open), ("unknown", timetable.unknown)):
        if any(a <= minute < b for a, b in zip(edges[::2], edges[1::2], strict=True)):
            return word
    return "closed"


def test_hours_of_certain_dates_count() -> None:
    today = dt.datetime.now(SHANGHAI).date()
    shared = SharedHours(today)
    row = Row("a", 116.8, 33.9, "{}", "24/7", "open", None)
    dated = row._replace(exceptions=json.dumps([[str(today), str(today), "off", "停电"]]))
    assert [shared.number(one) for one in (row, dated, row)] == [0, 1, 0]
    plain, excepted = json.loads(shared.told())["timetables"]
    assert plain["open"] == [0, DAYS * 1440]
    assert plain["reasons"] == []
    assert excepted["open"] == [1440, DAYS * 1440]
    assert excepted["reasons"] == [[0, 1440, "停电"]]
    assert shared.number(row._replace(status="planned")) is None


def test_more_than_it_holds_is_refused_with_a_way_out(
    composed: Callable[[Settings], Flask], population: Population
) -> None:
    client = composed(Settings(slim_max_stations=200)).test_client()
    got = client.get(PATH)
    assert got.status_code == 413
    told = ProblemDetails.model_validate_json(got.data)
    assert told.type.endswith(":too-much-asked")
    assert told.errors
    assert told.errors[0].parameter == "bbox"
    assert client.get(f"{PATH}?bbox=116.7,33.7,116.8,33.8").status_code == 200


def test_bad_parameters_are_refused(client: FlaskClient) -> None:
    for query in ("crs=x", "kind=driver_home", "limit=5", "bbox=1"):
        assert client.get(f"{PATH}?{query}").status_code == 400


def test_only_what_is_open_then(client: FlaskClient, database: Database) -> None:
    [code, *_] = save(
        database,
        [
            station("全天", opening_hours="24/7"),
            station("关着", 116.9, opening_hours="off"),
            station("不知道", 117.0),
        ],
    )
    for moment in ("now", "now", local_time(this_minute() + 1440)):
        table = SlimTable.model_validate_json(client.get(f"{PATH}?open={moment}").data)
        assert [row[0] for row in table.rows] == [code]
    assert len(SlimTable.model_validate_json(client.get(PATH).data).rows) == 3
