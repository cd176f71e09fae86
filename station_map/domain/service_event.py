"""A dated service of the union at a station, or at every station of an area."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

from station_map.domain.service_rule import recurrence
from station_map.domain.texts_and_days import check_days, checked_line
from station_map.domain.vocabulary import EventKind
from station_map.errors import InputError

LONGEST_TITLE: Final = 200
LONGEST_SOURCE: Final = 100
LONGEST_NOTE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Held every day from the first to the last, both included.

    starts_at, ends_at: time of day in Asia/Shanghai, None when not known. source: who holds it.
    rule: an RRULE; then it is held on `days` only, which `checked_event` works out.
    """

    kind: EventKind
    title: str
    first_day: dt.date
    last_day: dt.date
    source: str
    starts_at: dt.time | None = None
    ends_at: dt.time | None = None
    note: str | None = None
    rule: str | None = None
    days: tuple[dt.date, ...] = ()


def checked_recurring(event: Event, last_day: dt.date | None) -> Event:
    """The same for an event with a rule; its first and last day are those that the rule means.

    last_day: none is later; None leaves the end to the rule.
    """
    check_days(event.first_day, event.first_day)
    told = recurrence(event.rule or "", event.first_day, last_day)
    check_days(told.days[-1], told.days[-1])
    plain = checked_event(replace(event, last_day=event.first_day, rule=None))
    return replace(
        plain, first_day=told.days[0], last_day=told.days[-1], rule=told.rule, days=told.days
    )


def checked_event(event: Event) -> Event:
    """The event within its bounds, its texts without blanks around them.

    Raises InputError that names what is wrong.
    """
    check_days(event.first_day, event.last_day)
    _check_times(event.starts_at, event.ends_at)
    return Event(
        kind=event.kind,
        title=checked_line(event.title, "title", "标题", LONGEST_TITLE, "--title 量血压"),
        first_day=event.first_day,
        last_day=event.last_day,
        source=checked_line(event.source, "source", "谁办的", LONGEST_SOURCE, "--source 市总工会"),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        note=_note(event.note),
    )


def _note(given: str | None) -> str | None:
    if given is None or not given.strip():
        return None
    return checked_line(given, "note", "说明", LONGEST_NOTE, "--note 带上身份证")


def _check_times(starts_at: dt.time | None, ends_at: dt.time | None) -> None:
    if ends_at is None or (starts_at is not None and ends_at > starts_at):
        return
    if starts_at is None:
        wrong = "写了几点结束，没写几点开始。 An end is told, and no start."
    else:
        wrong = (
            f"{starts_at:%H:%M} 到 {ends_at:%H:%M} 不行：结束要在同一天，晚于开始。"
            f" {starts_at:%H:%M} to {ends_at:%H:%M}: the end comes after the start, on the same"
            " day."
        )
    raise InputError(
        wrong,
        parameter="ends",
        allowed="a time of day after the start",
        example="--starts 14:00 --ends 16:30",
    )
