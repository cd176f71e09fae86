"""Inequality as its definitions have it, person by person."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from station_map.coverage.groups import Groups, whole
from station_map.coverage.measures.equity import inequality, worst_off


def gini(people: np.ndarray) -> float:
    """Half the relative mean difference of all pairs."""
    return float(np.abs(people[:, None] - people[None]).mean() / (2 * people.mean()))


def theil(people: np.ndarray) -> float:
    shares = people / people.mean()
    return float(np.mean([s * np.log(s) if s else 0.0 for s in shares]))


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 9), st.integers(-1, 2)),
        min_size=1,
        max_size=30,
    )
)
def test_figures_of_people_told_apart(rows: list[tuple[int, int, int]]) -> None:
    x, w, g = (np.array(column) for column in zip(*rows, strict=True))
    people, group = np.repeat(x, w).astype(float), np.repeat(g, w)
    assume(people.sum() > 0)
    groups = Groups(("甲", "乙", "丙"), g.astype(np.int32))
    found = inequality(x.astype(float), w.astype(float), groups)
    assert found.gini == pytest.approx(gini(people), abs=1e-9)
    assert found.theil == pytest.approx(theil(people), abs=1e-9)
    assert found.theil_within + found.theil_between == pytest.approx(found.theil, abs=1e-9)
    inside = 0.0
    for number in (-1, 0, 1, 2):
        members = people[group == number]
        if members.sum() > 0:
            inside += members.sum() / people.sum() * theil(members)
    assert found.theil_within == pytest.approx(inside, abs=1e-9)


def test_palma_is_the_upper_tenth_by_the_lower_four() -> None:
    people = np.arange(1.0, 11.0)
    found = inequality(people, np.ones(10), whole(10))
    assert found.palma == pytest.approx(10 / (1 + 2 + 3 + 4))
    # A cell across the mark counts in part on each side.
    assert inequality(np.ones(2), np.ones(2), whole(2)).palma == pytest.approx(0.25)
    assert inequality(np.array([0.0, 1.0]), np.ones(2), whole(2)).palma is None


def test_what_is_not_defined_is_not_told() -> None:
    nothing = inequality(np.zeros(3), np.ones(3), whole(3))
    assert nothing.gini is None
    assert nothing.theil is None
    assert inequality(np.array([1.0, np.inf]), np.ones(2), whole(2)).gini is None
    # An infinite way of nobody is nobody's.
    alone = inequality(np.array([1.0, np.inf]), np.array([1.0, 0.0]), whole(2))
    assert alone.gini == pytest.approx(0)


def test_the_worst_off_has_people_and_a_name() -> None:
    groups = Groups(("甲", "乙", "丙"), np.array([0], dtype=np.int32))
    held = np.array([10.0, 10.0, 0.0, 10.0])
    assert worst_off(groups, np.array([5.0, 2.0, 0.0, 0.0]), held) == ("乙", 0.2)
    assert worst_off(whole(0), np.zeros(2), np.zeros(2)) == (None, None)
