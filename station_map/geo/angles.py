"""One angle in the spellings of spreadsheets: decimal degrees, or degrees, minutes, seconds.

Works on tidied text (see `coordinates.py`): lower case, one width, ° ' " for the units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Axis = Literal["lon", "lat"]


@dataclass(frozen=True, slots=True)
class Angle:
    """Degrees, negative to the west and south; the axis if the text names it.

    end: where the angle ends in the text.
    """

    degrees: float
    axis: Axis | None
    end: int


_NAMES: Final[dict[str, tuple[Axis, int]]] = {
    "东经": ("lon", 1),
    "西经": ("lon", -1),
    "北纬": ("lat", 1),
    "南纬": ("lat", -1),
    # Tidied from 经度 and 纬度.
    "经°": ("lon", 0),
    "纬°": ("lat", 0),
    "经": ("lon", 0),
    "纬": ("lat", 0),
    "longitude": ("lon", 0),
    "latitude": ("lat", 0),
    "lng": ("lon", 0),
    "lon": ("lon", 0),
    "lat": ("lat", 0),
    "e": ("lon", 1),
    "w": ("lon", -1),
    "n": ("lat", 1),
    "s": ("lat", -1),
}
_NAME: Final = "|".join(_NAMES)
_DECIMAL: Final = r"\d+(?:\.\d*)?"
_SIXTY: Final = r"[0-5]?\d(?:\.\d+)?"
_WHOLE_SIXTY: Final = r"[0-5]?\d"

_ANGLE: Final = re.compile(
    rf"\s*(?P<before>{_NAME})?\s*[:=]?\s*(?P<sign>[+-])?\s*"
    r"(?:"
    rf"(?P<d1>\d{{1,3}})\s*°\s*(?P<m1>{_WHOLE_SIXTY})\s*'\s*(?P<s1>{_SIXTY})\s*(?:\"|''|')?|"
    rf"(?P<d2>\d{{1,3}})\s*°\s*(?P<m2>{_SIXTY})\s*'?|"
    rf"(?P<d3>\d{{1,3}})(?P<gap>[-:]|\s+)(?P<m3>{_WHOLE_SIXTY})(?P=gap)(?P<s3>{_SIXTY})(?![\d.])|"
    rf"(?P<decimal>{_DECIMAL}(?:e[+-]?\d+)?)\s*°?"
    r")"
    rf"(?:\s*(?P<after>{_NAME})|(?![\d.]))"
)


def angle_at(text: str, position: int) -> Angle | None:
    """The angle that begins at `position`, or None when there is none that makes sense.

    None also when letters and sign contradict each other ("-116 E", "N 33 E").
    """
    found = _ANGLE.match(text, position)
    if found is None:
        return None
    after, end = _after(found, text)
    before = _NAMES.get(found["before"] or "")
    axis, sign = _side(before, after, found["sign"])
    if sign == 0:
        return None
    return Angle(sign * _degrees(found), axis, end)


def _after(found: re.Match[str], text: str) -> tuple[tuple[Axis, int] | None, int]:
    """The name behind the figures, unless it is the one before the next figures.

    In "n33.95 e116.88" and "北纬33.95东经116.88" the second name belongs to what follows.
    """
    name = found["after"]
    if name is None:
        return None, found.end()
    if found["before"] and _FIGURES_FOLLOW.match(text, found.end()):
        return None, found.start("after")
    return _NAMES[name], found.end()


_FIGURES_FOLLOW: Final = re.compile(r"\s*[:=]?\s*[+-]?\d")


def _side(
    before: tuple[Axis, int] | None, after: tuple[Axis, int] | None, sign: str | None
) -> tuple[Axis | None, int]:
    """Axis and sign that all marks agree on; sign 0 when they do not."""
    marks = [mark for mark in (before, after) if mark]
    axes = {mark[0] for mark in marks}
    signs = {mark[1] for mark in marks if mark[1]}
    if len(axes) > 1 or len(signs) > 1 or (signs and sign == "-"):
        return None, 0
    side = signs.pop() if signs else (-1 if sign == "-" else 1)
    return (axes.pop() if axes else None), side


def _degrees(found: re.Match[str]) -> float:
    if found["decimal"] is not None:
        return float(found["decimal"])
    whole = found["d1"] or found["d2"] or found["d3"]
    minutes = found["m1"] or found["m2"] or found["m3"]
    seconds = found["s1"] or found["s3"] or "0"
    return int(whole) + float(minutes) / 60 + float(seconds) / 3600
