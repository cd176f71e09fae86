"""Why no plan is possible is told in words, and names what stands in the way."""

from __future__ import annotations

import numpy as np
import pytest

from station_map.siting.candidates import Sites
from station_map.siting.goals import (
    Budget,
    Capacitated,
    MaximalCovering,
    MinimumSites,
    PCenter,
    Phases,
    PMedian,
)
from station_map.siting.problem import Problem
from station_map.siting.result import Stopped
from station_map.siting.run import solve

C, R, E, X = "candidate", "required", "existing", "excluded"
EYE = np.eye(4)
FOUR = {
    "weight": np.array([10.0, 20.0, 30.0, 40.0]),
    "sites": Sites((C, C, C, C)),
    "goal": MaximalCovering(2),
    "covers": EYE,
    "district": np.array([0, 0, 1, 1]),
    "districts": ("相山区", "烈山区"),
}


def reason_of(**changed):
    result = solve(Problem(**{**FOUR, **changed}))
    assert result.stopped is Stopped.INFEASIBLE
    assert (result.objective, result.bound, result.gap) == (None, None, None)
    assert result.chosen == ()
    assert str(result.reason) == f"{result.reason.zh} {result.reason.en}"
    return result.reason


def test_more_required_than_may_be_opened() -> None:
    found = reason_of(sites=Sites((R, R, R, C)))
    assert found.code == "required_number"
    assert "3 处" in found.zh
    assert "only 2" in found.en


def test_more_required_than_the_first_phase_opens() -> None:
    assert reason_of(sites=Sites((R, R, C, C)), goal=Phases((1, 2))).code == "required_number"


def test_required_sites_beyond_the_budget() -> None:
    found = reason_of(sites=Sites((R, R, C, C), cost=np.full(4, 3.0)), goal=Budget(5.0))
    assert found.code == "required_cost"
    assert "预算 5" in found.zh


@pytest.mark.parametrize("other", [R, E])
def test_required_sites_alone_break_the_spacing(other: str) -> None:
    sites = Sites((R, C, other, C))
    found = reason_of(sites=sites, conflicts=np.array([[0, 2]]))
    assert found.code == "required_spacing"
    assert "sites 0 and 2" in found.en


def test_target_out_of_reach_says_how_much_can_be_reached() -> None:
    found = reason_of(sites=Sites((C, C, C, X)), goal=MinimumSites(0.9))
    assert found.code == "target_out_of_reach"
    assert "40 %" in found.zh
    assert "最多能覆盖 60 %" in found.zh
    assert "at most 60 %" in found.en


def test_district_out_of_reach_is_named() -> None:
    found = reason_of(sites=Sites((C, C, C, X)), floors={"烈山区": 0.5})
    assert found.code == "district_out_of_reach"
    assert "烈山区" in found.zh
    assert "42.8 %" in found.en


def test_districts_that_cannot_all_be_served_by_so_many_sites() -> None:
    found = reason_of(floors={"相山区": 1.0, "烈山区": 0.5}, goal=MaximalCovering(2))
    assert found.code in {"district_with_others", "number_with_others"}
    assert found.group.startswith(("district", "number"))


def test_target_that_the_spacing_forbids() -> None:
    found = reason_of(goal=MinimumSites(0.95), conflicts=np.array([[0, 3]]))
    assert found.code in {"target_with_others", "spacing_with_others"}
    assert "间距" in found.zh
    assert "spacing" in found.en


def test_capacity_too_small_for_a_district() -> None:
    sites = Sites((C, C, C, C), capacity=np.full(4, 5.0))
    found = reason_of(goal=Capacitated(4), sites=sites, floors={"烈山区": 0.5})
    assert found.code == "district_with_others"
    assert "烈山区" in found.zh
    assert "容量" in found.zh


@pytest.mark.parametrize("goal", [PMedian(2), PCenter(2)])
def test_nobody_has_a_way(goal) -> None:
    distance = np.where(EYE > 0, 1.0, 5.0)
    distance[2] = np.inf
    found = reason_of(goal=goal, distance=distance)
    assert found.code == "no_way"
    assert "30 %" in found.zh


@pytest.mark.parametrize("goal", [PMedian(2), PCenter(2)])
def test_too_few_sites_for_everybody_to_have_a_way(goal) -> None:
    found = reason_of(goal=goal, distance=np.where(EYE > 0, 1.0, np.inf))
    assert found.code == "number_too_small"
    assert "2 处" in found.zh
