"""A synthetic city to measure coverage on: cells of people, stations, hours, amenities, seats."""

from __future__ import annotations

from typing import Final

import numpy as np

from benchmarks.generate_stations import Floats
from benchmarks.load import CITY, HUAIBEI
from station_map.coverage.groups import Groups
from station_map.coverage.inputs import Asked, Demand, Moment, Stations
from station_map.coverage.prepared import Prepared
from station_map.coverage.reach import Threshold
from station_map.coverage.run import Choice, hours_of, overlap_of, share_within

CELLS_A_SIDE: Final = 362  # 131,044 cells of 100 m
CELL_DEG: Final = (0.00108, 0.0009)
_TIMETABLES: Final = 40


def slide(prepared: Prepared, metres: float) -> object:
    """What a slider's move asks: share, overlap, the hours of the week, at one radius."""
    asked, threshold = Asked(Moment(hour=int(metres) % 168)), Threshold(metres=metres)
    choice = Choice(prepared.stations, asked)
    return (
        share_within(prepared, threshold, choice),
        overlap_of(prepared, threshold, choice),
        hours_of(prepared, metres, asked),
    )


def city(seed: int = 3) -> tuple[Demand, Stations]:
    """Synthetic: 131,044 cells of 100 m in four groups, 713 stations, most in the middle."""
    random = np.random.default_rng(seed)
    y, x = np.divmod(np.arange(CELLS_A_SIDE**2), CELLS_A_SIDE)
    cells = np.column_stack([x, y]) * np.array(CELL_DEG)
    middle = cells.max(axis=0) / 2
    cells += np.array(HUAIBEI) - middle
    away = np.linalg.norm((cells - np.array(HUAIBEI)) / middle, axis=1)
    weight = np.rint(random.gamma(2.0, 8.0, len(cells)) * np.exp(-3.0 * away))
    groups = Groups(("1", "2", "3", "4"), (2 * (x > x.mean()) + (y > y.mean())).astype(np.int32))
    near = random.random(CITY) < 0.7
    spread = np.where(near, 0.25, 1.0)[:, None] * middle
    places = np.array(HUAIBEI) + random.uniform(-1, 1, (CITY, 2)) * spread
    return Demand(cells, weight, groups, synthetic=True), _having(places, random)


def _having(places: Floats, random: np.random.Generator) -> Stations:
    m = len(places)
    tables = np.zeros((_TIMETABLES, 7, 24), dtype=np.int8)
    for table in tables:
        opens, closes = random.integers(6, 10), random.integers(16, 25)
        table[: random.choice([5, 7]), opens:closes] = 1
    tables[0], tables[1] = 1, -1
    states = np.array([1, 1, 0, -1], dtype=np.int8)
    seats = random.integers(2, 20, m).astype(np.float64)
    seats[random.random(m) < 0.3] = np.nan
    return Stations(
        lonlat=places,
        codes=tuple(f"S{n:04d}" for n in range(m)),
        counts=np.ones(m, dtype=np.int8),
        open=tables.reshape(_TIMETABLES, 168)[random.integers(0, _TIMETABLES, m)],
        seats=seats,
        amenities={f"a{n}": random.choice(states, m) for n in range(56)},
    )
