"""Where the header of a sheet is, in any of its first rows, one to three levels deep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from station_map.importers.tables.datums import datums_named
from station_map.importers.tables.match import POSITION_TARGETS, Meaning, meaning_of, meaning_of_cut

SEARCHED_ROWS: Final = 60
_MAX_DEPTH: Final = 3
_POSITION: Final = frozenset(POSITION_TARGETS)
_LEAST_TARGETS: Final = 2
Merged = Sequence[tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class HeaderColumn:
    """A column of a header. index: 0-based among the cells; label: as people read it."""

    index: int
    label: str
    meaning: Meaning | None


@dataclass(frozen=True, slots=True)
class Header:
    """first, last: positions among the searched rows, both part of the header."""

    first: int
    last: int
    columns: tuple[HeaderColumn, ...]

    @property
    def targets(self) -> set[str]:
        """What its columns stand for."""
        return {column.meaning.target for column in self.columns if column.meaning}


def header_of_fields(fields: Sequence[str]) -> Header:
    """The header of a layer whose format names its columns."""
    columns = tuple(
        HeaderColumn(index, name, meaning_of_cut(name)) for index, name in enumerate(fields)
    )
    return Header(-1, -1, columns)


def find_header(rows: Sequence[Sequence[Any]]) -> Header | None:
    """The best header among rows (the first filled ones of a sheet), or None.

    A header names at least the station and its position, or two things more. Fewer levels win ties, so that
    a row of data never becomes part of the header; so do earlier rows.
    """
    best: Header | None = None
    best_rank = (_LEAST_TARGETS, -_MAX_DEPTH - 1)
    texts = [[_text(cell) for cell in row] for row in rows[:SEARCHED_ROWS]]
    for first in range(len(texts)):
        for depth in range(1, _MAX_DEPTH + 1):
            levels = texts[first : first + depth]
            if len(levels) < depth:
                break
            header = Header(first, first + depth - 1, tuple(_columns(levels)))
            rank = (_score(header), -depth)
            if rank > best_rank:
                best, best_rank = header, rank
    return best


def header_at(rows: Sequence[Sequence[Any]], first: int, last: int) -> Header:
    """The header in these rows (0-based, both part of it), whatever it says."""
    levels = [[_text(cell) for cell in row] for row in rows[first : last + 1]]
    return Header(first, last, tuple(_columns(levels)))


def _text(cell: Any) -> str:
    return cell.strip() if isinstance(cell, str) else ("" if cell is None else str(cell))


def _score(header: Header) -> int:
    targets = header.targets
    known = "name" in targets and (len(targets) > _LEAST_TARGETS or targets & _POSITION)
    # A level that only says which season a column is for would otherwise win nothing.
    seasons = {column.meaning.when for column in header.columns if column.meaning} - {""}
    return len(targets) + len(seasons) if known else 0


def _columns(levels: Sequence[Sequence[str]]) -> list[HeaderColumn]:
    width = max(len(level) for level in levels)
    padded = [[*level, *[""] * (width - len(level))] for level in levels]
    _spread_groups(padded)
    return [
        _column(index, [level[index] for level in padded if level[index]]) for index in range(width)
    ]


def _spread_groups(levels: list[list[str]]) -> None:
    """Let a group's title stand over each of its columns (merged cells hold it only once)."""
    for depth, level in enumerate(levels[:-1]):
        below = levels[depth + 1]
        for index in range(1, len(level)):
            if not level[index] and below[index] and level[index - 1]:
                level[index] = level[index - 1]


def _column(index: int, parts: Sequence[str]) -> HeaderColumn:
    distinct = list(dict.fromkeys(parts))
    label = "/".join(distinct)
    if not distinct:
        return HeaderColumn(index, "", None)
    meaning = meaning_of(distinct[-1]) or meaning_of("".join(distinct))
    if meaning and meaning.target == "hours_text":
        meaning = meaning_of("".join(distinct)) or meaning
    if meaning and meaning.target in POSITION_TARGETS and meaning.datum is None:
        datums = datums_named(label)
        if len(datums) == 1:
            meaning = Meaning(meaning.target, next(iter(datums)))
    return HeaderColumn(index, label, meaning)
