"""Amenities in rows and columns: each an icon over its word, as large as all of them fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from station_map.exporters.plates.fitting import Measure
from station_map.exporters.plates.layout import Box

# Sizes of type in mm on A4.
LARGEST: Final = 6.6
SMALLEST: Final = 3.6
# In ems of the words: the icon, the gap to its word, between rows, between columns.
ICON: Final = 2.4
_WORD_GAP: Final = 0.3
LEADING: Final = 1.15  # line pitch of a word in two lines
_ROW_GAP: Final = 0.9
_COLUMN_GAP: Final = 0.9
_SMALLER: Final = 0.97
_LONGEST: Final = 5.2  # a longer word is made smaller, or stands in two lines
_ONE_LINE: Final = 6.2  # what is longer than this stands in two


@dataclass(frozen=True, slots=True)
class Place:
    """Where one amenity stands: a square for its icon, and a box for its word."""

    icon: Box
    word: Box


@dataclass(frozen=True, slots=True)
class Grid:
    """How amenities are laid out. size: of the words, in mm; lines: that a word may take.

    shown: how many amenities have a place; left_out: how many have none, and then there is
    one place more, for the note that says so.
    """

    size: float
    lines: int
    columns: int
    shown: int
    left_out: int
    box: Box

    def places(self) -> Iterator[Place]:
        """Row by row."""
        size, pitch = self.size, self.box.width / self.columns
        for number in range(self.shown + bool(self.left_out)):
            row, column = divmod(number, self.columns)
            x = self.box.x + column * pitch
            y = self.box.y + row * (_cell(self.lines) + _ROW_GAP) * size
            below = y + (ICON + _WORD_GAP) * size
            width = pitch - _COLUMN_GAP * size
            yield Place(
                Box(x, y, ICON * size, ICON * size),
                Box(x, below, width, (1 + (self.lines - 1) * LEADING) * size),
            )


def _cell(lines: int) -> float:
    """Height of a place, in ems."""
    return ICON + _WORD_GAP + 1 + (lines - 1) * LEADING


def grid_of(words: Sequence[str], box: Box, scale: float, measure: Measure) -> Grid:
    """The largest type at which all find a place; at the smallest, the last are left out.

    scale: 1 for A4. measure: width of a text in ems.
    """
    longest = max(map(measure, words))
    width = max(ICON, min(_LONGEST, longest)) + _COLUMN_GAP
    grids = [_grid(len(words), box, scale, width, lines) for lines in (1, 2)]
    # Long words in two lines where that hides nothing, else smaller in one.
    wrapped = longest > _ONE_LINE and grids[1].left_out <= grids[0].left_out
    return grids[1] if wrapped else grids[0]


def _grid(count: int, box: Box, scale: float, width: float, lines: int) -> Grid:
    """The grid for words of so many lines. width: of a column, in ems."""
    height = _cell(lines) + _ROW_GAP
    size = LARGEST * scale
    while True:
        columns = max(1, int(box.width / (width * size)))
        rows = int((box.height / size + _ROW_GAP) / height + 1e-9)
        if count <= columns * rows:
            return Grid(size, lines, _even_columns(count, columns), count, 0, box)
        if size <= SMALLEST * scale:
            shown = columns * max(1, rows) - 1
            return Grid(size, lines, columns, shown, count - shown, box)
        size = max(SMALLEST * scale, size * _SMALLER)


def _even_columns(count: int, columns: int) -> int:
    """Rows of nearly equal length; a single row keeps the width of a full one."""
    rows = math.ceil(count / columns)
    return columns if rows == 1 else math.ceil(count / rows)
