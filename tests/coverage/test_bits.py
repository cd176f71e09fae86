"""Asking all stations many things at once is the same as asking each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.coverage import bits
from station_map.coverage.bits import any_within
from station_map.coverage.reach import Geodesic
from tests.coverage.brute import matrix, scattered


@given(
    seed=st.integers(0, 2**32 - 1),
    questions=st.sampled_from([1, 3, 56, 64, 65, 168]),
    kinds=st.sampled_from([1, 2, 30]),
)
def test_some_station_within_reach_says_yes(seed: int, questions: int, kinds: int) -> None:
    random = np.random.default_rng(seed)
    places, stations = scattered(random, 30, 0.01), scattered(random, 20, 0.01)
    says = (random.random((kinds, questions)) < 0.2)[random.integers(0, kinds, 20)]
    near = matrix(places, stations) <= 1_000
    expected = (near[:, :, None] & says[None]).any(axis=1)
    answers = any_within(Geodesic(stations).within(places, 1_000.0), says)
    assert (answers.patterns[answers.number] == expected).all()
    weight, slot = random.integers(0, 9, 30).astype(float), random.integers(0, 3, 30)
    for group, held in enumerate(answers.weights(weight, slot, 3)):
        assert held.tolist() == (weight * (slot == group) @ expected).tolist()


def test_many_groups_are_summed_one_question_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    places, stations = scattered(random, 40, 0.01), scattered(random, 9, 0.01)
    near = Geodesic(stations).within(places, 900.0)
    answers = any_within(near, random.random((9, 12)) < 0.5)
    weight, slot = np.arange(40.0), random.integers(0, 4, 40)
    dense = answers.weights(weight, slot, 4)
    monkeypatch.setattr(bits, "_DENSE", 0)
    assert answers.weights(weight, slot, 4).tolist() == dense.tolist()


def test_nothing_is_within_reach_of_nobody() -> None:
    nobody = Geodesic(np.empty((0, 2))).within(np.array([[116.8, 33.9]]), 500.0)
    answers = any_within(nobody, np.empty((0, 168), dtype=bool))
    assert not answers.patterns[answers.number].any()
    assert answers.weights(np.ones(1), np.zeros(1, dtype=np.int64), 2).tolist() == [[0.0] * 168] * 2
