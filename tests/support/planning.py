"""A small town to plan in: some hundred cells of people and a few stations."""

from __future__ import annotations

from typing import Any

import numpy as np

from station_map.domain.planning_runs import Origin, RunKind
from station_map.domain.vocabulary import AmenityState, Status
from station_map.store import planning_runs as store
from station_map.store.database import Database
from station_map.store.planning_runs import Run
from station_map.store.writing import writing
from tests.store.demand_help import bring
from tests.store.merging import merge, station
from tests.web.stations import HOSTILE_NAMES, having

LON, LAT = 116.80, 33.95
LAYER = "riders"
WITH: AmenityState = "yes"


def cells(side: int = 12, seed: int = 7, step: float = 0.004) -> list[tuple[float, float, float]]:
    """A square of places, some 370 m apart, each with some people."""
    people = np.random.default_rng(seed).integers(1, 90, side * side)
    return [
        (LON + (n % side) * step, LAT + (n // side) * step, float(people[n]))
        for n in range(side * side)
    ]


def town(database: Database, **shape: Any) -> None:
    """People and four stations, one with a hostile name, one of unknown hours and seats."""
    bring(database, LAYER, cells(**shape))
    merge(
        database,
        station("北站", LON + 0.01, LAT + 0.03, opening_hours="24/7", seats=8),
        station(HOSTILE_NAMES[0], LON + 0.03, LAT, amenities=having(microwave=WITH)),
        station("南站", LON, LAT, opening_hours="Mo-Fr 08:00-18:00", seats=3),
        station("停", LON + 0.02, LAT + 0.02, status=Status.SUSPENDED, seats=5),
    )


def change_everything(database: Database) -> None:
    """Another layer by that name, and stations elsewhere: what a run read is gone."""
    bring(database, LAYER, cells(seed=8), replace=True)
    merge(
        database,
        station("新站", LON + 0.02, LAT + 0.01, opening_hours="24/7", seats=30),
        station("又一个", LON + 0.04, LAT + 0.04, opening_hours="24/7", seats=30),
    )


def ask(database: Database, kind: RunKind, asked: dict[str, Any], **more: Any) -> int:
    """A run in the queue."""
    origin: Origin = "api"
    given: dict[str, Any] = {"title": None, "by": "li", "origin": origin} | more
    with writing(database, actor="test") as unit:
        return store.create_run(unit, kind, asked, **given)


def repeat(database: Database, number: int) -> int:
    """The same again, in the queue."""
    with writing(database, actor="test") as unit:
        return store.repeat_run(unit, number, by="li", origin="api")


def cancel(database: Database, number: int) -> bool:
    with writing(database, actor="test") as unit:
        return store.cancel_run(unit, number)


def read(database: Database, number: int) -> Run:
    with database.reading() as connection:
        return store.read_run(connection, number)
