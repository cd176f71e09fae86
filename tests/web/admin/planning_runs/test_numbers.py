"""Figures as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.web.admin.planning_runs import numbers
from station_map.web.admin.planning_runs.siting_tables import gap_words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (None, "—"),
        (0, "0.0%"),
        (0.0001, "<0.1%"),
        (0.6824, "68.2%"),
        (0.9999, ">99.9%"),
        (1, "100.0%"),
    ],
)
def test_shares(share: float | None, words: str) -> None:
    assert numbers.percent(share) == words


@given(st.floats(0, 1))
def test_not_quite_all_is_never_all(share: float) -> None:
    assert (numbers.percent(share) == "100.0%") == (share == 1)
    assert (numbers.percent(share) == "0.0%") == (share == 0)


def test_bands_are_one_number_where_nothing_differs() -> None:
    assert numbers.percent_band(0.5, 0.50001) == "50.0%"
    assert numbers.percent_band(0.5, 0.6) == "50.0% – 60.0%"
    assert numbers.metres_band(None, None) == "—"
    assert numbers.metres_band(353, 1234) == "350 米 – 1.2 公里"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (118_153.2, "人", "11.8 万人"),
        (353, "人", "353 人"),
        (3.25, "单/日", "3.2 单/日"),
        (0, "", "0"),
        (12.3, "%", "12%"),
        (None, "人", "—"),
    ],
)
def test_amounts(value: float | None, unit: str, words: str) -> None:
    assert numbers.amount(value, unit) == words


@pytest.mark.parametrize(
    ("change", "words"), [(0.031, "+3.1"), (-0.2, "−20.0"), (-0.0001, "0.0"), (None, "—")]
)
def test_differences(change: float | None, words: str) -> None:
    assert numbers.points(change) == words


@pytest.mark.parametrize(
    ("gap", "words"),
    [(0.0, "0，已证明最好"), (0.003, "最多 0.30%"), (0.12, "最多 12.0%"), (None, "—")],
)
def test_gaps_of_plans(gap: float | None, words: str) -> None:
    assert gap_words(gap) == words
