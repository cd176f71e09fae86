"""iCalendar feeds: read back by another reader's rules, whatever people wrote."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.exporters.calendar_feed import feed
from station_map.store.service_feed import FeedEvent
from tests.web.stations import HOSTILE_NAMES

AT = dt.datetime(2026, 11, 20, 3, 4, 5, tzinfo=dt.UTC)
FIRST = dt.date(2026, 11, 25)
ORIGIN = "https://stations.example.org"


def event(**changes: object) -> FeedEvent:
    plain = FeedEvent(
        id=7,
        kind="legal_clinic",
        title="法律咨询",
        first_day=FIRST,
        last_day=FIRST,
        starts_at=dt.time(14),
        ends_at=dt.time(16, 30),
        source="市总工会",
        note="带上合同",
        rule=None,
        entered_at=AT,
        code="340603-00001",
        place="城东驿站",
        address="淮海路 1 号",
    )
    return plain._replace(**changes)


def read(*events: FeedEvent, name: str = "日程") -> list[icalendar.Event]:
    raw = feed(name, events, ORIGIN)
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    raw.decode()
    calendar = icalendar.Calendar.from_ical(raw)
    assert calendar.errors == []
    assert [str(one["TZID"]) for one in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    found: list[icalendar.Event] = calendar.walk("VEVENT")
    assert all(one.errors == [] for one in found)
    return found


def test_a_service_of_one_day() -> None:
    (told,) = read(event())
    assert str(told["UID"]) == "service-7@stations.example.org"
    assert told["DTSTAMP"].dt == AT
    eight = dt.timedelta(hours=8)
    assert told["DTSTART"].dt.utcoffset() == eight
    assert told["DTSTART"].dt == dt.datetime(2026, 11, 25, 6, tzinfo=dt.UTC)
    assert told["DTEND"].dt == dt.datetime(2026, 11, 25, 8, 30, tzinfo=dt.UTC)
    assert (told["SUMMARY"], told["LOCATION"]) == ("法律咨询", "城东驿站，淮海路 1 号")
    assert told["DESCRIPTION"] == "带上合同\n市总工会"
    assert str(told["URL"]) == f"{ORIGIN}/stations/340603-00001"
    assert "RRULE" not in told


def test_several_days_recur_daily_until_the_last() -> None:
    (told,) = read(event(last_day=FIRST + dt.timedelta(days=3)))
    assert told["RRULE"]["FREQ"] == ["DAILY"]
    # 14:00 in China is 06:00 UTC.
    assert told["RRULE"]["UNTIL"] == [dt.datetime(2026, 11, 28, 6, tzinfo=dt.UTC)]


def test_days_without_a_time_are_whole_days() -> None:
    (told,) = read(event(starts_at=None, ends_at=None, last_day=FIRST + dt.timedelta(days=3)))
    assert told["DTSTART"].dt == FIRST
    assert told["DTEND"].dt == FIRST + dt.timedelta(days=4)
    assert "RRULE" not in told
    (weekly,) = read(
        event(
            starts_at=None, ends_at=None, last_day=dt.date(2026, 12, 9), rule="FREQ=WEEKLY;BYDAY=WE"
        )
    )
    assert weekly["DTEND"].dt == FIRST + dt.timedelta(days=1)
    assert weekly["RRULE"]["UNTIL"] == [dt.date(2026, 12, 9)]


def test_a_rule_is_told_with_its_end() -> None:
    (told,) = read(
        event(rule="FREQ=MONTHLY;BYDAY=-1FR", last_day=dt.date(2027, 1, 29), ends_at=None)
    )
    assert told["RRULE"].to_ical().decode() == "FREQ=MONTHLY;UNTIL=20270129T060000Z;BYDAY=-1FR"
    assert "DTEND" not in told


@pytest.mark.parametrize(
    "name", [*HOSTILE_NAMES, "BEGIN:VEVENT\r\nSUMMARY:x", "a;b,c:d\\n", "END:VCALENDAR"]
)
def test_what_people_wrote_stays_text(name: str) -> None:
    (told,) = read(event(title=name, note=name, source=name, place=name, address=name), name=name)
    meant = "".join(sign if sign.isprintable() else " " for sign in name)
    assert told["SUMMARY"] == meant
    assert told["DESCRIPTION"] == f"{meant}\n{meant}"
    assert told["LOCATION"] == f"{meant}，{meant}"
    assert str(told["UID"]).startswith("service-7@")


@given(st.text(max_size=300))
def test_no_text_breaks_a_line(text: str) -> None:
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    if plain.encode("utf-8", "ignore").decode() != plain:
        return
    (told,) = read(event(title=text, place=text))
    assert told["UID"]
