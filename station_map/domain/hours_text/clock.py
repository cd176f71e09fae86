"""From two written times to a span of minutes, when there is only one way to read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from station_map.domain.hours_text.reasons import HoursReason, UncertainError
from station_map.domain.hours_text.tokens import Clock, Part, Token

DAY: Final = 24 * 60

# Hour as said with the part of the day -> hour of 24. What is not listed is not certain.
_AS_SAID: Final = {hour: hour for hour in range(25)}
_AFTER_NOON: Final = {hour: hour + 12 for hour in range(1, 12)}
_HOURS: Final[dict[str | None, dict[int, int]]] = {
    None: _AS_SAID,
    "dawn": {hour: hour for hour in range(7)} | {12: 0},
    "morning": {hour: hour for hour in range(4, 13)},
    "am": {hour: hour for hour in range(1, 12)} | {12: 0},
    "noon": {11: 11, 12: 12, 1: 13, 2: 14, 13: 13, 14: 14},
    "afternoon": _AFTER_NOON | {hour: hour for hour in range(12, 21)},
    "pm": _AFTER_NOON | {12: 12},
    "dusk": {hour: hour + 12 for hour in range(4, 9)} | {hour: hour for hour in range(16, 21)},
    "evening": {hour: hour + 12 for hour in range(5, 13)} | {hour: hour for hour in range(17, 25)},
}
_EARLY: Final = frozenset({"dawn", "morning", "am"})
_BEFORE_THIS_UNSURE: Final = 7


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as written, with the part of the day if one is named."""

    clock: Clock
    part: str | None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Minutes from midnight; `end` beyond 1440 lies on the next day."""

    start: int
    end: int

    def rendered(self) -> str:
        """OSM syntax: "08:30-12:00", "18:00-06:00", "08:00-24:00"."""
        end = self.end if self.end <= DAY else self.end - DAY
        return f"{_hhmm(self.start)}-{_hhmm(end)}"


WHOLE_DAY: Final = Span(0, DAY)


def _hhmm(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def counts_to_24(tokens: Iterable[Token]) -> bool:
    """Whether some time in the text shows that its writer counts hours to 24."""
    clocks = [token for token in tokens if isinstance(token, Clock)]
    return any(
        clock.hour > 12 or clock.hour == 0 or (clock.padded and clock.hour < 10) for clock in clocks
    )


def span(start: Moment, end: Moment, *, next_day: bool, to_24: bool) -> Span:
    """The one reading of "from `start` to `end`"; raises UncertainError when there is none.

    next_day: the text says 次日. to_24: the text is known to count hours to 24.
    """
    _check_units(start, end)
    _check_unmarked(start, end, next_day=next_day, to_24=to_24)
    first = _minutes(start)
    if first >= DAY:
        raise UncertainError(HoursReason.CLOCK)
    last = _minutes(_inherited(start, end))
    if (first, last) == (0, DAY - 1):
        return WHOLE_DAY
    if next_day:
        return _until_next_day(first, last)
    if last > first:
        return Span(first, last)
    if last == 0 and first > 0:
        return Span(first, DAY)
    if _crosses_midnight(start, end):
        return Span(first, last + DAY)
    raise UncertainError(HoursReason.END_BEFORE_START)


def _check_units(start: Moment, end: Moment) -> None:
    """Refuse "8-18", which might be anything; "8-18点" and "早8-晚8" are times."""
    marked = start.part or end.part
    if not (start.clock.has_unit or end.clock.has_unit or marked):
        raise UncertainError(HoursReason.CLOCK)


def _check_unmarked(start: Moment, end: Moment, *, next_day: bool, to_24: bool) -> None:
    """Refuse hours that the writer may have counted to 12 only."""
    if start.part is None and end.part is not None:
        early_end = end.part in _EARLY
        sure_from = 13 if early_end and not next_day else _BEFORE_THIS_UNSURE
        sure = start.clock.hour >= sure_from or (start.clock.padded and not early_end)
        if end.part == "pm" or not (sure or to_24):
            raise UncertainError(HoursReason.CLOCK)
    unmarked = start.part is None and end.part is None
    small = start.clock.hour < _BEFORE_THIS_UNSURE or (end.clock.hour < 12 and not next_day)
    if unmarked and small and not to_24:
        raise UncertainError(HoursReason.CLOCK)


def _inherited(start: Moment, end: Moment) -> Moment:
    """The end as meant: "下午2点-6点" in the afternoon, "上午8:30-12:00" and "早8点-20点" as said."""
    if end.part is None and start.part not in _EARLY and end.clock.hour <= 12:
        return Moment(end.clock, start.part)
    return end


def _minutes(moment: Moment) -> int:
    hour = _HOURS[moment.part].get(moment.clock.hour)
    if hour is None or (hour == 24 and moment.clock.minute):
        raise UncertainError(HoursReason.CLOCK)
    return hour * 60 + moment.clock.minute


def _until_next_day(first: int, last: int) -> Span:
    if last > first:
        raise UncertainError(HoursReason.CONTRADICTION)
    return Span(first, last + DAY)


def _crosses_midnight(start: Moment, end: Moment) -> bool:
    """Evening to morning, said so: "晚10点-早6点", "22:00-凌晨2:00"."""
    if end.part not in _EARLY:
        return False
    return start.clock.hour >= 13 if start.part is None else start.part not in _EARLY


def part_of(token: Token | None, *, latin: bool) -> str | None:
    """The part of the day that a token names: am and pm if `latin`, else a Chinese one."""
    if isinstance(token, Part) and (token.name in {"am", "pm"}) is latin:
        return token.name
    return None
