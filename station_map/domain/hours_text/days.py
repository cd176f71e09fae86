"""Weekdays: 周一至周五, 周一、三、五, 周六日, 双休日, 工作日, Mon-Fri."""

from __future__ import annotations

import re
from typing import Final

NAMES: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
EVERY_DAY: Final = frozenset(range(7))
WEEKEND: Final = frozenset({5, 6})

_DAY_OF: Final = (
    {char: day for day, char in enumerate("一二三四五六日")}
    | {"天": 6}
    | {str(day + 1): day for day in range(7)}
)
_ENGLISH: Final = {
    "mon": 0,
    "tue": 1,
    "wed": 2,
    "thu": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}

# A character right before 点, 时, 月 or ":" begins a time or a date, not a weekday.
_CHAR: Final = r"(?:[一二三四五六日天](?![点时月十])|[1-7](?![\d:.点时月]))"
_PREFIX: Final = r"(?:周|星期|礼拜)"
_CJK: Final = (
    rf"{_PREFIX}{_CHAR}"
    rf"(?:(?:-|[、,/和及与])?{_PREFIX}{_CHAR}|(?:-|[、,/和及与])?[一二三四五六日天](?![点时月十])|"
    rf"(?:-|[、/])[1-7](?![\d:.点时月]))*"
)
_LATIN_DAY: Final = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|"
    r"sat(?:urday)?|sun(?:day)?)\.?"
)
_LATIN: Final = rf"{_LATIN_DAY}(?:(?:-|\s*,\s*){_LATIN_DAY})*(?![a-z])"
_NAMED: Final = r"周末|双休日?|工作日"
DAYS_PATTERN: Final = rf"{_NAMED}|{_CJK}|{_LATIN}"

_PIECE: Final = re.compile(rf"-|{_LATIN_DAY}|[一二三四五六日天1-7](?!期)")


def days_of(text: str) -> frozenset[int]:
    """Weekdays (Monday = 0) that a text matching DAYS_PATTERN names.

    工作日 "working days" is taken as Monday to Friday. The calendar's make-up working days and the
    public holidays within the week are for the holiday calendar to say, not for this text.
    """
    if text in {"周末", "双休日", "双休"}:
        return WEEKEND
    if text == "工作日":
        return frozenset(range(5))
    days: list[int] = []
    ranging = False
    for piece in _PIECE.findall(text):
        if piece == "-":
            ranging = True
            continue
        day = _DAY_OF[piece] if piece in _DAY_OF else _ENGLISH[piece[:3]]
        days.extend(_from_to(days[-1], day) if ranging else [day])
        ranging = False
    return frozenset(days)


def _from_to(first: int, last: int) -> list[int]:
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def rendered_days(days: frozenset[int]) -> str:
    """OSM syntax, in runs: "Mo-Fr", "Mo,We,Fr", "Sa-Su"."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        NAMES[run[0]] if len(run) == 1 else f"{NAMES[run[0]]}-{NAMES[run[-1]]}" for run in runs
    )
