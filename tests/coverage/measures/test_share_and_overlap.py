"""Cover and overlap are those of brute force; parts add up exactly."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from station_map.coverage.inputs import Asked, Moment, Parameters
from station_map.coverage.moments import meeting
from station_map.coverage.reach import Threshold
from station_map.coverage.run import Choice, overlap_of, prepare, share_within
from tests.coverage import brute


@given(world=brute.worlds)
def test_shares_and_parts(world: tuple[int, int, int, float]) -> None:
    seed, n, m, spread = world
    random = np.random.default_rng(seed)
    demand, stations = brute.demand(random, n, spread), brute.stations(random, m, spread)
    asked = Asked(Moment(hour=int(random.integers(168))), ("microwave",))
    limit = float(random.uniform(100, 4_000))
    threshold = Threshold(metres=limit)
    prepared = prepare(demand, stations, Parameters())
    choice = Choice(stations, asked)
    mask = meeting(stations, asked)
    near = brute.matrix(demand.lonlat, stations.lonlat) <= limit
    total = demand.groups.sum(demand.weight)

    found = share_within(prepared, threshold, choice)
    over = overlap_of(prepared, threshold, choice)
    for counts, share, area, parts in (
        (mask == 1, found.demand.low, found.area.low, over.sure),
        (mask != 0, found.demand.high, found.area.high, over.possible),
    ):
        number = near[:, counts].sum(axis=1)
        assert share.tolist() == demand.groups.sum(demand.weight * (number > 0)).tolist()
        assert area.tolist() == demand.groups.sum((number > 0).astype(float)).tolist()
        assert parts.one.tolist() == demand.groups.sum(demand.weight * (number == 1)).tolist()
        assert parts.more.tolist() == demand.groups.sum(demand.weight * (number > 1)).tolist()
        # Whole weights add up exactly.
        assert (parts.none + parts.one + parts.more).tolist() == total.tolist()
        assert (parts.one + parts.more).tolist() == share.tolist()
    # Whatever of the unknown counts, what hangs on one station lies within the band.
    truth = (mask == 1) | ((mask == -1) & (random.random(m) < 0.5))
    number = near[:, truth].sum(axis=1)
    single = demand.groups.sum(demand.weight * (number == 1))
    assert (over.single.low <= single).all()
    assert (single <= over.single.high).all()
    assert (found.demand.low <= found.demand.high).all()
    assert found.demand.total[0] == found.demand.low.sum()
