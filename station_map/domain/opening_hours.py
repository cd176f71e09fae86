"""The OpenStreetMap `opening_hours` syntax: is it right, and what does it come to.

The grammar is that of https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification,
as opening-hours-py reads it. Times are local, Asia/Shanghai.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# The library's type stub does not list its own error.
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

from station_map.errors import InputError

EXAMPLE: Final = "Mo-Fr 08:30-17:30; Sa-Su 09:00-16:00; PH off"
MAX_LENGTH: Final = 1000

_QUOTED: Final = re.compile(r'("[^"]*")')
_NAME_OF: Final = {
    name.lower(): name
    for name in (
        *("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH", "SH"),
        *("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    )
}
_NAMES: Final = re.compile(rf"\b({'|'.join(_NAME_OF)})\b", re.IGNORECASE)
_ALWAYS: Final = frozenset({"24/7", "24/7; PH", "Mo-Su,PH", "PH,Mo-Su"})
_POSITION: Final = re.compile(r"-->\s*\d+:(\d+)")


def check_opening_hours(text: str) -> str:
    """`text` as the store keeps it: valid, with hours, weekdays and "off" spelled one way.

    Raises InputError (parameter `opening_hours`) that says where it stops being valid.
    """
    try:
        return _checked(text)
    except ValueError as error:
        raise InputError(
            str(error),
            parameter="opening_hours",
            allowed="OpenStreetMap opening_hours syntax",
            example=EXAMPLE,
        ) from None


@lru_cache(maxsize=4096)
def _checked(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise ValueError(
            f"opening hours are longer than {MAX_LENGTH} characters "
            f"开放时间超过 {MAX_LENGTH} 个字符"
        )
    spelled = _spelled(" ".join(text.split()))
    try:
        OpeningHours(spelled)
    except ParserError as error:
        raise ValueError(_explanation(text, str(error))) from None
    return spelled


def _spelled(text: str) -> str:
    """One spelling of hours, weekdays and "off"; comments in quotes stay as they are.

    The library could print the parsed rules, but it turns a mere comment, which says that
    the hours are unknown, into "24/7" with a comment.
    """
    parts = _QUOTED.split(text)
    return "".join(part if part.startswith('"') else _spelled_rule(part) for part in parts)


def _spelled_rule(rule: str) -> str:
    padded = re.sub(r"(?<![\d:])(\d:\d\d)", r"0\1", rule)
    named = _NAMES.sub(lambda found: _NAME_OF[found.group().lower()], padded)
    return re.sub(r"\bclosed\b", "off", named, flags=re.IGNORECASE)


def _explanation(text: str, complaint: str) -> str:
    found = _POSITION.search(complaint)
    column = int(found.group(1)) if found else 1
    return (
        f"{text[:80]!r} is not valid opening hours syntax: wrong at character {column} "
        f"不是有效的开放时间写法：第 {column} 个字符处有误"
    )


@lru_cache(maxsize=4096)
def is_always_open(text: str) -> bool:
    """Whether valid opening hours mean day and night, every day, holidays too.

    Comments are disregarded. Invalid or empty text is not "always open".
    """
    bare = _QUOTED.sub("", text)
    try:
        return str(OpeningHours(bare).normalize()) in _ALWAYS
    except ParserError:
        return False
