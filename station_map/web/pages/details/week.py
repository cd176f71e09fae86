"""The hours of a station as a table: the usual week, holidays, and days that differ soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from station_map.domain.hours import (
    PLAIN_WEEKS,
    Calendar,
    Code,
    DatedException,
    DayKind,
    Place,
    Segment,
    Timeline,
    china_calendar,
)
from station_map.web.language import mark, t
from station_map.web.pages import wording

AHEAD_DAYS: Final = 14
_DAY: Final = 24 * 60
# Hours that run into the next day belong to the evening they began on, until noon at most.
_NOON: Final = 12 * 60
_WEEK: Final = 7
_QUARTERS: Final = (13, 26, 39)


class Span(NamedTuple):
    """Part of a day that is not closed: minutes since its midnight; `end` may be past 1440."""

    start: int
    end: int
    code: Code
    comment: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """One weekday of the usual week. times, staffed: in words; differs: of today, what holds
    instead, with its reason, or ""; soon: the same of the next such weekday, with its date.
    """

    label: str
    times: tuple[str, ...]
    staffed: tuple[str, ...]
    today: bool
    differs: str
    soon: str


@dataclass(frozen=True, slots=True)
class Differing:
    """One day or several in a row within the next 14 that are not an ordinary day."""

    days: str
    reason: str
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """What the page says of hours.

    rows: Monday to Sunday; empty when every day is as the other (`always`) or nothing is
    known. spans: the same for programs, Monday first. holidays: times on public holidays in
    words; seasonal: another season has other hours; holiday_spans: the same for programs, None when holidays are as other days.
    year_unknown: the holidays of a day within the next 14 are not published.
    """

    always: bool
    rows: tuple[DayRow, ...]
    spans: tuple[tuple[Span, ...], ...]
    has_staffed: bool
    holidays: tuple[str, ...]
    holiday_spans: tuple[Span, ...] | None
    ahead: tuple[Differing, ...]
    seasonal: bool
    dated: tuple[tuple[dt.date, tuple[Span, ...]], ...]
    year_unknown: bool

    @property
    def known(self) -> bool:
        """Whether the usual hours are known."""
        return self.always or bool(self.rows)


class _EveryDay(Mapping[dt.date, str]):
    """A calendar in which every day is a public holiday."""

    def __getitem__(self, day: dt.date) -> str:
        return "PH"

    def __iter__(self) -> Iterator[dt.date]:
        return iter(())

    def __len__(self) -> int:
        return 0


_HOLIDAYS: Final = Calendar(years=PLAIN_WEEKS.years, holidays=_EveryDay())


def make_week(
    expression: str | None,
    today: dt.date,
    *,
    exceptions: Sequence[DatedException] = (),
    staffed: str | None = None,
    place: Place | None = None,
    calendar: Calendar | None = None,
) -> Week:
    """The hours around `today` (the date in China).

    staffed: hours with staff in OSM syntax; words that are not count as unknown here.
    calendar: mainland China's when None.
    """
    calendar = calendar or china_calendar()
    usual = Timeline(expression, calendar=PLAIN_WEEKS, place=place)
    real = Timeline(expression, exceptions, calendar, place)
    schedule = usual.schedule()
    monday = today - dt.timedelta(days=today.weekday())
    days = [monday + dt.timedelta(days=n) for n in range(_WEEK)]
    spans = tuple(spans_on(usual, day) for day in days) if schedule else ()
    always = schedule is not None and schedule.never_changes and not _doubtful(spans)
    ahead = list(_ahead(real, spans, today))
    manned = Timeline(staffed, calendar=PLAIN_WEEKS, place=place)
    holidays, holiday_spans = (
        _holidays(Timeline(expression, calendar=_HOLIDAYS, place=place), days, spans)
        if schedule
        else ((), None)
    )
    return Week(
        always=always,
        rows=() if always else tuple(_rows(spans, days, manned, today, ahead)),
        spans=spans,
        has_staffed=manned.schedule() is not None,
        holidays=holidays,
        holiday_spans=holiday_spans,
        ahead=tuple(_grouped(ahead, always=always)),
        dated=tuple((one.day, one.spans) for one in ahead if not one.as_usual),
        seasonal=schedule is not None and _seasonal(usual, days, spans),
        year_unknown=any(not real.year_known(today + dt.timedelta(days=n)) for n in _range()),
    )


def _range() -> range:
    return range(AHEAD_DAYS)


def _seasonal(usual: Timeline, days: Sequence[dt.date], spans: Sequence[tuple[Span, ...]]) -> bool:
    """Whether the week is another one a quarter, half and three quarters of a year on."""
    return any(
        spans_on(usual, day + dt.timedelta(weeks=weeks)) != now
        for weeks in _QUARTERS
        for day, now in zip(days, spans, strict=True)
    )


def _doubtful(spans: Sequence[Sequence[Span]]) -> bool:
    return any(span.code is not Code.OPEN for day in spans for span in day)


def spans_on(timeline: Timeline, day: dt.date) -> tuple[Span, ...]:
    """What begins on `day` and is not closed; a night goes to the evening it began on."""
    one = dt.timedelta(days=1)
    before, now, after = (timeline.day(day + one * n) for n in (-1, 0, 1))
    spans = [Span(*part) for part in now if part.code is not Code.CLOSED]
    if spans and _one_night(before[-1], now[0]):
        spans.pop(0)
    if spans and _one_night(now[-1], after[0]):
        spans[-1] = spans[-1]._replace(end=_DAY + after[0].end)
    return tuple(spans)


def _one_night(evening: Segment, morning: Segment) -> bool:
    """Whether the last part of a day and the first of the next are one stretch of a night."""
    same = evening[2:] == morning[2:] and evening.code is not Code.CLOSED
    return same and evening.start > 0 and morning.end <= _NOON


def spans_in_words(spans: Sequence[Span]) -> tuple[str, ...]:
    """Spans in words: "08:30–12:00", "18:00–次日 06:00", "全天", "休息"."""
    if not spans:
        return (t("休息"),)
    return tuple(_span(span) for span in spans)


def _span(span: Span) -> str:
    whole = (span.start, span.end) == (0, _DAY)
    if span.code is Code.OPEN:
        words = t("全天") if whole else f"{_clock(span.start)}–{_clock(span.end)}"
    elif whole:
        words = t("不一定")
    else:
        words = t("%(times)s 不一定", times=f"{_clock(span.start)}–{_clock(span.end)}")
    return words + t("（%(why)s）", why=span.comment) if span.comment else words


def _clock(minute: int) -> str:
    following = minute > _DAY
    hour, rest = divmod(minute - _DAY if following else minute, 60)
    clock = f"{hour:02d}:{rest:02d}"
    return t("次日 %(clock)s", clock=clock) if following else clock


# --- the days ahead ---------------------------------------------------------------------------


# As the calendar calls them.
_HOLIDAY_NAMES: Final = frozenset(
    (
        mark("元旦"),
        mark("春节"),
        mark("清明"),
        mark("劳动节"),
        mark("端午"),
        mark("国庆节"),
        mark("中秋"),
    )
)


class _Ahead(NamedTuple):
    day: dt.date
    reason: str
    spans: tuple[Span, ...]
    as_usual: bool


def _ahead(real: Timeline, usual: Sequence[tuple[Span, ...]], today: dt.date) -> Iterator[_Ahead]:
    """The days from today on that have a reason to be looked at."""
    for n in _range():
        day = today + dt.timedelta(days=n)
        exception = real.exception(day)
        if exception is None and not usual:
            continue
        spans = spans_on(real, day)
        if exception is not None:
            # The reason stands beside the times already, once for the whole day.
            spans = tuple(span._replace(comment="") for span in spans)
        as_usual = bool(usual) and spans == usual[day.weekday()]
        reason = _reason(real.calendar, day, exception, as_usual=as_usual)
        if reason:
            yield _Ahead(day, reason, spans, as_usual)


def _reason(
    calendar: Calendar, day: dt.date, exception: DatedException | None, *, as_usual: bool
) -> str:
    if exception is not None:
        return exception.reason or t("临时安排")
    kind, name = calendar.kind(day), calendar.name(day)
    named = t(name) if name in _HOLIDAY_NAMES else name
    if kind is DayKind.HOLIDAY:
        return t("%(holiday)s放假", holiday=named) if named else t("放假")
    if kind is DayKind.MAKEUP_WORKDAY:
        return t("%(holiday)s调休，要上班", holiday=named) if named else t("调休，要上班")
    return "" if as_usual else t("换了时间")


def _grouped(ahead: Sequence[_Ahead], *, always: bool) -> Iterator[Differing]:
    """Neighbouring days that say the same become one line; holidays change nothing at 24/7."""
    told = [one for one in ahead if not (always and one.as_usual)]
    numbered = enumerate(told)
    for _, run in groupby(numbered, lambda pair: (pair[1].day.toordinal() - pair[0], *pair[1][1:])):
        days = [one for _, one in run]
        first, last = days[0], days[-1]
        times = spans_in_words(first.spans)
        if first.as_usual:
            times = (t("照平时：%(times)s", times=t("、").join(times)),)
        yield Differing(_days(first.day, last.day), first.reason, times)


def _days(first: dt.date, last: dt.date) -> str:
    if first == last:
        return f"{wording.date(first)} {wording.weekday(first)}"
    if last.month == first.month:
        return f"{wording.date(first)}–{wording.day_of_month(last)}"
    return f"{wording.date(first)}–{wording.date(last)}"


# --- the usual week ---------------------------------------------------------------------------


def _rows(
    spans: Sequence[tuple[Span, ...]],
    days: Sequence[dt.date],
    manned: Timeline,
    today: dt.date,
    ahead: Sequence[_Ahead],
) -> Iterator[DayRow]:
    differing = {
        one.day: t(
            "%(why)s：%(times)s", why=one.reason, times=t("、").join(spans_in_words(one.spans))
        )
        for one in ahead
        if not one.as_usual
    }
    for day, usual in zip(days, spans, strict=False):
        # Rows before today's tell of the same weekday of the next week.
        coming = day if day >= today else day + dt.timedelta(days=_WEEK)
        told = differing.get(coming, "")
        yield DayRow(
            label=wording.weekday(day),
            times=spans_in_words(usual),
            staffed=spans_in_words(spans_on(manned, day)) if manned.schedule() else (),
            today=day == today,
            differs=told if day == today else "",
            soon=f"{wording.date(coming)} {told}" if told and day != today else "",
        )


def _holidays(
    timeline: Timeline, days: Sequence[dt.date], usual: Sequence[tuple[Span, ...]]
) -> tuple[tuple[str, ...], tuple[Span, ...] | None]:
    """What the hours say of public holidays, in words and as spans."""
    found = [spans_on(timeline, day) for day in days]
    if found == list(usual):
        return (t("照平时"),), None
    if len(set(found)) == 1:
        return spans_in_words(found[0]), found[0]
    return (t("和平时不同，看下面的日期"),), None
