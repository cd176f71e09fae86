"""From the text to a list of tokens: times, days, dates, and the words between them.

A word that is not known makes the whole text uncertain: skipping it could turn
"除周日外" into its opposite.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from station_map.domain.hours_text.dates import DATES_PATTERN, YearSpan, year_span
from station_map.domain.hours_text.days import DAYS_PATTERN, days_of
from station_map.domain.hours_text.numerals import with_digits
from station_map.domain.hours_text.reasons import HoursReason, UncertainError


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as written: hour and minute, its unit, the padding of "08"."""

    hour: int
    minute: int
    has_unit: bool
    padded: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day named before or after a time: one of the keys in `clock.py`."""

    name: str


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays, Monday = 0; `said` in so many words, unlike mere silence about days."""

    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Dates:
    """A part of the year, from month and day to month and day."""

    span: YearSpan


@dataclass(frozen=True, slots=True)
class Holiday:
    """Public holidays; `statutory` when the text says so, else weekends may be meant."""

    statutory: bool


@dataclass(frozen=True, slots=True)
class Word:
    """Anything that is told by its kind alone; see `_RULES`."""

    kind: str


Token = Clock | Part | Days | Dates | Holiday | Word

DASH: Final = Word("dash")
NEXT_DAY: Final = Word("next_day")
ALL_DAY: Final = Word("all_day")
OFF: Final = Word("off")
EXCEPTED: Final = Word("excepted")
INCLUDING: Final = Word("including")
NO_REST: Final = Word("no_rest")
ALL_YEAR: Final = Word("all_year")
SEASON: Final = Word("season")
COMMA: Final = Word("comma")
AND: Final = Word("and")
STOP: Final = Word("stop")
OPEN_PAREN: Final = Word("(")
CLOSE_PAREN: Final = Word(")")

_DASHES: Final = re.compile(r"[\s]*(?:[-‐‑‒–—―−─~∼〜～→]+|至|到)[\s]*")
_Make = Callable[["re.Match[str]"], Token | None]


def _clock(found: re.Match[str]) -> Clock:
    hour, colon, dot, minute, half, quarter, unit = found.group(
        "hour", "colon", "dot", "minute", "half", "quarter", "unit"
    )
    minutes = int(colon or dot or minute or 0)
    if half:
        minutes = 30
    if quarter:
        minutes = 15 * int(quarter)
    return Clock(int(hour), minutes, bool(unit or colon or dot), len(hour) == 2)


_CLOCK: Final = (
    r"(?P<hour>\d{1,2})(?:"
    r":(?P<colon>[0-5]\d)(?::00)?|\.(?P<dot>[0-5]\d)|"
    r"(?P<unit>[点时])"
    r"(?:(?P<half>半)|(?P<quarter>[13])刻|(?P<minute>[0-5]\d|[0-5]?\d(?=分))分?|整|钟)?"
    r")?(?![\d:.点时])"
)

_PARTS: Final = {
    "dawn": r"凌晨",
    "morning": r"清晨|早晨|早上|上午|早",
    "noon": r"中午",
    "afternoon": r"下午|午后",
    "dusk": r"傍晚",
    "evening": r"晚上|夜晚|夜间|夜里|晚间|晚|夜",
    "am": r"a\.?m\.?",
    "pm": r"p\.?m\.?",
}

_ALL_DAY_PATTERN: Final = (
    r"(?:每[天日])?"
    r"(?:7[x×*]24(?:小时|h)?|24[x×*]7|24/7|24个?(?:小时|h(?:ours?|rs?)?)|全天候?|昼夜|日夜)"
    r"(?:不间断|不打烊|制)?(?:自助)?"
)

_RULES: Final[tuple[tuple[str, _Make], ...]] = (
    (r"\s+|。|:", lambda _: None),
    (r"(?:中午|午间)(?:不休息?|无休)", lambda _: None),
    (_ALL_DAY_PATTERN, lambda _: ALL_DAY),
    (r"每[天日]|天天|全周|[一1每]周7天", lambda _: Days(frozenset(range(7)))),
    (DATES_PATTERN, lambda found: Dates(year_span(found))),
    (DAYS_PATTERN, lambda found: Days(days_of(found.group()))),
    (
        r"(?:国家)?法定(?:节?假日|节日)|公[共众](?:假期|假日)",
        lambda _: Holiday(statutory=True),
    ),
    (r"节假日|节日|假日", lambda _: Holiday(statutory=False)),
    (r"全年无休|(?:全年|一年)365天|全年|常年", lambda _: ALL_YEAR),
    (r"(?:开放|营业|服务|运营|开门)时间(?:为|是)?|时间(?:为|是)?", lambda _: None),
    (r"不(?:对外)?(?:开放|营业|服务|开门)|休息|闭[馆站]|关[闭门]|歇业|停业|公休", lambda _: OFF),
    (r"除外", lambda _: EXCEPTED),
    (r"包[含括]|含", lambda _: INCLUDING),
    (r"(?:也|均|都)?(?:照常|正常)(?:开放|营业|服务)?|无休|不休息?|不打烊", lambda _: NO_REST),
    (r"休", lambda _: OFF),
    (r"不间断|无人值守|自助(?:服务)?|(?:扫码|刷[脸卡])(?:进入?|开门|入[内站])?", lambda _: None),
    (r"[夏冬春秋]季?令时|[夏冬春秋][季天]|[夏冬春秋](?=\d)", lambda _: SEASON),
    (r"次日|第2天|翌日|隔日|隔天|次(?=[早凌晨])", lambda _: NEXT_DAY),
    (_CLOCK, _clock),
    *((pattern, lambda _, name=name: Part(name)) for name, pattern in _PARTS.items()),
    (r"-", lambda _: DASH),
    (r",", lambda _: COMMA),
    (r"以及|[、/和及与]", lambda _: AND),
    (r"[;]", lambda _: STOP),
    (r"[(\[【]", lambda _: OPEN_PAREN),
    (r"[)\]】]", lambda _: CLOSE_PAREN),
    (r"(?:对外)?(?:开放|营业|服务|运营)|开门|从|自|为|均|都|每(?=[周星礼])", lambda _: None),
)
_COMPILED: Final = tuple((re.compile(pattern), make) for pattern, make in _RULES)

_HINTS: Final = (
    (HoursReason.REFERS, re.compile(r"同|随|详|询|电话|咨询|联系|预约|参照|参见|为准|视")),
    (HoursReason.SEASON, re.compile(r"[夏冬春秋暑寒]|季|令时")),
    (HoursReason.APPROXIMATE, re.compile(r"左右|约|大概|前后|以?后|以?前|起|或")),
)


def tokens_of(text: str) -> list[Token]:
    """Read the whole text; raises UncertainError at the first thing that is not understood."""
    rest = tidied(text)
    tokens: list[Token] = []
    position = 0
    while position < len(rest):
        token, position = _next(rest, position)
        if token is not None:
            tokens.append(token)
    return tokens


def _next(text: str, position: int) -> tuple[Token | None, int]:
    """The token at a position (None for a word without weight) and where it ends."""
    for pattern, make in _COMPILED:
        found = pattern.match(text, position)
        if found and found.end() > position:
            return make(found), found.end()
    raise _not_understood(text, position)


def tidied(text: str) -> str:
    """One width, one dash, digits for numerals, lower case."""
    folded = unicodedata.normalize("NFKC", text).lower().strip(" .。")
    return with_digits(_DASHES.sub("-", folded))


def _not_understood(text: str, position: int) -> UncertainError:
    for reason, pattern in _HINTS:
        if pattern.search(text):
            return UncertainError(reason, text[position : position + 12])
    return UncertainError(HoursReason.NOT_UNDERSTOOD, text[position : position + 12])
