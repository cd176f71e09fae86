"""Notes below a table: where nothing above says the datum, its last lines may."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from station_map.importers.reading.sheets import Chunk
from station_map.importers.tables.datums import datums_in_note
from station_map.importers.values.texts import line_of

_FEW_CELLS: Final = 2
_MAX_NOTE_CHARS: Final = 2_000


def notes_in(rows: Sequence[Sequence[Any]]) -> list[str]:
    """Lines that state a datum. A note fills a cell or two; a row of data fills more."""
    found = []
    for row in rows:
        filled = [cell for cell in row if cell not in ("", None)]
        if len(filled) <= _FEW_CELLS:
            lines = (line_of(cell)[:_MAX_NOTE_CHARS] for cell in filled if isinstance(cell, str))
            found += [line for line in lines if datums_in_note(line)]
    return found


def read_ahead(chunks: Iterator[Chunk]) -> tuple[list[str], Iterator[Chunk]]:
    """The notes among all these rows, and the rows once more.

    The rows wait packed: a tenth of what they take as objects, so that a ledger of the whole
    nation stays within bounds.
    """
    notes: list[str] = []
    packed: list[bytes] = []
    for chunk in chunks:
        notes += notes_in(chunk.rows)
        packed.append(zlib.compress(json.dumps([chunk.numbers, chunk.rows]).encode(), level=1))
    return notes, (Chunk(*json.loads(zlib.decompress(part))) for part in packed)
