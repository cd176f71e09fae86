"""Rules of recurring services: whole days, bounded, told so that others mean the same days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from station_map.domain.service_event import Event, checked_event, checked_recurring
from station_map.domain.service_rule import HORIZON, recurrence
from station_map.domain.vocabulary import EventKind
from station_map.errors import InputError

# A Sunday.
FIRST = dt.date(2026, 11, 22)


def days(rule: str, last: dt.date | None = None, first: dt.date = FIRST) -> list[str]:
    return [day.isoformat() for day in recurrence(rule, first, last).days]


@pytest.mark.parametrize(
    ("rule", "last", "meant"),
    [
        ("FREQ=DAILY;COUNT=2", None, ["2026-11-22", "2026-11-23"]),
        ("rrule:freq=weekly;byday=we;count=2", None, ["2026-11-25", "2026-12-02"]),
        (
            "FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20261201",
            None,
            ["2026-11-23", "2026-11-27", "2026-11-30"],
        ),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=2", None, ["2026-12-02", "2026-12-16"]),
        ("FREQ=MONTHLY;BYDAY=1WE;COUNT=2", None, ["2026-12-02", "2027-01-06"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", dt.date(2026, 12, 31), ["2026-11-27", "2026-12-25"]),
        (
            "FREQ=MONTHLY;BYMONTHDAY=31",
            dt.date(2027, 3, 31),
            ["2026-12-31", "2027-01-31", "2027-03-31"],
        ),
        ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1", dt.date(2028, 5, 1), ["2027-05-01", "2028-05-01"]),
        ("FREQ=WEEKLY;COUNT=9;BYDAY=SU", dt.date(2026, 11, 29), ["2026-11-22", "2026-11-29"]),
    ],
)
def test_the_days_that_a_rule_means(rule: str, last: dt.date | None, meant: list[str]) -> None:
    assert days(rule, last) == meant


def test_a_rule_without_an_end_holds_a_year() -> None:
    told = recurrence("FREQ=WEEKLY;BYDAY=WE", FIRST, None)
    assert len(told.days) == 52
    assert told.rule == "FREQ=WEEKLY;BYDAY=WE"


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "WEEKLY",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;COUNT=99",
        "FREQ=WEEKLY;BYHOUR=1",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=DAILY;COUNT=1000",
        "FREQ=DAILY;COUNT=2;UNTIL=20261201",
        "FREQ=DAILY;UNTIL=20260230",
        "FREQ=DAILY;UNTIL=20261101",
        "FREQ=WEEKLY;BYDAY=1WE",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "BYDAY=MO",
        "FREQ=DAILY\nDTSTART:20200101",
        "FREQ=WEEKLY;BYDAY=MO;X={{7*7}}",
        "FREQ=DAILY;" * 100,
    ],
)
def test_what_is_no_rule_of_ours_is_refused(rule: str) -> None:
    with pytest.raises(InputError) as refused:
        recurrence(rule, FIRST, None)
    assert refused.value.parameter == "rule"
    assert str(refused.value).isprintable()


_RULES = st.builds(
    lambda freq, interval, part: f"FREQ={freq};INTERVAL={interval}{part}",
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 40),
    st.sampled_from(
        ["", ";BYDAY=WE", ";BYDAY=MO,SU", ";BYMONTHDAY=-1", ";BYMONTHDAY=29,30", ";BYMONTH=2,8"]
    ),
)


@given(_RULES, st.dates(dt.date(2024, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 5_000))
def test_days_are_bounded_and_the_kept_rule_means_the_same_from_its_first(
    rule: str, first: dt.date, length: int
) -> None:
    try:
        told = recurrence(rule, first, first + dt.timedelta(days=length))
    except InputError:
        assume(False)
    assert list(told.days) == sorted(set(told.days))
    assert first <= told.days[0]
    assert told.days[-1] <= first + HORIZON
    # Calendars of others begin at the first day and end at the last.
    again = recurrence(told.rule, told.days[0], told.days[-1])
    assert again == told


def event(**changes: object) -> Event:
    plain = {"kind": EventKind.LEGAL_CLINIC, "title": " 咨询 ", "source": "总工会"}
    return Event(**(plain | {"first_day": FIRST, "last_day": FIRST} | changes))  # type: ignore[arg-type]


def test_a_recurring_event_begins_and_ends_with_its_days() -> None:
    told = checked_recurring(event(rule="FREQ=WEEKLY;BYDAY=WE;COUNT=3"), None)
    assert (told.first_day, told.last_day) == (dt.date(2026, 11, 25), dt.date(2026, 12, 9))
    assert (told.rule, len(told.days), told.title) == ("FREQ=WEEKLY;BYDAY=WE", 3, "咨询")
    assert checked_event(event()).days == ()


def test_its_other_facts_are_checked_too() -> None:
    with pytest.raises(InputError):
        checked_recurring(event(rule="FREQ=DAILY", title=""), None)
    with pytest.raises(InputError):
        checked_recurring(event(rule="FREQ=DAILY", first_day=dt.date(1999, 1, 1)), None)
