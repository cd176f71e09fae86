"""Stations for the tests of `/ogc/`, and reading what it answers."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from station_map.store.database import Database
from tests.web.stations import save, scattered

COUNT = 240


@pytest.fixture
def codes(database: Database) -> list[str]:
    """Codes of some scattered stations."""
    return sorted(save(database, scattered(COUNT)))


@pytest.fixture
def ogc(client: FlaskClient):
    """`ogc(path)`: JSON of an answer that must be 200."""

    def read(path: str, **headers: str):
        answer = client.get(path if path.startswith("/ogc") else f"/ogc/{path}", headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json(force=True)

    return read
