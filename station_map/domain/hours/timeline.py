"""Hours over days: an expression with its dated exceptions, as intervals of time.

Times are Asia/Shanghai, which has been UTC+8 without summer time since 1991. An exception
replaces the hours of its days from midnight to midnight, as a dated rule at the end of the
expression would: a night begun before it ends with its first day, and a night begun on its
last day runs on where the usual hours of the next day do not speak of that night.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from station_map.domain.hours.china_calendar import Calendar, DayKind, china_calendar
from station_map.domain.hours.rules import Code
from station_map.domain.hours.schedule import (
    UNKNOWN_DAY,
    Day,
    Schedule,
    Segment,
    merged,
    schedule_of,
)
from station_map.domain.hours.selectors import MINUTES_A_DAY, Place

SHANGHAI: Final = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")

_ONE_DAY: Final = dt.timedelta(days=1)
_UTC_OFFSET: Final = 8 * 60
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class DatedException:
    """Other hours from `first_day` to `last_day`, both included.

    opening_hours: OSM syntax, "off" for closed, None when it is not known. reason: shown to
    people. One of these may belong to a station or to a whole city.
    """

    first_day: dt.date
    last_day: dt.date
    opening_hours: str | None
    reason: str = ""


class Piece(NamedTuple):
    """A stretch of one state: minutes since 1970-01-01 UTC, half open."""

    start: int
    end: int
    code: Code
    comment: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """One station's hours by the day. The first exception that covers a day holds on it."""

    expression: str | None
    exceptions: Sequence[DatedException] = ()
    calendar: Calendar = field(default_factory=china_calendar)
    place: Place | None = None

    def schedule(self, source: DatedException | None = None) -> Schedule | None:
        """The usual hours, or those of an exception; None when not known."""
        text = self.expression if source is None else source.opening_hours
        return schedule_of(text, self.calendar, self.place)

    def exception(self, day: dt.date) -> DatedException | None:
        """The exception that holds on `day`."""
        for exception in self.exceptions:
            if exception.first_day <= day <= exception.last_day:
                return exception
        return None

    def day(self, day: dt.date) -> Day:
        """What holds on `day`, in order, without gaps."""
        if not self.exceptions:
            schedule = self.schedule()
            return schedule.day(day) if schedule else UNKNOWN_DAY
        return self._excepted(day)

    def holds_for_ever(self, day: dt.date) -> bool:
        """Whether nothing changes from `day` on."""
        if any(exception.last_day >= day for exception in self.exceptions):
            return False
        schedule = self.schedule()
        return schedule is None or schedule.never_changes

    def year_known(self, day: dt.date) -> bool:
        """Whether the calendar knows the holidays of `day`'s year, if they matter."""
        schedule = self.schedule(self.exception(day))
        matters = schedule is not None and schedule.needs_calendar
        return not matters or self.calendar.kind(day) is not DayKind.UNKNOWN

    def days(self, first: dt.date, last: dt.date) -> Iterator[tuple[int, Day]]:
        """Each day from the first to the last, with its midnight in minutes since 1970 UTC."""
        schedule = self.schedule()
        plain = not self.exceptions
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            midnight = (ordinal - _EPOCH) * MINUTES_A_DAY - _UTC_OFFSET
            if not plain:
                yield midnight, self._excepted(dt.date.fromordinal(ordinal))
            else:
                yield midnight, schedule.on(ordinal) if schedule else UNKNOWN_DAY

    def pieces(self, first: dt.date, last: dt.date) -> Iterator[Piece]:
        """Everything from the first day to the last, neighbours of one state merged."""
        waiting: Piece | None = None
        for midnight, day in self.days(first, last):
            for start, end, code, comment in day:
                if waiting and waiting.code is code and waiting.comment == comment:
                    waiting = waiting._replace(end=midnight + end)
                    continue
                if waiting:
                    yield waiting
                waiting = Piece(midnight + start, midnight + end, code, comment)
        if waiting:
            yield waiting

    def _excepted(self, day: dt.date) -> Day:
        before, now = self.exception(day - _ONE_DAY), self.exception(day)
        schedule = self.schedule(now)
        if now == before:
            found = schedule.day(day) if schedule else UNKNOWN_DAY
        elif now is not None:
            found = schedule.begun_on(day) if schedule else UNKNOWN_DAY
        elif schedule is None:
            return UNKNOWN_DAY
        else:
            night = self.schedule(before)
            begun = schedule.begun_on(day)
            found = _laid_over(begun, night.rest_of_night(day)) if night else begun
        reason = now.reason if now else ""
        return _commented(found, reason) if reason else found


def _laid_over(day: Day, night: Day) -> Day:
    """`day`, with the open or unknown parts of `night` where it is closed."""
    edges = sorted({segment.start for segment in (*day, *night)} | {MINUTES_A_DAY})
    parts = []
    for start, end in pairwise(edges):
        ours, rest = (
            next(part for part in layer if part.start <= start < part.end) for layer in (day, night)
        )
        chosen = rest if ours.code is Code.CLOSED else ours
        parts.append(Segment(start, end, chosen.code, chosen.comment))
    return merged(parts)


def _commented(day: Day, reason: str) -> Day:
    return tuple(part if part.comment else part._replace(comment=reason) for part in day)


def epoch_minute(moment: dt.datetime) -> int:
    """Whole minutes since 1970-01-01 UTC. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return int(moment.timestamp() // 60)


def at_minute(minute: int) -> dt.datetime:
    """The moment in Asia/Shanghai that `epoch_minute` gives `minute` for."""
    return dt.datetime.fromtimestamp(minute * 60, SHANGHAI)


def local_day(moment: dt.datetime) -> dt.date:
    """The date in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def minutes(
    timeline: Timeline, start: dt.datetime, end: dt.datetime, code: Code = Code.OPEN
) -> list[tuple[int, int]]:
    """The stretches in state `code` within [start, end): minutes since 1970 UTC, half open.

    Sorted, disjoint and not touching. `end` is rounded up to a whole minute.
    """
    low, high = epoch_minute(start), -int(-end.timestamp() // 60)
    found: list[tuple[int, int]] = []
    for midnight, day in timeline.days(local_day(start), local_day(end)):
        for begins, ends, said, _ in day:
            if said is not code:
                continue
            first, last = midnight + begins, midnight + ends
            if found and found[-1][1] == first:
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
    clipped = [(max(first, low), min(last, high)) for first, last in found]
    return [(first, last) for first, last in clipped if first < last]


def intervals(
    expression: str | None,
    start: dt.datetime,
    end: dt.datetime,
    exceptions: Sequence[DatedException] = (),
    calendar: Calendar | None = None,
    place: Place | None = None,
) -> list[tuple[dt.datetime, dt.datetime]] | None:
    """When it is open for certain within [start, end), half open, in Asia/Shanghai.

    Sorted, disjoint and not touching. None when nothing is known: no expression, or none
    that can be evaluated, and no exception with hours within these days.
    """
    timeline = Timeline(expression, exceptions, calendar or china_calendar(), place)
    found = minutes(timeline, start, end)
    if not found and timeline.schedule() is None:
        maybe = minutes(timeline, start, end, Code.UNKNOWN)
        if maybe == [(epoch_minute(start), -int(-end.timestamp() // 60))]:
            return None
    return [(max(at_minute(first), start), min(at_minute(last), end)) for first, last in found]
