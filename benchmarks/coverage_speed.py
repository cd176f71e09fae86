"""Coverage beside scipy's bare tree, PostGIS and GeoPandas, and all ten indicators of a city.

Everything in one process, in turns, on the same arrays; only the peak of memory is that of a process
of its own (`python -m benchmarks.coverage_speed POINTS`), which also streams what does not fit.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import batched
from statistics import median
from typing import Any, Final

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.coverage_city import city, slide
from benchmarks.generate_stations import BATCH, Floats, places_many
from benchmarks.goals import Goal
from benchmarks.load import NATION, Loaded
from benchmarks.tools import ROOT
from station_map.coverage.inputs import Parameters
from station_map.coverage.reach import Geodesic
from station_map.coverage.run import prepare, run
from station_map.geo.chord import cartesian
from station_map.store.database import Database

OURS: Final = "station-map, geodesic"
BARE: Final = "scipy cKDTree, bare"
POSTGIS: Final = "PostGIS KNN (sample)"
GEOPANDAS: Final = "GeoPandas sjoin_nearest (sample)"
CITY_NEAREST: Final = "station-map, geodesic, city"
TEN: Final = "station-map, all ten indicators, city"
MOVE: Final = "station-map, one move of a slider, city"
ALONE: Final = "station-map, a process of its own"
STREAMED: Final = "station-map, streamed"
DEMAND_SEED: Final = 2
STREAM_POINTS: Final = 5_000_000
MEMORY_GOAL_MB: Final = 1_000.0
HEADS: Final = ("coverage", "points", "stations", "seconds", "CPU s", "points/s", "MB")

# Right on the spheroid as the product's own reads are: a few by the index on the map, then by truth.
_KNN: Final = """
SELECT sum(found.metres) FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) AS p (lon, lat)
CROSS JOIN LATERAL (
    SELECT min(ST_Distance(near.position, ST_Point(p.lon, p.lat, 4326)::geography)) AS metres
    FROM (
        SELECT c.position FROM station_card c
        ORDER BY c.merc <-> ST_Transform(ST_Point(p.lon, p.lat, 4326), 3857) LIMIT 5
    ) near
) found
"""


@dataclass(frozen=True, slots=True)
class CoverageSpeed:
    """One line: seconds and CPU seconds of each round; peak_mb where it was looked at."""

    who: str
    points: int
    stations: int
    seconds: tuple[float, ...]
    cpu_s: tuple[float, ...]
    peak_mb: float | None = None

    @property
    def rate(self) -> float:
        """Points a second in the middle round."""
        return self.points / median(self.seconds)


@dataclass(frozen=True, slots=True)
class Sizes:
    """points: of demand; knn, joined: of the samples; streamed: 0 for none."""

    points: int = 5_000_000
    knn: int = 2_000
    joined: int = 50_000
    streamed: int = 0


def sizes(*, quick: bool, large: bool) -> Sizes:
    """How much is measured."""
    small = Sizes(points=500_000, knn=500, joined=10_000) if quick else Sizes()
    return Sizes(small.points, small.knn, small.joined, 50_000_000 if large else 0)


def measure(
    loaded: Loaded, asked: Sizes, rounds: int, tell: Callable[[str], None]
) -> list[CoverageSpeed]:
    """Every way in turns; the peak of memory after them. loaded: the nation's database."""
    database = Database(loaded.url)
    try:
        stations = _stations(database)
        ways = {**_national(database, stations, asked), **_city()}
        took: dict[str, list[tuple[float, float]]] = {who: [] for who in ways}
        for turn in range(rounds):
            # There and back, as in `rounds`.
            for who in list(ways)[:: 1 if turn % 2 == 0 else -1]:
                took[who].append(_timed(ways[who][2]))
                tell(f"coverage {turn + 1}/{rounds}: {who}: {took[who][-1][0]:.3f} s")
    finally:
        database.close()
    found = [
        CoverageSpeed(who, points, m, *_columns(took[who])) for who, (points, m, _) in ways.items()
    ]
    runs = {ALONE: asked.points, STREAMED: asked.streamed}
    return found + [_alone(who, points) for who, points in runs.items() if points]


def goals(found: Sequence[CoverageSpeed]) -> Iterator[Goal]:
    """Goals about coverage. Rates of samples are by the point."""
    by_who = {speed.who: speed for speed in found}
    ours, bare = by_who[OURS], by_who[BARE]
    yield Goal(
        "nearest distances' time by that of the bare tree",
        1.3,
        _ratio(ours.seconds, bare.seconds),
        at_least=False,
    )
    yield Goal("the same, CPU time", 1.3, _ratio(ours.cpu_s, bare.cpu_s), at_least=False)
    for who, wanted in ((POSTGIS, 100.0), (GEOPANDAS, 5.0)):
        rates = _ratio(by_who[who].seconds, ours.seconds) * ours.points / by_who[who].points
        yield Goal(f"nearest distances' rate by that of {who}", wanted, rates, at_least=True)
    nearest = by_who[CITY_NEAREST]
    for what, who, wanted in (
        ("all ten indicators' time by that of the city's nearest distances", TEN, 20.0),
        ("the same, CPU time", TEN, 20.0),
    ):
        column = "cpu_s" if "CPU" in what else "seconds"
        reached = _ratio(getattr(by_who[who], column), getattr(nearest, column))
        yield Goal(what, wanted, reached, at_least=False)
    moved = median(by_who[MOVE].seconds) * 1000
    yield Goal("a slider's move, without the page", 300.0, moved, at_least=False, unit=" ms")
    alone = by_who[ALONE]
    peak = alone.peak_mb or 0.0
    yield Goal("nearest distances' peak memory", MEMORY_GOAL_MB, peak, at_least=False, unit=" MB")
    if STREAMED in by_who:
        rate = by_who[STREAMED].rate / alone.rate
        yield Goal("rate of those streamed by that of those at once", 0.9, rate, at_least=True)


def lines(found: Sequence[CoverageSpeed]) -> list[tuple[str, ...]]:
    """One row a way."""
    return [
        (
            speed.who,
            f"{speed.points:,}",
            f"{speed.stations:,}",
            f"{median(speed.seconds):.3f}",
            f"{median(speed.cpu_s):.3f}",
            f"{speed.rate:,.0f}",
            "–" if speed.peak_mb is None else f"{speed.peak_mb:,.0f}",
        )
        for speed in found
    ]


# -- the ways ---------------------------------------------------------------------------------

type _Way = tuple[int, int, Callable[[], object]]


def _stations(database: Database) -> Floats:
    rows = database.rows("SELECT lon, lat FROM station_card ORDER BY station_id")
    return np.array(rows, dtype=np.float64)


def _national(database: Database, stations: Floats, asked: Sizes) -> dict[str, _Way]:
    demand = np.concatenate(list(places_many(asked.points, DEMAND_SEED)))
    # The bare tree is given its arrays; to make them is part of our own time.
    points, tree, m = cartesian(demand), cKDTree(cartesian(stations)), len(stations)
    reach = Geodesic(stations)
    cores = os.cpu_count() or 1
    return {
        OURS: (asked.points, m, lambda: reach.nearest_m(demand)),
        BARE: (asked.points, m, lambda: tree.query(points, workers=cores)),
        POSTGIS: (asked.knn, m, lambda: _knn(database, demand[: asked.knn])),
        GEOPANDAS: (asked.joined, m, _joined(stations, demand[: asked.joined])),
    }


def _knn(database: Database, demand: Floats) -> None:
    lons, lats = demand.T.tolist()
    for some in batched(zip(lons, lats, strict=True), 500):
        values: dict[str, object] = {
            "lons": [place[0] for place in some],
            "lats": [place[1] for place in some],
        }
        database.rows(_KNN, values)


def _joined(stations: Floats, demand: Floats) -> Callable[[], object]:
    import geopandas

    def frame(places: Floats) -> Any:
        points = geopandas.points_from_xy(*places.T, crs=4326)
        return geopandas.GeoDataFrame(geometry=points).to_crs(3857)

    left, right = frame(demand), frame(stations)
    return lambda: left.sjoin_nearest(right, distance_col="metres")


def _city() -> dict[str, _Way]:
    demand, stations = city()
    reach, parameters = Geodesic(stations.lonlat), Parameters()
    kept = prepare(demand, stations, parameters)
    turn = iter(range(1_000_000))

    # The other scenario: every tenth closes.
    left = np.where(np.arange(stations.n) % 10 == 0, 0, stations.counts).astype(np.int8)
    closed = replace(stations, counts=left)

    def ten() -> object:
        prepared = prepare(demand, stations, parameters)
        return run(prepared, parameters, prepared.scenario(closed))

    def move() -> object:
        # Another radius each time, so that nothing is at hand for it but the lists.
        return slide(kept, 400.0 + next(turn) % 500)

    size, m = demand.n, stations.n
    return {
        CITY_NEAREST: (size, m, lambda: reach.nearest_m(demand.lonlat)),
        TEN: (size, m, ten),
        MOVE: (size, m, move),
    }


# -- measuring --------------------------------------------------------------------------------


def _timed(way: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    way()
    return time.perf_counter() - wall, time.process_time() - cpu


def _columns(took: list[tuple[float, float]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    seconds, cpu = zip(*took, strict=True)
    return tuple(seconds), tuple(cpu)


def _ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """Median over the rounds of what both did in the same round."""
    return median(a / b for a, b in zip(one, other, strict=True))


def _alone(who: str, points: int) -> CoverageSpeed:
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.coverage_speed", str(points)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(said.stdout)
    return CoverageSpeed(
        who, points, NATION, (found["seconds"],), (found["cpu_s"],), found["peak_mb"]
    )


def stream(points: int) -> dict[str, float]:
    """The nearest distances of so many, five million at a time; making them is not counted."""
    reach = Geodesic(np.concatenate(list(places_many(NATION, 1))))
    seconds = cpu_s = 0.0
    for some in batched(places_many(points, DEMAND_SEED), STREAM_POINTS // BATCH):
        demand = np.concatenate(some)
        took = _timed(lambda given=demand: reach.nearest_m(given))  # type: ignore[misc]
        seconds, cpu_s = seconds + took[0], cpu_s + took[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {"seconds": seconds, "cpu_s": cpu_s, "peak_mb": peak}


if __name__ == "__main__":
    print(json.dumps(stream(int(sys.argv[1]))))
