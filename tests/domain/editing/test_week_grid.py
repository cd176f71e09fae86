"""Hours as a table of the week: the same hours in both forms, or no table at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.editing.week_grid import (
    DAY,
    WeekGrid,
    checked_grid,
    expression_of,
    grid_of,
)
from station_map.domain.hours import schedule_of
from station_map.domain.hours_text import hours_from_text
from station_map.domain.opening_hours import check_opening_hours
from station_map.errors import InputError

QUARTERS = st.integers(0, 95).map(lambda n: n * 15)
ONE = st.tuples(QUARTERS, QUARTERS).filter(lambda p: p[0] < p[1]).map(lambda p: ((p[0], p[1]),))
TWO = st.lists(QUARTERS, min_size=4, max_size=4, unique=True).map(
    lambda four: tuple(zip(sorted(four)[::2], sorted(four)[1::2], strict=True))
)
SPANS = st.one_of(st.just(()), st.just(((0, DAY),)), ONE, TWO)
WEEKS = st.lists(SPANS, min_size=7, max_size=7).map(tuple)


@given(days=WEEKS, holidays=st.one_of(st.none(), SPANS))
def test_a_table_says_what_its_text_says(days: tuple, holidays: tuple | None) -> None:  # type: ignore[type-arg]
    grid = checked_grid(days, holidays)
    text = expression_of(grid)
    assert schedule_of(text) is not None
    read = grid_of(text)
    assert read is not None
    assert read.days == grid.days
    # Saying of holidays what holds anyway may be left unsaid.
    assert read.holidays in (grid.holidays, None) or read == grid
    # ... and the text is certain for whoever types it, so that both ways agree.
    assert hours_from_text(text).opening_hours == text


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("24/7", "24/7"),
        ("Mo-Fr 08:30-17:30; Sa-Su 09:00-16:00; PH off", None),
        ("08:00-20:00", "Mo-Su 08:00-20:00"),
        ("22:00-06:00", "Mo-Su 22:00-06:00"),
        ("Mo-Fr 08:00-18:00, Sa 09:00-12:00", "Mo-Fr 08:00-18:00; Sa 09:00-12:00"),
        ("08:00-18:00; We off", "Mo-Tu,Th-Su 08:00-18:00"),
        ("Mo-Fr 08:00-26:00", "Mo-Fr 08:00-02:00"),
        ("off", "Mo-Su off"),
    ],
)
def test_what_a_table_can_say(hours: str, expected: str | None) -> None:
    grid = grid_of(check_opening_hours(hours))
    assert grid is not None
    assert expression_of(grid) == (expected or hours)


@pytest.mark.parametrize(
    "hours",
    [
        "Jun-Aug 08:00-18:00",
        "Su[1] 09:00-12:00",
        '"按需"',
        "18:00+",
        "08:00-18:00 unknown",
        '08:00-18:00 "按门铃"',
        "Mo-Fr 08:00-09:00,10:00-11:00,12:00-13:00",
        "PH Mo-Fr 09:00-12:00",
        "SH 09:00-12:00",
        "Mo-Fr 08:00-12:00 || Sa 09:00-10:00",
        "Mo-Fr sunrise-sunset",
        "2026 Nov 22 08:00-12:00",
        "Mo-Fr 08:00-18:00; 12:00-13:00 off",
    ],
)
def test_what_it_cannot(hours: str) -> None:
    assert grid_of(check_opening_hours(hours)) is None


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([()] * 6, "七天"),
        ([((0, 60), (30, 90))] + [()] * 6, "重叠"),
        ([((0, 60), (60, 90))] + [()] * 6, "重叠"),
        ([((60, 60),)] + [()] * 6, "开始和结束"),
        ([((-1, 60),)] + [()] * 6, "开始和结束"),
        ([((0, DAY + 1),)] + [()] * 6, "开始和结束"),
        ([((0, 1), (2, 3), (4, 5))] + [()] * 6, "最多 2 段"),
    ],
)
def test_a_table_within_its_bounds(days: list, words: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(InputError, match=words):
        checked_grid(days, None)


def test_spans_are_put_in_order() -> None:
    assert checked_grid([((900, 960), (60, 120))] + [()] * 6, ()) == WeekGrid(
        (((60, 120), (900, 960)), *[()] * 6), ()
    )
