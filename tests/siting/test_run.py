"""Middle-sized problems: stopping, progress, bounds and what the result tells."""

from __future__ import annotations

import threading
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from station_map.siting.candidates import Sites, too_close
from station_map.siting.goals import (
    Backup,
    Budget,
    Capacitated,
    MaximalCovering,
    MinimumSites,
    PCenter,
    Phases,
    PMedian,
    Relocation,
)
from station_map.siting.problem import Problem
from station_map.siting.reach import covering, distances
from station_map.siting.result import Stopped
from station_map.siting.run import solve


def town(goal, *, seed: int = 5, cells: int = 600, sites: int = 70, **more) -> Problem:
    """Cells and sites at random in a square of some 6 km; the last ten sites exist."""
    chance = np.random.default_rng(seed)
    demand = np.array([116.8, 33.95]) + chance.normal(0, 0.02, (cells, 2))
    places = np.array([116.8, 33.95]) + chance.normal(0, 0.02, (sites, 2))
    status = ("candidate",) * (sites - 10) + ("existing",) * 10
    costs = chance.integers(1, 6, sites).astype(float) if isinstance(goal, Budget) else None
    reach = (
        {"distance": distances(demand, places)}
        if isinstance(goal, (PMedian, PCenter))
        else {"covers": covering(demand, places, 700.0)}
    )
    return Problem(
        weight=chance.integers(0, 50, cells).astype(float),
        sites=Sites(status, places, cost=costs, capacity=np.full(sites, 900.0)),
        goal=goal,
        **reach,
        **more,
    )


GOALS = [
    MaximalCovering(8),
    MinimumSites(0.6),
    Budget(20.0),
    Backup(8),
    Capacitated(5),
    Relocation(close=3, open=5),
    Phases((3, 2, 3)),
    PMedian(6),
    PCenter(6),
]


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: type(goal).__name__)
def test_a_town_is_settled_and_its_bounds_close_in_from_the_right_side(goal) -> None:
    seen = []
    result = solve(town(goal), progress=seen.append, time_limit_s=300)
    assert result.stopped is Stopped.OPTIMAL
    assert result.gap == pytest.approx(0, abs=1e-6)
    better = 1 if result.maximise else -1
    size = abs(result.objective)
    for told in seen:
        if told.objective is not None:
            assert better * told.objective <= better * result.objective + 1e-6 * size
        if told.bound is not None:
            assert better * told.bound >= better * result.objective - 1e-6 * size
    assert better * result.heuristic <= better * result.objective + 1e-6 * size
    assert [told.seconds for told in seen] == sorted(told.seconds for told in seen)


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: type(goal).__name__)
def test_asked_to_stop_it_gives_what_it_has(goal) -> None:
    result = solve(town(goal), should_stop=lambda: True)
    assert result.stopped in {Stopped.INTERRUPTED, Stopped.OPTIMAL}
    if result.objective is not None and result.bound is not None:
        exact = solve(town(goal)).objective
        better = 1 if result.maximise else -1
        assert better * result.objective <= better * exact + 1e-6
        assert better * result.bound >= better * exact - 1e-6


def test_a_hard_problem_ends_when_asked_and_keeps_its_heuristic() -> None:
    problem = town(PMedian(9), cells=700, sites=500)
    asked, told = threading.Event(), []

    def hear(progress) -> None:
        told.append(progress)
        if progress.stage == "exact":
            asked.set()

    result = solve(problem, progress=hear, should_stop=asked.is_set, time_limit_s=600)
    assert result.stopped in {Stopped.INTERRUPTED, Stopped.OPTIMAL}
    assert result.objective <= result.heuristic
    assert result.bound <= result.objective


def test_when_time_is_up_says_so() -> None:
    result = solve(town(PMedian(9), cells=700, sites=500), time_limit_s=1e-6)
    assert result.stopped is Stopped.TIME_LIMIT
    assert result.objective is not None


def test_a_gap_that_is_good_enough_ends_it() -> None:
    result = solve(town(MaximalCovering(8)), gap=0.5)
    assert result.stopped in {Stopped.GAP, Stopped.OPTIMAL}
    assert result.gap <= 0.5


def test_the_same_problem_gives_the_same_answer() -> None:
    first, second = (solve(town(MaximalCovering(8))) for _ in range(2))
    assert (first.objective, first.chosen) == (second.objective, second.chosen)


def test_gains_add_up_from_before_to_after() -> None:
    result = solve(town(MaximalCovering(8)))
    assert result.before + sum(result.gains) == pytest.approx(result.after)
    assert result.objective == result.after
    assert list(result.gains) == sorted(result.gains, reverse=True)
    assert result.shares[0].district is None


def test_shares_by_district_add_up() -> None:
    district = np.arange(600) % 3 - 1
    result = solve(town(MaximalCovering(8), district=district, districts=("相山区", "烈山区")))
    whole, first, second = result.shares
    assert (first.district, second.district) == ("相山区", "烈山区")
    assert first.after + second.after < whole.after
    assert first.before <= first.after <= first.demand


def test_phases_are_nested_and_tell_which_year() -> None:
    result = solve(town(Phases((3, 2, 3))))
    assert len(result.phases) == len(result.chosen) <= 8
    assert list(result.phases) == sorted(result.phases)
    assert [result.phases.count(t) for t in range(3)] == [3, 2, 3]


def test_relocation_closes_as_many_as_asked() -> None:
    result = solve(town(Relocation(close=3, open=5)))
    assert len(result.closed) == 3
    assert set(result.closed) <= set(range(60, 70))
    assert len(result.chosen) == 5


def test_spacing_is_kept_between_new_sites_and_to_existing_ones() -> None:
    plain = town(MaximalCovering(12))
    pairs = too_close(plain.sites.lonlat, 1200.0)
    result = solve(town(MaximalCovering(12), conflicts=pairs))
    plan = {*result.chosen, *range(60, 70)}
    broken = [(a, b) for a, b in pairs.tolist() if {a, b} <= plan and min(a, b) < 60]
    assert broken == []
    assert result.objective < solve(plain).objective


def test_nothing_to_cover_and_nothing_to_open() -> None:
    empty = Problem(np.zeros(3), Sites(("candidate",)), MaximalCovering(1), covers=np.ones((3, 1)))
    result = solve(empty)
    assert (result.stopped, result.objective, result.chosen) == (Stopped.OPTIMAL, 0.0, ())
    nobody = Problem(np.zeros(0), Sites(()), MinimumSites(1.0), covers=np.zeros((0, 0)))
    assert solve(nobody).objective == 0.0


def test_p_median_of_everything_costs_nothing() -> None:
    everywhere = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0)))
    problem = Problem(np.ones(5), Sites(("candidate",) * 5), PMedian(5), distance=everywhere)
    assert solve(problem).objective == 0.0


def test_for_distances_a_gain_before_anybody_has_a_way_is_unknown() -> None:
    distance = np.array([[1.0, 9.0], [9.0, 2.0]])
    result = solve(Problem(np.ones(2), Sites(("candidate",) * 2), PMedian(2), distance=distance))
    assert result.chosen == (0, 1)
    assert result.gains == (None, 7.0)


def test_a_result_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        solve(town(MaximalCovering(1))).objective = 1.0
