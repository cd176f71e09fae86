"""Visits: one tap of one sender at one door in one hour, and counts that tell of nobody."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.reports import sender_of
from station_map.domain.visits import HOUR, STEP, in_words, tap_of, told

SECRET = b"a secret of this test alone"
NOW = dt.datetime(
    2026, 11, 22, 15, 59, 59, tzinfo=dt.UTC
)  # an hour's and China's day's last second


def tap(address: str = "203.0.113.5", agent: str = "phone", code: str = "A-1", *, now=NOW):  # type: ignore[no-untyped-def]
    return tap_of(SECRET, sender_of(SECRET, address, agent, now), code, now)


def test_the_same_sender_makes_the_same_marks_within_the_hour_alone() -> None:
    assert tap() == tap(now=NOW - dt.timedelta(minutes=59))
    assert tap().hour == dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
    hours = {(one.person, one.network) for one in (tap(now=NOW + HOUR * n) for n in range(24))}
    assert len(hours) == 24


def test_marks_differ_by_door_and_by_browser_and_the_network_is_shared() -> None:
    assert tap().person != tap(code="A-2").person
    assert tap().person != tap(agent="another").person
    assert tap().network == tap(agent="another").network
    assert tap().network != tap(code="A-2").network


def test_a_mark_is_too_short_to_say_whose_it_is() -> None:
    # Of 100,000 telephones at one door some must share a mark of 16 bits.
    marks = [tap(agent=str(number)).person for number in range(70_000)]
    assert max(marks) < 2**16
    assert len(set(marks)) < len(marks)


@given(st.integers(0, 10**9))
def test_no_count_is_told_finer_than_the_step(visits: int) -> None:
    number = told(visits)
    if number is None:
        assert 0 < visits < STEP
        assert in_words(visits) == f"少于 {STEP}"
    else:
        assert number % STEP == 0
        assert 0 <= visits - number < STEP
        assert in_words(visits) == str(number)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_what_is_left_of_a_total_tells_no_small_cell(cells: list[int]) -> None:
    """Whoever takes all told cells from the told total cannot tell one and none apart."""
    hidden = [cell for cell in cells if told(cell) is None]
    if len(hidden) == 1:
        shown = sum(told(cell) or 0 for cell in cells)
        left = (told(sum(cells)) or 0) - shown
        assert left % STEP == 0
