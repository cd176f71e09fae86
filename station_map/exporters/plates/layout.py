"""Where everything stands on a sheet, by style and size.

Lengths are millimetres from the sheet's upper left corner. Both styles are drawn for A4; A5
is the same sheet, smaller by the square root of two. Sizes of type are the height of a
Chinese character.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# A Chinese character of a three-hundredth of the distance is read with ease.
READABLE_AT_3M: Final = 10.0
# The code itself, without its quiet zone.
QR_SMALLEST: Final = 30.0


class Style(StrEnum):
    """plate: landscape, beside the door. poster: portrait, on a wall, with a larger QR."""

    PLATE = "plate"
    POSTER = "poster"


class Size(StrEnum):
    """The paper."""

    A4 = "a4"
    A5 = "a5"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its upper left corner, width and height."""

    x: float
    y: float
    width: float
    height: float

    def scaled(self, factor: float) -> Box:
        """The same on a sheet that is larger by `factor`."""
        return Box(*(factor * length for length in (self.x, self.y, self.width, self.height)))

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes of a sheet.

    page: the paper. tag: the kind, white on red. brand: the product's mark. rules: lines
    across the sheet. prompts: one box for "scan to look", one for "scan to report"; hints:
    what they are for, where there is room. qr: with its quiet zone. facts: hours, how to get
    in and amenities, from the top down. scale: 1 for A4.
    """

    page: Box
    tag: Box
    brand: Box
    name: Box
    rules: tuple[Box, ...]
    qr: Box
    prompts: tuple[Box, Box]
    hints: tuple[Box, Box] | None
    facts: Box
    footer: Box
    scale: float = 1.0

    def scaled(self, factor: float) -> Layout:
        """The same for paper that is larger by `factor`."""
        return Layout(
            page=self.page.scaled(factor),
            tag=self.tag.scaled(factor),
            brand=self.brand.scaled(factor),
            name=self.name.scaled(factor),
            rules=tuple(rule.scaled(factor) for rule in self.rules),
            qr=self.qr.scaled(factor),
            prompts=(self.prompts[0].scaled(factor), self.prompts[1].scaled(factor)),
            hints=self.hints and (self.hints[0].scaled(factor), self.hints[1].scaled(factor)),
            facts=self.facts.scaled(factor),
            footer=self.footer.scaled(factor),
            scale=self.scale * factor,
        )


_PLATE: Final = Layout(
    page=Box(0, 0, 297, 210),
    tag=Box(14, 13, 150, 14),
    brand=Box(203, 13, 80, 14),
    name=Box(14, 34, 269, 52),
    rules=(Box(14, 92, 269, 0),),
    qr=Box(212, 95, 72, 72),
    prompts=(Box(212, 167, 72, 14.2), Box(212, 184, 72, 14.2)),
    hints=None,
    facts=Box(14, 99, 193, 89),
    footer=Box(14, 193, 189, 9),
)

_POSTER: Final = Layout(
    page=Box(0, 0, 210, 297),
    tag=Box(14, 14, 110, 14),
    brand=Box(130, 14, 66, 14),
    name=Box(14, 35, 182, 48.5),
    rules=(Box(14, 88, 182, 0), Box(14, 174, 182, 0)),
    qr=Box(8, 89, 84, 84),
    prompts=(Box(98, 98, 98, 14.2), Box(98, 137, 98, 14.2)),
    hints=(Box(98, 116, 98, 8), Box(98, 155, 98, 8)),
    facts=Box(14, 181, 182, 95),
    footer=Box(14, 281, 182, 9),
)


def layout_of(style: Style, size: Size) -> Layout:
    """The sheet of a style on paper of a size."""
    layout = {Style.PLATE: _PLATE, Style.POSTER: _POSTER}[style]
    return layout if size is Size.A4 else layout.scaled(1 / math.sqrt(2))
