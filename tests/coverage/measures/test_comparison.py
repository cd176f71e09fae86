"""After is before with what is gained and without what is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from station_map.coverage.inputs import Parameters
from station_map.coverage.run import compared, prepare
from tests.coverage import brute


@given(world=brute.worlds)
def test_gains_and_losses_add_up(world: tuple[int, int, int, float]) -> None:
    seed, n, m, spread = world
    random = np.random.default_rng(seed)
    demand = brute.demand(random, n, spread)
    one, other = (brute.stations(random, m, spread) for _ in range(2))
    before, after = (prepare(demand, stations, Parameters()) for stations in (one, other))
    found = compared(before, after, Parameters())
    assert (found.before + found.gained - found.lost).tolist() == found.after.tolist()
    distances = []
    for stations, sums in ((one, found.before), (other, found.after)):
        every = brute.matrix(demand.lonlat, stations.lonlat)[:, stations.counts == 1]
        held = demand.groups.sum(demand.weight * (every <= 1_000).any(axis=1))
        assert sums.tolist() == held.tolist()
        distances.append(every.min(axis=1, initial=np.inf))
    assert found.gained.sum() == demand.weight[found.change == 1].sum()
    assert found.lost.sum() == demand.weight[found.change == -1].sum()
    if all(np.isfinite(metres).all() for metres in distances):
        nearer = distances[0] - distances[1]
        assert found.nearer_m == pytest.approx(nearer, abs=0.002)
        if demand.weight.sum() > 0:
            mean = float(demand.weight @ nearer / demand.weight.sum())
            assert found.mean_nearer_m[-1] == pytest.approx(mean, abs=0.002)
    # The other way round it is the other way round.
    back = compared(after, before, Parameters())
    assert back.gained.tolist() == found.lost.tolist()
    assert back.nearer.tolist() == found.farther.tolist()


def test_a_station_more_takes_from_nobody() -> None:
    random = np.random.default_rng(11)
    demand = brute.demand(random, 300)
    stations = brute.stations(random, 20)
    fewer = replace(
        stations, counts=np.where(np.arange(20) < 15, stations.counts, 0).astype(np.int8)
    )
    found = compared(
        prepare(demand, fewer, Parameters()), prepare(demand, stations, Parameters()), Parameters()
    )
    assert found.lost.sum() == 0
    assert found.farther.sum() == 0
    assert found.gained.sum() > 0
