"""The same by brute force: every distance by pyproj, and hypothesis's small worlds."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from pyproj import Geod

from station_map.coverage.arrays import HOURS_A_WEEK
from station_map.coverage.groups import Groups
from station_map.coverage.inputs import Demand, Stations

GEOD = Geod(ellps="WGS84")


def matrix(places: np.ndarray, stations: np.ndarray) -> np.ndarray:
    """Every geodesic distance, (n, m) metres."""
    n, m = len(places), len(stations)
    if not n or not m:
        return np.empty((n, m))
    a, b = np.repeat(places, m, axis=0), np.tile(stations, (n, 1))
    return np.asarray(GEOD.inv(*a.T, *b.T)[2]).reshape(n, m)


def scattered(random: np.random.Generator, n: int, spread_deg: float) -> np.ndarray:
    """Places about Huaibei; some of them twice."""
    found = np.array([116.8, 33.95]) + random.normal(0, spread_deg, (n, 2))
    if n > 3:
        found[random.integers(0, n, n // 4)] = found[0]
    return found


def tri(random: np.random.Generator, *shape: int) -> np.ndarray:
    return random.choice(np.array([0, 1, 1, -1], dtype=np.int8), shape)


def demand(random: np.random.Generator, n: int, spread_deg: float = 0.02) -> Demand:
    """Whole weights, some of them 0, in three groups and outside."""
    groups = Groups(("甲", "乙", "丙"), random.integers(-1, 3, n).astype(np.int32))
    weight = random.integers(0, 50, n).astype(np.float64)
    return Demand(scattered(random, n, spread_deg), weight, groups)


def stations(random: np.random.Generator, m: int, spread_deg: float = 0.02) -> Stations:
    """With all that may be unknown."""
    seats = random.integers(0, 12, m).astype(np.float64)
    seats[random.random(m) < 0.3] = np.nan
    return Stations(
        lonlat=scattered(random, m, spread_deg),
        codes=tuple(f"S{n}" for n in range(m)),
        counts=tri(random, m),
        open=tri(random, m, HOURS_A_WEEK),
        seats=seats,
        amenities={"microwave": tri(random, m), "shower": tri(random, m)},
    )


worlds = st.tuples(
    st.integers(0, 2**32 - 1),
    st.integers(0, 60),
    st.integers(0, 25),
    st.sampled_from([0.002, 0.02, 0.5, 5.0]),
)
