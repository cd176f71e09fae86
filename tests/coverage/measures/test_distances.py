from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.coverage.groups import Groups, whole
from station_map.coverage.inputs import Demand
from station_map.coverage.measures.distances import mean_to_nth, spread


def demand(weights: list[float], groups: Groups | None = None) -> Demand:
    n = len(weights)
    return Demand(np.tile([116.8, 33.9], (n, 1)), np.array(weights), groups or whole(n))


@given(st.lists(st.tuples(st.floats(0, 1e5), st.integers(0, 20), st.integers(-1, 1)), max_size=40))
def test_quantiles_are_those_of_people_told_apart(rows: list[tuple[float, int, int]]) -> None:
    metres = np.array([row[0] for row in rows])
    weights = [float(row[1]) for row in rows]
    groups = Groups(("甲", "乙"), np.array([row[2] for row in rows], dtype=np.int32))
    found = spread(demand(weights, groups), metres)
    for place, number in enumerate((0, 1, -1, None)):
        # One entry a person.
        people = np.sort([d for d, w, g in rows for _ in range(w) if number is None or g == number])
        figures = [part[place] for part in (found.mean, found.median, found.p90, found.maximum)]
        if not len(people):
            assert np.isnan(figures).all()
            continue
        expected = [
            people.mean(),
            people[int(np.ceil(len(people) * 0.5)) - 1],
            people[int(np.ceil(len(people) * 9 / 10)) - 1],
            people[-1],
        ]
        assert figures == pytest.approx(expected)


def test_cells_without_people_count_nowhere() -> None:
    found = spread(demand([1.0, 0.0, 3.0]), np.array([100.0, np.inf, 200.0]))
    assert (found.mean[-1], found.median[-1], found.maximum[-1]) == (175, 200, 200)
    assert mean_to_nth(demand([1.0, 0.0]), np.array([[5.0], [np.inf]]))[0].tolist()[0] == 5


def test_who_reaches_nothing_makes_the_mean_infinite_and_not_the_median() -> None:
    found = spread(demand([3.0, 1.0]), np.array([100.0, np.inf]))
    assert np.isinf(found.mean[-1])
    assert found.median[-1] == 100


def test_the_mean_to_the_nth() -> None:
    cost = np.array([[1.0, 10.0], [3.0, np.inf]])
    found = mean_to_nth(demand([1.0, 1.0]), cost)
    assert found.shape == (2, 3)
    assert found[0, -1] == 2
    assert np.isinf(found[1, -1])
    assert np.isnan(found[0, 1])
