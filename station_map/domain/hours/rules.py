"""An `opening_hours` expression taken apart: rules, their days, times and states.

Only the joints of the grammar are found here. What a date or a time selector means is
asked of opening-hours-py (`selectors.py`); how rules override each other and which days are
holidays or make-up workdays is decided in `schedule.py`, because that library takes neither
days off nor make-up workdays from its caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

WEEKDAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

_DAY: Final = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_STATE: Final = r"\b(?:off|closed|open|unknown)\b"
_TIME: Final = r"(?<![\w:])\d{1,2}:\d\d|\b(?:sunrise|sunset|dawn|dusk)\b|\("
_HOLIDAY: Final = r"(?:PH|SH)(?:\s*[+-]\s*\d+\s*days?)?"

_QUOTED: Final = re.compile(r'"[^"]*"')
_SEPARATOR: Final = re.compile(r"\s*(;|\|\|)\s*")
_COMMA: Final = re.compile(r"\s*,\s*")
_TIMES: Final = re.compile(_TIME)
_MODIFIER: Final = re.compile(rf'{_STATE}|"')
_SAID: Final = re.compile(rf'{_TIME}|24/7|{_STATE}|"')
_DATE_FIRST: Final = re.compile(rf"{_DAY}\b|{_MONTH}\b|(?:PH|SH|week|easter)\b|\d{{4}}\b(?!:)|24/7")
_DAYS: Final = re.compile(rf"(?<![+\-\w])(?:{_DAY}|PH|SH)\b")
_BOTH: Final = re.compile(rf"({_HOLIDAY}(?:\s*,\s*{_HOLIDAY})*)\s+({_DAY}.*)")
_WHICH_HOLIDAY: Final = re.compile(r"(PH|SH)(?:\s*([+-])\s*(\d+)\s*days?)?")
_RANGE: Final = re.compile(rf"({_DAY})(?:\s*-\s*({_DAY}))?")
_NTH: Final = re.compile(rf"{_DAY}\s*(?:-\s*{_DAY}\s*)?\[.*")
_COMMA_OUTSIDE: Final = re.compile(r",(?![^\[]*\])")
_MODIFIED: Final = re.compile(r'(off|closed|open|unknown)?\s*("[^"]*")?')


class Unsupported(ValueError):
    """A valid expression that cannot be evaluated here; its hours are unknown."""


class Operator(Enum):
    """How a rule meets those before it: `;`, `,` and `||`."""

    NORMAL = ";"
    ADDITIONAL = ","
    FALLBACK = "||"


class Code(Enum):
    """What a rule says of its times."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DaySelector:
    """Weekdays and holidays of one rule.

    weekdays: 0 is Monday; None when none are named. nth: selectors such as `Su[1]`.
    holidays, school_holidays: offsets in days from such a day. both: the day must be a
    holiday and one of the weekdays (`PH Mo-Fr`), not either (`Sa,Su,PH`).
    """

    weekdays: frozenset[int] | None = None
    nth: tuple[str, ...] = ()
    holidays: tuple[int, ...] = ()
    school_holidays: bool = False
    both: bool = False

    @property
    def every_day(self) -> bool:
        """Whether no weekday and no holiday is named."""
        return self == _EVERY_DAY


_EVERY_DAY: Final = DaySelector()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `wide`: years, months, dates, weeks; `times`: ""  is the whole day."""

    operator: Operator
    wide: str
    days: DaySelector
    times: str
    code: Code
    comment: str

    @property
    def dated(self) -> bool:
        """Whether it has any selector of days."""
        return bool(self.wide) or not self.days.every_day


def rules_of(expression: str) -> tuple[Rule, ...]:
    """The rules of a valid expression in its stored spelling. Raises Unsupported."""
    return tuple(_rule(operator, text) for operator, text in _parts(expression))


def _masked(text: str) -> str:
    """`text` at the same length, with comments that cannot be taken for syntax."""
    return _QUOTED.sub(lambda found: '"' + "_" * (len(found.group()) - 2) + '"', text)


def _parts(expression: str) -> Iterator[tuple[Operator, str]]:
    masked, start, operator = _masked(expression), 0, Operator.NORMAL
    for found in [*_SEPARATOR.finditer(masked), None]:
        end = found.start() if found else len(masked)
        if expression[start:end].strip():
            yield from _additions(operator, expression[start:end], masked[start:end])
        if found:
            start, operator = found.end(), Operator(found.group(1))


def _additions(operator: Operator, text: str, masked: str) -> Iterator[tuple[Operator, str]]:
    """A comma after times or a state begins a new rule, unless another time follows times.

    What is added to a fallback is part of the fallback.
    """
    start = 0
    added = Operator.FALLBACK if operator is Operator.FALLBACK else Operator.ADDITIONAL
    for comma in _COMMA.finditer(masked):
        said = masked[start : comma.start()]
        if not _SAID.search(said):
            continue
        only_times = not _MODIFIER.search(said)
        if only_times and not _DATE_FIRST.match(masked, comma.end()):
            continue
        yield operator, text[start : comma.start()]
        start, operator = comma.end(), added
    yield operator, text[start:]


def _rule(operator: Operator, text: str) -> Rule:
    masked = _masked(text)
    modifier = _MODIFIER.search(masked)
    modified = modifier.start() if modifier else len(text)
    found = _TIMES.search(masked, 0, modified)
    timed = found.start() if found else modified
    wide, days = _selectors(text[:timed].strip())
    code, comment = _modified(text[modified:].strip())
    return Rule(operator, wide, days, text[timed:modified].strip(), code, comment)


def _modified(text: str) -> tuple[Code, str]:
    """A comment without a state says that it depends: unknown."""
    found = _MODIFIED.fullmatch(text)
    if found is None:
        raise Unsupported(text)
    state, comment = found.group(1), (found.group(2) or "").strip('"')
    if state is None:
        return (Code.UNKNOWN if comment else Code.OPEN), comment
    return (Code.CLOSED if state in {"off", "closed"} else Code(state)), comment


def _selectors(text: str) -> tuple[str, DaySelector]:
    text = text.removesuffix(":").strip()
    if text == "24/7":
        return "", _EVERY_DAY
    found = _DAYS.search(text)
    if found is None:
        return text, _EVERY_DAY
    wide = text[: found.start()].strip().removesuffix(":").strip()
    return wide, _day_selector(text[found.start() :].strip())


def _day_selector(text: str) -> DaySelector:
    both = _BOTH.fullmatch(text)
    items = (
        [*both.group(1).split(","), *_COMMA_OUTSIDE.split(both.group(2))]
        if both
        else _COMMA_OUTSIDE.split(text)
    )
    weekdays: set[int] = set()
    nth: list[str] = []
    offsets: list[int] = []
    school = False
    for item in (item.strip() for item in items):
        if holiday := _WHICH_HOLIDAY.fullmatch(item):
            school = school or holiday.group(1) == "SH"
            if holiday.group(1) == "PH":
                offsets.append(int((holiday.group(2) or "") + (holiday.group(3) or "0")))
        elif found := _RANGE.fullmatch(item):
            weekdays |= _weekdays(found.group(1), found.group(2) or found.group(1))
        elif _NTH.fullmatch(item):
            nth.append(item)
        else:
            raise Unsupported(item)
    named = frozenset(weekdays) if weekdays else None
    return DaySelector(named, tuple(nth), tuple(offsets), school, both is not None)


def _weekdays(first: str, last: str) -> set[int]:
    """From one weekday to another, over Sunday if need be (`Fr-Mo`)."""
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return {(start + step) % 7 for step in range((end - start) % 7 + 1)}
