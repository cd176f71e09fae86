"""Services as iCalendar (RFC 5545), for the calendars of telephones and offices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

import icalendar

from station_map.domain.vocabulary import EventKind
from station_map.store.service_feed import FeedEvent

ZONE: Final = "Asia/Shanghai"
_ONE_DAY: Final = dt.timedelta(days=1)
_EIGHT: Final = dt.timedelta(hours=8)
_CHINA: Final = dt.timezone(_EIGHT)


def feed(name: str | None, events: Iterable[FeedEvent], origin: str) -> bytes:
    """A calendar of the station or area `name`, or of everywhere.

    origin: scheme and host of this service, for links and UIDs.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//station-map//services//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    # As text: the library escapes nothing in properties that it does not know.
    calendar.add("x-wr-calname", icalendar.vText(f"{_plain(name or '工会驿站')} 服务活动"))
    calendar.add("x-wr-timezone", ZONE)
    calendar.add_component(_zone())
    for event in events:
        calendar.add_component(_event(event, origin))
    return bytes(calendar.to_ical())


def _zone() -> icalendar.Timezone:
    """China's one zone; it has had no summer time since 1991."""
    zone = icalendar.Timezone()
    zone.add("tzid", ZONE)
    standard = icalendar.TimezoneStandard()
    standard.add("dtstart", dt.datetime(1991, 9, 15, 1))  # noqa: DTZ001 - RFC 5545 wants local time
    standard.add("tzoffsetfrom", _EIGHT)
    standard.add("tzoffsetto", _EIGHT)
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(event: FeedEvent, origin: str) -> icalendar.Event:
    told = icalendar.Event()
    host = origin.partition("://")[2]
    told.add("uid", f"service-{event.id}@{host}")
    told.add("dtstamp", event.entered_at.astimezone(dt.UTC))
    told.add("summary", _plain(event.title))
    told.add("categories", [EventKind(event.kind).zh])
    told.add("description", "\n".join(_plain(part) for part in (event.note, event.source) if part))
    told.add("location", _plain("，".join(filter(None, (event.place, event.address)))))
    if event.code is not None:
        told.add("url", f"{origin}/stations/{event.code}")
    told.add("transp", "TRANSPARENT")
    _add_times(told, event)
    return told


def _add_times(told: icalendar.Event, event: FeedEvent) -> None:
    several = event.last_day > event.first_day
    if event.starts_at is None:
        told.add("dtstart", event.first_day)
        last = event.last_day if event.rule is None else event.first_day
        told.add("dtend", last + _ONE_DAY)
    else:
        told.add("dtstart", _local(event.first_day, event.starts_at), {"TZID": ZONE})
        if event.ends_at is not None:
            told.add("dtend", _local(event.first_day, event.ends_at), {"TZID": ZONE})
    if event.rule is not None:
        told.add("rrule", _rule(event.rule, _until(event)))
    elif several and event.starts_at is not None:
        told.add("rrule", _rule("FREQ=DAILY", _until(event)))


def _rule(rule: str, until: dt.date) -> icalendar.vRecur:
    read: icalendar.vRecur = icalendar.vRecur.from_ical(rule)
    read["UNTIL"] = [until]
    return read


def _until(event: FeedEvent) -> dt.date:
    """As DTSTART is: a day, or a moment in UTC."""
    if event.starts_at is None:
        return event.last_day
    last = dt.datetime.combine(event.last_day, event.starts_at, _CHINA)
    return last.astimezone(dt.UTC)


def _local(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time)


def _plain(text: str) -> str:
    """What people wrote, without signs that steer a screen or a parser."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
