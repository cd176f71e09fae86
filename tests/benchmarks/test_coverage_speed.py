"""What the measuring of coverage compares, and on what."""

from __future__ import annotations

import numpy as np

from benchmarks import coverage_speed
from benchmarks.coverage_city import city, slide
from benchmarks.coverage_speed import CoverageSpeed, goals, lines, sizes, stream
from benchmarks.generate_stations import generate_many, places_many
from station_map.coverage.inputs import Parameters
from station_map.coverage.run import prepare

FOUND = [
    CoverageSpeed(coverage_speed.OURS, 1_000, 10, (1.0, 2.0, 9.0), (2.0, 2.0, 2.0)),
    CoverageSpeed(coverage_speed.BARE, 1_000, 10, (1.0, 1.0, 10.0), (1.0, 2.0, 4.0)),
    CoverageSpeed(coverage_speed.POSTGIS, 10, 10, (2.0, 2.0, 9.0), (0.0, 0.0, 0.0)),
    CoverageSpeed(coverage_speed.GEOPANDAS, 100, 10, (1.0, 1.0, 4.5), (1.0, 1.0, 1.0)),
    CoverageSpeed(coverage_speed.CITY_NEAREST, 100, 7, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
    CoverageSpeed(coverage_speed.TEN, 100, 7, (10.0, 12.0, 30.0), (21.0, 21.0, 21.0)),
    CoverageSpeed(coverage_speed.MOVE, 100, 7, (0.1, 0.2, 0.4), (0.1, 0.1, 0.1)),
    CoverageSpeed(coverage_speed.ALONE, 1_000, 10, (2.0,), (2.0,), 400.0),
]


def test_goals_compare_within_a_round_and_by_the_point() -> None:
    reached = [(goal.reached, goal.met) for goal in goals(FOUND)]
    assert reached == [
        (1.0, True),
        (1.0, True),
        (100.0, True),
        (5.0, True),
        (12.0, True),
        (21.0, False),
        (200.0, True),
        (400.0, True),
    ]
    streamed = CoverageSpeed(coverage_speed.STREAMED, 4_000, 10, (10.0,), (8.0,), 500.0)
    assert [goal.reached for goal in goals([*FOUND, streamed])][-1] == 0.8


def test_a_line_tells_the_middle_round() -> None:
    assert lines(FOUND)[0] == (FOUND[0].who, "1,000", "10", "2.000", "2.000", "500", "–")
    assert lines(FOUND)[-1][-1] == "400"


def test_the_city_is_of_the_size_that_is_asked() -> None:
    demand, stations = city()
    assert (demand.n, stations.n) == (131_044, 713)
    assert city()[0].weight.tolist() == demand.weight.tolist()
    share, overlap, hours = slide(prepare(demand, stations, Parameters()), 500.0)
    assert 0 < share.demand.low.sum() < demand.weight.sum()
    assert overlap.limit == share.limit == 500.0
    assert hours.low.sum() < hours.high.sum()


def test_places_are_those_of_stations() -> None:
    batch = next(generate_many(100, seed=1))
    [places] = places_many(100, seed=1)
    assert places.tolist() == np.column_stack([batch.lon, batch.lat]).tolist()


def test_streaming_tells_time_and_memory() -> None:
    assert set(stream(1_000)) == {"seconds", "cpu_s", "peak_mb"}


def test_sizes() -> None:
    assert sizes(quick=False, large=False).points == 5_000_000
    assert sizes(quick=True, large=True).streamed == 50_000_000
