"""Coordinates as people write them in spreadsheets, read into degrees.

    two cells    parse_pair("116.88", "33.95"), floats too
    one cell     parse_cell("33°57′18″N, 116°52′57.7″E"), either order
    columns      plain_degrees(cells) for the many cells that are numbers already

The answer is a Position, or a Refusal that says why not, for people. The order of the
two figures is settled by letters (E, 北纬) where given, else by the service box: China's
longitudes and latitudes cannot be confused. The datum is not looked at here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from station_map.geo.angles import Angle, angle_at
from station_map.geo.box import SERVICE_BOX, Box

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Cell = str | float | int | None


class CoordinateIssue(StrEnum):
    """Why a cell gives no position: stable codes with their labels."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str, en: str) -> CoordinateIssue:  # noqa: PYI034
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        return member

    MISSING = "coordinates_missing", "没有坐标", "no coordinates are given"
    UNREADABLE = "coordinates_unreadable", "坐标看不懂", "the coordinates cannot be read"
    JUNK = (
        "coordinates_with_other_text",
        "坐标后面还有别的内容",
        "there is something else beside the coordinates",
    )
    INCOMPLETE = (
        "coordinates_incomplete",
        "经度和纬度缺一个",
        "one of longitude and latitude is missing",
    )
    CONTRADICTORY = (
        "coordinates_contradictory",
        "坐标自相矛盾（经纬标记或正负号）",
        "the coordinates contradict themselves (letters or signs)",
    )
    OUT_OF_RANGE = (
        "coordinates_out_of_range",
        "坐标超出经纬度范围",
        "the coordinates are beyond the range of longitude and latitude",
    )


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees, in whatever datum the source uses; `exchanged`: found in each other's cell."""

    lon: float
    lat: float
    exchanged: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no position, and the text in question."""

    issue: CoordinateIssue
    text: str = ""

    @property
    def zh(self) -> str:
        """For people who read Chinese."""
        return f"{self.issue.zh}：{self.text}" if self.text else self.issue.zh

    @property
    def en(self) -> str:
        """In English."""
        return f"{self.issue.en}: {self.text}" if self.text else self.issue.en


_PLACEHOLDERS: Final = frozenset(
    {
        *("", "-", "--", "/", "\\", "?", "n/a", "na", "#n/a", "nan", "none", "null", "tbd"),
        *("无", "暂无", "没有", "未知", "不详", "不明", "空", "未定位", "未采集"),
        *("待定", "待补", "待补充", "待核实", "待采集", "待测", "待填"),
    }
)
_SHOWN: Final = 40
# What nearly all cells look like; the full grammar costs ten times as much.
_NUMBER: Final = r"-?[0-9]+\.[0-9]+"
_PLAIN: Final = re.compile(_NUMBER)
_PLAIN_PAIR: Final = re.compile(rf"({_NUMBER})[ ,，]\s*({_NUMBER})")
_SEPARATOR: Final = re.compile(r"[\s,、/;|]*")
_OUTER: Final = re.compile(r"^(?:point\s*)?[(\[{【]+|[)\]}】]+$")
_ALIKE: Final = str.maketrans(
    dict.fromkeys("º˚度", "°")
    | dict.fromkeys("′’‘`´ʹ分", "'")
    | dict.fromkeys("″”“ʺ秒", '"')
    | dict.fromkeys("−–—‐‑－", "-")
    | {"。": ".", "　": " "}
)


def parse_pair(lon_cell: Cell, lat_cell: Cell, box: Box = SERVICE_BOX) -> Position | Refusal:
    """A position from a longitude cell and a latitude cell; never raises.

    Numbers are taken as they are. If only the exchange of both puts the position into
    `box`, that is done and told (`exchanged`).
    """
    if isinstance(lon_cell, float) and isinstance(lat_cell, float):
        return _placed(lon_cell, lat_cell, box)
    lon, lat = _angle(lon_cell), _angle(lat_cell)
    if isinstance(lon, Angle) and isinstance(lat, Angle):
        return _by_letters(lon, lat, box)
    refusals = [found for found in (lon, lat) if isinstance(found, Refusal)]
    if len(refusals) == 1 and refusals[0].issue == CoordinateIssue.MISSING:
        return Refusal(CoordinateIssue.INCOMPLETE)
    return refusals[0]


def parse_cell(cell: Cell, box: Box = SERVICE_BOX) -> Position | Refusal:
    """A position from one cell that holds both figures, in either order; never raises."""
    plain = _PLAIN_PAIR.fullmatch(cell) if isinstance(cell, str) else None
    if plain:
        lon, lat = (Angle(float(number), None, 0) for number in plain.groups())
        return _in_either_order(lon, lat, box)
    text = _tidied(cell)
    if text in _PLACEHOLDERS:
        return Refusal(CoordinateIssue.MISSING, _shown(cell))
    found = _two_angles(_OUTER.sub("", _OUTER.sub("", text)).strip(), cell)
    return found if isinstance(found, Refusal) else _in_either_order(*found, box)


def _two_angles(text: str, cell: Cell) -> tuple[Angle, Angle] | Refusal:
    first = angle_at(text, 0)
    if first is None:
        return Refusal(CoordinateIssue.UNREADABLE, _shown(cell))
    second_at = _skip_separator(text, first.end)
    if second_at == len(text):
        return _alone(first, cell)
    second = angle_at(text, second_at) if second_at > first.end or first.axis else None
    if second is None:
        return Refusal(CoordinateIssue.UNREADABLE, _shown(cell))
    if text[second.end :].strip(" ,;"):
        return Refusal(CoordinateIssue.JUNK, _shown(cell))
    return first, second


def exchanged(lon: float, lat: float, box: Box = SERVICE_BOX) -> tuple[float, float] | None:
    """The pair the other way round, if only so it lies in `box`; else None.

    Degrees; the answer is longitude, latitude again.
    """
    if not box.contains(lon, lat) and box.contains(lat, lon):
        return lat, lon
    return None


def exchanged_mask(lon: FloatArray, lat: FloatArray, box: Box = SERVICE_BOX) -> BoolArray:
    """The same question for arrays of equal shape: True where the two are exchanged."""
    return ~_within(lon, lat, box) & _within(lat, lon, box)


def _within(lon: FloatArray, lat: FloatArray, box: Box) -> BoolArray:
    inside = (box.west <= lon) & (lon <= box.east) & (box.south <= lat) & (lat <= box.north)
    return np.asarray(inside)


def plain_degrees(cells: Sequence[Cell]) -> FloatArray:
    """Cells of a column that are numbers already, as an array of shape (n,).

    NaN for every other cell, and for zero and infinity, which are nobody's coordinates here;
    those cells are for `parse_pair`.
    """
    found = np.fromiter(
        (cell if type(cell) is float or type(cell) is int else math.nan for cell in cells),
        dtype=np.float64,
        count=len(cells),
    )
    found[(found == 0) | ~np.isfinite(found)] = np.nan
    return found


def _angle(cell: Cell) -> Angle | Refusal:
    """One figure from one cell."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return _missing_if_zero(Angle(float(cell), None, 0), cell)
    if isinstance(cell, str) and _PLAIN.fullmatch(cell):
        return _missing_if_zero(Angle(float(cell), None, 0), cell)
    text = _tidied(cell)
    if text in _PLACEHOLDERS:
        return Refusal(CoordinateIssue.MISSING, _shown(cell))
    found = angle_at(text, 0)
    if found is None:
        return Refusal(CoordinateIssue.UNREADABLE, _shown(cell))
    if text[found.end :].strip(" ,;"):
        return Refusal(CoordinateIssue.JUNK, _shown(cell))
    return _missing_if_zero(found, cell)


def _missing_if_zero(found: Angle, cell: Cell) -> Angle | Refusal:
    if found.degrees == 0 or math.isnan(found.degrees):
        return Refusal(CoordinateIssue.MISSING, _shown(cell))
    return found


def _alone(found: Angle, cell: Cell) -> Refusal:
    """A cell for two figures that holds one; a lone zero stands for nothing."""
    missing = found.degrees == 0
    issue = CoordinateIssue.MISSING if missing else CoordinateIssue.INCOMPLETE
    return Refusal(issue, _shown(cell))


def _in_either_order(first: Angle, second: Angle, box: Box) -> Position | Refusal:
    if first.axis or second.axis:
        placed = _by_letters(first, second, box)
    elif abs(second.degrees) > 90 >= abs(first.degrees):
        placed = _placed(second.degrees, first.degrees, None)
    else:
        placed = _placed(first.degrees, second.degrees, box)
    # In one cell no order is the wrong one.
    return Position(placed.lon, placed.lat) if isinstance(placed, Position) else placed


def _by_letters(lon: Angle, lat: Angle, box: Box) -> Position | Refusal:
    """Letters beat the order of the cells; without letters the box decides."""
    if lon.axis and lon.axis == lat.axis:
        return Refusal(CoordinateIssue.CONTRADICTORY, lon.axis)
    if lon.axis == "lat" or lat.axis == "lon":
        return _placed(lat.degrees, lon.degrees, None, was_exchanged=True)
    return _placed(lon.degrees, lat.degrees, None if lon.axis or lat.axis else box)


def _placed(
    lon: float, lat: float, box: Box | None, *, was_exchanged: bool = False
) -> Position | Refusal:
    if math.isnan(lon) or math.isnan(lat) or (lon == 0 and lat == 0):
        return Refusal(CoordinateIssue.MISSING)
    if lon == 0 or lat == 0:
        return Refusal(CoordinateIssue.INCOMPLETE)
    turned = exchanged(lon, lat, box) if box else None
    if turned:
        return Position(*turned, exchanged=True)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return Refusal(CoordinateIssue.OUT_OF_RANGE, f"{lon:.10g}, {lat:.10g}")
    return Position(lon, lat, exchanged=was_exchanged)


def _skip_separator(text: str, position: int) -> int:
    found = _SEPARATOR.match(text, position)
    return found.end() if found else position


def _tidied(cell: Cell) -> str:
    if cell is None:
        return ""
    text = str(cell).translate(_ALIKE)
    return unicodedata.normalize("NFKC", text).translate(_ALIKE).strip().lower()


def _shown(cell: Cell) -> str:
    text = "" if cell is None else str(cell).strip()
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
