"""Opening hours made at random from the parts that real ones have; the same for one seed."""

from __future__ import annotations

import random
from typing import Final

CLOCKS: Final = tuple(range(0, 24 * 60, 30))

_TIMES: Final = 60 * ("plain",) + 20 * ("split",) + 12 * ("night",) + 3 * ("late",) + 5 * ("end",)
_WEEKDAYS: Final = ("Mo-Fr", "Mo-Sa", "Mo-Su", "Sa-Su", "Sa,Su", "Mo,We,Fr", "Tu-Th", "Fr-Mo", "Su")
_HOLIDAYS: Final = ("PH", "PH", "Sa,Su,PH", "PH,Su", "PH Mo-Fr", "PH -1 day", "PH +1 day")
_NTH: Final = ("Su[1]", "Sa[-1]", "Mo[1,3]")
_MONTHS: Final = ("Apr-Oct", "Nov-Mar", "May-Sep", "Jun,Jul,Aug", "Dec", "Jan-Mar")
_DATES: Final = (
    *("May 01-Sep 30", "Dec 24-Jan 02", "Dec 25", "Jan 01", "Oct 01-07", "2026 Apr 03"),
    *("2026 Mar 30-2026 Apr 10", "2026", "2026-2027", "week 10-20", "week 01-53/2", "easter"),
)


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def expression(dice: random.Random) -> str:
    """One to four rules; the first is about plain weeks, as people write them."""
    text = _rule(dice, first=True)
    for _ in range(dice.choice((0, 0, 1, 1, 1, 2, 2, 3))):
        joint = dice.choices(("; ", ", ", " || "), (80, 14, 6))[0]
        if joint == ", " and text.endswith("24/7"):
            joint = "; "
        text += joint + _rule(dice, first=False)
    return text


def _rule(dice: random.Random, *, first: bool) -> str:
    days = _days(dice, first=first)
    if dice.random() < (0.05 if first else 0.3):
        modifier = dice.choice(("off", "off", 'off "repairs"', "unknown", '"ask"'))
        return f"{days or 'PH'} {modifier}"
    if first and dice.random() < 0.05:
        return "24/7"
    modifier = dice.choices(("", 'open "ring"', "unknown", '"ask"'), (85, 5, 5, 5))[0]
    return " ".join(part for part in (days, _times(dice), modifier) if part)


def _days(dice: random.Random, *, first: bool) -> str:
    wide = dice.choice(_MONTHS + _DATES) if dice.random() < (0.2 if first else 0.35) else ""
    weights = (25, 65, 5, 5) if first else (10, 45, 40, 5)
    choices = ("", dice.choice(_WEEKDAYS), dice.choice(_HOLIDAYS), dice.choice(_NTH))
    days = dice.choices(choices, weights)[0]
    return f"{wide} {days}".strip()


def _times(dice: random.Random) -> str:
    kind = dice.choice(_TIMES)
    if kind == "split":
        a, b, c, d = sorted(dice.sample(CLOCKS, 4))
        return f"{clock(a)}-{clock(b)},{clock(c)}-{clock(d)}"
    start, end = sorted(dice.sample(CLOCKS, 2))
    if kind == "night":
        return f"{clock(end)}-{clock(start)}"
    if kind == "late":
        return f"{clock(end)}-{clock(24 * 60 + min(start, end - 30))}"
    if kind == "end":
        return f"{clock(start)}-{clock(end)}+" if dice.random() < 0.5 else f"{clock(start)}+"
    return f"{clock(start)}-{clock(end)}"
