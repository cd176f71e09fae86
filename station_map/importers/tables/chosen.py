"""What a person says about a sheet: whether it is read, its header, what its columns are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from station_map.domain.vocabulary import Datum
from station_map.importers.tables.datums import datums_named
from station_map.importers.tables.detect import Header, HeaderColumn, find_header, header_at
from station_map.importers.tables.match import POSITION_TARGETS, Meaning
from station_map.importers.tables.targets import NOT_USED, SHARED_TARGETS

_LIKELY_ROWS: Final = 15


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """All of it is optional: what is not said here the sheet says itself.

    header: first and last of its rows, 0-based among the first filled rows. columns: targets
    by 0-based column, NOT_USED included. labels: the same by the column's text, for every
    sheet. datum: of the sheet's coordinates.
    """

    read: bool = True
    header: tuple[int, int] | None = None
    columns: Mapping[int, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    datum: Datum | None = None


NO_CHOICE: Final = SheetChoice()


def header_for(choice: SheetChoice, searched: Sequence[Sequence[Any]]) -> Header | None:
    """The header that was chosen, else the one that is found; None when there is none.

    With columns named by hand it is the likeliest one: the usual marks may be missing.
    """
    if choice.header is not None:
        first, last = choice.header
        return header_at(searched, first, last) if last < len(searched) else None
    found = find_header(searched)
    if found is not None or not choice.labels:
        return found
    likely = likely_header(searched)
    named = likely and any(column.label in choice.labels for column in likely.columns)
    return likely if named else None


def likely_header(searched: Sequence[Sequence[Any]]) -> Header | None:
    """The header, or else the row that looks most like one; None in an empty sheet."""
    found = find_header(searched)
    if found is not None:
        return found
    best, best_rank = None, (0, 0)
    for number, row in enumerate(searched[:_LIKELY_ROWS]):
        header = header_at(searched, number, number)
        texts = sum(isinstance(cell, str) and bool(cell.strip()) for cell in row)
        rank = (len(header.targets), texts)
        if rank > best_rank:
            best, best_rank = header, rank
    return best


def with_choice(header: Header, choice: SheetChoice) -> Header:
    """The header with the columns that were chosen; a chosen one takes the target from others."""
    chosen = {
        column.index: target
        for column in header.columns
        if (target := choice.columns.get(column.index, choice.labels.get(column.label)))
    }
    taken = set(chosen.values()) - SHARED_TARGETS
    if taken & {"lon", "lat", "position"}:
        taken |= set(POSITION_TARGETS)
    columns = tuple(
        _chosen(column, chosen[column.index]) if column.index in chosen else _left(column, taken)
        for column in header.columns
    )
    return replace(header, columns=columns)


def _chosen(column: HeaderColumn, target: str) -> HeaderColumn:
    meaning = column.meaning
    if meaning is not None and meaning.target == target:
        return column
    datums = datums_named(column.label) if target in POSITION_TARGETS else set()
    [datum] = datums if len(datums) == 1 else [None]
    return replace(column, meaning=Meaning(target, datum))


def _left(column: HeaderColumn, taken: set[str]) -> HeaderColumn:
    if column.meaning is not None and column.meaning.target in taken:
        return replace(column, meaning=Meaning(NOT_USED))
    return column


def signature_of(labels: Sequence[str]) -> str:
    """A header's mark, the same for every file that has just these columns in this order."""
    told = json.dumps(list(labels), ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
