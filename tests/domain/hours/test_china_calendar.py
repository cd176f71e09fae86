"""The notices of the State Council for 2025 and 2026, as the package has them."""

from __future__ import annotations

import datetime as dt

import pytest

from station_map.domain.hours import PLAIN_WEEKS, DayKind, china_calendar


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        ("2025-01-01", DayKind.HOLIDAY, "元旦"),
        ("2025-01-26", DayKind.MAKEUP_WORKDAY, "春节"),
        ("2025-01-28", DayKind.HOLIDAY, "春节"),
        ("2025-02-04", DayKind.HOLIDAY, "春节"),
        ("2025-02-05", DayKind.ORDINARY, None),
        ("2025-02-08", DayKind.MAKEUP_WORKDAY, "春节"),
        ("2025-10-06", DayKind.HOLIDAY, "中秋"),
        ("2025-10-11", DayKind.MAKEUP_WORKDAY, "国庆节"),
        ("2026-02-14", DayKind.MAKEUP_WORKDAY, "春节"),
        ("2026-02-15", DayKind.HOLIDAY, "春节"),
        ("2026-02-21", DayKind.HOLIDAY, "春节"),
        ("2026-02-23", DayKind.HOLIDAY, "春节"),
        ("2026-02-24", DayKind.ORDINARY, None),
        ("2026-02-28", DayKind.MAKEUP_WORKDAY, "春节"),
        ("2026-09-20", DayKind.MAKEUP_WORKDAY, "国庆节"),
        ("2026-10-08", DayKind.ORDINARY, None),
        ("2026-11-21", DayKind.ORDINARY, None),
        ("2003-10-01", DayKind.UNKNOWN, None),
        ("2099-10-01", DayKind.UNKNOWN, None),
    ],
)
def test_days(day: str, kind: DayKind, name: str | None) -> None:
    date = dt.date.fromisoformat(day)
    assert china_calendar().kind(date) is kind
    assert china_calendar().name(date) == name


def test_only_weekend_days_are_made_up() -> None:
    calendar = china_calendar()
    assert {day.weekday() for day in calendar.workdays} == {5, 6}
    assert not calendar.holidays.keys() & calendar.workdays.keys()


def test_plain_weeks_have_nothing_but_ordinary_days() -> None:
    assert PLAIN_WEEKS.kind(dt.date(2026, 2, 17)) is DayKind.ORDINARY
    assert PLAIN_WEEKS.kind(dt.date(2099, 10, 1)) is DayKind.ORDINARY
