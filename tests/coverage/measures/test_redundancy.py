"""What a station's closing loses is what is lost when it closes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from station_map.coverage.inputs import Parameters
from station_map.coverage.measures.redundancy import redundancy
from station_map.coverage.run import Choice, prepare
from tests.coverage import brute


def covered(near: np.ndarray, stations: np.ndarray, weight: np.ndarray) -> float:
    return float(weight @ near[:, stations].any(axis=1))


@given(world=brute.worlds)
def test_closing_each_and_closing_some(world: tuple[int, int, int, float]) -> None:
    seed, n, m, spread = world
    random = np.random.default_rng(seed)
    demand, stations = brute.demand(random, n, spread), brute.stations(random, m, spread)
    prepared = prepare(demand, stations, Parameters())
    choice = Choice(stations, Parameters().asked)
    found = redundancy(
        prepared.within(1_000.0),
        (choice.sure, choice.possible),
        demand.weight,
        prepared.nearest(choice.sure, 2),
    )
    every = brute.matrix(demand.lonlat, stations.lonlat)
    near = every <= 1_000
    for counts, sole in ((choice.sure, found.sole), (choice.possible, found.sole_possible)):
        before = covered(near, counts, demand.weight)
        for j in range(m):
            without = counts & (np.arange(m) != j)
            assert sole[j] == before - covered(near, without, demand.weight)
    left = choice.sure.copy()
    left[list(found.together)] = False
    before = covered(near, choice.sure, demand.weight)
    assert covered(near, left, demand.weight) == before
    # No other could close as well.
    for j in np.flatnonzero(left):
        fewer = left & (np.arange(m) != j)
        assert covered(near, fewer, demand.weight) < before or not near[demand.weight > 0, j].any()


@given(world=brute.worlds)
def test_who_would_go_how_much_further(world: tuple[int, int, int, float]) -> None:
    seed, n, m, spread = world
    random = np.random.default_rng(seed)
    # Each at a place of its own, so that the nearest is one alone.
    places = np.array([116.8, 33.95]) + random.normal(0, spread, (n + m, 2))
    demand, stations = brute.demand(random, n), brute.stations(random, m)
    demand.lonlat[:], stations.lonlat[:] = places[:n], places[n:]
    prepared = prepare(demand, stations, Parameters())
    choice = Choice(stations, Parameters().asked)
    nearest = prepared.nearest(choice.sure, 2)
    found = redundancy(
        prepared.within(1_000.0), (choice.sure, choice.possible), demand.weight, nearest
    )
    every = brute.matrix(demand.lonlat, stations.lonlat)
    every[:, ~choice.sure] = np.inf
    for j in np.flatnonzero(choice.sure):
        mine = (every.argmin(axis=1) == j) & (demand.weight > 0)
        assert found.first[j] == demand.weight[mine].sum()
        if not mine.any():
            assert np.isnan(found.extra_m[j])
            continue
        without = np.delete(every, j, axis=1).min(axis=1, initial=np.inf)
        further = float(demand.weight[mine] @ (without - every[:, j])[mine]) / found.first[j]
        assert found.extra_m[j] == pytest.approx(further, abs=0.01)
