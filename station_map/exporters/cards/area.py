"""The picture of an area: its outline, its stations as dots, and how many they are."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from station_map.exporters.cards.lettering import letterings
from station_map.exporters.cards.paper import (
    EDGE,
    GROUND,
    INK,
    PAPER,
    RED,
    SOFT,
    SURFACE,
    Box,
    Point,
    Sheet,
    Style,
)
from station_map.exporters.cards.station import DEMO_WORDS, head

KIND: Final = "工会驿站"
UNIT: Final = "个驿站"
_MAP: Final = Box(600, 136, 540, 440)
_LEFT: Final = 64.0
_WIDE: Final = 500.0
_MANY: Final = 600  # dots; of more each is drawn smaller
_CROWD: Final = 4_000

type Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class AreaCard:
    """What the picture says.

    filters: names of the filters that its stations meet. shapes: GeoJSON geometries of its
    districts. spots: where stations are; several at one spot are one. Degrees, WGS-84.
    """

    name: str
    filters: tuple[str, ...]
    count: int
    demo: bool
    shapes: Sequence[dict[str, Any]]
    spots: Sequence[Spot]


class _Projection:
    """Degrees to pixels: plate carrée, with longitudes as wide as they are in the middle."""

    def __init__(self, points: Sequence[Spot]) -> None:
        lons, lats = zip(*points, strict=True)
        self._west, self._north = min(lons), max(lats)
        across, along = max(lons) - self._west, self._north - min(lats)
        self._narrow = math.cos(math.radians((self._north + min(lats)) / 2))
        across = max(across * self._narrow, 1e-6)
        along = max(along, 1e-6)
        self._scale = min(_MAP.width / across, _MAP.height / along)
        self._left = _MAP.x + (_MAP.width - across * self._scale) / 2
        self._top = _MAP.y + (_MAP.height - along * self._scale) / 2

    def at(self, lon: float, lat: float) -> Point:
        x = (lon - self._west) * self._narrow * self._scale
        return self._left + x, self._top + (self._north - lat) * self._scale


def draw_area(card: AreaCard) -> Sheet:
    """The sheet of an area. Raises EnvironmentFault without a font, AssetsMissing."""
    sheet = Sheet(letterings())
    head(sheet, KIND, DEMO_WORDS if card.demo else "")
    _words(sheet, card)
    rings = [ring for shape in card.shapes for ring in _rings(shape)]
    corners = [point for ring in rings for point in ring] or list(card.spots)
    if corners:
        _map(sheet, card, rings, _Projection(corners))
    return sheet


def _words(sheet: Sheet, card: AreaCard) -> None:
    bold = sheet.fonts.bold
    name = Style(88, 48, leading=1.2)
    tall = sheet.text(Box(_LEFT, 160, _WIDE, 190), [card.name], name, bold)
    top = 160 + tall + 34
    number = f"{card.count:,}"
    sheet.text(Box(_LEFT, top, _WIDE, 100), [number], Style(96, 60, RED), bold)
    wide = bold.width(number) * 96 + 16
    sheet.text(Box(_LEFT + wide, top + 48, _WIDE, 44), [UNIT], Style(40, 40, INK), bold)
    if card.filters:
        told = Style(34, 26, SOFT, leading=1.4)
        words = " · ".join(card.filters)
        sheet.text(Box(_LEFT, top + 128, _WIDE, 590 - top - 128), [words], told)


def _map(sheet: Sheet, card: AreaCard, rings: Sequence[list[Spot]], to: _Projection) -> None:
    for fill, edge, width in ((GROUND, GROUND, 1.0), (None, EDGE, 2.5)):
        for ring in rings:
            sheet.outline([to.at(*point) for point in ring], fill, edge, width)
    many = len(card.spots)
    radius = 6.0 if many <= _MANY else 3.5 if many <= _CROWD else 2.0
    rim = PAPER if many <= _MANY else None
    for spot in card.spots:
        sheet.dot(to.at(*spot), radius, RED, rim and SURFACE)


def _rings(shape: dict[str, Any]) -> Iterator[list[Spot]]:
    """Outer rings: a hole is another district's place, or too small to see."""
    parts = shape["coordinates"]
    polygons = [parts] if shape["type"] == "Polygon" else parts
    for polygon in polygons:
        yield [(lon, lat) for lon, lat, *_ in polygon[0]]


def read_shape(geojson: str) -> dict[str, Any]:
    """A geometry from its text."""
    shape: dict[str, Any] = json.loads(geojson)
    return shape
