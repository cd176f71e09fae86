"""Where a station lies among the districts: a drawing that needs no script and no network."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from station_map.store.areas import AreaOutline

_WIDTH: Final = 320
_EDGE: Final = 8
_TALLEST: Final = 320

Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Shape:
    """One district: its path, and where its name stands; here: the station lies in it."""

    name: str
    path: str
    x: int
    y: int
    here: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """A drawing of `width` by `height` units; x, y: the station."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    x: int
    y: int


class _Paper:
    """Degrees to units: plate carrée, with longitudes as wide as they are in the middle."""

    def __init__(self, corners: Sequence[Sequence[float]]) -> None:
        self.west = min(lon for lon, *_ in corners)
        east = max(lon for lon, *_ in corners)
        south = min(lat for _, lat, *_ in corners)
        self.north = max(lat for _, lat, *_ in corners)
        self._narrow = math.cos(math.radians((south + self.north) / 2))
        across, along = (east - self.west) * self._narrow, self.north - south
        self._scale = min((_WIDTH - 2 * _EDGE) / across, (_TALLEST - 2 * _EDGE) / along)
        self.width = round(across * self._scale) + 2 * _EDGE
        self.height = round(along * self._scale) + 2 * _EDGE

    def at(self, lon: float, lat: float) -> tuple[int, int]:
        x = (lon - self.west) * self._narrow * self._scale
        return round(x) + _EDGE, round((self.north - lat) * self._scale) + _EDGE


def draw_outline(
    areas: Iterable[AreaOutline], adcode: str | None, lon: float, lat: float
) -> Outline | None:
    """The districts `areas` with a station at lon, lat (degrees, WGS-84) in `adcode`.

    None when there is nothing to draw, or the station lies in none of them.
    """
    drawn = [(area, _rings(area)) for area in areas]
    if not any(area.adcode == adcode for area, _ in drawn):
        return None
    paper = _Paper([corner for _, rings in drawn for ring in rings for corner in ring])
    shapes = tuple(
        Shape(
            area.name,
            "".join(_path(ring, paper) for ring in rings),
            *paper.at(area.lon, area.lat),
            here=area.adcode == adcode,
        )
        for area, rings in drawn
    )
    return Outline(paper.width, paper.height, shapes, *paper.at(lon, lat))


def _rings(area: AreaOutline) -> list[Ring]:
    polygons: list[list[Ring]] = json.loads(area.geojson)["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def _path(ring: Ring, paper: _Paper) -> str:
    points = [paper.at(lon, lat) for lon, lat, *_ in ring]
    kept = [point for n, point in enumerate(points) if n == 0 or point != points[n - 1]]
    return f"M{'L'.join(f'{x} {y}' for x, y in kept)}Z"
