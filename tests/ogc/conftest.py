"""Stations for the tests of `/ogc/`, and reading what it answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from station_map.store.database import Database
from tests.web.stations import save, scattered

COUNT = 240


@pytest.fixture
def codes(database: Database) -> list[str]:
    """Codes of some scattered stations; of some, seats and the last check are not known."""
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    stations = [
        replace(
            one,
            seats=None if number % 5 == 0 else number % 31,
            verified_at=None if number % 7 == 0 else start + dt.timedelta(hours=31 * number),
        )
        for number, one in enumerate(scattered(COUNT))
    ]
    return sorted(save(database, stations))


@pytest.fixture
def ogc(client: FlaskClient):
    """`ogc(path)`: JSON of an answer that must be 200."""

    def read(path: str, **headers: str):
        answer = client.get(path if path.startswith("/ogc") else f"/ogc/{path}", headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json(force=True)

    return read
