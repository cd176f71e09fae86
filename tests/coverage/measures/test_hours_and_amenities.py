"""Hour by hour and amenity by amenity it is the share of brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from station_map.coverage.inputs import Asked, Moment, Parameters
from station_map.coverage.moments import CLASSES, meeting
from station_map.coverage.run import amenities_of, hours_of, prepare
from tests.coverage import brute


@given(world=brute.worlds)
def test_the_curve_is_what_each_hour_says(world: tuple[int, int, int, float]) -> None:
    seed, n, m, spread = world
    random = np.random.default_rng(seed)
    demand, stations = brute.demand(random, n, spread), brute.stations(random, m, spread)
    near = brute.matrix(demand.lonlat, stations.lonlat) <= 1_000
    asked = Asked(Moment(hour=3), ("shower",))
    found = hours_of(prepare(demand, stations, Parameters()), 1_000.0, asked)
    covered = {}
    for end, keeps in (("low", {1}), ("high", {1, -1})):
        held = np.empty((168, n), dtype=bool)
        for hour in range(168):
            mask = meeting(stations, Asked(Moment(hour=hour), ("shower",)))
            held[hour] = near[:, np.isin(mask, list(keeps))].any(axis=1)
        covered[end] = held
    for end, curve in (("low", found.low), ("high", found.high)):
        expected = [demand.groups.sum(demand.weight * row) for row in covered[end]]
        assert curve.T.tolist() == [row.tolist() for row in expected]
    for name, these in CLASSES.items():
        always = demand.groups.sum(demand.weight * covered["low"][these].all(axis=0))
        assert found.classes[name].always.low.tolist() == always.tolist()
        mean = found.high[:, these].mean(axis=1)
        assert found.classes[name].mean.high == pytest.approx(mean)
    assert (found.low <= found.high).all()


@given(world=brute.worlds)
def test_each_amenity_by_itself_at_the_moment_asked(world: tuple[int, int, int, float]) -> None:
    seed, n, m, spread = world
    random = np.random.default_rng(seed)
    demand, stations = brute.demand(random, n, spread), brute.stations(random, m, spread)
    near = brute.matrix(demand.lonlat, stations.lonlat) <= 700
    moment = Moment(hours="night") if seed % 2 else Moment(hour=12)
    found = amenities_of(prepare(demand, stations, Parameters()), 700.0, Asked(moment))
    assert list(found) == ["microwave", "shower"]
    for code, band in found.items():
        mask = meeting(stations, Asked(moment, (code,)))
        for end, kept in ((band.low, mask == 1), (band.high, mask != 0)):
            held = demand.groups.sum(demand.weight * near[:, kept].any(axis=1))
            assert end.tolist() == held.tolist()
