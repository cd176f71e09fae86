"""Rows as the text of a COPY, made before the connection is free to take them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final, LiteralString, NamedTuple

import psycopg
from psycopg.types.array import ListDumper

# COPY's CSV tells a missing value from an empty text as the writer does: nothing, or "".
OPTIONS: Final[LiteralString] = "WITH (FORMAT csv)"


class Table(NamedTuple):
    """columns: at which places of the rows anything stands at all; text: those, as CSV."""

    columns: tuple[int, ...]
    text: bytes


def table_of(rows: Sequence[tuple[object, ...]]) -> Table:
    """Rows of equal length without the columns in which every value is None."""
    columns = list(zip(*rows, strict=True))
    filled = tuple(at for at, cells in enumerate(columns) if cells.count(None) < len(rows))
    return Table(filled, csv_of(zip(*(columns[at] for at in filled), strict=True)))


def csv_of(rows: Iterable[Iterable[object]]) -> bytes:
    """Rows in UTF-8 for `COPY … FROM STDIN` with OPTIONS; None is NULL, a list an array.

    The csv module writes in C what a driver's dumper does value by value.
    """
    written = StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_NOTNULL, lineterminator="\n").writerows(rows)
    return written.getvalue().encode()


def array_of(values: Sequence[str]) -> str:
    """An array literal."""
    return bytes(ListDumper(list).dump(list(values)) or b"").decode() if values else "{}"


def copy_in(connection: psycopg.Connection, statement: str, text: bytes) -> None:
    """Run a COPY with what `csv_of` has made."""
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(text)
