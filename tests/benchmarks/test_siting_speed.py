from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.or_library import optima, read
from benchmarks.siting_speed import PLAIN, SPOPT, Solved, city, goals, lines

ONE = Solved("heuristic", "pmed1", 101.0, 0.0, 1.0, 0.5, "–", best=100)


def reached(*found: Solved) -> dict[str, tuple[float, bool]]:
    return {goal.what: (goal.reached, goal.met) for goal in goals(list(found))}


def test_heuristics_are_held_against_the_published_optima() -> None:
    other = replace(ONE, problem="pmed2", objective=102.0)
    assert reached(ONE, other) == {
        "siting heuristic, worst": (pytest.approx(2.0), False),
        "siting heuristic, mean": (pytest.approx(1.5), False),
    }


def test_what_only_the_plain_formulation_proves_counts() -> None:
    ours = replace(ONE, who="proof", said="optimal")
    plain = replace(ours, who=PLAIN)
    late = replace(ours, said="time_limit")
    what = "instances that only the plain radius formulation proves"
    assert reached(ours, plain)[what] == (0, True)
    assert reached(late, plain)[what] == (1, False)


def test_a_city_that_is_not_proven_is_never_quick() -> None:
    quick = replace(ONE, who="city", said="time_limit", best=None)
    assert reached(quick) == {"siting in the city, slowest proof": (np.inf, False)}


def test_spopt_is_compared_by_time_and_objective() -> None:
    ours, theirs = replace(ONE, who="station-map"), replace(ONE, who=SPOPT, seconds=60.0)
    assert reached(ours, theirs) == {
        "siting 5,000 × 1,000 by spopt's speed": (60.0, True),
        "objective apart from spopt's": (0.0, True),
    }


def test_a_line_tells_both_clocks() -> None:
    assert lines([ONE]) == [("pmed1: heuristic", "101", "0", "1.0000", "1.00", "0.50", "–")]


def test_the_generated_city_is_the_same_each_time_and_has_its_size() -> None:
    first, second = city(900, 40, 7), city(900, 40, 7)
    shapes = [part.shape for part in (first.cells, first.weight, first.candidates, first.existing)]
    assert shapes == [(900, 2), (900,), (40, 2), (7, 2)]
    assert np.array_equal(first.candidates, second.candidates)
    assert first.weight.sum() > 0


def test_of_an_edge_given_twice_the_last_holds(tmp_path: Path) -> None:
    file = tmp_path / "pmed0.txt"
    file.write_text(" 3 3 1 \n 1 2 30 \n 2 3 4 \n 2 1 7 \n", encoding="ascii")
    distance, opens = read(file)
    assert (distance.tolist(), opens) == ([[0, 7, 11], [7, 0, 4], [11, 4, 0]], 1)


def test_optima_are_read_past_the_heading(tmp_path: Path) -> None:
    text = "Data file   Optimal solution value\npmed1 5819\npmed2 4093\n"
    (tmp_path / "pmedopt.txt").write_text(text, encoding="ascii")
    assert optima(tmp_path) == {"pmed1": 5819, "pmed2": 4093}
