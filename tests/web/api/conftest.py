"""A population of stations to ask for over HTTP."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from station_map.domain.station import Station
from station_map.store.database import Database
from tests.web.stations import save, scattered


@dataclass(frozen=True)
class Population:
    """Stored stations by code."""

    by_code: dict[str, Station]


@pytest.fixture
def population(database: Database) -> Population:
    stations = scattered(300)
    return Population(dict(zip(save(database, stations), stations, strict=True)))
