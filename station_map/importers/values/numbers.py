"""Numbers as people write them: full-width, with units, with thousands marks."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any, Final

from station_map.importers.values.remarks import UNKNOWN, Parsed, unread
from station_map.importers.values.texts import BLANK_WORDS, folded

_NUMBER: Final = re.compile(
    r"约?(?P<number>[+-]?\d[\d,]*(?:\.\d+)?)(?:个|座|人|㎡|m2|m|米|平方米|平米|平|平方|台|张|把|位|套|条|件|间|处|辆|部|只|床|余|多|左右|以上|sqm|pcs)*"
)
_COUNT: Final = re.compile(
    r"[有约(:]*(?P<count>\d{1,5})(?:个|台|张|把|位|套|条|件|间|处|辆|部|只|床|座|组|盒|本|册|瓶|支|根|口|间|pcs|余|多|左右)*\)?"
)
_CHINESE: Final = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "〇": 0}
_CHINESE_COUNT: Final = re.compile(
    r"[有约(:]*(?P<count>[一二三四五六七八九十两])(?:个|台|张|把|位|套|条|件|间|处|辆|部|只|床|座|组)\)?"
)
MAX_WHOLE: Final = 1_000_000


def number_of(cell: Any) -> Parsed:
    """A finite number at or above zero, or None with a warning."""
    if isinstance(cell, bool):
        return _unread(cell)
    if isinstance(cell, int | float):
        return Parsed(float(cell)) if _usable(cell) else _unread(cell)
    word = folded(cell)
    if word in BLANK_WORDS:
        return UNKNOWN
    match = _NUMBER.fullmatch(word)
    if match is None:
        return _unread(cell)
    value = float(match["number"].replace(",", ""))
    return Parsed(value) if _usable(value) else _unread(cell)


def whole_of(cell: Any) -> Parsed:
    """A whole number from 0 to a million, or None with a warning."""
    parsed = number_of(cell)
    if parsed.value is None:
        return parsed
    if parsed.value > MAX_WHOLE or not float(parsed.value).is_integer():
        return _unread(cell)
    return Parsed(int(parsed.value))


def positive_of(cell: Any) -> Parsed:
    """A number above zero; zero means that nothing was measured."""
    parsed = number_of(cell)
    return UNKNOWN if parsed.value == 0 else parsed


def count_in(word: str) -> int | None:
    """A count at a word's start: "2台", "有(3个)", "两台"; None when there is none."""
    text = unicodedata.normalize("NFKC", word)
    if match := _COUNT.fullmatch(text):
        return int(match["count"])
    if match := _CHINESE_COUNT.fullmatch(text):
        return _CHINESE[match["count"]]
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if value.is_integer() and 0 <= value <= MAX_WHOLE else None


def _usable(value: float) -> bool:
    return math.isfinite(value) and value >= 0 and value < 1e9


def _unread(cell: Any) -> Parsed:
    return unread(cell, "不是可用的数字，按未知处理", "is no usable number; taken as unknown")
