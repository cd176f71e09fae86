"""Smaller problems have the same answers; bounds are bounds; cliques cover every pair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from station_map.siting import bound_cover, bound_median, median_case, solve_covering
from station_map.siting.clock import Clock
from station_map.siting.goals import Backup, MaximalCovering, PMedian, Relocation
from station_map.siting.heuristic.state import Choice
from station_map.siting.models.rules import cliques
from station_map.siting.reasons import in_the_way
from station_map.siting.reduce import case_of, narrowed, same_rows, value_of
from station_map.siting.result import Stopped
from tests.support.siting import best, problems

SEEDS = st.integers(0, 2**32 - 1)


@given(seed=SEEDS)
def test_same_rows_are_those_with_the_same_columns_and_tag(seed: int) -> None:
    chance = np.random.default_rng(seed)
    table = chance.random((30, 4)) < 0.5
    table[~table.any(axis=1), 0] = True
    tag = chance.integers(0, 2, 30)
    first, group = same_rows(csr_array(table.astype(float)), tag)
    keys = [(*row, one) for row, one in zip(table.tolist(), tag.tolist(), strict=True)]
    assert [keys[first[one]] for one in group] == keys
    assert len(first) == len(set(keys))


@given(seed=SEEDS)
def test_cliques_cover_every_pair_and_no_other(seed: int) -> None:
    chance = np.random.default_rng(seed)
    pairs = np.argwhere(np.triu(chance.random((9, 9)) < 0.4, 1))
    rows = cliques(pairs, 9).toarray() > 0
    together = (rows[:, :, None] & rows[:, None, :]).any(axis=0)
    assert np.argwhere(np.triu(together, 1)).tolist() == pairs.tolist()
    assert len(rows) <= len(pairs)


@given(problem=st.sampled_from([MaximalCovering, Backup]).flatmap(problems), seed=SEEDS)
def test_what_a_choice_counts_is_the_same_before_and_after_narrowing(problem, seed: int) -> None:
    case = replace(case_of(problem), conflicts=np.zeros((0, 2), dtype=np.int64))
    chosen = np.flatnonzero(np.random.default_rng(seed).random(case.ways) < 0.5)
    opened, later = chosen[::2], chosen[1::2]
    rest = narrowed(case, opened, np.zeros(0, dtype=np.int64))
    there = np.searchsorted(rest.sites, case.sites[later])
    assert np.isclose(value_of(case, chosen), value_of(rest, there))


@given(problem=st.sampled_from([MaximalCovering, Backup, Relocation]).flatmap(problems), seed=SEEDS)
def test_a_choice_keeps_count_while_sites_come_and_go(problem, seed: int) -> None:
    case = case_of(problem)
    choice, chance = Choice(case), np.random.default_rng(seed)
    for _ in range(20 if case.ways else 0):
        site = int(chance.integers(case.ways))
        before = choice.value
        told = choice.loss(site) if choice.is_open[site] else -float(choice.adds[site])
        (choice.remove if choice.is_open[site] else choice.add)(site)
        assert np.isclose(before - choice.value, told)


@given(
    problem=st.sampled_from([MaximalCovering, Backup, Relocation]).flatmap(problems),
    seed=SEEDS,
)
def test_every_price_bounds_every_answer(problem, seed: int) -> None:
    wanted = best(problem)
    if wanted is None or in_the_way(problem):
        return
    case = case_of(problem)
    prices = np.random.default_rng(seed).random(len(case.gain)) * case.gain
    assert bound_cover.relaxed(case, prices).bound >= wanted - 1e-6
    assert bound_cover.descended(case, wanted, rounds=40).bound >= wanted - 1e-6


@given(problem=problems(PMedian), seed=SEEDS)
def test_every_price_bounds_every_plan_by_distance(problem, seed: int) -> None:
    wanted = best(problem)
    if wanted is None:
        return
    case = median_case.case_of(problem)
    prices = np.random.default_rng(seed).random(len(case.weight)) * 60
    assert bound_median.relaxed(case, prices).bound <= wanted + 1e-6


@given(problem=st.sampled_from([MaximalCovering, Backup, Relocation]).flatmap(problems))
def test_prices_and_core_come_to_the_same_answer(problem) -> None:
    """The way of large cases, taken by small ones."""
    wanted = best(problem)
    if in_the_way(problem):
        return
    outcome = solve_covering.solve(case_of(problem), Clock(), small=-1)
    if wanted is None:
        assert outcome.stopped is Stopped.INFEASIBLE
    else:
        assert outcome.stopped is Stopped.OPTIMAL
        assert np.isclose(outcome.objective, wanted)
        assert outcome.bound >= wanted - 1e-6 * abs(wanted)
