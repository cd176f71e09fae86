"""Dates: ISO, Chinese, and Excel's serial numbers."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final
from zoneinfo import ZoneInfo

from station_map.importers.values.remarks import UNKNOWN, Parsed, unread
from station_map.importers.values.texts import BLANK_WORDS, folded, text_of

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
# Excel counts days from here (its 1900 has a 29 February that never was).
_EXCEL_EPOCH: Final = dt.date(1899, 12, 30)
_SERIALS: Final = range(20_000, 80_000)
_DATE: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_ENDS: Final = tuple(
    re.compile(pattern.replace("DATE", f"(?P<date>{_DATE.pattern})"))
    for pattern in (r"(?:至|到|until)DATE", r"DATE(?:前|为?止|恢复|重新开放|后开放)")
)


def end_in(text: str) -> dt.date | None:
    """The date up to which something lasts, where a text says so: 至2026年12月31日, 2026.12.31前."""
    found = next(filter(None, (pattern.search(folded(text)) for pattern in _ENDS)), None)
    return date_of(found["date"]).value if found else None


def date_of(cell: Any) -> Parsed:
    """A date, or None."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Parsed(_serial(cell)) if _SERIALS[0] <= cell <= _SERIALS[-1] else _unread(cell)
    word = folded(cell)
    if word in BLANK_WORDS:
        return UNKNOWN
    if word.isdecimal() and len(word) == 8:
        word = f"{word[:4]}-{word[4:6]}-{word[6:]}"
    match = _DATE.match(word)
    if match is None:
        return _unread(cell)
    try:
        return Parsed(dt.date(int(match[1]), int(match[2]), int(match[3])))
    except ValueError:
        return _unread(cell)


def moment_of(cell: Any) -> Parsed:
    """A moment with its zone (Shanghai unless stated), or None; a bare date is its noon."""
    if isinstance(cell, str):
        try:
            moment = dt.datetime.fromisoformat(text_of(cell))
        except ValueError:
            pass
        else:
            if len(text_of(cell)) > len("2025-01-03"):
                return Parsed(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI))
    parsed = date_of(cell)
    if parsed.value is None:
        return parsed
    return Parsed(dt.datetime.combine(parsed.value, dt.time(12), SHANGHAI))


def _serial(number: float) -> dt.date:
    return _EXCEL_EPOCH + dt.timedelta(days=int(number))


def _unread(cell: Any) -> Parsed:
    return unread(cell, "不是可用的日期，按未知处理", "is no usable date; taken as unknown")
