"""Public holidays and make-up workdays of mainland China.

Each November the State Council publishes the days off of the coming year and the weekend
days that are worked in return (调休). The package `chinesecalendar` holds these notices; a
year without a notice is unknown, and then the weekly rule is all there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays


class DayKind(Enum):
    """What the calendar says of a date.

    UNKNOWN: the year's notice is not in the calendar; nothing but the weekday is known.
    """

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"
    UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False, slots=True)
class Calendar:
    """Days off and worked weekend days, by date, with the Chinese name of their holiday.

    holidays: every day off of a holiday, weekend days among them. workdays: Saturdays and
    Sundays that are worked. years: those whose notice is known. Two calendars are equal
    only when they are the same object, so that one can be the key of a cache.
    """

    years: frozenset[int]
    holidays: Mapping[dt.date, str] = field(default_factory=lambda: MappingProxyType({}))
    workdays: Mapping[dt.date, str] = field(default_factory=lambda: MappingProxyType({}))

    def kind(self, day: dt.date) -> DayKind:
        """What `day` is; weekends without a notice of their own are ordinary."""
        if day.year not in self.years:
            return DayKind.UNKNOWN
        if day in self.holidays:
            return DayKind.HOLIDAY
        return DayKind.MAKEUP_WORKDAY if day in self.workdays else DayKind.ORDINARY

    def name(self, day: dt.date) -> str | None:
        """The holiday that a day off or a make-up workday belongs to, in Chinese."""
        return self.holidays.get(day) or self.workdays.get(day)


PLAIN_WEEKS: Final = Calendar(years=frozenset(range(1, 10_000)))
"""A calendar in which nothing but the weekday counts."""


@lru_cache(maxsize=1)
def china_calendar() -> Calendar:
    """The calendar of mainland China, as far as the installed package knows it."""
    off, worked = _named(holidays), _named(workdays)
    return Calendar(frozenset(day.year for day in off), off, worked)


def _named(days: Mapping[dt.date, str]) -> Mapping[dt.date, str]:
    chinese = {holiday.value: holiday.chinese for holiday in Holiday}
    return MappingProxyType({day: chinese.get(name, name) for day, name in days.items()})
