"""What a PDF is made of, as plain data, before there is a font or a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from station_map.exporters.planning.tables import Printed


@dataclass(frozen=True, slots=True)
class Heading:
    """Of a section; `en` beside it."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. small: of notes. bold: of warnings."""

    text: str
    small: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Key figures beside each other: value, and what it is."""

    held: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """A table; columns take the room that their texts need."""

    table: Printed


@dataclass(frozen=True, slots=True)
class Drawing:
    """height: in points; the width is the page's. draw: with a pen, width and height.

    texts: all that it writes, so that the fonts hold it.
    """

    height: float
    draw: Callable[[Any, float, float], None]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins a page."""


type Block = Heading | Text | Figures | Rows | Drawing | NewPage


def texts_of(block: Block) -> Iterable[str]:
    """Every text that a block shows."""
    if isinstance(block, Heading):
        yield from (block.zh, block.en)
    elif isinstance(block, Text):
        yield block.text
    elif isinstance(block, Figures):
        for pair in block.held:
            yield from pair
    elif isinstance(block, Rows):
        yield from block.table.heads
        for row in block.table.rows:
            yield from row
    elif isinstance(block, Drawing):
        yield from block.texts
