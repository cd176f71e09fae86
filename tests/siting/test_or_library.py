"""OR-Library's p-median instances, whose optima are published (Beasley 1990)."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.or_library import optima, read
from station_map.siting.candidates import Sites
from station_map.siting.goals import PCenter, PMedian
from station_map.siting.problem import Problem
from station_map.siting.result import Stopped
from station_map.siting.run import solve


def asked(folder: Path, number: int, goal: type) -> Problem:
    distance, opens = read(folder / f"pmed{number}.txt")
    size = len(distance)
    return Problem([1.0] * size, Sites(("candidate",) * size), goal(opens), distance=distance)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 7, 8])
def test_proves_the_published_optimum(shared_data: Path, number: int) -> None:
    folder = shared_data / "siting"
    result = solve(asked(folder, number, PMedian), time_limit_s=300)
    assert result.objective == optima(folder)[f"pmed{number}"]
    assert (result.stopped, result.gap) == (Stopped.OPTIMAL, 0.0)
    assert result.heuristic <= 1.011 * result.objective


def test_there_are_twenty(shared_data: Path) -> None:
    assert sorted(optima(shared_data / "siting")) == sorted(f"pmed{k}" for k in range(1, 21))


@pytest.mark.parametrize("number", [1, 4])
def test_no_smaller_radius_serves_everybody(shared_data: Path, number: int) -> None:
    """The p-center, proven against the fewest sites that cover within the next smaller radius."""
    import numpy as np

    from station_map.siting.goals import MinimumSites

    problem = asked(shared_data / "siting", number, PCenter)
    result = solve(problem, time_limit_s=300)
    assert result.stopped is Stopped.OPTIMAL
    assert problem.distance[:, list(result.chosen)].min(axis=1).max() == result.objective
    smaller = np.unique(problem.distance[problem.distance < result.objective])[-1]
    within = Problem(
        problem.weight, problem.sites, MinimumSites(1.0), covers=problem.distance <= smaller
    )
    assert solve(within, time_limit_s=300).objective > problem.goal.open
