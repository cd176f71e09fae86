"""Everything a clock needs to tell open from closed: hours, dated exceptions, a day of return.

Thousands of stations share a timetable, so what is worked out for one holds for all of them
(see docs/adr/0012-open-in-the-database.md).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Final

from station_map.domain.hours.china_calendar import Calendar, china_calendar
from station_map.domain.hours.rules import Code
from station_map.domain.hours.schedule import Schedule
from station_map.domain.hours.timeline import (
    SHANGHAI,
    DatedException,
    Timeline,
    at_minute,
    epoch_minute,
    minutes,
)

HOURS_A_DAY: Final = 24
# Raise it when the same hours come to mean something else in this package: what was worked
# out before no longer counts then.
MEANING: Final = 1
_MINUTES_AN_HOUR: Final = 60
_UTC_OFFSET: Final = 8 * _MINUTES_AN_HOUR


@dataclass(frozen=True, slots=True)
class Timetable:
    """What decides whether a station in use, or one suspended until a day, is open.

    exceptions: the first that covers a day holds. back_on: the day from whose midnight the
    hours count again, of a suspended station; before it the station is never open.
    """

    expression: str | None
    exceptions: tuple[DatedException, ...] = ()
    back_on: dt.date | None = None

    def stretches(
        self, start: dt.datetime, end: dt.datetime, code: Code, calendar: Calendar | None = None
    ) -> list[tuple[int, int]]:
        """When it is in state `code` within [start, end): minutes since 1970 UTC, half open.

        Sorted, disjoint and not touching. A suspended station is closed.
        """
        found = minutes(self._timeline(calendar), start, end, code)
        if self.back_on is None or code is Code.CLOSED:
            return found
        back = _begin_of(self.back_on)
        return [(max(first, back), last) for first, last in found if last > back]

    def code_at(self, minute: int, calendar: Calendar | None = None) -> Code:
        """Open, closed or unknown in a minute since 1970 UTC; a suspended station is closed."""
        if self.back_on is not None and minute < _begin_of(self.back_on):
            return Code.CLOSED
        day = at_minute(minute).date()
        [(midnight, parts)] = self._timeline(calendar).days(day, day)
        return next(part.code for part in parts if minute < midnight + part.end)

    def possible_hours(self) -> frozenset[int]:
        """Hours of the day (0 to 23) outside which it is never open, on whatever date."""
        spans = (span for schedule in self._schedules() for span in schedule.certain_spans())
        return frozenset(
            hour % HOURS_A_DAY
            for first, last, _ in spans
            for hour in range(first // _MINUTES_AN_HOUR, (last - 1) // _MINUTES_AN_HOUR + 1)
        )

    def ever_unknown(self) -> bool:
        """Whether there may be a moment at which nobody knows."""
        sources = (None, *self.exceptions)
        timeline = self._timeline(None)
        schedules = [timeline.schedule(source) for source in sources]
        return any(schedule is None or schedule.ever_unknown() for schedule in schedules)

    def _schedules(self) -> Iterator[Schedule]:
        timeline = self._timeline(None)
        for source in (None, *self.exceptions):
            schedule = timeline.schedule(source)
            if schedule is not None:
                yield schedule

    def _timeline(self, calendar: Calendar | None) -> Timeline:
        return Timeline(self.expression, self.exceptions, calendar or china_calendar())


def _begin_of(day: dt.date) -> int:
    return epoch_minute(dt.datetime.combine(day, dt.time(), SHANGHAI))


def hour_of(minute: int) -> int:
    """The hour of the day in China, 0 to 23, of a minute since 1970 UTC."""
    return (minute + _UTC_OFFSET) // _MINUTES_AN_HOUR % HOURS_A_DAY


@lru_cache(maxsize=4096)
def read_exceptions(told: str | None) -> tuple[DatedException, ...]:
    """Exceptions as the store tells them: JSON text of [first day, last day, hours, reason]."""
    return tuple(
        DatedException(dt.date.fromisoformat(first), dt.date.fromisoformat(last), hours, reason)
        for first, last, hours, reason in (json.loads(told) if told else ())
    )


@lru_cache(maxsize=1)
def rules_in_force() -> str:
    """Names the meaning of hours and the calendar by which this program works out open times."""
    return f"{MEANING}/{version('chinesecalendar')}/{max(china_calendar().years)}"
