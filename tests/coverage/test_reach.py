"""Distances from demand to stations are those of brute force on the spheroid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from station_map.coverage import reach
from station_map.coverage.reach import Geodesic, Threshold
from station_map.domain.travel import TravelMode
from station_map.errors import InputError
from tests.coverage.brute import matrix, scattered, worlds

# What is promised.
RIGHT_M = 0.001


@given(world=worlds)
def test_the_nearest_are_those_of_brute_force(world: tuple[int, int, int, float]) -> None:
    seed, n, m, spread = world
    random = np.random.default_rng(seed)
    places, stations = scattered(random, n, spread), scattered(random, m, spread)
    every = matrix(places, stations)
    cost, station = Geodesic(stations).nearest(places, 4)
    assert cost.shape == station.shape == (n, 4)
    known = min(4, m)
    expected = np.sort(every, axis=1)[:, :known]
    assert np.abs(cost[:, :known] - expected).max(initial=0) < RIGHT_M
    assert np.isinf(cost[:, known:]).all()
    assert (station[:, known:] == -1).all()
    named = np.take_along_axis(every, station[:, :known].astype(np.int64), 1)
    assert np.abs(named - cost[:, :known]).max(initial=0) < RIGHT_M
    # No station twice in a row.
    assert all(len(set(row)) == known for row in station[:, :known].tolist())
    assert Geodesic(stations).nearest_m(places) == pytest.approx(cost[:, 0], abs=RIGHT_M)


@given(world=worlds)
def test_those_within_are_those_of_brute_force(world: tuple[int, int, int, float]) -> None:
    seed, n, m, spread = world
    random = np.random.default_rng(seed)
    places, stations = scattered(random, n, spread), scattered(random, m, spread)
    every = matrix(places, stations)
    limit = float(random.uniform(1, 3 * spread * 111_000))
    near = Geodesic(stations).within(places, limit)
    for row in range(n):
        found = slice(near.start[row], near.start[row + 1])
        inside = np.flatnonzero(every[row] <= limit)
        assert near.station[found].tolist() == inside.tolist()
        assert np.abs(near.cost[found] - every[row][inside]).max(initial=0) < RIGHT_M


@given(world=worlds)
def test_some_stations_alone_keep_their_numbers(world: tuple[int, int, int, float]) -> None:
    seed, n, m, spread = world
    random = np.random.default_rng(seed)
    places, stations = scattered(random, n, spread), scattered(random, m, spread)
    kept = random.random(m) < 0.5
    fewer = Geodesic(stations).only(kept)
    every = matrix(places, stations)
    every[:, ~kept] = np.inf
    cost, station = fewer.nearest(places)
    assert kept[station[station >= 0]].all()
    if kept.any():
        assert np.abs(cost[:, 0] - every.min(axis=1, initial=np.inf)).max(initial=0) < RIGHT_M
    near = fewer.within(places, 2_000.0)
    again = Geodesic(stations).within(places, 2_000.0).only(kept)
    assert near.start.tolist() == again.start.tolist()
    assert near.stations == again.stations == m
    # A choice of a choice.
    twice = kept & (np.arange(m) % 2 == 0)
    assert set(fewer.only(twice).nearest(places).station.ravel().tolist()) <= {
        -1,
        *np.flatnonzero(twice).tolist(),
    }


def test_places_far_from_all_stations_are_settled_on_the_spheroid() -> None:
    random = np.random.default_rng(7)
    places = np.column_stack([random.uniform(75, 130, 300), random.uniform(5, 50, 300)])
    stations = np.column_stack([random.uniform(75, 130, 40), random.uniform(5, 50, 40)])
    every = matrix(places, stations)
    cost, station = Geodesic(stations).nearest(places, 2)
    order = np.argsort(every, axis=1)
    assert station.tolist() == order[:, :2].tolist()
    assert np.abs(cost - np.sort(every, axis=1)[:, :2]).max() < 1e-4


def test_pieces_and_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    places, stations = scattered(random, 1_000, 0.05), scattered(random, 80, 0.05)
    whole = Geodesic(stations, threads=1)
    first = whole.nearest(places, 2), whole.within(places, 900.0)
    monkeypatch.setattr(reach, "CHUNK", 37)
    pieces = Geodesic(stations, threads=3)
    cost, station = pieces.nearest(places, 2)
    assert cost.tolist() == first[0].cost.tolist()
    assert station.shape == first[0].station.shape
    near = pieces.within(places, 900.0)
    assert near.cost == pytest.approx(first[1].cost, abs=1e-6)
    assert near.start.tolist() == first[1].start.tolist()
    assert near.station.tolist() == first[1].station.tolist()


def test_thresholds_in_minutes_are_metres_of_an_estimate() -> None:
    where = Geodesic(np.empty((0, 2)))
    assert where.cost_of(Threshold(metres=500)) == 500
    # 15 minutes at 5 km/h, by streets 1.3 times as long as the straight line.
    assert where.cost_of(Threshold(minutes=15)) == pytest.approx(1_250 / 1.3)
    ride = Threshold(minutes=5, mode=TravelMode.EBIKE)
    assert where.cost_of(ride) == pytest.approx(1_250 / 1.3)
    assert ride.label == "5 min ebike"
    assert Threshold(metres=500).label == "500 m"


@pytest.mark.parametrize(
    "given_",
    [{}, {"metres": 0}, {"metres": -1}, {"minutes": float("inf")}, {"minutes": 5, "metres": 5}],
)
def test_a_threshold_is_metres_or_minutes(given_: dict[str, float]) -> None:
    with pytest.raises(InputError):
        Threshold(**given_)
