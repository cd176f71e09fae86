from __future__ import annotations

import datetime as dt

import pytest

from station_map.domain.hours import (
    SHANGHAI,
    Code,
    DatedException,
    Timeline,
    intervals,
    minutes,
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def stretches(
    expression: str | None, start: str, end: str, *exceptions: DatedException
) -> list[str] | None:
    found = intervals(expression, at(start), at(end), exceptions)
    return found and [f"{a:%d %H:%M}-{b:%d %H:%M}" for a, b in found]


def other(first: str, last: str, hours: str | None, reason: str = "") -> DatedException:
    return DatedException(dt.date.fromisoformat(first), dt.date.fromisoformat(last), hours, reason)


def test_days_run_into_each_other() -> None:
    assert stretches("24/7", "2026-11-20", "2026-11-23T12:00") == ["20 00:00-23 12:00"]
    assert stretches("18:00-06:00", "2026-11-20", "2026-11-21T20:00") == [
        "20 00:00-20 06:00",
        "20 18:00-21 06:00",
        "21 18:00-21 20:00",
    ]


def test_intervals_are_cut_to_the_moments_asked_for() -> None:
    start, end = at("2026-11-20T09:15:20"), at("2026-11-20T10:59:59")
    assert intervals("08:00-18:00", start, end) == [(start, end)]
    assert intervals("08:00-09:00", start, end) == []


def test_any_zone_may_ask() -> None:
    start = dt.datetime(2026, 11, 20, 0, 0, tzinfo=dt.UTC)
    found = intervals("08:30-09:00", start, start + dt.timedelta(hours=2))
    assert found == [(at("2026-11-20T08:30"), at("2026-11-20T09:00"))]
    with pytest.raises(ValueError, match="no time zone"):
        intervals("24/7", dt.datetime(2026, 11, 20), start)  # noqa: DTZ001 - that is the point


def test_nothing_known_is_none_and_closed_is_empty() -> None:
    assert stretches(None, "2026-11-20", "2026-11-22") is None
    assert stretches("10:00-16:00/01:30", "2026-11-20", "2026-11-22") is None
    assert stretches("off", "2026-11-20", "2026-11-22") == []
    assert stretches('"ask"', "2026-11-20", "2026-11-22") == []


def test_an_exception_replaces_the_hours_of_its_days() -> None:
    heat = other("2026-07-21", "2026-07-22", "06:00-23:00", "高温延时")
    assert stretches("08:00-18:00", "2026-07-20", "2026-07-24", heat) == [
        "20 08:00-20 18:00",
        "21 06:00-21 23:00",
        "22 06:00-22 23:00",
        "23 08:00-23 18:00",
    ]
    assert [part.comment for part in Timeline("24/7", (heat,)).day(dt.date(2026, 7, 21))] == [
        "高温延时"
    ] * 3


def test_closed_for_some_days() -> None:
    festival = other("2026-11-21", "2026-11-21", "off", "春节")
    # The night before ends with the first day of the exception, as with a dated rule.
    assert stretches("18:00-06:00", "2026-11-20T12:00", "2026-11-22T20:00", festival) == [
        "20 18:00-21 00:00",
        "22 18:00-22 20:00",
    ]


def test_a_night_of_an_exception_runs_on() -> None:
    cold = other("2026-11-20", "2026-11-21", "20:00-07:00", "寒潮")
    assert stretches("09:00-17:00", "2026-11-20", "2026-11-23", cold) == [
        "20 20:00-21 07:00",
        "21 20:00-22 07:00",
        "22 09:00-22 17:00",
    ]
    assert stretches("06:00-17:00", "2026-11-21T12:00", "2026-11-23", cold) == ["21 20:00-22 17:00"]


def test_the_first_exception_that_covers_a_day_wins() -> None:
    own = other("2026-11-21", "2026-11-21", "10:00-11:00")
    city = other("2026-11-20", "2026-11-22", "24/7")
    assert stretches("08:00-09:00", "2026-11-20", "2026-11-23", own, city) == [
        "20 00:00-21 00:00",
        "21 10:00-21 11:00",
        "22 00:00-23 00:00",
    ]


def test_exceptions_of_unknown_and_to_unknown_hours() -> None:
    known = other("2026-11-21", "2026-11-21", "10:00-12:00")
    assert stretches(None, "2026-11-20", "2026-11-23", known) == ["21 10:00-21 12:00"]
    unknown = other("2026-11-21", "2026-11-21", None)
    timeline = Timeline("08:00-10:00", (unknown,))
    found = minutes(timeline, at("2026-11-20"), at("2026-11-23"), Code.UNKNOWN)
    midnight = int(at("2026-11-21").timestamp() // 60)
    assert found == [(midnight, midnight + 1440)]


def test_holidays_count_in_exceptions_too() -> None:
    spring = other("2026-02-13", "2026-02-16", "Mo-Fr 10:00-11:00; PH 12:00-13:00")
    assert stretches("off", "2026-02-13", "2026-02-17", spring) == [
        "13 10:00-13 11:00",
        "14 10:00-14 11:00",
        "15 12:00-15 13:00",
        "16 12:00-16 13:00",
    ]
