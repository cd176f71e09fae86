"""Is it open: the state of a station at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from station_map.domain.hours.china_calendar import Calendar, china_calendar
from station_map.domain.hours.rules import Code
from station_map.domain.hours.selectors import Place
from station_map.domain.hours.timeline import (
    SHANGHAI,
    DatedException,
    Piece,
    Timeline,
    at_minute,
    epoch_minute,
    local_day,
)
from station_map.domain.vocabulary import Status

SOON_MINUTES: Final = 30
HORIZON: Final = dt.timedelta(days=60)

_NEVER_OPEN: Final = frozenset({Status.PLANNED, Status.CLOSED, Status.DELISTED})


class StateCode(StrEnum):
    """What a person is told first."""

    OPEN = "open"
    CLOSING_SOON = "closing_soon"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class State:
    """A station at a moment; datetimes are in Asia/Shanghai.

    until: when an open station stops being open for certain, or a suspension ends; None
    when that is not within 60 days or not known. next: when a closed one opens, within 60
    days. year_known: False when the answer rests on the weekly rule alone because the
    holidays of the year are not known. comment: what the hours say beside their times.
    """

    code: StateCode
    until: dt.datetime | None = None
    next: dt.datetime | None = None
    year_known: bool = True
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What is stored of a station's hours. exceptions: the station's own before the city's."""

    expression: str | None
    status: Status = Status.OPEN
    suspended_until: dt.date | None = None
    exceptions: Sequence[DatedException] = ()
    place: Place | None = None


def state_at(hours: Hours, moment: dt.datetime, calendar: Calendar | None = None) -> State:
    """The state at `moment`, which must have a time zone (else ValueError).

    A suspension holds until the first minute of `suspended_until`, the day on which the
    station is back; without that day it holds until further notice.
    """
    if hours.status in _NEVER_OPEN:
        return State(StateCode.CLOSED)
    if hours.status is Status.SUSPENDED and _suspended(hours.suspended_until, moment):
        return State(StateCode.SUSPENDED, until=_midnight(hours.suspended_until))
    timeline = Timeline(
        hours.expression, hours.exceptions, calendar or china_calendar(), hours.place
    )
    return _by_hours(timeline, moment)


def _suspended(until: dt.date | None, moment: dt.datetime) -> bool:
    return until is None or local_day(moment) < until


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return None if day is None else dt.datetime.combine(day, dt.time(), SHANGHAI)


def _by_hours(timeline: Timeline, moment: dt.datetime) -> State:
    minute, today = epoch_minute(moment), local_day(moment)
    span = dt.timedelta() if timeline.holds_for_ever(today) else HORIZON
    ahead = timeline.pieces(today, today + span)
    now = next(piece for piece in ahead if piece.end > minute)
    if now.code is Code.OPEN:
        return _open(timeline, now, ahead, minute)
    opens = _next_open(ahead) if now.code is Code.CLOSED else None
    known = timeline.year_known(today)
    code = StateCode.CLOSED if now.code is Code.CLOSED else StateCode.UNKNOWN
    if opens is not None:
        known = known and timeline.year_known(opens.date())
    return State(code, next=opens, year_known=known, comment=now.comment)


def _open(timeline: Timeline, now: Piece, ahead: Iterator[Piece], minute: int) -> State:
    end, ends = now.end, False
    for piece in ahead:
        if piece.code is not Code.OPEN:
            ends = True
            break
        end = piece.end
    until = at_minute(end) if ends else None
    soon = ends and end - minute <= SOON_MINUTES
    last = at_minute(end - 1).date() if ends else at_minute(minute).date()
    known = timeline.year_known(at_minute(minute).date()) and timeline.year_known(last)
    code = StateCode.CLOSING_SOON if soon else StateCode.OPEN
    return State(code, until=until, year_known=known, comment=now.comment)


def _next_open(ahead: Iterator[Piece]) -> dt.datetime | None:
    return next((at_minute(piece.start) for piece in ahead if piece.code is Code.OPEN), None)
