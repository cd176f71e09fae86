from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.hours import (
    SHANGHAI,
    Code,
    DatedException,
    Hours,
    State,
    StateCode,
    Timeline,
    china_calendar,
    intervals,
    minutes,
    state_at,
)
from station_map.domain.vocabulary import Status

OFFICE = "Mo-Fr 08:30-12:00,14:30-18:00; PH off"


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def told(expression: str | None, moment: str) -> tuple[str, str, str]:
    state = state_at(Hours(expression=expression), at(moment))
    until, opens = (
        "" if time is None else f"{time:%Y-%m-%dT%H:%M}" for time in (state.until, state.next)
    )
    return state.code.value, until, opens


@pytest.mark.parametrize(
    ("expression", "moment", "code", "until", "opens"),
    [
        ("24/7", "2026-11-20T03:00", "open", "", ""),
        (OFFICE, "2026-11-20T09:00", "open", "2026-11-20T12:00", ""),
        (OFFICE, "2026-11-20T11:29:59", "open", "2026-11-20T12:00", ""),
        (OFFICE, "2026-11-20T11:30", "closing_soon", "2026-11-20T12:00", ""),
        (OFFICE, "2026-11-20T11:59:59", "closing_soon", "2026-11-20T12:00", ""),
        (OFFICE, "2026-11-20T12:00", "closed", "", "2026-11-20T14:30"),
        (OFFICE, "2026-11-20T18:00", "closed", "", "2026-11-23T08:30"),
        (OFFICE, "2026-02-14T18:00", "closed", "", "2026-02-24T08:30"),
        (OFFICE, "2026-02-14T17:00", "open", "2026-02-14T18:00", ""),
        ("18:00-06:00", "2026-11-20T23:30", "open", "2026-11-21T06:00", ""),
        ("18:00-06:00", "2026-11-21T05:45", "closing_soon", "2026-11-21T06:00", ""),
        ("07:00-24:00", "2026-11-20T23:45", "closing_soon", "2026-11-21T00:00", ""),
        ("00:00-23:00; Sa 00:00-24:00", "2026-11-21T12:00", "open", "2026-11-22T23:00", ""),
        ("Nov Mo-Su,PH 00:00-24:00", "2026-11-20T12:00", "open", "2026-12-01T00:00", ""),
        ("2026 00:00-24:00", "2026-02-01T12:00", "open", "", ""),
        ("Jun-Aug 08:00-20:00", "2026-03-31T12:00", "closed", "", ""),
        ("Jun-Aug 08:00-20:00", "2026-04-10T12:00", "closed", "", "2026-06-01T08:00"),
        ("off", "2026-11-20T12:00", "closed", "", ""),
        (None, "2026-11-20T12:00", "unknown", "", ""),
        ("每天", "2026-11-20T12:00", "unknown", "", ""),
        ("08:00-17:00+", "2026-11-20T16:45", "closing_soon", "2026-11-20T17:00", ""),
        ("08:00-17:00+", "2026-11-20T17:00", "unknown", "", ""),
    ],
)
def test_states(expression: str, moment: str, code: str, until: str, opens: str) -> None:
    assert told(expression, moment) == (code, until, opens)


def test_a_suspension_ends_on_its_day() -> None:
    hours = Hours(
        expression="08:00-18:00",
        status=Status.SUSPENDED,
        suspended_until=dt.date(2026, 12, 1),
    )
    suspended = State(StateCode.SUSPENDED, until=at("2026-12-01T00:00"))
    assert state_at(hours, at("2026-11-20T09:00")) == suspended
    assert state_at(hours, at("2026-11-30T23:59")) == suspended
    assert state_at(hours, at("2026-12-01T00:00")).code is StateCode.CLOSED
    assert state_at(hours, at("2026-12-01T09:00")).code is StateCode.OPEN


def test_a_suspension_without_a_day_has_no_end() -> None:
    hours = Hours(expression="24/7", status=Status.SUSPENDED)
    assert state_at(hours, at("2026-11-20T09:00")) == State(StateCode.SUSPENDED)


@pytest.mark.parametrize("status", [Status.PLANNED, Status.CLOSED, Status.DELISTED])
def test_what_is_not_in_use_is_closed_without_an_end(status: Status) -> None:
    hours = Hours(expression="24/7", status=status)
    assert state_at(hours, at("2026-11-20T09:00")) == State(StateCode.CLOSED)


def test_comments_and_reasons_are_told() -> None:
    ring = Hours(expression='08:00-18:00 open "按铃"; 12:00-13:00 off "午休"')
    assert state_at(ring, at("2026-11-20T09:00")).comment == "按铃"
    assert state_at(ring, at("2026-11-20T12:30")).comment == "午休"
    closed = DatedException(dt.date(2026, 11, 20), dt.date(2026, 11, 21), "off", "停电检修")
    state = state_at(Hours(expression="24/7", exceptions=(closed,)), at("2026-11-20T09:00"))
    assert (state.code, state.next, state.comment) == (
        StateCode.CLOSED,
        at("2026-11-22T00:00"),
        "停电检修",
    )


@pytest.mark.parametrize(
    ("expression", "moment", "known"),
    [
        (OFFICE, "2026-11-20T09:00", True),
        (OFFICE, "2099-10-01T09:00", False),
        ("Mo-Fr 08:00-17:00", "2099-10-01T09:00", False),
        ("Mo-Su 08:00-17:00; PH off", "2099-10-01T09:00", False),
        ("24/7", "2099-10-01T09:00", True),
        ("08:00-17:00", "2099-10-01T09:00", True),
        (None, "2099-10-01T09:00", True),
    ],
)
def test_a_year_without_a_notice_is_said_where_it_matters(
    expression: str | None,
    moment: str,
    known: bool,
) -> None:
    assert state_at(Hours(expression=expression), at(moment)).year_known is known


def test_the_last_evening_of_the_last_known_year() -> None:
    last = max(china_calendar().years)
    state = state_at(Hours(expression=OFFICE), at(f"{last}-12-31T19:00"))
    assert state.next is not None
    assert (state.next.year, state.year_known) == (last + 1, False)


EXPRESSIONS: Sequence[str] = (
    "24/7",
    OFFICE,
    "18:00-06:00",
    "Mo-Fr 08:30-17:30; Sa-Su 09:00-16:00",
    "Mo-Sa 20:00-02:00; PH 22:00-23:00",
    'Fr-Mo 10:00-26:00, We 12:00-13:00 || "ask"',
    "May-Sep 05:30-22:30; Oct-Apr 06:30-21:00; Su[1] off",
    "08:00-17:00+",
)
DAYS = st.dates(dt.date(2024, 12, 20), dt.date(2027, 1, 20))
MOMENTS = st.builds(
    lambda day, second: (
        dt.datetime.combine(day, dt.time(), SHANGHAI) + dt.timedelta(seconds=second)
    ),
    st.one_of(DAYS, st.sampled_from(sorted(china_calendar().holidays)[-60:])),
    st.integers(0, 24 * 3600 - 1),
)
EXCEPTIONS = st.lists(
    st.builds(
        lambda first, days, hours: DatedException(first, first + dt.timedelta(days), hours, "原因"),
        DAYS,
        st.integers(0, 400),
        st.sampled_from([*EXPRESSIONS, "off", None]),
    ),
    max_size=2,
)


@given(st.sampled_from(EXPRESSIONS), MOMENTS, EXCEPTIONS)
def test_intervals_are_in_order_apart_and_agree_with_the_state(
    expression: str, moment: dt.datetime, exceptions: list[DatedException]
) -> None:
    timeline = Timeline(expression, exceptions)
    start, end = moment - dt.timedelta(days=3), moment + dt.timedelta(days=3)
    found = intervals(expression, start, end, exceptions)
    flat = [edge for pair in found or [] for edge in pair]
    assert flat == sorted(set(flat))
    state = state_at(Hours(expression=expression, exceptions=exceptions), moment)
    around = [pair for pair in found or [] if pair[0] <= moment < pair[1]]
    assert bool(around) == (state.code in {StateCode.OPEN, StateCode.CLOSING_SOON})
    if around and around[0][1] < end:
        assert state.until == around[0][1]
    maybe = minutes(timeline, start, end, Code.UNKNOWN)
    minute = int(moment.timestamp() // 60)
    doubtful = any(first <= minute < last for first, last in maybe)
    assert doubtful == (state.code is StateCode.UNKNOWN)
    if state.next is not None and state.next < end:
        assert state.next == next(first for first, _ in found or [] if first > moment)


@given(st.sampled_from(EXPRESSIONS), MOMENTS, EXCEPTIONS)
def test_a_state_lasts_until_it_says(
    expression: str, moment: dt.datetime, exceptions: list[DatedException]
) -> None:
    hours = Hours(expression=expression, exceptions=exceptions)
    state = state_at(hours, moment)
    change = state.until or state.next
    if change is None:
        return
    second = dt.timedelta(seconds=1)
    is_open = {StateCode.OPEN, StateCode.CLOSING_SOON}
    before, after = state_at(hours, change - second), state_at(hours, change)
    assert (before.code in is_open) == (state.code in is_open)
    assert (after.code in is_open) != (state.code in is_open)
