"""Figures and codes as people say them. Every text of somebody else's goes through `plain`."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Final

from station_map.coverage.groups import OUTSIDE
from station_map.domain.hours import SHANGHAI
from station_map.domain.hours.wording import WEEKDAYS_ZH

NOTHING: Final = "—"
CLASSES: Final = {"day": "白天", "night": "夜里", "weekend": "周末", "24h": "全天"}
CLASS_HOURS: Final = {
    "day": "周一至周五 8–20 时",
    "night": "每晚 22–6 时",
    "weekend": "周六、周日 8–20 时",
    "24h": "一周 168 个钟头",
}
ALL: Final = "全部"
OUTSIDE_ZH: Final = "各组之外"
_LABEL: Final = re.compile(r"([\d.]+) (m|min walk|min ebike)")
_MODES: Final = {"m": "{} 米", "min walk": "步行 {} 分钟", "min ebike": "电动车 {} 分钟"}
_UNITS: Final = {"people": "人", "points": ""}
_LONGEST: Final = 60


def plain(text: str, longest: int = _LONGEST) -> str:
    """One line that can be printed: control characters as spaces, and what is too long cut."""
    shown = "".join(c if c.isprintable() else " " for c in text[: 4 * longest]).strip()
    return (
        shown if len(shown) <= longest and len(text) <= 4 * longest else shown[: longest - 1] + "…"
    )


def share(value: float | None) -> str:
    """A share as per cent."""
    return NOTHING if value is None or not math.isfinite(value) else f"{value:.1%}"


def amount(value: float | None) -> str:
    """A number: whole from 100 on."""
    if value is None or not math.isfinite(value):
        return NOTHING
    digits = 0 if abs(value) >= 100 or value == int(value) else 1
    return f"{value:,.{digits}f}"


def fine(value: float | None) -> str:
    """A small number, to three places."""
    return NOTHING if value is None or not math.isfinite(value) else f"{value:.3f}"


def band(low: str, high: str) -> str:
    """Both ends as they were said, once where they are the same."""
    return low if low == high else f"{low} – {high}"


def threshold(label: str) -> str:
    """A threshold's label in Chinese: "500 米"."""
    found = _LABEL.fullmatch(label)
    return label if found is None else _MODES[found[2]].format(amount(float(found[1])))


def group(name: str) -> str:
    """A group as it is shown: districts without their adcode."""
    if name == OUTSIDE:
        return OUTSIDE_ZH
    return plain(re.sub(r"^\d{6} (?=\S)", "", name))


def unit(given: str) -> str:
    """The unit of demand."""
    return plain(_UNITS.get(given, given), 20)


def date(at: dt.datetime) -> str:
    """Day and time in China."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def hour(number: int) -> str:
    """An hour of the week, from Monday 0 to 1."""
    return f"{WEEKDAYS_ZH[number // 24]} {number % 24:02d}:00"
