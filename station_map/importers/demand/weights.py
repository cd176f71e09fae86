"""What a cell says of how much: a weight, nothing known, or something that cannot be."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

from station_map.importers.values.numbers import number_of
from station_map.importers.values.remarks import shown
from station_map.importers.values.texts import BLANK_WORDS, folded

# More than this many persons or orders at one place is a mistake, and sums stay exact below it.
MOST: Final = 1e12
UNKNOWN: Final = "unknown"
REFUSED: Final = "refused"


class Weight(NamedTuple):
    """value: NaN unless it is known. outcome: "" for a weight, UNKNOWN or REFUSED, with reasons."""

    value: float
    outcome: str = ""
    zh: str = ""
    en: str = ""


BLANK: Final = Weight(math.nan, UNKNOWN, "没有写数量，按未知处理", "no weight is given; unknown")


def weight_of(cell: Any) -> Weight:
    """The weight in a cell; a blank is unknown and never zero."""
    number = _number(cell)
    if number is None:
        return _unread(cell)
    if math.isnan(number):
        return BLANK
    if number < 0:
        return _refused(cell, "是负数", "is negative")
    if number > MOST:
        return _refused(cell, f"大于 {MOST:.0e}", f"is above {MOST:.0e}")
    return Weight(float(number))


def _number(cell: Any) -> float | None:
    """A number, NaN for a blank, None for what is neither."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return cell
    word = folded(str(cell))
    if word in BLANK_WORDS:
        return math.nan
    try:
        return float(word)
    except ValueError:
        read: float | None = number_of(cell).value
        return read


def _unread(cell: Any) -> Weight:
    return Weight(
        math.nan,
        UNKNOWN,
        f"“{shown(cell)}”不是数字，按未知处理",
        f"{shown(cell)!r} is no number; taken as unknown",
    )


def _refused(cell: Any, zh: str, en: str) -> Weight:
    return Weight(math.nan, REFUSED, f"数量 {shown(cell)} {zh}", f"the weight {shown(cell)} {en}")
