"""A map of demand, districts, stations, gaps or sites: lines and areas, no picture.

Plane: degrees with longitudes shrunk by the cosine of the middle latitude, so that one scale holds
in all directions (within a city to better than a hundredth).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import shapely

from station_map.coverage.arrays import FloatArray
from station_map.exporters.planning import signs, words
from station_map.exporters.planning.blocks import Drawing
from station_map.exporters.planning.ground import Squares
from station_map.exporters.planning.palette import INK, RED, Rgb
from station_map.exporters.planning.pen import Pen
from station_map.exporters.planning.report import Area
from station_map.exporters.planning.signs import Box
from station_map.geo.chord import LEAST_RADIUS_M

HEIGHT: Final = 560.0
_ROW: Final = 13.0
_SMALL: Final = 7.5
_MARGIN: Final = 0.04
_LEAST_M: Final = 1000.0
_NORTH: Final = "北 N"
_SCALES: Final = (1, 2, 5)
_WHITE: Final[Rgb] = (255, 255, 255)


class Key(NamedTuple):
    """A line of the legend: how it is drawn, and what it means."""

    draw: Callable[[Pen, Box], None]
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A place with a number or a sign. lonlat: degrees."""

    lon: float
    lat: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """colours: of the classes of `squares`; None for a class: not filled. hatched: classes that

    are hatched over their colour. shapes: edges drawn over the squares. dots: (lonlat, how).
    """

    squares: Squares
    colours: tuple[Rgb | None, ...]
    hatched: frozenset[int]
    areas: tuple[Area, ...]
    shapes: tuple[Any, ...]
    dots: tuple[tuple[FloatArray, Callable[[Pen, tuple[float, float]], None]], ...]
    marks: tuple[Mark, ...]
    keys: tuple[Key, ...]


def drawing(picture: Picture) -> Drawing:
    """The map with legend, scale and north."""
    names = tuple(words.plain(area.name) for area in picture.areas)
    texts = (*(key.text for key in picture.keys), *names, *(m.text for m in picture.marks))
    rows = -(-len(picture.keys) // 3)
    height = HEIGHT + rows * _ROW + 8
    ruler = "0123456789., 米公里" + _NORTH

    def draw(pen: Pen, width: float, _height: float) -> None:
        _Map(pen, picture, (0.0, rows * _ROW + 8, width, HEIGHT)).draw()
        _legend(pen, picture.keys, width, rows * _ROW)

    return Drawing(height, draw, (*texts, ruler))


class _Map:
    """One map on a frame of the page: x, y, width, height."""

    def __init__(self, pen: Pen, picture: Picture, frame: Box) -> None:
        self.pen, self.picture, self.frame = pen, picture, frame
        west, south, east, north = self._view()
        self.middle = ((west + east) / 2, (south + north) / 2)
        self.shrink = math.cos(math.radians(self.middle[1]))
        up = math.degrees(_LEAST_M / LEAST_RADIUS_M)
        wide, high = max((east - west) * self.shrink, up), max(north - south, up)
        room = 1 - 2 * _MARGIN
        # Points of paper a degree of latitude.
        self.scale = room * min(frame[2] / wide, frame[3] / high)

    def _view(self) -> Box:
        boxes = self.picture.squares.boxes
        if len(boxes):
            low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
            return (*low.tolist(), *high.tolist())
        shapes = [area.shape for area in self.picture.areas]
        found = shapely.total_bounds(shapes) if shapes else np.array([116.0, 33.0, 117.0, 34.0])
        west, south, east, north = found.tolist()
        return west, south, east, north

    def at(self, lon: Any, lat: Any) -> Any:
        """Degrees to points of paper, rounded to a two-hundredth of a millimetre."""
        x, y, width, height = self.frame
        across = x + width / 2 + (lon - self.middle[0]) * self.shrink * self.scale
        along = y + height / 2 + (lat - self.middle[1]) * self.scale
        return np.round(across, 2), np.round(along, 2)

    def draw(self) -> None:
        """Everything inside the frame, then the frame."""
        canvas = self.pen.canvas
        canvas.saveState()
        window = canvas.beginPath()
        window.rect(*self.frame)
        canvas.clipPath(window, stroke=0, fill=0)
        self._squares()
        self.pen.stroke(INK, 0.6)
        for area in self.picture.areas:
            self._edges(area.shape)
        # Red on white is seen on light and dark alike.
        for colour, width in ((_WHITE, 1.8), (RED, 0.9)):
            self.pen.stroke(colour, width)
            for shape in self.picture.shapes:
                self._edges(shape, holes=False)
        for lonlat, how in self.picture.dots:
            for place in self._inside(lonlat):
                how(self.pen, place)
        self._names()
        self._marks()
        self._scale()
        self._north()
        canvas.restoreState()
        self.pen.stroke(INK, 0.5)
        self.pen.box(self.frame, line=True)

    def _squares(self) -> None:
        picture = self.picture
        boxes, klass = picture.squares.boxes, picture.squares.klass
        west, south = self.at(boxes[:, 0], boxes[:, 1])
        east, north = self.at(boxes[:, 2], boxes[:, 3])
        drawn = np.column_stack([west, south, east - west, north - south])
        for number, colour in enumerate(picture.colours):
            if colour is not None:
                self.pen.fill(colour)
                self.pen.boxes(_rounded(drawn[klass == number]))
        if picture.hatched:
            over = np.isin(klass, list(picture.hatched))
            if over.any():
                self.pen.hatched(_rounded(drawn[over]), self.frame)

    def _edges(self, shape: Any, *, holes: bool = True) -> None:
        # Shapes without holes are made of squares, whose steps are of no interest.
        coarse = shapely.simplify(shape, (0.4 if holes else 1.2) / self.scale)
        for part in shapely.get_parts(coarse):
            rings = [part.exterior, *(part.interiors if holes else ())]
            self.pen.shape([self._ring(ring) for ring in rings], filled=False)

    def _ring(self, ring: Any) -> list[tuple[float, float]]:
        lon, lat = shapely.get_coordinates(ring).T
        x, y = self.at(lon, lat)
        return list(zip(x.tolist(), y.tolist(), strict=True))

    def _inside(self, lonlat: FloatArray) -> Iterable[tuple[float, float]]:
        x, y = self.at(lonlat[:, 0], lonlat[:, 1])
        left, low, width, height = self.frame
        near = (x >= left) & (x <= left + width) & (y >= low) & (y <= low + height)
        return zip(x[near].tolist(), y[near].tolist(), strict=True)

    def _names(self) -> None:
        for area in self.picture.areas:
            point = shapely.point_on_surface(area.shape)
            for place in self._inside(np.array([[point.x, point.y]])):
                self.pen.centred(place, words.plain(area.name, 12), 10, bold=True, halo=True)

    def _marks(self) -> None:
        pen = self.pen
        # The first is the most important: it is drawn last, over the others.
        for mark in reversed(self.picture.marks):
            for place in self._inside(np.array([[mark.lon, mark.lat]])):
                signs.beside(pen, place, mark.text)

    def _scale(self) -> None:
        """A bar of a round length, about a fifth of the map."""
        metre = self.scale * math.degrees(1 / LEAST_RADIUS_M)
        wanted = 0.22 * self.frame[2] / metre
        length = _round(wanted)
        x, y = self.frame[0] + 10, self.frame[1] + 10
        width = length * metre
        self.pen.fill(_WHITE)
        self.pen.box((x - 5, y - 5, width + 10, 24))
        self.pen.fill(INK)
        self.pen.box((x, y, width / 2, 3))
        self.pen.stroke(INK, 0.5)
        self.pen.box((x, y, width, 3), line=True)
        said = f"{length / 1000:g} 公里" if length >= 1000 else f"{length:g} 米"
        self.pen.text((x, y + 7), "0", _SMALL)
        self.pen.text((x + width, y + 7), said, _SMALL, "right")

    def _north(self) -> None:
        x, y = self.frame[0] + self.frame[2] - 16, self.frame[1] + self.frame[3] - 34
        self.pen.fill(_WHITE)
        self.pen.box((x - 12, y - 6, 24, 36))
        self.pen.fill(INK)
        self.pen.shape([[(x, y + 27), (x - 5, y + 11), (x, y + 15), (x + 5, y + 11)]], filled=True)
        self.pen.centred((x, y + 3), _NORTH, _SMALL)


def _rounded(boxes: FloatArray) -> Iterable[Box]:
    return ((x, y, width, height) for x, y, width, height in np.round(boxes, 2).tolist())


def _round(length: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not longer."""
    power = 10 ** math.floor(math.log10(length))
    return float(max(step * power for step in _SCALES if step * power <= length))


def _legend(pen: Pen, keys: Sequence[Key], width: float, top: float) -> None:
    """Three beside each other, row by row."""
    column = width / 3
    for number, key in enumerate(keys):
        row, place = divmod(number, 3)
        x, y = place * column, top - (row + 1) * _ROW
        key.draw(pen, (x, y + 2, 16, 8))
        room = (column - 24) / max(pen.faces.regular.width(key.text), 1)
        pen.text((x + 21, y + 3), key.text, min(_SMALL, room))
