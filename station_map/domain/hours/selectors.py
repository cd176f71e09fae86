"""What selectors of dates and times mean, asked of opening-hours-py (Rust)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

# The library's type stub does not list its own error.
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from station_map.domain.hours.rules import Unsupported

MINUTES_A_DAY: Final = 24 * 60

_ZONE: Final = "Asia/Shanghai"
_ANY_DAY: Final = dt.date(2001, 1, 2)
_SUN: Final = re.compile(r"sunrise|sunset|dawn|dusk")
_OPEN_END: Final = re.compile(r"(.*?)\s*\+")
_PARTS: Final = re.compile(r",(?![^(]*\))")


class Place(NamedTuple):
    """Where the sun rises: degrees, WGS-84, to about 10 km."""

    lon: float
    lat: float


class Span(NamedTuple):
    """Minutes since the midnight that begins the day, half open, up to 48 hours.

    certain: False after an open end (`18:00+`), where the closing time is not said.
    """

    start: int
    end: int
    certain: bool = True


@dataclass(frozen=True, slots=True)
class DateSelector:
    """Years, months, dates, weeks or `Su[1]`; `in` asks whether a date is one of them."""

    days: OpeningHours

    def __contains__(self, day: dt.date) -> bool:
        return bool(self.days.is_open(dt.datetime(day.year, day.month, day.day, 12)))  # noqa: DTZ001


@lru_cache(maxsize=4096)
def date_selector(text: str) -> DateSelector:
    """Raises Unsupported when the library does not take `text` as a selector of days."""
    return DateSelector(_parsed(f"{text} 00:00-24:00", None))


def needs_sun(times: str) -> bool:
    """Whether times of sunrise or sunset are among `times`."""
    return _SUN.search(times) is not None


def spans_of(times: str, day: dt.date | None = None, place: Place | None = None) -> list[Span]:
    """The spans that begin on `day`; any day will do without sunrise and sunset.

    Raises Unsupported for points in time (`10:00-16:00/01:30`), which are not hours, and
    for sunrise or sunset when no place is given.
    """
    if not times:
        return [Span(0, MINUTES_A_DAY)]
    if "/" in times or (needs_sun(times) and (place is None or day is None)):
        raise Unsupported(times)
    parts = [part.strip() for part in _PARTS.split(times)]
    spans = [span for part in parts for span in _part(part, day or _ANY_DAY, place)]
    return [span if span.certain else _ended_by_next(span, spans) for span in spans]


def _ended_by_next(open_end: Span, spans: Iterable[Span]) -> Span:
    """In `07:00+,12:00-16:00` the open end is over when the next span begins."""
    later = (span.start for span in spans if span.start > open_end.start)
    return open_end._replace(end=min((open_end.end, *later)))


def _part(part: str, day: dt.date, place: Place | None) -> Iterator[Span]:
    open_end = _OPEN_END.fullmatch(part)
    if open_end is None:
        yield from _closed_spans(part, day, place)
        return
    text = open_end.group(1)
    if re.search(r"-(?![^(]*\))", text):
        certain = _closed_spans(text, day, place)
        yield from certain
        start = certain[-1].end
    else:
        start = _closed_spans(f"{text}-24:00", day, place)[0].start
    yield Span(start, max(start, _guessed_end(start)), certain=False)


def _guessed_end(start: int) -> int:
    """How long an open end may last at most, as the reference implementation has it."""
    if start >= MINUTES_A_DAY:
        return _guessed_end(start - MINUTES_A_DAY) + MINUTES_A_DAY
    if start >= 22 * 60:
        return start + 8 * 60
    return start + 10 * 60 if start >= 17 * 60 else MINUTES_A_DAY


def _closed_spans(times: str, day: dt.date, place: Place | None) -> list[Span]:
    midnight = dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local by nature
    hours = _parsed(f"{day:%Y %b %d} {times}", place)
    after = midnight + dt.timedelta(days=2)
    return [
        Span(_minutes(start, midnight), _minutes(end, midnight))
        for start, end, state, _ in hours.intervals(midnight, after)
        if state is not State.CLOSED
    ]


def _minutes(moment: dt.datetime, midnight: dt.datetime) -> int:
    return round((moment.replace(tzinfo=None) - midnight).total_seconds() / 60)


def _parsed(text: str, place: Place | None) -> OpeningHours:
    try:
        if place is None:
            return OpeningHours(text)
        coords = (place.lat, place.lon)
        return OpeningHours(text, timezone=ZoneInfo(_ZONE), coords=coords, auto_country=False)
    except ParserError as error:
        raise Unsupported(text) from error
