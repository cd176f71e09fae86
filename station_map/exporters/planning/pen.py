"""Text, lines and areas on a canvas, in points from the lower left corner of what is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reportlab.pdfgen.canvas import FILL_NON_ZERO

from station_map.exporters.planning.palette import INK, Rgb
from station_map.exporters.plates.embedding import Typeface
from station_map.exporters.plates.fitting import wrap

_LEFT, _MIDDLE, _RIGHT = 0.0, 0.5, 1.0
ALIGNED: Final = {"left": _LEFT, "middle": _MIDDLE, "right": _RIGHT}
_CAP: Final = 0.36  # half the height of a figure, by size


@dataclass(frozen=True, slots=True)
class Faces:
    """The two fonts of a file, which hold the characters that it uses."""

    regular: Typeface
    bold: Typeface


class Pen:
    """Draws on reportlab's canvas. Text is never markup here: it is set as it is."""

    def __init__(self, canvas: Any, faces: Faces) -> None:
        self.canvas = canvas
        self.faces = faces

    def face(self, *, bold: bool) -> Typeface:
        """One of the two."""
        return self.faces.bold if bold else self.faces.regular

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        align: str = "left",
        *,
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        """One line on a base line at y, beginning, centred or ending at x. halo: white around it."""
        face = self.face(bold=bold)
        shown = face.shown(text)
        x = at[0] - ALIGNED[align] * face.width(shown) * size
        if halo:
            self.canvas.setStrokeColorRGB(1, 1, 1)
            self.canvas.setLineWidth(size / 2.5)
            self.canvas.setLineJoin(1)
            self._set((x, at[1]), shown, (face, size), 1)
        self.fill(INK)
        self._set((x, at[1]), shown, (face, size), 0)

    def _set(
        self, at: tuple[float, float], text: str, font: tuple[Typeface, float], mode: int
    ) -> None:
        line = self.canvas.beginText(*at)
        line.setFont(font[0].name, font[1])
        line.setTextRenderMode(mode)
        line.textOut(text)
        if mode:
            line.setTextRenderMode(0)
        self.canvas.drawText(line)

    def centred(self, at: tuple[float, float], text: str, size: float, **how: Any) -> None:
        """Text with its middle at a point."""
        self.text((at[0], at[1] - _CAP * size), text, size, "middle", **how)

    def fill(self, colour: Rgb) -> None:
        """What areas and text are filled with."""
        self.canvas.setFillColorRGB(*(part / 255 for part in colour))

    def stroke(self, colour: Rgb, width: float, dash: Sequence[float] = ()) -> None:
        """How lines are drawn."""
        self.canvas.setStrokeColorRGB(*(part / 255 for part in colour))
        self.canvas.setLineWidth(width)
        self.canvas.setDash(list(dash))

    def box(self, box: tuple[float, float, float, float], *, line: bool = False) -> None:
        """x, y, width, height: filled, or its edge drawn."""
        self.canvas.rect(*box, stroke=int(line), fill=int(not line))

    def boxes(self, boxes: Iterable[tuple[float, float, float, float]]) -> None:
        """Many, filled at once; where two overlap a little there is no seam."""
        self.canvas.drawPath(self._path(boxes), stroke=0, fill=1, fillMode=FILL_NON_ZERO)

    def hatched(
        self, boxes: Iterable[tuple[float, float, float, float]], frame: tuple[float, ...]
    ) -> None:
        """Lines aslant over many boxes; frame: the one that holds them all."""
        x, y, width, height = frame
        self.canvas.saveState()
        self.canvas.clipPath(self._path(boxes), stroke=0, fill=0, fillMode=FILL_NON_ZERO)
        self.stroke(INK, 0.35)
        lines = self.canvas.beginPath()
        step = 2.6
        for number in range(int((width + height) / step) + 1):
            along = number * step
            lines.moveTo(x + along - height, y)
            lines.lineTo(x + along, y + height)
        self.canvas.drawPath(lines, stroke=1, fill=0)
        self.canvas.restoreState()

    def _path(self, boxes: Iterable[tuple[float, float, float, float]]) -> Any:
        path = self.canvas.beginPath()
        for box in boxes:
            path.rect(*box)
        return path

    def line(self, *points: tuple[float, float]) -> None:
        """A line through points."""
        self.canvas.drawPath(self._through(points), stroke=1, fill=0)

    def shape(self, rings: Iterable[Sequence[tuple[float, float]]], *, filled: bool) -> None:
        """Closed lines; filled, or drawn."""
        path = self.canvas.beginPath()
        for ring in rings:
            path.moveTo(*ring[0])
            for point in ring[1:]:
                path.lineTo(*point)
            path.close()
        self.canvas.drawPath(path, stroke=int(not filled), fill=int(filled))

    def _through(self, points: Sequence[tuple[float, float]]) -> Any:
        path = self.canvas.beginPath()
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        return path

    def circle(self, at: tuple[float, float], radius: float, *, filled: bool, line: bool) -> None:
        """A circle."""
        self.canvas.circle(*at, radius, stroke=int(line), fill=int(filled))


def lines_of(text: str, width: float, size: float, face: Typeface) -> list[str]:
    """Text as lines no wider than a width in points."""
    return wrap(face.shown(text), width / size, face.width)
