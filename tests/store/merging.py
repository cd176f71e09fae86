"""Merging stations into a database, and reading back what it then holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

from station_map.domain.station import Station
from station_map.store.bulk import Applied, Staging, start_run
from station_map.store.database import Database

# Inside 相山区 (340603) of the reference areas.
LON, LAT = 116.798, 33.956
ACTOR = "登记员"


def station(name: str = "城东驿站", lon: float = LON, lat: float = LAT, **facts: Any) -> Station:
    return Station(name=name, lon=lon, lat=lat, **facts)


def merge(
    database: Database, *stations: Station, replace_demo: bool = False, actor: str = ACTOR
) -> list[Applied]:
    """Merge as one import run; what became of each row."""
    with database.transaction(actor=actor, origin="import") as connection:
        run = start_run(connection, file_name="台账.xlsx", sha256="0" * 64, datum=None, actor=actor)
        staging = Staging(connection, run)
        staging.copy(enumerate(stations))
        return list(staging.apply(replace_demo=replace_demo))


def outcomes(applied: Sequence[Applied]) -> list[str]:
    return [row.outcome for row in applied]


def rows(database: Database, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
    with database.reading() as connection:
        return connection.execute(query, values).fetchall()


def value(database: Database, query: LiteralString, *values: object) -> Any:
    ((found,),) = rows(database, query, *values)
    return found
