"""`open` over HTTP: what it finds, how it marks what nobody knows, what it refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from station_map.domain.hours import SHANGHAI, StateCode
from station_map.domain.station import Station
from station_map.store.database import Database
from station_map.web.api.models import (
    NearestStations,
    ProblemDetails,
    StationItems,
    StationPage,
)
from tests.web.stations import having, save, station

NEAREST = "/api/v1/stations/nearest"
LIST = "/api/v1/stations"
HERE = {"lon": "116.798", "lat": "33.956"}
# The day after tomorrow, at nine: a time that is near whenever this runs.
SOON = dt.datetime.combine(
    dt.datetime.now(SHANGHAI).date() + dt.timedelta(days=2), dt.time(9), SHANGHAI
)


def stored(database: Database) -> dict[str, str]:
    """Code to name of five stations, each further east than the one before."""
    stations = [
        station("关着", 116.800, opening_hours="off"),
        station("不知道", 116.805),
        station("全天", 116.810, opening_hours="24/7", amenities=having("wifi")),
        station("早上", 116.815, opening_hours="08:00-10:00"),
        station("晚上", 116.820, opening_hours="19:00-21:00"),
    ]
    return dict(zip(save(database, stations), (s.name for s in stations), strict=True))


def nearest(client: FlaskClient, **query: object) -> NearestStations:
    got = client.get(NEAREST, query_string=urlencode(HERE | query))
    assert got.status_code == 200, got.text
    return NearestStations.model_validate_json(got.data)


def refused(client: FlaskClient, path: str, **query: object) -> ProblemDetails:
    got = client.get(path, query_string=urlencode(query))
    assert got.status_code == 400, got.text
    return ProblemDetails.model_validate_json(got.data)


def names(database_names: dict[str, str], found: Any) -> list[str]:
    return [database_names[feature.id] for feature in found.features]


def test_the_nearest_that_are_open_then(client: FlaskClient, database: Database) -> None:
    known = stored(database)
    morning = f"{SOON:%Y-%m-%dT%H:%M}"
    evening = f"{SOON + dt.timedelta(hours=11):%Y-%m-%dT%H:%M:%S+08:00}"
    assert names(known, nearest(client, open=morning)) == ["全天", "早上"]
    assert names(known, nearest(client, open=evening, k=2)) == ["全天", "晚上"]
    assert names(known, nearest(client, open=morning, amenity="wifi")) == ["全天"]


def test_the_state_is_that_of_the_moment(client: FlaskClient, database: Database) -> None:
    stored(database)
    found = nearest(client, open=SOON.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%MZ"))
    states = [feature.properties.state for feature in found.features]
    assert [state.code for state in states] == [StateCode.OPEN, StateCode.OPEN]
    assert states[1].until == f"{SOON:%Y-%m-%d}T10:00:00+08:00"


def test_unknown_hours_come_last_and_marked(client: FlaskClient, database: Database) -> None:
    known = stored(database)
    found = nearest(client, open=SOON.isoformat(), open_unknown="include")
    assert names(known, found) == ["全天", "早上", "不知道"]
    marks = [feature.properties.open_unknown for feature in found.features]
    assert marks == [None, None, True]
    assert found.features[2].properties.state.code is StateCode.UNKNOWN


def test_now_is_now(client: FlaskClient, database: Database) -> None:
    known = stored(database)
    assert "全天" in names(known, nearest(client, open="now"))
    assert "关着" not in names(known, nearest(client, open="now"))


def test_arrival_counts_the_way(client: FlaskClient, database: Database) -> None:
    later = dt.datetime.now(SHANGHAI) + dt.timedelta(hours=2)
    hour = f"{later:%H}:00-{(later.hour + 1) % 24:02d}:00"
    # So far that a walk from here ends in the middle of that hour; 0.936 seconds a metre.
    away = (150 - later.minute) * 60 / 0.936 / 111_000
    [code, _] = save(
        database,
        [
            station("远", 116.798, 33.956 + away, opening_hours=hour),
            station("远而关", 116.798, 33.956 + away, opening_hours="off"),
        ],
    )
    on_foot = nearest(client, open="arrival")
    assert [feature.id for feature in on_foot.features] == [code]
    assert on_foot.features[0].properties.state.code is StateCode.CLOSED
    assert nearest(client, open="now").features == []
    assert nearest(client, open="arrival", travel_mode="car").features == []


@pytest.mark.parametrize(("mode", "km_per_hour"), [("walk", 5), ("ebike", 15), ("car", 30)])
def test_the_way_takes_time(
    client: FlaskClient, database: Database, mode: str, km_per_hour: int
) -> None:
    stored(database)
    for feature in nearest(client, travel_mode=mode).features:
        told = feature.properties
        expected = told.distance_m * 1.3 / (km_per_hour / 3.6)
        assert told.duration_s == pytest.approx(expected, abs=1)
    assert nearest(client).features[0].properties.duration_s is None


def many(count: int) -> list[Station]:
    hours = (None, "24/7", "off", "08:00-10:00")
    return [station(f"站{n}", 116.5 + n / 1000, opening_hours=hours[n % 4]) for n in range(count)]


def test_pages_of_a_list_keep_to_the_first_page_s_moment(
    client: FlaskClient, database: Database
) -> None:
    codes = sorted(save(database, many(40)))
    url = f"{LIST}?open=now&open_unknown=include&limit=7&q=站"
    seen: list[str] = []
    asked: list[str] = []
    while True:
        got = client.get(url)
        page = StationPage.model_validate_json(got.data)
        seen += [feature.id for feature in page.features]
        onward = [link.href for link in page.links if link.rel == "next"]
        if not onward:
            break
        url = onward[0]
        asked += parse_qs(urlsplit(url).query)["open"]
    assert len(set(asked)) == 1
    assert asked[0].startswith("20")
    assert page.numberOpenUnknown == 10
    assert len(seen) == len(set(seen)) == page.numberMatched
    unknown = codes[0::4]
    assert seen[-10:] == unknown


def test_a_list_says_how_many_nobody_knows(client: FlaskClient, database: Database) -> None:
    save(database, many(12))
    got = client.get(f"{LIST}?open={SOON:%Y-%m-%dT%H:%M}&f=json")
    page = StationItems.model_validate_json(got.data)
    assert (page.numberMatched, page.numberOpenUnknown) == (6, 3)
    assert {item.state.code for item in page.items} == {StateCode.OPEN}
    assert all(item.open_unknown is None for item in page.items)
    plain = StationItems.model_validate_json(client.get(f"{LIST}?f=json").data)
    assert plain.numberOpenUnknown is None


@pytest.mark.parametrize("path", [NEAREST, LIST])
@pytest.mark.parametrize(
    "value",
    [
        *("", "Now", "yes", "2026-02-31T10:00", "2026-11-23", "10:00", "0001-01-01T00:00+14:00"),
        *("9999-12-31T23:59", "1999-01-01T00:00Z", "2026-11-23T25:00", "２０２６-11-23T10:00"),
        *("{{7*7}}", "2026-11-23T10:00+99:99", "now,arrival"),
    ],
)
def test_what_is_no_moment_is_refused(
    client: FlaskClient, database: Database, path: str, value: str
) -> None:
    del database
    problem = refused(client, path, open=value, **(HERE if path == NEAREST else {}))
    assert problem.errors is not None
    [error] = problem.errors
    assert error.parameter == "open"
    assert "now" in error.allowed
    assert error.example == "open=now"


def test_a_list_has_no_arrival_and_says_where_there_is_one(
    client: FlaskClient, database: Database
) -> None:
    del database
    problem = refused(client, LIST, open="arrival")
    assert problem.errors is not None
    assert NEAREST in problem.errors[0].allowed


@pytest.mark.parametrize(("name", "value"), [("travel_mode", "plane"), ("open_unknown", "yes")])
def test_other_words_are_refused(
    client: FlaskClient, database: Database, name: str, value: str
) -> None:
    del database
    problem = refused(client, NEAREST, **(HERE | {"open": "now", name: value}))
    assert problem.errors is not None
    assert problem.errors[0].parameter == name


def test_a_plus_that_nobody_encoded_is_read_as_one(client: FlaskClient, database: Database) -> None:
    known = stored(database)
    got = client.get(f"{NEAREST}?lon=116.798&lat=33.956&open={SOON:%Y-%m-%dT%H:%M}+08:00")
    assert got.status_code == 200, got.text
    assert names(known, NearestStations.model_validate_json(got.data)) == ["全天", "早上"]
