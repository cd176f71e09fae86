"""Floating catchments as the access package has them, and a split that adds up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from access import fca, weights
from hypothesis import given
from hypothesis import strategies as st

from station_map.coverage.inputs import Decay, Parameters
from station_map.coverage.measures.seats import STEPS, catchment, decay_of, loads, split
from station_map.coverage.reach import Geodesic, Threshold
from station_map.coverage.run import Choice, prepare, seats_of
from tests.coverage import brute

LIMIT = 1_500.0
FUNCTIONS = {
    "none": None,
    "steps": weights.step_fn(dict(zip((LIMIT / 3, LIMIT * 2 / 3, LIMIT), STEPS, strict=True))),
    "gaussian": weights.gaussian(LIMIT / 2),
}


@pytest.mark.parametrize("decay", list(FUNCTIONS))
@given(seed=st.integers(0, 2**32 - 1))
def test_it_is_what_the_access_package_says(decay: Decay, seed: int) -> None:
    random = np.random.default_rng(seed)
    places, stations = brute.scattered(random, 40, 0.01), brute.scattered(random, 9, 0.01)
    weight = random.uniform(0.5, 30, 40)
    seats = random.integers(0, 12, 9).astype(float)
    every = brute.matrix(places, stations)
    i, j = np.nonzero(every <= LIMIT)
    expected = fca.two_stage_fca(
        pd.DataFrame({"demand": weight}, index=pd.RangeIndex(40, name="geoid")),
        pd.DataFrame({"supply": seats}, index=pd.RangeIndex(9, name="geoid")),
        pd.DataFrame({"origin": i, "dest": j, "cost": every[i, j]}),
        max_cost=LIMIT,
        demand_index="geoid",
        demand_name="demand",
        supply_index="geoid",
        supply_name="supply",
        weight_fn=FUNCTIONS[decay],
    )
    near = Geodesic(stations).within(places, LIMIT)
    found = catchment(near, decay_of(near.cost, LIMIT, decay), weight, seats)
    theirs = expected.reindex(range(40), fill_value=0.0).to_numpy()
    # Distances differ by nanometres, and with them what a bell of them gives.
    assert found.access == pytest.approx(theirs, rel=1e-9, abs=1e-12)
    reached = seats[found.potential > 0].sum()
    assert float(weight @ found.access) == pytest.approx(reached, rel=1e-9)


@given(world=brute.worlds)
def test_served_short_and_uncovered_add_up(world: tuple[int, int, int, float]) -> None:
    seed, n, m, spread = world
    random = np.random.default_rng(seed)
    demand, stations = brute.demand(random, n, spread), brute.stations(random, m, spread)
    parameters = Parameters(catchment=Threshold(metres=1_200), workers_per_seat=3.0)
    prepared = prepare(demand, stations, parameters)
    choice = Choice(stations, parameters.asked)
    found, (low, high) = seats_of(prepared, parameters, choice)
    near = brute.matrix(demand.lonlat, stations.lonlat) <= 1_200
    total = demand.groups.sum(demand.weight)
    for parts, counts, access in (
        (found.sure, choice.sure, low),
        (found.possible, choice.possible, high),
    ):
        assert parts.served + parts.short + parts.uncovered == pytest.approx(total, rel=1e-9)
        bare = ~near[:, counts].any(axis=1)
        assert parts.uncovered.tolist() == demand.groups.sum(demand.weight * bare).tolist()
        assert (parts.short >= 0).all()
        served = demand.weight * np.minimum(1, 3.0 * access)
        assert parts.served == pytest.approx(demand.groups.sum(served), rel=1e-9, abs=1e-9)
    # Whatever of the unknown counts, and has how many seats, what is short lies within the band.
    counts = choice.sure | (choice.possible & (random.random(m) < 0.5))
    some = np.where(np.isnan(stations.seats), found.assumed * random.random(m), stations.seats)
    lists = prepared.within(1_200.0)
    factor = decay_of(lists.cost, 1_200.0, parameters.decay)
    truth = catchment(lists, factor, demand.weight, np.where(counts, some, 0.0)).access
    short = split(demand, near[:, counts].any(axis=1), truth, 3.0).short
    assert (found.short.low <= short + 1e-9).all()
    assert (short <= found.short.high + 1e-9).all()
    assert found.unknown == int((np.isnan(stations.seats) & choice.possible).sum())
    told = stations.seats[~np.isnan(stations.seats)]
    assert found.assumed == (np.median(told) if len(told) else 0)


def test_the_most_loaded_come_first_and_without_seats_before_them() -> None:
    found = loads(
        ("A", "B", "C", "D", "E"),
        np.array([10.0, 90.0, 5.0, 70.0, 0.0]),
        np.array([5.0, 9.0, 0.0, np.nan, 1.0]),
        np.ones(5, dtype=bool),
        3,
    )
    assert [(load.code, load.per_seat) for load in found] == [("C", None), ("B", 10.0), ("A", 2.0)]
