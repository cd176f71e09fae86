"""Parts of the year with their dates: 5月1日至9月30日, 10月至次年4月."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from station_map.domain.hours_text.reasons import HoursReason, UncertainError

MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_LENGTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

DATES_PATTERN: Final = (
    r"(?:每年)?(?P<month>\d{1,2})(?:月(?:份|(?P<day>\d{1,2})[日号])?)?-"
    r"(?P<next>次年|翌年|第2年|来年)?(?P<month2>\d{1,2})月(?:份|(?P<day2>\d{1,2})[日号])?"
)


@dataclass(frozen=True, slots=True)
class YearSpan:
    """Both ends belong to it; whole months have no days; it may run over New Year."""

    month: int
    day: int | None
    last_month: int
    last_day: int | None

    def rendered(self) -> str:
        """OSM syntax: "May 1-Sep 30" or "Oct-Apr"."""
        first, last = MONTHS[self.month - 1], MONTHS[self.last_month - 1]
        if self.day is None:
            return first if first == last else f"{first}-{last}"
        return f"{first} {self.day}-{last} {self.last_day}"

    def days(self) -> frozenset[int]:
        """Days of a leap year, 1 January = 0, for finding overlaps."""
        first = _ordinal(self.month, self.day or 1)
        last = _ordinal(self.last_month, self.last_day or _LENGTHS[self.last_month - 1])
        if first <= last:
            return frozenset(range(first, last + 1))
        return frozenset(range(first, 366)) | frozenset(range(last + 1))


def year_span(found: re.Match[str]) -> YearSpan:
    """The span of a match of DATES_PATTERN; raises UncertainError when no calendar has it."""
    month, last_month = int(found["month"]), int(found["month2"])
    day = int(found["day"]) if found["day"] else None
    last_day = int(found["day2"]) if found["day2"] else None
    # "5月1日至9月" leaves open where in September it ends.
    whole = (day is None) == (last_day is None)
    if not (whole and _exists(month, day) and _exists(last_month, last_day)):
        raise UncertainError(HoursReason.NOT_UNDERSTOOD, found.group())
    span = YearSpan(month, day, last_month, last_day)
    runs_over = (last_month, last_day or 0) < (month, day or 0)
    if found["next"] and not runs_over:
        raise UncertainError(HoursReason.CONTRADICTION, found.group())
    return span


def _exists(month: int, day: int | None) -> bool:
    return 1 <= month <= 12 and (day is None or 1 <= day <= _LENGTHS[month - 1])


def _ordinal(month: int, day: int) -> int:
    return sum(_LENGTHS[: month - 1]) + day - 1
