"""A table that every form of a report can show: rows of values, columns that know their kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from station_map.exporters.planning import words
from station_map.exporters.planning.report import Said

type Value = str | float | int | None


class Of(StrEnum):
    """What a column holds. amount: in the unit its head names; degrees: WGS-84."""

    TEXT = "text"
    SHARE = "share"
    AMOUNT = "amount"
    COUNT = "count"
    FINE = "fine"
    DEGREES = "degrees"


class Column(NamedTuple):
    """key: for programs. zh: for people. end: which end of a band, "" for none."""

    key: str
    zh: str
    of: Of = Of.AMOUNT
    end: str = ""

    @property
    def name(self) -> str:
        """For programs, with the end."""
        return f"{self.key}_{self.end}" if self.end else self.key

    @property
    def head(self) -> str:
        """For people, with the end."""
        return self.zh + _ENDS[self.end]


_ENDS: Final[Mapping[str, str]] = {"": "", "low": "（已知）", "high": "（可能）"}


@dataclass(frozen=True, slots=True)
class Table:
    """name: of its file and, with the Chinese title, of its sheet. None: unknown, or undefined."""

    name: str
    title: Said
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


class Printed(NamedTuple):
    """A table as text: heads and rows, with both ends of a band in one cell."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: tuple[bool, ...]


def banded(key: str, zh: str, of: Of = Of.SHARE) -> tuple[Column, Column]:
    """The two columns of a band."""
    return Column(key, zh, of, "low"), Column(key, zh, of, "high")


def printed(table: Table, only: Sequence[str] | None = None, most: int | None = None) -> Printed:
    """only: keys of the columns to show. most: so many rows."""
    places: dict[str, list[int]] = {}
    for number, column in enumerate(table.columns):
        if only is None or column.key in only:
            places.setdefault(column.key, []).append(number)
    firsts = [table.columns[held[0]] for held in places.values()]
    rows = tuple(
        tuple(_cell(row, held, table.columns) for held in places.values())
        for row in table.rows[:most]
    )
    texts = tuple(
        any(isinstance(row[held[0]], str) for row in table.rows[:most]) for held in places.values()
    )
    return Printed(tuple(column.zh for column in firsts), rows, texts)


def _cell(row: tuple[Value, ...], held: list[int], columns: tuple[Column, ...]) -> str:
    shown = [said(row[number], columns[number].of) for number in held]
    return shown[0] if len(shown) == 1 else words.band(shown[0], shown[1])


def said(value: Value, of: Of) -> str:
    """A value as text."""
    if value is None:
        return words.NOTHING
    if isinstance(value, str):
        return words.plain(value)
    if of is Of.DEGREES:
        return f"{value:.5f}"
    if of is Of.COUNT:
        return f"{value:,.0f}"
    return {Of.SHARE: words.share, Of.FINE: words.fine}.get(of, words.amount)(value)
