"""Where a new station may stand: candidates, forbidden areas, and the least for each group."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from station_map.coverage.groups import Groups
from station_map.errors import FileRefused, InputError
from station_map.geo.box import SERVICE_BOX
from station_map.planning.demand import Points
from station_map.siting.arrays import Floats
from station_map.siting.candidates import Sites, SiteStatus, from_demand
from station_map.siting.reach import distances
from station_map.store.database import Database
from station_map.store.demand import read_demand
from station_map.store.planning import PlanningStations
from station_map.store.planning_sets import members_of

MOST_CANDIDATES: Final = 50_000
# A table of distances is dense; more than this is gigabytes with what the solver adds.
MOST_DISTANCES: Final = 20_000_000
_HEADS: Final = ("lon", "lat")
_EXAMPLE: Final = "116.798,33.956,市民中心,candidate,1,200"


@dataclass(frozen=True, eq=False)
class Places:
    """Sites to decide about, and what they are called ("" for those without a name)."""

    sites: Sites
    names: tuple[str, ...]


def candidates(
    database: Database, points: Points, asked: str, area: str | None, *, most: int, apart_m: float
) -> Places:
    """Candidates by "cells", "hosts:LAYER" or "set:REFERENCE". Raises InputError and NotFound."""
    if asked == "cells":
        sites = from_demand(points.lonlat, points.weight, most, apart_m=apart_m)
        return Places(sites, ("",) * len(sites))
    if asked.startswith("set:"):
        return from_set(database, asked.removeprefix("set:"))
    with database.long_reading() as connection:
        found = read_demand(connection, asked.removeprefix("hosts:"), area=area)
    sites = Sites((SiteStatus.CANDIDATE,) * _few(len(found.weight)), found.lonlat)
    return Places(sites, ("",) * len(sites))


def from_set(database: Database, reference: str) -> Places:
    """The sites of a set that is kept. Raises NotFound."""
    with database.long_reading() as connection:
        members = members_of(connection, "sites", reference)
    table = np.array([(lon, lat, cost) for lon, lat, _, _, cost, _ in members])
    room = np.array([math.inf if one[5] is None else one[5] for one in members])
    statuses = tuple(SiteStatus(one[3]) for one in members)
    return Places(
        Sites(statuses, table[:, :2], table[:, 2], room), tuple(str(one[2]) for one in members)
    )


def _few(count: int) -> int:
    if count > MOST_CANDIDATES:
        raise InputError(
            f"{count} 个备选地点太多。 {count} candidates are too many.",
            parameter="candidates",
            allowed=f"≤ {MOST_CANDIDATES}",
        )
    return count


def from_file(path: Path) -> Places:
    """Candidates of a csv file. Raises InputError when there is none, FileRefused."""
    if not path.is_file():
        raise InputError(
            f"{path} 不是文件 / is no file",
            parameter="candidates",
            allowed="cells, hosts:LAYER, or a csv with lon, lat [name, status, cost, capacity]",
            example="cells",
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(_rows(path, csv.DictReader(stream)))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileRefused(
            f"{path.name} 不是 UTF-8 的 csv / is no csv in UTF-8", parameter="candidates"
        ) from error
    table = np.array([row[2:] for row in rows], dtype=np.float64).reshape(-1, 4)
    sites = Sites([row[1] for row in rows], table[:, :2], table[:, 2], table[:, 3])
    return Places(sites, tuple(row[0] for row in rows))


type _Row = tuple[str, SiteStatus, float, float, float, float]


def _rows(path: Path, reader: csv.DictReader[str]) -> Iterator[_Row]:
    if not set(_HEADS) <= set(reader.fieldnames or ()):
        raise FileRefused(
            f"{path.name} 缺列 / lacks columns",
            parameter="candidates",
            allowed="lon, lat [name, status, cost, capacity]",
            example="lon,lat,name,status,cost,capacity",
        )
    for number, row in enumerate(reader, 2):
        _few(number - 1)
        try:
            yield _row(row)
        except (TypeError, ValueError) as error:
            raise FileRefused(
                f"{path.name} 第 {number} 行有误 / row {number} is wrong",
                parameter="candidates",
                allowed="degrees (WGS-84) in the service area; status required, candidate or"
                " excluded; cost and capacity at least 0",
                example=_EXAMPLE,
            ) from error


def _row(row: dict[str, str]) -> _Row:
    lon, lat = float(row["lon"]), float(row["lat"])
    cost, capacity = float(row.get("cost") or 1), float(row.get("capacity") or math.inf)
    status = SiteStatus(row.get("status") or SiteStatus.CANDIDATE)
    good = SERVICE_BOX.contains(lon, lat) and 0 <= cost < math.inf and capacity >= 0
    if not good or status is SiteStatus.EXISTING:
        raise ValueError(row)
    return row.get("name") or "", status, lon, lat, cost, capacity


def existing(found: PlanningStations, per_seat: float | None) -> Sites:
    """Stations as they stand. per_seat: whom a seat serves; seats nobody told of serve nobody."""
    room = None if per_seat is None else np.nan_to_num(found.seats, nan=0.0) * per_seat
    count = len(found.codes)
    return Sites((SiteStatus.EXISTING,) * count, found.lonlat, np.zeros(count), room)


def areas_of(path: Path) -> list[Any]:
    """Areas of a GeoJSON file (WGS-84) in which nothing may be opened. Raises FileRefused."""
    import shapely

    try:
        shape = shapely.from_geojson(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, shapely.errors.GEOSException) as error:
        raise FileRefused(
            f"{path.name} 不是 GeoJSON / is no GeoJSON", parameter="exclude"
        ) from error
    parts = list(shapely.get_parts(shape))
    if not parts or any(one.geom_type not in {"Polygon", "MultiPolygon"} for one in parts):
        raise FileRefused(
            f"{path.name} 里要有面，而且只有面 / must hold areas and nothing else",
            parameter="exclude",
        )
    return parts


def floors_of(points: Points, groups: Groups, least: float | None) -> dict[str, float]:
    """The least share of every group in which there is demand."""
    if least is None:
        return {}
    sums = np.bincount(groups.slot, points.weight, minlength=groups.size)
    return {name: least for name, total in zip(groups.names, sums, strict=False) if total > 0}


def table_of(demand: Floats, sites: Sites) -> Floats:
    """Distances (m, n) in metres. Raises InputError when there are too many."""
    assert sites.lonlat is not None  # noqa: S101 - every way to candidates gives positions
    if len(demand) * len(sites) > MOST_DISTANCES:
        raise InputError(
            f"{len(demand)} 格需求 × {len(sites)} 个地点，按距离算太多了。"
            " So many cells times so many sites are too many for a goal by distance.",
            parameter="goal",
            allowed=f"cells × sites ≤ {MOST_DISTANCES}: a smaller --area, fewer --cells",
            example="--area 340603 --cells 200",
        )
    return distances(demand, sites.lonlat)


def with_room(places: Places, room: float | None, wanted: bool) -> Places:
    """Candidates without a capacity get `room`; asked for by capacity, each must have one."""
    sites = places.sites
    capacity = sites.capacities
    if room is not None:
        capacity = np.where(np.isinf(capacity), room, capacity)
    if wanted and np.isinf(capacity).any():
        raise InputError(
            "按容量选址，每个新站都要有容量。 By capacity, every new site needs one.",
            parameter="capacity",
            allowed="a number above 0, or the column capacity in the file of candidates",
            example="--capacity 200",
        )
    return replace(places, sites=replace(sites, capacity=capacity))
