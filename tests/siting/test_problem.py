"""What cannot be meant is refused, with the parameter's name."""

from __future__ import annotations

import numpy as np
import pytest

from station_map.errors import InputError
from station_map.siting.candidates import Sites
from station_map.siting.goals import (
    Backup,
    Budget,
    MaximalCovering,
    MinimumSites,
    PCenter,
    Phases,
    PMedian,
    Relocation,
)
from station_map.siting.problem import Problem
from station_map.siting.run import solve

GOOD = {
    "weight": np.array([1.0, 2.0]),
    "sites": Sites(("candidate", "candidate", "existing")),
    "goal": MaximalCovering(1),
    "covers": np.array([[1, 0, 0], [0, 1, 1]]),
    "distance": np.array([[1.0, 9, 9], [9, 1, 1]]),
    "district": np.array([0, 1]),
    "districts": ("相山区", "烈山区"),
}


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [
        ({"weight": np.array([1.0, np.nan])}, "weight"),
        ({"weight": np.array([1.0, -2.0])}, "weight"),
        ({"weight": np.array([1.0, np.inf])}, "weight"),
        ({"goal": MaximalCovering(3)}, "open"),
        ({"goal": MaximalCovering(-1)}, "open"),
        ({"goal": MaximalCovering(1.5)}, "open"),
        ({"goal": MaximalCovering(open=True)}, "open"),
        ({"goal": MinimumSites(1.2)}, "share"),
        ({"goal": MinimumSites(float("nan"))}, "share"),
        ({"goal": Budget(-1.0)}, "amount"),
        ({"goal": Budget(float("inf"))}, "amount"),
        ({"goal": Backup(1, first=0.3)}, "first"),
        ({"goal": Relocation(close=2, open=1)}, "close"),
        ({"goal": Phases(())}, "phases"),
        ({"goal": Phases((1, 2))}, "opens"),
        ({"covers": None}, "covers"),
        ({"covers": np.ones((3, 2))}, "covers"),
        ({"goal": PMedian(1), "distance": np.array([[1.0, -1, 1], [1, 1, 1]])}, "distance"),
        ({"goal": PMedian(1), "distance": np.full((2, 3), np.nan)}, "distance"),
        ({"goal": PCenter(1), "floors": {"相山区": 0.5}}, "floors"),
        ({"floors": {"无此区": 0.5}}, "floors"),
        ({"floors": {"相山区": 1.5}}, "floors"),
        ({"district": np.array([0, 2])}, "district"),
        ({"district": np.array([0.0, 1.0])}, "district"),
        ({"conflicts": np.array([[0, 3]])}, "conflicts"),
        ({"conflicts": np.array([0, 1])}, "conflicts"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong, parameter: str) -> None:
    with pytest.raises(InputError) as caught:
        Problem(**{**GOOD, **wrong})
    assert caught.value.parameter == parameter
    assert caught.value.allowed or parameter == "floors"


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [({"time_limit_s": 0}, "time_limit_s"), ({"gap": 1.0}, "gap"), ({"threads": -1}, "threads"),
     ({"gap": float("nan")}, "gap"), ({"time_limit_s": float("nan")}, "time_limit_s")],
)  # fmt: skip
def test_limits_that_are_none_are_refused(wrong, parameter: str) -> None:
    with pytest.raises(InputError) as caught:
        solve(Problem(**GOOD), **wrong)
    assert caught.value.parameter == parameter


def test_pairs_of_conflicts_are_kept_once_and_in_order() -> None:
    problem = Problem(**{**GOOD, "conflicts": np.array([[1, 0], [0, 1], [2, 2]])})
    assert problem.conflicts.tolist() == [[0, 1]]
