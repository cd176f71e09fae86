"""What every format's reader yields, and how it is cut into frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.refusals import too_much

FRAME_CELLS: Final = 60_000
FRAME_ROWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Layer:
    """One sheet or layer inside the reader's process.

    rows: cells, row by row, blank ones included, so that counting gives row numbers.
    first_row, first_column: 1-based number of the first row and 0-based of the first column.
    fields: column names when the format has them (layers); None for a grid with a header
    somewhere inside. merged: (row, column, row, column), 0-based, inclusive.
    crs: what the file says its coordinates are ("wgs84", another name, or None).
    last: no sheet that may be read comes after it, as far as can be told beforehand.
    """

    name: str
    rows: Iterable[Sequence[Any]]
    first_row: int = 1
    first_column: int = 0
    fields: tuple[str, ...] | None = None
    merged: tuple[tuple[int, int, int, int], ...] = ()
    crs: str | None = None
    notes: tuple[str, ...] = ()
    rows_hint: int | None = None
    hidden: bool = False
    last: bool = False


@dataclass(slots=True)
class RowBudget:
    """Counts rows over all sheets of a file against the limits."""

    limits: ImportLimits
    filled: int = 0
    blank: int = field(default=0)

    def take_filled(self) -> None:
        """One more row with something in it."""
        self.filled += 1
        if self.filled > self.limits.max_rows:
            raise too_much("行数太多", "too many rows", "max_rows", self.limits.max_rows)

    def take_blank(self) -> None:
        """One more row with nothing in it."""
        self.blank += 1
        if self.blank > self.limits.max_blank_rows:
            raise too_much(
                "空行太多", "too many empty rows", "max_blank_rows", self.limits.max_blank_rows
            )


def check_width(width: int, limits: ImportLimits) -> None:
    """Refuse more columns than allowed."""
    if width > limits.max_columns:
        raise too_much(f"有 {width:,} 列", f"{width:,} columns", "max_columns", limits.max_columns)


def chunks(layer: Layer, budget: RowBudget) -> Iterator[dict[str, Any]]:
    """The layer's filled rows as frames: {"t": "rows", "n": row numbers, "rows": cells}."""
    numbers: list[int] = []
    rows: list[Sequence[Any]] = []
    cells = 0
    for number, row in enumerate(layer.rows, layer.first_row):
        if not any(row):
            budget.take_blank()
            continue
        budget.take_filled()
        check_width(len(row), budget.limits)
        numbers.append(number)
        rows.append(row)
        cells += len(row)
        if cells >= FRAME_CELLS or len(rows) >= FRAME_ROWS:
            yield {"t": "rows", "n": numbers, "rows": rows}
            numbers, rows, cells = [], [], 0
    if rows:
        yield {"t": "rows", "n": numbers, "rows": rows}
