"""Expressions against days: what is open when, by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from station_map.domain.hours import Code, Place, schedule_of
from station_map.domain.hours.rules import rules_of
from station_map.domain.hours.schedule import knows_working_week

OFFICE = "Mo-Fr 08:30-12:00,14:30-18:00; PH off"
OFFICE_DAY = "08:30-12:00 14:30-18:00"
WEEK = "Mo-Fr 08:30-17:30; Sa-Su 09:00-16:00"


def hours_on(
    expression: str, day: str, code: Code = Code.OPEN, place: Place | None = None
) -> str | None:
    """The parts of a day in one state, as `08:30-12:00 14:30-18:00`."""
    schedule = schedule_of(expression, place=place)
    if schedule is None:
        return None
    parts = schedule.day(dt.date.fromisoformat(day))
    assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]
    assert (parts[0].start, parts[-1].end) == (0, 1440)
    return " ".join(
        f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
        for start, end, said, _ in parts
        if said is code
    )


@pytest.mark.parametrize(
    ("expression", "day", "hours"),
    [
        ("24/7", "2026-02-17", "00:00-24:00"),
        ("08:30-12:00,14:30-18:00", "2026-02-17", OFFICE_DAY),
        # Past midnight: the night before, then the night of the day.
        ("18:00-06:00", "2026-11-22", "00:00-06:00 18:00-24:00"),
        ("Fr 20:00-26:00", "2026-11-21", "00:00-02:00"),
        # A later rule for the day takes the night before with it.
        ("Fr 22:00-04:00; Sa 10:00-18:00", "2026-11-21", "10:00-18:00"),
        ("Fr 22:00-04:00, Sa 10:00-18:00", "2026-11-21", "00:00-04:00 10:00-18:00"),
        # Seasons.
        ("Apr-Oct 08:00-19:00; Nov-Mar 09:00-17:00", "2026-10-31", "08:00-19:00"),
        ("Apr-Oct 08:00-19:00; Nov-Mar 09:00-17:00", "2026-11-01", "09:00-17:00"),
        ("Nov 15-Mar 15 09:00-17:00", "2026-11-14", ""),
        ("Nov 15-Mar 15 09:00-17:00", "2027-01-02", "09:00-17:00"),
        ("Su[1] 09:00-12:00", "2026-11-01", "09:00-12:00"),
        ("Su[1] 09:00-12:00", "2026-11-08", ""),
        # A rule without days adds to rules with days; "off" cuts out.
        ("Mo-Fr 08:00-18:00; 12:00-13:00 off", "2026-11-20", "08:00-12:00 13:00-18:00"),
        ("08:00-12:00; 13:00-18:00", "2026-11-20", "13:00-18:00"),
        ("Mo-Fr 08:00-18:00; 19:00-20:00", "2026-11-20", "08:00-18:00 19:00-20:00"),
        ("Mo-Fr 08:00-12:00 || 10:00-14:00", "2026-11-20", "08:00-14:00"),
        ("20:00-06:00 || 18:00-02:00 unknown", "2026-11-20", "00:00-06:00 20:00-24:00"),
        # Holidays: the statutory day and the days off around it.
        (OFFICE, "2026-02-13", OFFICE_DAY),
        (OFFICE, "2026-02-15", ""),
        (OFFICE, "2026-02-17", ""),
        (OFFICE, "2026-02-23", ""),
        (OFFICE, "2026-02-24", OFFICE_DAY),
        (OFFICE, "2025-10-08", ""),
        (OFFICE, "2025-10-09", OFFICE_DAY),
        ("Sa,Su,PH 09:00-16:00", "2026-02-18", "09:00-16:00"),
        ("Mo-Fr 08:00-18:00; PH 10:00-16:00", "2026-02-21", "10:00-16:00"),
        ("06:00-22:00; PH 06:00-22:00", "2026-02-17", "06:00-22:00"),
        ("Mo-Su 20:00-02:00; PH off", "2026-02-15", ""),
        ("PH -1 day 10:00-12:00", "2026-02-14", "10:00-12:00"),
        ("PH Sa 10:00-12:00", "2026-02-21", "10:00-12:00"),
        ("PH Sa 10:00-12:00", "2026-02-20", ""),
        # No word on holidays: the weekly rule holds.
        ("Mo-Fr 08:30-17:30", "2026-02-17", "08:30-17:30"),
        ("Mo-Fr 08:30-17:30", "2025-10-04", ""),
        # Make-up workdays: a Saturday for Friday, a Sunday for Monday.
        (OFFICE, "2026-02-14", OFFICE_DAY),
        (OFFICE, "2026-02-28", OFFICE_DAY),
        (OFFICE, "2025-01-26", OFFICE_DAY),
        (WEEK, "2025-01-26", "08:30-17:30"),
        (WEEK, "2025-02-09", "09:00-16:00"),
        (WEEK, "2026-01-04", "08:30-17:30"),
        ("08:00-18:00; Su off", "2026-01-04", "08:00-18:00"),
        ("Mo-Th 09:00-18:00; Fr 09:00-16:00", "2026-05-09", "09:00-16:00"),
        ("Mo-Th 09:00-18:00; Fr 09:00-16:00", "2026-09-20", "09:00-18:00"),
        ("Mo-Fr 20:00-02:00", "2026-02-15", "00:00-02:00"),
        # They change nothing where the week has no working days of its own.
        ("Sa-Su 10:00-16:00", "2026-02-14", "10:00-16:00"),
        ("Tu-Su 09:00-17:00", "2026-01-04", "09:00-17:00"),
        ("09:00-17:00; Mo off", "2026-01-04", "09:00-17:00"),
        ("Mo-Su 08:00-20:00", "2026-01-04", "08:00-20:00"),
        ("Su[1] 09:00-12:00", "2026-01-04", "09:00-12:00"),
        # A year without a notice: the weekly rule alone.
        (OFFICE, "2099-10-01", OFFICE_DAY),
        (OFFICE, "2099-10-03", ""),
    ],
)
def test_open_hours(expression: str, day: str, hours: str) -> None:
    assert hours_on(expression, day) == hours


@pytest.mark.parametrize(
    ("expression", "day", "open_hours", "unknown_hours"),
    [
        ('"as the host"', "2026-11-20", "", "00:00-24:00"),
        ('08:00-18:00 "ask"', "2026-11-20", "", "08:00-18:00"),
        ('08:00-18:00 open "ring"', "2026-11-20", "08:00-18:00", ""),
        ("Mo-Fr 08:00-12:00 || unknown", "2026-11-20", "08:00-12:00", "00:00-08:00 12:00-24:00"),
        ("08:00-17:00+", "2026-11-20", "08:00-17:00", "00:00-03:00 17:00-24:00"),
        ("08:00+", "2026-11-20", "", "08:00-24:00"),
        ("07:00+,12:00-16:00", "2026-11-20", "12:00-16:00", "07:00-12:00"),
        ("23:00+", "2026-11-20", "", "00:00-07:00 23:00-24:00"),
    ],
)
def test_unknown_hours(expression: str, day: str, open_hours: str, unknown_hours: str) -> None:
    assert hours_on(expression, day) == open_hours
    assert hours_on(expression, day, Code.UNKNOWN) == unknown_hours


@pytest.mark.parametrize("expression", ["", "周一至周五", "10:00-16:00/01:30", "sunrise-sunset"])
def test_hours_that_cannot_be_told_are_no_schedule(expression: str) -> None:
    assert schedule_of(expression) is None


def test_the_sun_rises_where_the_station_is() -> None:
    # By the almanac: 05:04 to 19:27 in Huaibei and 07:28 to 22:26 in Kashgar, to 5 minutes.
    huaibei = hours_on("sunrise-sunset", "2026-06-21", place=Place(116.79, 33.96))
    kashgar = hours_on("(sunrise+01:00)-sunset", "2026-06-21", place=Place(75.99, 39.47))
    assert huaibei is not None
    assert "04:59-19:22" <= huaibei <= "05:09-19:32"
    assert kashgar is not None
    assert "08:23-22:21" <= kashgar <= "08:33-22:31"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (OFFICE, True),
        (WEEK, True),
        ("May-Sep Mo-Fr 08:00-18:00; Oct-Apr Mo-Fr 09:00-17:00", True),
        ("08:00-18:00; Sa off", True),
        ("24/7", False),
        ("08:00-18:00", False),
        ("Sa-Su 10:00-16:00", False),
        ('Sa-Su 10:00-16:00 || "call"', False),
        ("Mo-Fr off", False),
        ("09:00-17:00; We off", False),
        ("PH off; 08:00-18:00", False),
    ],
)
def test_hours_that_know_a_working_week(expression: str, expected: bool) -> None:
    assert knows_working_week(rules_of(expression)) is expected


def test_one_schedule_serves_all_stations_with_the_same_hours() -> None:
    assert schedule_of(OFFICE) is schedule_of(OFFICE, place=Place(116.0, 33.0))
