"""Opening hours as a table of the week: seven days and public holidays, two spans a day.

A table cannot say everything that hours can: seasons, the first Sunday of a month, "maybe".
`grid_of` gives a table only when it means the same on every day of the published calendar.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final

from station_map.domain.hours import PLAIN_WEEKS, Code, Schedule, china_calendar, schedule_of
from station_map.domain.hours.rules import WEEKDAYS, Operator, Rule, Unsupported, rules_of
from station_map.domain.opening_hours import check_opening_hours
from station_map.errors import InputError

MOST_SPANS: Final = 2
DAY: Final = 24 * 60
_WEEK: Final = 7
_TIMES: Final = re.compile(r"(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)")

type Span = tuple[int, int]
"""Minutes since the midnight that begins the day; an end past 1440 is on the next day."""
type DayHours = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class WeekGrid:
    """days: Monday first; () is closed. holidays: None when they are as other days."""

    days: tuple[DayHours, ...]
    holidays: DayHours | None = None


def checked_grid(days: Sequence[Sequence[Span]], holidays: Sequence[Span] | None) -> WeekGrid:
    """A table within its bounds, spans in order. Raises InputError (parameter `grid`)."""
    if len(days) != _WEEK:
        raise _wrong("一周要七天", "a week has seven days")
    return WeekGrid(
        tuple(_checked_day(day) for day in days),
        None if holidays is None else _checked_day(holidays),
    )


def _checked_day(spans: Sequence[Span]) -> DayHours:
    found = sorted((int(start), int(end)) for start, end in spans)
    if len(found) > MOST_SPANS:
        raise _wrong(f"一天最多 {MOST_SPANS} 段", f"at most {MOST_SPANS} spans a day")
    for start, end in found:
        if not (0 <= start < DAY and start < end <= start + DAY):
            raise _wrong("每段要有开始和结束", "each span begins and ends")
    for (_, end), (start, _) in pairwise(found):
        if start <= end:
            raise _wrong("同一天的两段重叠了", "two spans of a day overlap")
    return tuple(found)


def _wrong(zh: str, en: str) -> InputError:
    return InputError(
        f"时间表不对：{zh}。 The table is wrong: {en}.",
        parameter="grid",
        allowed=f"seven days with at most {MOST_SPANS} spans each",
        example="08:30-12:00, 14:30-18:00",
    )


def expression_of(grid: WeekGrid) -> str:
    """The table in OSM syntax, as short as a person would write it."""
    if set(grid.days) == {((0, DAY),)} and grid.holidays is None:
        return "24/7"
    rules = list(_weekly(grid.days))
    if grid.holidays is not None:
        rules.append(f"PH {_times(grid.holidays)}")
    return check_opening_hours("; ".join(rules) or "off")


def _weekly(days: tuple[DayHours, ...]) -> Iterator[str]:
    if len(set(days)) == 1:
        # With its days named, so that nobody reads 22:00-06:00 as a slip.
        yield f"Mo-Su {_times(days[0])}"
        return
    for hours in dict.fromkeys(days):
        if hours:
            named = [at for at in range(_WEEK) if days[at] == hours]
            yield f"{','.join(_runs(named))} {_times(hours)}"


def _runs(numbers: list[int]) -> Iterator[str]:
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        days = [day for _, day in run]
        first, last = WEEKDAYS[days[0]], WEEKDAYS[days[-1]]
        yield first if first == last else f"{first}-{last}"


def _times(hours: DayHours) -> str:
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in hours) or "off"


def _clock(minute: int) -> str:
    # Up to 24:00 of the day itself; what is later is said as the clock of the next day.
    within = minute if minute <= DAY else minute - DAY
    return f"{within // 60:02d}:{within % 60:02d}"


@lru_cache(maxsize=1024)
def grid_of(expression: str) -> WeekGrid | None:
    """The table that means the same as valid hours in their stored spelling, if there is one."""
    try:
        painted = _painted(rules_of(expression))
        grid = None if painted is None else checked_grid(painted.days, painted.holidays)
    except (InputError, Unsupported):
        return None
    return grid if grid is not None and _alike(expression, expression_of(grid)) else None


def _painted(rules: Sequence[Rule]) -> WeekGrid | None:
    """Rule after rule written into the table; None when one of them says what no table can.

    How rules meet is simplified here: `_alike` finds out where that was too simple.
    """
    days: list[DayHours] = [()] * _WEEK
    holidays: DayHours | None = None
    for rule in rules:
        spans = _plain_spans(rule)
        if spans is None:
            return None
        named = rule.days.weekdays
        for at in range(_WEEK):
            if rule.days.every_day or (named is not None and at in named):
                days[at] = _met(rule, days[at], spans)
        if rule.days.holidays:
            holidays = _met(rule, holidays or (), spans)
        elif rule.days.every_day and holidays is not None:
            holidays = _met(rule, holidays, spans)
    return WeekGrid(tuple(days), holidays)


def _met(rule: Rule, before: DayHours, spans: DayHours) -> DayHours:
    if rule.code is Code.CLOSED:
        return ()
    return before + spans if rule.operator is Operator.ADDITIONAL else spans


def _plain_spans(rule: Rule) -> DayHours | None:
    """The rule's times; None when the rule says what no table can."""
    days = rule.days
    unsayable = (
        rule.wide
        or rule.comment
        or rule.code is Code.UNKNOWN
        or rule.operator is Operator.FALLBACK
        or days.nth
        or days.school_holidays
        or days.both
        or any(days.holidays)
    )
    if unsayable or (rule.code is Code.CLOSED and rule.times):
        return None
    return _spans(rule.times) if rule.times else ((0, DAY),)


def _spans(times: str) -> DayHours | None:
    found = []
    for part in times.split(","):
        match = _TIMES.fullmatch(part.strip())
        if match is None:
            return None
        hour, minute, until, past = map(int, match.groups())
        start, end = hour * 60 + minute, until * 60 + past
        found.append((start, end if end > start else end + DAY))
    return tuple(found)


def _alike(one: str, other: str) -> bool:
    """Whether two expressions mean the same, day by day, as far as holidays are published."""
    for calendar in (china_calendar(), PLAIN_WEEKS):
        schedules = [schedule_of(text, calendar) for text in (one, other)]
        if schedules[0] is None or schedules[1] is None:
            return False
        if any(_day(schedules[0], day) != _day(schedules[1], day) for day in _days()):
            return False
    return True


def _day(schedule: Schedule, day: dt.date) -> list[Span]:
    """When it is open on a day; stretches that touch are one."""
    found: list[Span] = []
    for segment in schedule.day(day):
        if segment.code is not Code.OPEN:
            continue
        if found and found[-1][1] == segment.start:
            found[-1] = (found[-1][0], segment.end)
        else:
            found.append((segment.start, segment.end))
    return found


def _days() -> Iterator[dt.date]:
    last = max(china_calendar().years)
    day = dt.date(last - 1, 1, 1)
    while day.year <= last:
        yield day
        day += dt.timedelta(days=1)
