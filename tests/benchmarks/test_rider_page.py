from __future__ import annotations

from benchmarks.rider_page import AGAIN, FIRST, WITHOUT, Visit, goals, lines

VISITS = [
    Visit(FIRST, 2.0, 1.8),
    Visit(FIRST, 2.6, 2.0),
    Visit(FIRST, 2.2, 1.9),
    Visit(AGAIN, 1.1, 0.8),
    Visit(WITHOUT, 0.7, 0.3),
]


def test_a_row_tells_median_and_slowest() -> None:
    assert lines(VISITS)[0] == (FIRST, "2.20", "2.60", "1.90")
    assert [row[0] for row in lines(VISITS)] == [FIRST, AGAIN, WITHOUT]
    assert lines([]) == []


def test_goals_are_about_the_medians() -> None:
    first, again = goals(VISITS)
    assert (first.reached, first.met) == (2.2, True)
    assert (again.reached, again.met) == (1.1, False)
