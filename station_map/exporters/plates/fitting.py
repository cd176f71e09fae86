"""Text into a box: the largest size at which it fits, wrapped where Chinese may be wrapped.

Pure: widths come from the caller as a function, sizes and boxes in one unit of length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

# Latin words, figures and clock times stay whole; every Chinese character may end a line.
_PIECES: Final = re.compile(r"[0-9A-Za-z#&@%+./:_–-]+(?:,\d{3}(?!\d)%?)*|\s+|.", re.DOTALL)
_NOT_FIRST: Final = frozenset("，。、；：！？）》】」』〉”’…·,.;:!?)]}%—–")
_NOT_LAST: Final = frozenset("（《【「『〈“‘([{")
_SMALLER: Final = 0.98
ELLIPSIS: Final = "…"

Measure = Callable[[str], float]  # width of a text at a size of one


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines at a size. cut: whether some of the text found no room."""

    size: float
    lines: tuple[str, ...]
    cut: bool

    def height(self, leading: float) -> float:
        """From the top of the first line to the bottom of the last."""
        return self.size * (1 + (len(self.lines) - 1) * leading)


@dataclass(frozen=True, slots=True)
class Room:
    """A box for text. largest, smallest: bounds of its size; leading: line pitch by size.

    calm: the share of the size that is kept when it is made smaller so as to need fewer
    lines; 1 for the largest size, whatever the lines. legible: it is not made smaller than
    this for that.
    """

    width: float
    height: float
    largest: float
    smallest: float
    leading: float = 1.25
    calm: float = 1.0
    legible: float = 0.0

    def lines_at(self, size: float) -> int:
        """How many lines stand in the box; the last one needs no space below it."""
        return int((self.height / size - 1) / self.leading + 1 + 1e-9)


def fit(paragraphs: Sequence[str], room: Room, measure: Measure) -> Fitted:
    """The paragraphs as lines, as large as the room lets them be; cut only at its smallest.

    What is cut ends with an ellipsis. Lines of a paragraph are of nearly equal length.
    """
    size = _largest(paragraphs, room, measure, None)
    if size is None:
        return _cut(paragraphs, room, measure)
    count = len(_lines(paragraphs, room.width / size, measure))
    least = max(room.smallest, size * room.calm, min(size, room.legible))
    for fewer in range(len(paragraphs), count if least < size else 0):
        calmer = _largest(paragraphs, replace(room, smallest=least, largest=size), measure, fewer)
        if calmer is not None:
            size = calmer
            break
    return Fitted(size, tuple(_balanced(paragraphs, room.width / size, measure)), False)


def _largest(
    paragraphs: Sequence[str], room: Room, measure: Measure, most: int | None
) -> float | None:
    """The largest size at which all fit on at most so many lines; None when none does."""
    size = room.largest
    while True:
        limit = room.lines_at(size) if most is None else min(most, room.lines_at(size))
        width = room.width / size
        lines = _lines(paragraphs, width, measure)
        # A character may be wider than the box is; nothing breaks that.
        if len(lines) <= limit and all(measure(line) <= width for line in lines):
            return size
        if size <= room.smallest:
            return None
        size = max(room.smallest, size * _SMALLER)


def _cut(paragraphs: Sequence[str], room: Room, measure: Measure) -> Fitted:
    width = room.width / room.smallest
    lines = _lines(paragraphs, width, measure)[: max(1, room.lines_at(room.smallest))]
    lines[-1] = _shortened(lines[-1], width, measure)
    return Fitted(room.smallest, tuple(lines), True)


def _lines(paragraphs: Sequence[str], width: float, measure: Measure) -> list[str]:
    return [line for text in paragraphs for line in wrap(text, width, measure)]


def _balanced(paragraphs: Sequence[str], width: float, measure: Measure) -> list[str]:
    """No more lines than needed, but none much shorter than the others."""
    return [line for text in paragraphs for line in _even(text, width, measure)]


def _even(text: str, width: float, measure: Measure) -> list[str]:
    lines = wrap(text, width, measure)
    if len(lines) == 1:
        return lines
    low, high = width / 2, width
    for _ in range(6):
        middle = (low + high) / 2
        tried = wrap(text, middle, measure)
        if len(tried) <= len(lines) and all(measure(line) <= width for line in tried):
            lines, high = tried, middle
        else:
            low = middle
    return lines


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Lines no wider than `width`; a word that is wider than that is broken anywhere."""
    lines: list[str] = []
    line, length = "", 0.0
    for piece in _units(text, width, measure):
        wide = measure(piece)
        if line and length + wide > width and not _hangs(piece, line):
            lines.append(line.rstrip())
            line, length = "", 0.0
        if line or not piece.isspace():
            line, length = line + piece, length + wide
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _hangs(piece: str, line: str) -> bool:
    """White space at the end of a line takes no room."""
    return piece.isspace() and not line.isspace()


def _units(text: str, width: float, measure: Measure) -> list[str]:
    """What is never broken: words, and characters with the marks that must stay with them."""
    units: list[str] = []
    for piece in _PIECES.findall(text):
        if units and (piece in _NOT_FIRST or units[-1][-1] in _NOT_LAST):
            joined = units[-1] + piece
            if measure(joined) <= width:
                units[-1] = joined
                continue
        if measure(piece) > width and len(piece) > 1:
            units.extend(piece)
        else:
            units.append(piece)
    return units


def _shortened(line: str, width: float, measure: Measure) -> str:
    while line and measure(line + ELLIPSIS) > width:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS
