"""What is asked: points near stations, the same for every contender, never the same twice.

Drawn with a seed: a station by chance, then some hundreds of metres aside. Each list is
written to a file; a contender works through it from another place in every round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.generate_stations import METRES_PER_DEGREE
from benchmarks.load import positions
from station_map.domain.hours import SHANGHAI
from station_map.domain.vocabulary import Status
from station_map.geo.distance import mercator_xy
from station_map.search.filters import StationFilter
from station_map.search.nearest import K_DEFAULT, filter_expression
from station_map.store import nearest as store

POINTS: Final = 1 << 14
SEED: Final = 20_261_122
ASIDE_M: Final = 700.0
# What `search/nearest.py` asks of the index beyond k.
LIMIT: Final = K_DEFAULT + 4

NONE: Final = "no filter"
THREE: Final = "three amenities"
RARE: Final = "one of 0.1 %"
FILTERS: Final[dict[str, tuple[str, ...]]] = {
    NONE: (),
    THREE: ("microwave", "drinking_water", "phone_charging"),
    RARE: ("aed",),
}

# The same without amenities, of stations open at an hour of the next Wednesday.
BY_DAY: Final = "open at 10:00"
AT_NIGHT: Final = "open at 3:00"
MOMENTS: Final[dict[str, int]] = {BY_DAY: 10, AT_NIGHT: 3}
_WEDNESDAY: Final = 2

Point = tuple[float, float]
# Half a side of the square that peers without "nearest" are asked for, in degrees: some 2 km.
HALF_BOX: Final = 0.02


@cache
def points(size: int) -> list[Point]:
    """POINTS positions (lon, lat in degrees, six decimals) near stations, in random order."""
    rng = np.random.default_rng([SEED, size])
    lons, lats = positions(size, POINTS, rng)
    north, east = rng.standard_normal((2, POINTS)) * ASIDE_M / METRES_PER_DEGREE
    order = rng.permutation(POINTS)
    lon = np.round(lons + east / np.cos(np.radians(lats)), 6)[order]
    lat = np.round(lats + north, 6)[order]
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


@dataclass(frozen=True)
class Paths:
    """A list of request paths in a file."""

    file: Path
    sample: tuple[str, ...]


def write_paths(file: Path, asked: Iterable[str]) -> Paths:
    """Write request paths for wrk; a few of them stay at hand for checking answers."""
    lines = list(asked)
    file.write_text("\n".join(lines) + "\n", encoding="ascii")
    return Paths(file, tuple(lines[:: len(lines) // 8]))


def our_path(point: Point, amenities: tuple[str, ...] = (), hour: int | None = None) -> str:
    """The product's own route. hour: at which the stations must be open, in China."""
    chosen = f"&amenity={','.join(amenities)}" if amenities else ""
    at = "" if hour is None else f"&open={_wednesday()}T{hour:02d}:00"
    return f"/api/v1/stations/nearest?lon={point[0]}&lat={point[1]}{chosen}{at}"


@cache
def _wednesday() -> dt.date:
    """The next one; a moment like any other of the weeks that are worked out ahead."""
    tomorrow = dt.datetime.now(SHANGHAI).date() + dt.timedelta(days=1)
    return tomorrow + dt.timedelta(days=(_WEDNESDAY - tomorrow.weekday()) % 7)


def box_of(point: Point) -> str:
    """west,south,east,north of a square around a point."""
    lon, lat = point
    edges = (lon - HALF_BOX, lat - HALF_BOX, lon + HALF_BOX, lat + HALF_BOX)
    return ",".join(f"{edge:.6f}" for edge in edges)


# -- the same SQL by pgbench -------------------------------------------------------------


def pgbench_script(asked: list[Point], amenities: tuple[str, ...]) -> str:
    """A script that runs the product's first statement for one of the points by chance.

    pgbench has no lists: the point's numbers are found by halving, in its own expressions.
    """
    xy = [mercator_xy(*point) for point in asked]
    columns: dict[str, list[float]] = {
        "lon": [point[0] for point in asked],
        "lat": [point[1] for point in asked],
        "x": [x for x, _ in xy],
        "y": [y for _, y in xy],
    }
    lines = [f"\\set i random(0, {len(asked) - 1})", f"\\set limit {LIMIT}"]
    lines += [f"\\set {name} {_halved(values, 0)}" for name, values in columns.items()]
    return "\n".join([*lines, _as_pgbench(*_statement(amenities))]) + ";\n"


def _statement(amenities: tuple[str, ...]) -> tuple[str, str | None]:
    """The product's statement and its filter, the one that `search/nearest.py` would choose."""
    if not amenities:
        return store.OPEN.by_map, None
    where = StationFilter(statuses=(Status.OPEN,), amenities=amenities)
    return store.FILTERED.by_map, filter_expression(where)


def _as_pgbench(statement: str, facets: str | None) -> str:
    """The statement with pgbench's variables; a filter is a constant in it."""
    for name in ("lon", "lat", "x", "y", "limit"):
        statement = statement.replace(f"%({name})s", f":{name}")
    if facets is not None:
        statement = statement.replace("%(facets)s", f"'{facets}'")
    return " ".join(statement.split())


def _halved(values: list[float], first: int) -> str:
    if len(values) == 1:
        return repr(values[0])
    half = len(values) // 2
    below, above = _halved(values[:half], first), _halved(values[half:], first + half)
    return f"case when :i < {first + half} then {below} else {above} end"


def each(asked: list[Point], path: Callable[[Point], str]) -> list[str]:
    """One path a point."""
    return [path(point) for point in asked]
