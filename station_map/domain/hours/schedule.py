"""Opening hours by the day: which rules hold, and what they come to together.

Meaning
- The syntax and the way rules meet are those of the OSM specification as its reference
  implementation (the npm package `opening_hours`) has them: a later rule for the day takes
  the place of earlier ones, the rest of the night before included; a rule that names no
  day adds to rules that do; a rule with "off" cuts its times out; `,` adds; `||` fills what
  is left, moment by moment. Days and times are those of Asia/Shanghai, UTC+8.
- `PH` is every day off in the State Council's notice, weekend days of the holiday too.
  Without a word on PH the weekly rule holds on holidays. `SH` never matches: there is no
  calendar of school holidays.
- A make-up workday (调休) stands for a working weekday: a Saturday for Friday, a Sunday for
  Monday, in every rule that names plain weekdays. That holds only for hours that know a
  working week: Monday to Friday each open, as far as weekdays go. Weekend-only hours and
  places with a closing day between Monday and Friday keep to the day's own name.
- A comment alone makes hours unknown, as it depends on what it says; so does an open end
  (`18:00+`) from there on.
- In a year that the calendar does not know, the weekly rule is all that is applied.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from station_map.domain.hours.china_calendar import Calendar, DayKind, china_calendar
from station_map.domain.hours.rules import Code, Operator, Rule, Unsupported, rules_of
from station_map.domain.hours.selectors import (
    MINUTES_A_DAY,
    Place,
    Span,
    date_selector,
    needs_sun,
    spans_of,
)
from station_map.domain.opening_hours import check_opening_hours
from station_map.errors import InputError

_REMEMBERED_DAYS: Final = 400
_FRIDAY: Final = 4
_ANY_DAY: Final = dt.date(2001, 1, 2)
_WHOLE_DAY: Final = (Span(0, MINUTES_A_DAY),)
_STANDS_FOR: Final = {5: _FRIDAY, 6: 0}


class Segment(NamedTuple):
    """A part of a day in one state: minutes since its midnight, half open, 0 to 1440."""

    start: int
    end: int
    code: Code
    comment: str = ""


Day = tuple[Segment, ...]
"""All of one day, in order, without gaps."""

UNKNOWN_DAY: Final[Day] = (Segment(0, MINUTES_A_DAY, Code.UNKNOWN),)


class _Layer(NamedTuple):
    """A matching rule's spans within the day in question."""

    rule: Rule
    spans: Sequence[Span]


class Schedule:
    """One expression under one calendar. Shared by all stations with the same hours."""

    def __init__(self, rules: tuple[Rule, ...], calendar: Calendar, place: Place | None) -> None:
        self._rules = rules
        self._calendar = calendar
        self._place = place
        self._wide = [date_selector(rule.wide) if rule.wide else None for rule in rules]
        self._nth = [[date_selector(text) for text in rule.days.nth] for rule in rules]
        self._sun = any(needs_sun(rule.times) for rule in rules)
        self._working_week = knows_working_week(rules)
        self._days: dict[int, Day] = {}
        self._known: dict[object, Day] = {}
        for rule in rules:
            self._spans(rule)

    @property
    def needs_calendar(self) -> bool:
        """Whether holidays or make-up workdays can change anything."""
        return self._working_week or any(rule.days.holidays for rule in self._rules)

    @property
    def never_changes(self) -> bool:
        """Whether every moment is as any other (`24/7`)."""
        return all(not rule.dated and not rule.times for rule in self._rules)

    def certain_spans(self) -> list[Span]:
        """All times at which some rule opens, whatever the date; the sun's are whole days."""
        return [
            span
            for rule in self._rules
            if rule.code is Code.OPEN
            for span in (_WHOLE_DAY if needs_sun(rule.times) else self._spans(rule))
            if span.certain and span.start < span.end
        ]

    def ever_unknown(self) -> bool:
        """Whether a rule or an open end makes it unknown at some time."""
        return any(
            rule.code is Code.UNKNOWN
            or (rule.code is Code.OPEN and not all(span.certain for span in self._spans(rule)))
            for rule in self._rules
        )

    def _spans(self, rule: Rule) -> list[Span]:
        return spans_of(rule.times, _ANY_DAY, self._place)

    def day(self, day: dt.date) -> Day:
        """What holds on `day`, the rest of the night before included."""
        return self.on(day.toordinal())

    def on(self, ordinal: int) -> Day:
        """The same by the ordinal of the date, which is quicker to look up."""
        known = self._days.get(ordinal)
        if known is None:
            if len(self._days) >= _REMEMBERED_DAYS:
                self._days.clear()
            day = dt.date.fromordinal(ordinal)
            before = day - dt.timedelta(days=1)
            known = self._days[ordinal] = self._combined(day, self._matching(day), before)
        return known

    def rest_of_night(self, day: dt.date) -> Day:
        """What is left on `day` of the day before, when other hours hold on `day` itself."""
        return self._combined(day, (), day - dt.timedelta(days=1))

    def begun_on(self, day: dt.date) -> Day:
        """What begins on `day`, when other hours held the day before."""
        return self._combined(day, self._matching(day), None)

    def _combined(self, day: dt.date, today: tuple[int, ...], before: dt.date | None) -> Day:
        yesterday = () if before is None else self._matching(before)
        key = (today, yesterday, day if self._sun else None)
        # Another thread may clear the cache at any point, so it is read once.
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED_DAYS:
                self._known.clear()
            known = self._known[key] = _flattened(self._layers(today, yesterday, day))
        return known

    def _layers(
        self, today: tuple[int, ...], yesterday: tuple[int, ...], day: dt.date
    ) -> list[_Layer]:
        layers: list[_Layer] = []
        before = day - dt.timedelta(days=1)
        for at, rule in enumerate(self._rules):
            if at in today:
                if self._overrides(at):
                    layers.clear()
                spans = _within_day(spans_of(rule.times, day, self._place))
                layers.append(_Layer(rule, spans))
            if at in yesterday:
                spans = _after_midnight(spans_of(rule.times, before, self._place))
                if spans:
                    layers.append(_Layer(rule, spans))
        return layers

    def _overrides(self, at: int) -> bool:
        """Whether rule `at` takes the place of those before it on a day that it matches."""
        rule = self._rules[at]
        if rule.code is Code.CLOSED or rule.operator is not Operator.NORMAL:
            return False
        after_undated = at > 0 and not self._rules[at - 1].dated and rule.code is Code.OPEN
        return rule.dated or after_undated

    def _matching(self, day: dt.date) -> tuple[int, ...]:
        weekday = day.weekday()
        if self._working_week and self._calendar.kind(day) is DayKind.MAKEUP_WORKDAY:
            weekday = _STANDS_FOR.get(weekday, weekday)
        return tuple(
            at
            for at, rule in enumerate(self._rules)
            if self._matches_days(at, rule, day, weekday) and self._matches_wide(at, day)
        )

    def _matches_wide(self, at: int, day: dt.date) -> bool:
        wide = self._wide[at]
        return wide is None or day in wide

    def _matches_days(self, at: int, rule: Rule, day: dt.date, weekday: int) -> bool:
        days = rule.days
        if days.every_day:
            return True
        named = days.weekdays is not None and weekday in days.weekdays
        named = named or any(day in nth for nth in self._nth[at])
        holiday = any(self._is_holiday(day, offset) for offset in days.holidays)
        return (named and holiday) if days.both else (named or holiday)

    def _is_holiday(self, day: dt.date, offset: int) -> bool:
        return self._calendar.kind(day - dt.timedelta(days=offset)) is DayKind.HOLIDAY


def knows_working_week(rules: Iterable[Rule]) -> bool:
    """Whether the hours name weekdays and are open on each from Monday to Friday.

    Months and dates are disregarded, and so are fallbacks and rules for holidays alone.
    """
    counted = [rule for rule in rules if rule.operator is not Operator.FALLBACK]
    if not any(rule.days.weekdays for rule in counted):
        return False
    return all(_works(counted, weekday) for weekday in range(_FRIDAY + 1))


def _works(rules: Iterable[Rule], weekday: int) -> bool:
    works = False
    for rule in rules:
        days = rule.days
        if days.every_day or (days.weekdays and weekday in days.weekdays and not days.both):
            if rule.code is not Code.CLOSED:
                works = True
            elif not rule.times and not rule.wide:
                works = False
    return works


def _within_day(spans: Iterable[Span]) -> list[Span]:
    return [
        Span(span.start, min(span.end, MINUTES_A_DAY), span.certain)
        for span in spans
        if span.start < MINUTES_A_DAY
    ]


def _after_midnight(spans: Iterable[Span]) -> list[Span]:
    return [
        Span(max(span.start - MINUTES_A_DAY, 0), span.end - MINUTES_A_DAY, span.certain)
        for span in spans
        if span.end > MINUTES_A_DAY
    ]


def _flattened(layers: Sequence[_Layer]) -> Day:
    """Layers painted over each other, fallbacks only where nothing is said to be open."""
    cuts = {0, MINUTES_A_DAY}
    cuts.update(edge for layer in layers for span in layer.spans for edge in span[:2])
    edges = sorted(edge for edge in cuts if 0 <= edge <= MINUTES_A_DAY)
    parts = [Segment(start, end, *_painted(layers, start)) for start, end in pairwise(edges)]
    return merged(parts)


def _painted(layers: Iterable[_Layer], minute: int) -> tuple[Code, str]:
    code, comment = Code.CLOSED, ""
    for rule, spans in layers:
        covering = [span for span in spans if span.start <= minute < span.end]
        filled = code is not Code.CLOSED
        if not covering or (rule.operator is Operator.FALLBACK and filled):
            continue
        certain = any(span.certain for span in covering)
        doubtful = rule.code is Code.OPEN and not certain
        code, comment = (Code.UNKNOWN if doubtful else rule.code), rule.comment
    return code, comment


def merged(parts: Iterable[Segment]) -> Day:
    """Neighbours that say the same become one."""
    day: list[Segment] = []
    for part in parts:
        if day and day[-1][2:] == part[2:]:
            day[-1] = day[-1]._replace(end=part.end)
        else:
            day.append(part)
    return tuple(day)


def schedule_of(
    expression: str | None, calendar: Calendar | None = None, place: Place | None = None
) -> Schedule | None:
    """The schedule of an expression; None when there is none or it cannot be evaluated.

    calendar: mainland China's when None. place: where the sun rises and sets; without it
    hours that name sunrise or sunset are unknown.
    """
    if not expression:
        return None
    near = None
    if place is not None and needs_sun(expression):
        near = Place(round(place.lon, 1), round(place.lat, 1))
    return _schedule(expression, calendar or china_calendar(), near)


@lru_cache(maxsize=8192)
def _schedule(expression: str, calendar: Calendar, place: Place | None) -> Schedule | None:
    try:
        return Schedule(rules_of(check_opening_hours(expression)), calendar, place)
    except (InputError, Unsupported):
        return None
