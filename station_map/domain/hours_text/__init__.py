"""Chinese free text about opening hours -> OSM `opening_hours`, where it is certain.

`hours_from_text` never guesses: a text with a word it does not know, with two possible
readings, or with parts that do not fit together is unknown, with the reason. The steps:

    tokens.py    words, with numerals.py, days.py and dates.py
    clock.py     two written times -> a span of minutes
    clauses.py   words -> "on these days, open at these times"
    rules.py     clauses -> OSM syntax

The result says nothing more than the text: public holidays appear as PH only when the
text speaks of them, and 工作日 (working days) is Monday to Friday.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from station_map.domain.hours_text.clauses import read
from station_map.domain.hours_text.reasons import HoursReason, UncertainError
from station_map.domain.hours_text.rules import rules_of
from station_map.domain.hours_text.tokens import tokens_of
from station_map.domain.opening_hours import check_opening_hours
from station_map.errors import InputError

__all__ = ["HoursReason", "ParsedHours", "hours_from_text"]

MAX_LENGTH: Final = 200

_PLACEHOLDERS: Final = frozenset(
    {"", "-", "—", "/", "\\", "无", "暂无", "未知", "不详", "待定", "空"}
)

# Text that names days, months or states as OSM does is OSM syntax or nothing.
_OSM_WORDS: Final = re.compile(
    r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|off|closed)\b"
)


@dataclass(frozen=True, slots=True)
class ParsedHours:
    """What a text says for certain.

    opening_hours: valid OSM syntax, or None when a person must decide. reason: why not.
    words: the part of the text that was not understood, if that is the reason.
    """

    opening_hours: str | None
    reason: HoursReason | None = None
    words: str = ""

    @property
    def certain(self) -> bool:
        """Whether the text has exactly one meaning."""
        return self.opening_hours is not None

    @property
    def reason_zh(self) -> str:
        """The reason for people who read Chinese; empty when certain."""
        if self.reason is None:
            return ""
        return f"{self.reason.zh}：{self.words}" if self.words else self.reason.zh

    @property
    def reason_en(self) -> str:
        """The reason in English; empty when certain."""
        if self.reason is None:
            return ""
        return f"{self.reason.en}: {self.words}" if self.words else self.reason.en


@lru_cache(maxsize=8192)
def hours_from_text(text: str) -> ParsedHours:
    """Read a text about hours; never raises.

    A text in OSM syntax already is taken as it is.
    """
    stripped = text.strip()
    if stripped in _PLACEHOLDERS:
        return ParsedHours(None, HoursReason.EMPTY)
    if len(stripped) > MAX_LENGTH:
        return ParsedHours(None, HoursReason.TOO_LONG)
    try:
        if stripped.isascii() and _OSM_WORDS.search(stripped):
            return ParsedHours(check_opening_hours(stripped))
        return ParsedHours(check_opening_hours(rules_of(read(tokens_of(stripped)))))
    except UncertainError as doubt:
        return ParsedHours(None, doubt.reason, doubt.words)
    except InputError:
        return ParsedHours(None, HoursReason.NOT_UNDERSTOOD, stripped[:12])
