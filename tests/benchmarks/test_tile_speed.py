"""What is told of tiles' times."""

from __future__ import annotations

from benchmarks.contenders import OURS
from benchmarks.tile_speed import PLAIN, TIPG, TileSpeed, goals, lines

HERE, THERE = (5, 26, 12), (10, 857, 418)
FOUND = [
    TileSpeed(HERE, PLAIN, OURS, 10.0, 2_000),
    TileSpeed(HERE, "open now", OURS, 30.0, 4_000),
    TileSpeed(THERE, PLAIN, OURS, 1.0, 1_000),
    TileSpeed((14, 0, 0), PLAIN, OURS, 1.0, 500),
    TileSpeed(HERE, PLAIN, TIPG, 200.0, 1_000_000),
    TileSpeed(THERE, PLAIN, TIPG, 20.0, 200_000),
    TileSpeed((14, 0, 0), PLAIN, TIPG, 2.0, 3_000),
]


def test_the_slowest_filter_counts() -> None:
    told = {goal.what[:18]: goal for goal in goals(FOUND)}
    assert told["densest tile at z5"].reached == 0.15
    assert not told["densest tile at z5"].met
    assert [goal.met for goal in goals(FOUND)] == [False, True, True, True]


def test_a_line_tells_its_share() -> None:
    assert lines(FOUND)[1] == ("5/26/12", "open now", OURS, "30.00", "4.0", "0.150")


def test_what_was_not_measured_has_no_goal() -> None:
    assert goals([]) == []
