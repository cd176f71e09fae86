"""Opening hours as lines of print: one line a rule, in the words that people use.

A plate hangs for a year, so it says the usual week, never a state of today.
"""

from __future__ import annotations

import re
from typing import Final

from station_map.domain.hours.rules import (
    Code,
    DaySelector,
    Operator,
    Rule,
    Unsupported,
    rules_of,
)
from station_map.domain.hours.wording import WEEKDAYS_ZH

_ALWAYS: Final = "24/7"
_WEEK: Final = 7
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_MONTH: Final = "|".join(_MONTHS)
_SEASON: Final = re.compile(
    rf"(?P<m1>{_MONTH})(?: (?P<d1>\d{{1,2}}))?(?:-(?:(?P<m2>{_MONTH}) ?)?(?P<d2>\d{{1,2}})?)?"
)
_DAY_H: Final = 24


def hours_lines(opening_hours: str | None) -> tuple[str, ...]:
    """The usual week of an OSM expression in Chinese: ("周一至周五 8:30–17:30", "节假日休息").

    Empty when it is unknown, or when it says more than can be put in plain words.
    """
    if opening_hours is None:
        return ()
    if opening_hours == _ALWAYS:
        return ("24 小时开放",)
    try:
        told = [_line(rule) for rule in rules_of(opening_hours)]
    except Unsupported:
        return ()
    lines = tuple(line for line in told if line)
    return lines if len(lines) == len(told) else ()


def _line(rule: Rule) -> str:
    """One rule; empty when it cannot be told."""
    if rule.operator is Operator.FALLBACK or rule.comment or rule.code is Code.UNKNOWN:
        return ""
    season = _season(rule.wide)
    days = _days(rule.days)
    if season is None or days is None:
        return ""
    when = "，".join(part for part in (season, days) if part)
    if rule.code is Code.CLOSED:
        return f"{when}休息" if when and not rule.times else ""
    times = _times(rule.times)
    return f"{when or '每天'} {times}" if times else ""


def _season(wide: str) -> str | None:
    """Months or dates of one year: 5月至9月, 5月1日至10月7日; None when it is more than that."""
    if not wide:
        return ""
    found = _SEASON.fullmatch(wide)
    if found is None:
        return None
    first = _date(found["m1"], found["d1"])
    if "-" not in wide:
        return first
    last = _date(found["m2"] or found["m1"], found["d2"])
    dated = [found["d1"] is not None, found["d2"] is not None]
    return f"{first}至{last}" if all(dated) or not any(dated) else None


def _date(month: str, day: str | None) -> str:
    return f"{_MONTHS[month]}月" + (f"{int(day)}日" if day else "")


def _days(days: DaySelector) -> str | None:
    """Weekdays and holidays; "" is every day, None what cannot be told shortly."""
    if days.nth or days.school_holidays or days.both or any(days.holidays):
        return None
    named = [] if days.weekdays is None else _weekdays(sorted(days.weekdays))
    if days.holidays:
        named.append("节假日")
    return "、".join(named)


def _weekdays(days: list[int]) -> list[str]:
    """Neighbours of three and more as a range; the whole week as 每天."""
    if len(days) == _WEEK:
        return ["每天"]
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = []
    for run in runs:
        if len(run) > 2:
            words.append(f"{WEEKDAYS_ZH[run[0]]}至{WEEKDAYS_ZH[run[-1]]}")
        else:
            words.extend(WEEKDAYS_ZH[day] for day in run)
    return words


def _times(times: str) -> str:
    """Spans of the clock, such as 8:30–12:00、14:30–18:00; empty for any other time."""
    if not times:
        return "全天"
    spans = [_SPAN.fullmatch(span.strip()) for span in times.split(",")]
    told = [_span(*map(int, span.groups())) for span in spans if span]
    return "、".join(told) if len(told) == len(spans) else ""


def _span(hour: int, minute: int, until_hour: int, until_minute: int) -> str:
    start, end = (hour, minute), (until_hour, until_minute)
    if start == (0, 0) and end in {(0, 0), (_DAY_H, 0)}:
        return "全天"
    if end > (_DAY_H, 0) or end <= start:
        return f"{_clock(*start)}–次日 {_clock(until_hour % _DAY_H, until_minute)}"
    return f"{_clock(*start)}–{_clock(*end)}"


def _clock(hour: int, minute: int) -> str:
    return f"{hour}:{minute:02d}"
