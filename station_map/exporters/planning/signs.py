"""Signs of a map and of its legend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from station_map.exporters.planning.palette import INK, Rgb
from station_map.exporters.planning.pen import Pen

_WHITE: Final[Rgb] = (255, 255, 255)

type Box = tuple[float, float, float, float]


def beside(pen: Pen, place: tuple[float, float], text: str) -> None:
    """A dot at a place and its number in a circle above it, so that what is there can be seen."""
    x, y = place
    head = (x + 5.5, y + 7.5)
    pen.stroke(INK, 0.7)
    pen.line(place, head)
    pen.fill(INK)
    pen.circle(place, 1.4, filled=True, line=False)
    disc(pen, head, text)


def disc(pen: Pen, place: tuple[float, float], text: str) -> None:
    """A number in a circle."""
    pen.fill(_WHITE)
    pen.stroke(INK, 0.7)
    pen.circle(place, 5.2, filled=True, line=True)
    pen.centred(place, text, 6.5 if len(text) < 3 else 5.0, bold=True)


def dot(colour: Rgb, radius: float = 1.1) -> Callable[[Pen, tuple[float, float]], None]:
    """A station."""

    def draw(pen: Pen, place: tuple[float, float]) -> None:
        pen.fill(colour)
        pen.stroke(INK, 0.4)
        pen.circle(place, radius, filled=True, line=True)

    return draw


def diamond(colour: Rgb, half: float = 1.5) -> Callable[[Pen, tuple[float, float]], None]:
    """A station that may count: another shape, not another colour alone."""

    def draw(pen: Pen, place: tuple[float, float]) -> None:
        x, y = place
        corners = [(x, y + half), (x + half, y), (x, y - half), (x - half, y)]
        pen.fill(colour)
        pen.shape([corners], filled=True)
        pen.stroke(INK, 0.4)
        pen.shape([corners], filled=False)

    return draw


def cross(pen: Pen, place: tuple[float, float]) -> None:
    """A station that closes."""
    x, y = place
    pen.stroke(INK, 1.2)
    pen.line((x - 3, y - 3), (x + 3, y + 3))
    pen.line((x - 3, y + 3), (x + 3, y - 3))


def swatch(colour: Rgb | None, *, hatched: bool = False) -> Callable[[Pen, Box], None]:
    """A field of the legend."""

    def draw(pen: Pen, box: Box) -> None:
        if colour is not None:
            pen.fill(colour)
            pen.box(box)
        if hatched:
            pen.hatched([box], box)
        pen.stroke(INK, 0.3)
        pen.box(box, line=True)

    return draw


def sign(how: Callable[[Pen, tuple[float, float]], None]) -> Callable[[Pen, Box], None]:
    """A mark of the map in the legend."""

    def draw(pen: Pen, box: Box) -> None:
        how(pen, (box[0] + box[2] / 2, box[1] + box[3] / 2))

    return draw
