"""A page to draw on: millimetres from the upper left corner, text in boxes, icons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from reportlab.lib.colors import Color
from reportlab.lib.units import mm

from station_map.exporters.plates.embedding import Typeface
from station_map.exporters.plates.fitting import Fitted, Room, fit
from station_map.exporters.plates.icons import GRID, LOGO_GRID, Strokes, trace
from station_map.exporters.plates.layout import Box, Layout

UNION_RED: Final = Color(0xC8 / 255, 0x16 / 255, 0x1D / 255)
BLACK: Final = Color(0, 0, 0)
WHITE: Final = Color(1, 1, 1)
ASCENT: Final = 0.88  # of a Chinese character's square above the baseline
_STROKE: Final = 2  # of icons and mark, in units of their grids


@dataclass(frozen=True, slots=True)
class Press:
    """What every plate of a file shares.

    canvas: reportlab's. regular, bold: fonts that are registered under their names. icons:
    names of the forms that were put into the file, by what they show. printed: today.
    """

    canvas: Any
    regular: Typeface
    bold: Typeface
    icons: Mapping[str, str]
    logo: tuple[Strokes, Strokes]
    layout: Layout
    printed: dt.date


@dataclass(slots=True)
class Trouble:
    """What of a plate could not be shown as it is.

    cut: texts without room even at the smallest size. missing: characters that the font does
    not have.
    """

    cut: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Type:
    """How text is set. largest, smallest: its size in mm on A4; leading: line pitch by size.

    calm, legible: see `Room`; legible is in mm on any paper. centred: between left and right. middle: between top and bottom.
    """

    largest: float
    smallest: float
    leading: float = 1.25
    calm: float = 1.0
    legible: float = 0.0
    centred: bool = False
    middle: bool = False


class Sheet:
    """One page of a file; what is drawn stays inside the box that is given for it."""

    def __init__(self, press: Press) -> None:
        self.press = press
        self.canvas = press.canvas
        self.layout = press.layout
        self.scale = press.layout.scale
        self.trouble = Trouble()

    def text(self, box: Box, paragraphs: Sequence[str], kind: Type, face: Typeface) -> Fitted:
        """Text from the top of a box down, as large as it fits."""
        self.trouble.missing.update(c for text in paragraphs for c in text if not face.has(c))
        shown = [face.shown(text) for text in paragraphs]
        fitted = fit(shown, self._room(box, kind), face.width)
        if fitted.cut:
            self.trouble.cut.extend(paragraphs)
        above = (box.height - fitted.height(kind.leading)) / 2 if kind.middle else 0.0
        for number, line in enumerate(fitted.lines):
            indent = (box.width - face.width(line) * fitted.size) / 2 if kind.centred else 0.0
            top = box.y + above + number * fitted.size * kind.leading
            self.line(box.x + indent, top, line, fitted.size, face)
        return fitted

    def _room(self, box: Box, kind: Type) -> Room:
        return Room(
            width=box.width,
            height=box.height,
            largest=min(kind.largest * self.scale, box.height),
            smallest=min(kind.smallest * self.scale, box.height),
            leading=kind.leading,
            calm=kind.calm,
            legible=kind.legible,
        )

    def line(self, x: float, top: float, text: str, size: float, face: Typeface) -> None:
        """One line of a size from x to the right; its characters hang from `top`."""
        self.canvas.setFont(face.name, size * mm)
        self.canvas.drawString(x * mm, self.up(top + ASCENT * size), text)

    def up(self, y: float) -> float:
        """Paper counts upwards, in points."""
        return float((self.layout.page.height - y) * mm)

    def rule(self, box: Box, thickness: float = 0.3) -> None:
        """A thin line along the top of a box."""
        self.canvas.setLineWidth(thickness * mm)
        self.canvas.setStrokeColor(BLACK)
        self.canvas.line(box.x * mm, self.up(box.y), box.right * mm, self.up(box.y))

    def filled(self, box: Box, colour: Color) -> None:
        """A box full of a colour, its corners a little round."""
        self.canvas.setFillColor(colour)
        self.canvas.roundRect(*self._corners(box), 2 * self.scale * mm, stroke=0, fill=1)
        self.canvas.setFillColor(BLACK)

    def framed(self, box: Box) -> None:
        """A box with a line around it."""
        self.canvas.setLineWidth(0.6 * mm)
        self.canvas.setStrokeColor(BLACK)
        self.canvas.roundRect(*self._corners(box), 2 * self.scale * mm, stroke=1, fill=0)

    def _corners(self, box: Box) -> tuple[float, float, float, float]:
        return (box.x * mm, self.up(box.bottom), box.width * mm, box.height * mm)

    def icon(self, name: str, x: float, y: float, side: float) -> None:
        """The icon of an amenity or "ui.…" in a square."""
        self.canvas.saveState()
        self.canvas.translate(x * mm, self.up(y + side))
        self.canvas.scale(side * mm / GRID, side * mm / GRID)
        self.canvas.doForm(self.press.icons[name])
        self.canvas.restoreState()

    def logo(self, x: float, y: float, side: float) -> None:
        """The product's mark in a square: the brand's colour, and white on it."""
        canvas = self.canvas
        filled, drawn = self.press.logo
        canvas.saveState()
        factor = side * mm / LOGO_GRID
        canvas.transform(factor, 0, 0, -factor, x * mm, self.up(y))
        canvas.setFillColor(UNION_RED)
        canvas.drawPath(trace(canvas.beginPath(), filled), stroke=0, fill=1)
        _pen(canvas, WHITE)
        canvas.drawPath(trace(canvas.beginPath(), drawn), stroke=1, fill=0)
        canvas.restoreState()


def put_icon(canvas: Any, name: str, strokes: Strokes) -> None:
    """An icon into the file, once, as the form `name`: black lines on a square of 24."""
    canvas.beginForm(name, 0, 0, GRID, GRID)
    canvas.transform(1, 0, 0, -1, 0, GRID)  # icons count downwards, paper upwards
    _pen(canvas, BLACK)
    canvas.drawPath(trace(canvas.beginPath(), strokes), stroke=1, fill=0)
    canvas.endForm()


def _pen(canvas: Any, colour: Color) -> None:
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(_STROKE)
    canvas.setLineCap(1)  # round, as on the pages
    canvas.setLineJoin(1)
