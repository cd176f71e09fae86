"""Tables of demand (csv, xlsx): a header, then a place and a weight in every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

import numpy as np

from station_map.domain.demand import DemandKind
from station_map.domain.vocabulary import Datum
from station_map.importers.demand.columns import Columns, choose_columns, has_place
from station_map.importers.demand.counting import TAKEN, ZERO, Counted
from station_map.importers.demand.hexagons import centre_of
from station_map.importers.demand.incoming import Floats, ReadOptions
from station_map.importers.demand.weights import REFUSED, Weight, weight_of
from station_map.importers.reading.sheets import Chunk, Sheet
from station_map.importers.tables.detect import SEARCHED_ROWS
from station_map.importers.tables.keys import MAX_HEADER_CHARS
from station_map.importers.values.positions import Positions, read_cells, read_pairs, settle
from station_map.importers.values.remarks import Remark
from station_map.importers.values.texts import text_of

_ONE: Final = Weight(1.0)


class TableSource:
    """One sheet. Raises Refusal when its header does not say which column holds the weights."""

    def __init__(self, sheet: Sheet, options: ReadOptions) -> None:
        self.counted = Counted()
        self._chunks = iter(sheet.chunks)
        self._head: list[Chunk] = []
        seen = self._read_ahead()
        header = next(
            (i for i, row in enumerate(seen) if has_place(_labels(row), options.columns)), None
        )
        self.found = header is not None
        self._skip = 0 if header is None else header + 1
        self.labels = () if header is None else tuple(_labels(seen[header]))
        self.above = tuple(text_of(cell) for row in seen[: header or 0] for cell in row)
        self.columns = Columns(None, None, None, None, None, None)
        if self.found:
            self.columns = choose_columns(
                self.labels, options.columns, count_rows=options.count_rows, places=True
            )

    @property
    def kind(self) -> DemandKind:
        """What it is made from."""
        return DemandKind.POINTS if self.columns.h3 is None else DemandKind.H3

    def cells(self, datum: Datum) -> Iterator[tuple[Floats, Floats, int]]:
        """Places (n, 2) in degrees WGS-84, weights (n,) with NaN for unknown, and the rows so far."""
        done = 0
        for chunk in self.rows():
            done += len(chunk.rows)
            lonlat, weight = self._cells_of(chunk.numbers, chunk.rows, datum)
            yield lonlat, weight, done

    def rows(self) -> Iterator[Chunk]:
        """The rows below the header, once only."""
        skip = self._skip
        for chunk in chain(self._head, self._chunks):
            taken = min(skip, len(chunk.rows))
            skip -= taken
            if chunk.rows[taken:]:
                yield Chunk(chunk.numbers[taken:], chunk.rows[taken:])

    def _read_ahead(self) -> list[Sequence[Any]]:
        seen: list[Sequence[Any]] = []
        while len(seen) < SEARCHED_ROWS and (chunk := next(self._chunks, None)) is not None:
            self._head.append(chunk)
            seen += chunk.rows
        return seen[:SEARCHED_ROWS]

    def _cells_of(
        self, numbers: Sequence[int], rows: Sequence[Sequence[Any]], datum: Datum
    ) -> tuple[Floats, Floats]:
        lonlat, remarks = self._places(rows, datum)
        weights = np.empty(len(rows))
        for index, row in enumerate(rows):
            weights[index] = self._weight(numbers[index], row, remarks.get(index, ()))
        # -1 stands for a row that makes no cell.
        chosen = ~(weights <= 0)
        return lonlat[chosen], weights[chosen]

    def _weight(self, number: int, row: Sequence[Any], remarks: Sequence[Remark]) -> float:
        column = self.columns.weight
        weight = _ONE if column is None else weight_of(_cell(row, column))
        refusal = next((one for one in remarks if one.severity == "refusal"), None)
        if refusal is not None:
            weight = Weight(0.0, REFUSED, refusal.zh, refusal.en)
        else:
            for remark in remarks:
                self.counted.tell(number, TAKEN, remark.zh, remark.en)
        if weight.outcome:
            self.counted.tell(number, weight.outcome, weight.zh, weight.en)
        self.counted.add(weight.outcome or (TAKEN if weight.value else ZERO))
        return -1.0 if weight.outcome == REFUSED else weight.value

    def _places(
        self, rows: Sequence[Sequence[Any]], datum: Datum
    ) -> tuple[Floats, dict[int, list[Remark]]]:
        columns = self.columns
        if columns.h3 is not None:
            return _hexagons([_cell(row, columns.h3) for row in rows])
        if columns.lon is not None and columns.lat is not None:
            lons = [_cell(row, columns.lon) for row in rows]
            positions = read_pairs(lons, [_cell(row, columns.lat) for row in rows])
        else:
            positions = read_cells([_cell(row, columns.position or 0) for row in rows])
        return _settled(positions, datum, len(rows))


def _settled(
    positions: Positions, datum: Datum, count: int
) -> tuple[Floats, dict[int, list[Remark]]]:
    settle(positions, [datum] * count)
    return np.column_stack((positions.lon, positions.lat)), positions.remarks


def _hexagons(cells: Sequence[Any]) -> tuple[Floats, dict[int, list[Remark]]]:
    lonlat = np.full((len(cells), 2), np.nan)
    remarks: dict[int, list[Remark]] = {}
    for index, cell in enumerate(cells):
        centre = centre_of(cell)
        if isinstance(centre, Remark):
            remarks[index] = [centre]
        else:
            lonlat[index] = centre
    return lonlat, remarks


def _cell(row: Sequence[Any], column: int) -> Any:
    return row[column] if column < len(row) else ""


def _labels(row: Sequence[Any]) -> list[str]:
    texts = [text_of(cell) for cell in row]
    return [text if len(text) <= MAX_HEADER_CHARS else "" for text in texts]
