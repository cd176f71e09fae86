"""Answers say that they show demo data, those without a station too."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from station_map.store.database import Database
from tests.web.stations import save, station

NOTHING_FOUND = (
    "/api/v1/stations/nearest?lon=116.8&lat=33.95&amenity=aed",
    "/api/v1/stations?q=没有这个站",
    "/api/v1/stations?q=没有这个站&f=json",
)


@pytest.mark.parametrize("path", NOTHING_FOUND)
def test_an_answer_without_stations_is_demo_when_all_there_is_is(
    client: FlaskClient, database: Database, path: str
) -> None:
    save(database, [station("示例", demo=True)])
    assert client.get(path).get_json()["demo"] is True
    save(database, [station("真的", lon=116.9)])
    assert client.get(path).get_json()["demo"] is False


@pytest.mark.parametrize("path", NOTHING_FOUND)
def test_without_any_station_nothing_is_demo(client: FlaskClient, path: str) -> None:
    assert client.get(path).get_json()["demo"] is False
