from __future__ import annotations

from benchmarks.planning_page import HOUR, RADIUS, Move, goals, lines

MOVES = [
    Move(RADIUS, 200.0, 150.0, 40_000),
    Move(RADIUS, 260.0, 190.0, 50_000),
    Move(RADIUS, 900.0, 170.0, 42_000),
    Move(HOUR, 310.0, 240.0, 41_000),
]


def test_a_row_tells_median_and_slowest() -> None:
    assert lines(MOVES) == [
        (RADIUS, "3", "260", "900", "170", "42"),
        (HOUR, "1", "310", "310", "240", "41"),
    ]
    assert lines([]) == []


def test_the_goal_is_about_the_median_of_all_moves() -> None:
    (goal,) = goals(MOVES)
    assert (goal.reached, goal.met, goal.unit) == (285.0, True, " ms")
    assert goals([]) == []
