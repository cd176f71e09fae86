"""What many stations share: the state at a moment, stretches, and the hours of the day."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.hours import (
    SHANGHAI,
    Code,
    DatedException,
    Hours,
    StateCode,
    Timetable,
    hour_of,
    state_at,
)
from station_map.domain.vocabulary import Status
from tests.domain.hours.expressions import expression

YEAR_BEGINS = dt.datetime(2026, 1, 1, tzinfo=SHANGHAI)
MINUTES_A_YEAR = 366 * 24 * 60
OPEN_CODES = {StateCode.OPEN: Code.OPEN, StateCode.CLOSING_SOON: Code.OPEN}
STATE_CODES = OPEN_CODES | {
    StateCode.CLOSED: Code.CLOSED,
    StateCode.SUSPENDED: Code.CLOSED,
    StateCode.UNKNOWN: Code.UNKNOWN,
}

days = st.dates(dt.date(2025, 12, 1), dt.date(2027, 1, 31))


@st.composite
def exceptions(draw: st.DrawFn) -> DatedException:
    first = draw(days)
    last = first + dt.timedelta(days=draw(st.integers(0, 20)))
    hours = draw(st.sampled_from(["off", "24/7", "08:00-22:00", "20:00-04:00", None, "Mo off"]))
    return DatedException(first, last, hours, draw(st.sampled_from(["", "高温"])))


@st.composite
def timetables(draw: st.DrawFn) -> Timetable:
    seed = draw(st.integers(0, 10_000))
    made = expression(random.Random(seed))
    return Timetable(
        draw(st.sampled_from([made, made, made, None, "24/7", "每天", "sunrise-sunset"])),
        tuple(draw(st.lists(exceptions(), max_size=3))),
        draw(st.none() | days),
    )


minutes_of_year = st.integers(0, MINUTES_A_YEAR - 1).map(
    lambda offset: int(YEAR_BEGINS.timestamp()) // 60 + offset
)


def as_hours(timetable: Timetable) -> Hours:
    return Hours(
        expression=timetable.expression,
        exceptions=timetable.exceptions,
        status=Status.OPEN if timetable.back_on is None else Status.SUSPENDED,
        suspended_until=timetable.back_on,
    )


def moment_of(minute: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(minute * 60, SHANGHAI)


@given(timetable=timetables(), minute=minutes_of_year)
def test_the_code_is_that_of_the_state(timetable: Timetable, minute: int) -> None:
    state = state_at(as_hours(timetable), moment_of(minute))
    assert timetable.code_at(minute) is STATE_CODES[state.code]


@given(timetable=timetables(), first=minutes_of_year, length=st.integers(1, 20 * 24 * 60))
def test_stretches_hold_the_minutes_in_that_state(
    timetable: Timetable, first: int, length: int
) -> None:
    last = first + length
    for code in Code:
        found = timetable.stretches(moment_of(first), moment_of(last), code)
        assert all(first <= start < end <= last for start, end in found)
        for minute in random.Random(length).choices(range(first, last), k=20):
            if timetable.back_on is None or code is not Code.CLOSED:
                held = any(start <= minute < end for start, end in found)
                assert held is (timetable.code_at(minute) is code)


@given(timetable=timetables(), minute=minutes_of_year)
def test_it_is_never_open_outside_its_possible_hours(timetable: Timetable, minute: int) -> None:
    code = timetable.code_at(minute)
    if code is Code.OPEN:
        assert hour_of(minute) in timetable.possible_hours()
    if code is Code.UNKNOWN:
        assert timetable.ever_unknown()


@pytest.mark.parametrize(
    ("expression", "possible"),
    [
        ("24/7", set(range(24))),
        ("08:30-12:00,14:30-18:00", {8, 9, 10, 11, 14, 15, 16, 17}),
        ("Mo-Fr 09:00-10:01; PH off", {9, 10}),
        ("22:00-02:00", {22, 23, 0, 1}),
        ("18:00+", set()),
        ("off", set()),
        (None, set()),
        ("每天", set()),
    ],
)
def test_possible_hours(expression: str | None, possible: set[int]) -> None:
    assert Timetable(expression).possible_hours() == possible


@pytest.mark.parametrize(
    ("expression", "ever"),
    [("24/7", False), ("Mo-Fr 08:00-18:00; PH off", False), ("18:00+", True), (None, True)],
)
def test_ever_unknown(expression: str | None, *, ever: bool) -> None:
    assert Timetable(expression).ever_unknown() is ever


def test_exceptions_count_for_the_hours_of_the_day() -> None:
    heat = DatedException(dt.date(2026, 7, 1), dt.date(2026, 7, 9), "08:00-22:00", "高温")
    unclear = DatedException(dt.date(2026, 7, 1), dt.date(2026, 7, 9), None)
    assert Timetable("09:00-17:00", (heat,)).possible_hours() == set(range(8, 22))
    assert not Timetable("09:00-17:00", (heat,)).ever_unknown()
    assert Timetable("09:00-17:00", (unclear,)).ever_unknown()


def test_the_hour_is_that_of_china() -> None:
    assert hour_of(int(dt.datetime(2026, 11, 20, 8, 59, tzinfo=SHANGHAI).timestamp()) // 60) == 8
    assert hour_of(0) == 8
