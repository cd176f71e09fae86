"""A sheet to draw on: text into boxes, icons, outlines and dots; everything in pixels of the result.

All is drawn three times as large and then reduced, which makes every edge smooth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Final, NamedTuple

from PIL import Image, ImageDraw

from station_map.exporters.cards.lettering import Lettering, Letterings
from station_map.exporters.plates.fitting import Fitted, Room, fit
from station_map.exporters.plates.icons import GRID, LOGO_GRID, Strokes, load_icons, load_logo
from station_map.resources import static_dir

WIDTH_PX: Final = 1200
HEIGHT_PX: Final = 630
_TIMES: Final = 3
_STROKE: Final = 2.0  # of an icon's line, in units of its grid
_STEPS: Final = 8  # straight pieces of a curve
_COLOURS: Final = 128  # of the palette: a third of the bytes, and no difference to the eye

PAPER: Final = "#f7f5f1"
SURFACE: Final = "#ffffff"
INK: Final = "#1d1b19"
SOFT: Final = "#5b5650"
LINE: Final = "#dfdad2"
EDGE: Final = "#a99f8f"
GROUND: Final = "#efe9dd"
RED: Final = "#c8161d"
TROUBLE: Final = "#a3341b"
DEMO: Final = "#fff3d6"
DEMO_INK: Final = "#6b4700"

type Point = tuple[float, float]


class Box(NamedTuple):
    """Where something stands: left, top, width and height in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set. largest, smallest: sizes in pixels; middle: upright in its box."""

    largest: float
    smallest: float
    colour: str = INK
    leading: float = 1.3
    middle: bool = False


@cache
def icons() -> Mapping[str, Strokes]:
    """The pages' icons, read once. Raises AssetsMissing."""
    return load_icons(static_dir())


@cache
def _logo() -> tuple[Strokes, Strokes]:
    return load_logo(static_dir())


class Sheet:
    """An empty sheet of 1200 by 630 pixels."""

    def __init__(self, fonts: Letterings) -> None:
        self.fonts = fonts
        self._image = Image.new("RGB", (WIDTH_PX * _TIMES, HEIGHT_PX * _TIMES), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def text(
        self, box: Box, paragraphs: Sequence[str], style: Style, face: Lettering | None = None
    ) -> float:
        """Paragraphs in a box, as large as it lets them be, cut with "…"; their height."""
        face = face or self.fonts.regular
        room = Room(box.width, box.height, style.largest, style.smallest, style.leading)
        fitted = fit([face.shown(one) for one in paragraphs], room, face.width)
        tall = fitted.height(style.leading)
        top = box.y + (box.height - tall) / 2 if style.middle else box.y
        self._lines(fitted, (box.x, top), style, face)
        return tall

    def _lines(self, fitted: Fitted, at: Point, style: Style, face: Lettering) -> None:
        font = face.at(round(fitted.size * _TIMES))
        for number, line in enumerate(fitted.lines):
            # The middle of a line's em box: Chinese signs fill it.
            middle = at[1] + fitted.size * (0.5 + number * style.leading)
            place = (at[0] * _TIMES, middle * _TIMES)
            self._draw.text(place, line, font=font, fill=style.colour, anchor="lm")

    def filled(self, box: Box, colour: str, radius: float = 0) -> None:
        """A rectangle, with round corners if told."""
        corners = _scaled([(box.x, box.y), (box.x + box.width, box.y + box.height)])
        self._draw.rounded_rectangle(corners, radius * _TIMES, fill=colour)

    def dot(self, at: Point, radius: float, colour: str, rim: str | None = None) -> None:
        """A round spot, with a thin rim if told."""
        (centre,) = _scaled([at])
        width = round(1.5 * _TIMES) if rim else 0
        self._draw.circle(centre, radius * _TIMES, fill=colour, outline=rim, width=width)

    def outline(self, ring: Sequence[Point], fill: str | None, edge: str, width: float) -> None:
        """A closed ring; `fill` None leaves what is below it."""
        points = _scaled(ring)
        if len(points) < 3:
            return
        if fill is not None:
            self._draw.polygon(points, fill=fill)
        self._draw.line([*points, points[0]], fill=edge, width=round(width * _TIMES), joint="curve")

    def icon(self, name: str, at: Point, side: float, colour: str) -> None:
        """One of the pages' icons; `at` is its left upper corner."""
        scale = side / GRID
        for line in _polylines(icons()[name]):
            self._stroke([(at[0] + x * scale, at[1] + y * scale) for x, y in line], scale, colour)

    def _stroke(self, line: Sequence[Point], scale: float, colour: str) -> None:
        """With round ends and joints, as icons are drawn on pages."""
        points = _scaled(line)
        width = max(1, round(_STROKE * scale * _TIMES))
        self._draw.line(points, fill=colour, width=width)
        for joint in points:
            self._draw.circle(joint, width / 2, fill=colour)

    def logo(self, at: Point, side: float) -> None:
        """The product's mark: white on the union's red."""
        filled, drawn = _logo()
        scale = side / LOGO_GRID

        def placed(line: Sequence[Point]) -> list[Point]:
            return [(at[0] + x * scale, at[1] + y * scale) for x, y in line]

        for line in _polylines(filled):
            self._draw.polygon(_scaled(placed(line)), fill=RED)
        for line in _polylines(drawn):
            self._stroke(placed(line), scale * 1.3, SURFACE)

    def png(self, width_px: int) -> bytes:
        """The picture as PNG, so wide; nothing of the time or the machine is in it."""
        height = round(width_px * HEIGHT_PX / WIDTH_PX)
        small = self._image.resize((width_px, height), Image.Resampling.BOX, reducing_gap=None)
        few = small.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        made = BytesIO()
        few.save(made, "PNG", optimize=True)
        return made.getvalue()


def _scaled(points: Iterable[Point]) -> list[Point]:
    return [(x * _TIMES, y * _TIMES) for x, y in points]


@cache
def _polylines(strokes: Strokes) -> tuple[tuple[Point, ...], ...]:
    """Pen strokes as straight pieces."""
    lines: list[list[Point]] = []
    for method, given in strokes:
        points = list(zip(given[::2], given[1::2], strict=True))
        if method == "moveTo":
            lines.append(points)
        elif method == "close":
            lines[-1].append(lines[-1][0])
        elif method == "lineTo":
            lines[-1].extend(points)
        else:
            lines[-1].extend(_curve(lines[-1][-1], *points))
    return tuple(tuple(line) for line in lines if len(line) > 1)


def _curve(start: Point, one: Point, two: Point, end: Point) -> list[Point]:
    """A cubic Bézier curve in equal steps of its parameter, without its start."""
    found = []
    for step in range(1, _STEPS + 1):
        t = step / _STEPS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        parts = list(zip(weights, (start, one, two, end), strict=True))
        found.append((sum(w * p[0] for w, p in parts), sum(w * p[1] for w, p in parts)))
    return found
