"""A chunk of rows becomes stations with remarks: every check that needs no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat, zip_longest
from typing import Any

from station_map.domain.station import station_of
from station_map.domain.vocabulary import Datum
from station_map.importers.leaving_out import (
    TOTAL_ROW,
    may_be_heading,
    total_rows,
    why_no_station,
)
from station_map.importers.reading.sheets import Chunk
from station_map.importers.sheet_state import HOURS, NO_AMENITIES, CheckedRow, SheetState, in_column
from station_map.importers.tables.match import AMENITY_PREFIX
from station_map.importers.tables.plan import Column
from station_map.importers.values.fields import SAID, SEVERAL, too_long, with_defaults
from station_map.importers.values.hours import NO_HOURS, during
from station_map.importers.values.names import read_name
from station_map.importers.values.positions import Positions, read_cells, read_pairs, settle
from station_map.importers.values.remarks import UNKNOWN, Parsed, Remark
from station_map.importers.values.texts import line_of


def _joined(cells: Iterable[Any]) -> Parsed:
    """Several cells of notes as one text."""
    return Parsed("；".join(text for text in map(line_of, cells) if text) or None)


def check_rows(sheet: SheetState, chunk: Chunk) -> list[CheckedRow]:
    """One CheckedRow for each row of the chunk, in order; a sheet's chunks come in order."""
    return _ChunkCheck(sheet, chunk).rows()


class _ChunkCheck:
    """One chunk, column by column."""

    def __init__(self, sheet: SheetState, chunk: Chunk) -> None:
        self.sheet = sheet
        self.plan = sheet.plan
        self.numbers = chunk.numbers
        self.raw = chunk.rows
        self.count = len(chunk.rows)
        self.datums: Sequence[Datum | None] = ()
        self.where = self._where()
        self.columns = list(zip_longest(*chunk.rows, fillvalue=""))
        self.remarks: dict[int, list[Remark]] = {}

    def rows(self) -> list[CheckedRow]:
        names = self._names()
        left_out = self._left_out(names)
        self.datums = self._datums()
        positions = self._positions()
        built = self._stations(names, positions)
        return [
            self._row(index, left_out.get(index), positions, built[index])
            for index in range(self.count)
        ]

    def column(self, target: str) -> Sequence[Any]:
        """Cells of a target's column, filled down where that is right; blanks without one."""
        if target == "hours_text" and self.plan.hours:
            return self._hours_by_time()
        column = self.plan.fields.get(target)
        if column is None:
            return [""] * self.count
        return self.cells(column, target)

    def cells(self, column: Column, target: str) -> Sequence[Any]:
        if column.index >= len(self.columns):
            cells: Sequence[Any] = [""] * self.count
        else:
            cells = self.columns[column.index]
        return self.sheet.fill.filled(target, column.index, self.numbers, cells)

    def _hours_by_time(self) -> Sequence[Any]:
        """Hours that stand in a column a season or day: 夏季7:00-19:00；冬季8:00-18:00."""
        columns = [
            [during(column.when, cell) for cell in self.cells(column, "hours_text")]
            for column in self.plan.hours
        ]
        return ["；".join(filter(None, texts)) for texts in zip(*columns, strict=True)]

    def remark(self, index: int, remark: Remark) -> None:
        self.remarks.setdefault(index, []).append(remark)

    def _names(self) -> list[str]:
        names = []
        for index, cell in enumerate(self.column("name")):
            name, remark = read_name(cell)
            names.append(name)
            if remark:
                self.remark(index, in_column(remark, self.plan.fields["name"]))
        return names

    def _left_out(self, names: Sequence[str]) -> dict[int, Remark]:
        header = {column.label for column in self.plan.columns}
        found = dict.fromkeys(total_rows(self.columns), TOTAL_ROW)
        for index, name in enumerate(names):
            if name in header or may_be_heading(name):
                remark = why_no_station(self.raw[index], name, header)
                if remark:
                    found.setdefault(index, remark)
        return found

    def _positions(self) -> Positions:
        fields = self.plan.fields
        if "position" in fields:
            positions = read_cells(self.column("position"))
        else:
            positions = read_pairs(self.column("lon"), self.column("lat"))
        self._refuse_shapes(positions)
        settle(positions, self.datums)
        return positions

    def _where(self) -> tuple[str, str]:
        """The position's columns, as a Chinese and as an English message name them."""
        fields = self.plan.fields
        used = [fields[key] for key in ("lon", "lat", "position") if key in fields]
        if any(column.label.startswith("@") for column in used):
            return "几何", "geometry"
        names = [column.letter or column.label for column in used]
        return "、".join(column.title for column in used), "column " + ", ".join(names)

    def _refuse_shapes(self, positions: Positions) -> None:
        """Geometries that are no points, with their kind as the reason."""
        for index, kind in enumerate(self.column("geometry")):
            if kind:
                positions.remarks[index] = [
                    Remark(
                        "refusal",
                        "没有点坐标" if kind == "none" else f"几何类型是 {kind}，不是点",
                        "no point geometry"
                        if kind == "none"
                        else f"geometry is {kind}, not a point",
                    )
                ]

    def _datums(self) -> Sequence[Datum | None]:
        if "datum" not in self.plan.fields or self.sheet.datum is not None:
            return [self.sheet.datum] * self.count
        memo = self.sheet.datum_memo
        return [memo[cell].value for cell in self.column("datum")]

    def _stations(self, names: Sequence[str], positions: Positions) -> list[dict[str, Any]]:
        """Keyword arguments for each row's Station."""
        columns: dict[str, Iterable[Any]] = {
            "name": names,
            "lon": positions.lon.tolist(),
            "lat": positions.lat.tolist(),
            **self._as_given(positions),
            **self._simple(),
            **self._hours(),
            **self._amenity_columns(),
            **self._notes(),
        }
        keys = tuple(columns)
        return [
            dict(zip(keys, values, strict=True)) for values in zip(*columns.values(), strict=True)
        ]

    def _as_given(self, positions: Positions) -> dict[str, Iterable[Any]]:
        """The coordinates as the sheet has them, for the record."""
        if self.sheet.echo:
            return {}
        return {
            "source_lon": positions.source_lon.tolist(),
            "source_lat": positions.source_lat.tolist(),
            "source_datum": self.datums,
            "position_source": repeat(self.sheet.position_source, self.count),
        }

    def _simple(self) -> dict[str, Sequence[Any]]:
        """Fields that stand in a column of their own and need nothing else."""
        found: dict[str, Sequence[Any]] = {}
        for target, column in self.plan.fields.items():
            memo = self.sheet.memos.get(target)
            if memo is None or (self.sheet.echo and target == "district"):
                continue
            parsed = [memo[cell] for cell in self.cells(column, target)]
            self._collect(parsed, column)
            values = [one.value for one in parsed]
            if target == "host_type":
                found["host_type"] = [value and value[0] for value in values]
                if "operator" not in self.plan.fields:
                    found["operator"] = [value and value[1] for value in values]
            elif target in SEVERAL:
                found[target] = [value and value[0] for value in values]
                found[target + SAID] = [value and value[1] for value in values]
            else:
                found[target] = values
        return found

    def _hours(self) -> dict[str, Sequence[Any]]:
        memo = self.sheet.hours_memo
        parsed = [memo[cells] for cells in zip(*map(self.column, HOURS), strict=True)]
        first = next((self.plan.fields[t] for t in HOURS if t in self.plan.fields), None)
        if first is not None:
            self._collect(parsed, first)
        hours = [one.value or NO_HOURS for one in parsed]
        return {
            "opening_hours": [one.opening_hours for one in hours],
            "hours_text": [one.text for one in hours],
        }

    def _collect(self, parsed: Sequence[Parsed], column: Column) -> None:
        """Keep the remarks of a column's cells, with its name."""
        for index, one in enumerate(parsed):
            if one.remark:
                self.remark(index, in_column(one.remark, column))

    def _amenity_columns(self) -> dict[str, Sequence[Any]]:
        columns = [
            self.cells(column, AMENITY_PREFIX + code) for code, column in self.plan.amenities
        ]
        if "services" in self.plan.fields:
            columns.append(self.column("services"))
        if not columns:
            return {}
        memo = self.sheet.amenity_memo
        parsed = [memo[cells] for cells in zip(*columns, strict=True)]
        # Only a cell that is too long is remarked on here; it can stand in any of them.
        self._collect(parsed, self.plan.fields.get("services") or self.plan.amenities[0][1])
        found = [one.value or NO_AMENITIES for one in parsed]
        for index, one in enumerate(found):
            for remark in one.remarks:
                self.remark(index, remark)
        return {"amenities": [one.facts for one in found]}

    def _notes(self) -> dict[str, Sequence[Any]]:
        """Every column of notes, joined."""
        if not self.plan.notes:
            return {}
        columns = [self.cells(column, "note") for column in self.plan.notes]
        bound = self.sheet.limits.max_cell_chars
        parsed = [
            (too_long(cells, bound) or _joined(cells)) if any(cells) else UNKNOWN
            for cells in zip(*columns, strict=True)
        ]
        self._collect(parsed, self.plan.notes[0])
        return {"note": [one.value for one in parsed]}

    def _row(
        self,
        index: int,
        left_out: Remark | None,
        positions: Positions,
        values: dict[str, Any],
    ) -> CheckedRow:
        name = values["name"]
        row = CheckedRow(self.numbers[index], name)
        if left_out:
            row.left_out = left_out
            return row
        remarks = self.remarks.get(index, [])
        if index in positions.remarks:
            remarks = [*remarks, *map(self._placed, positions.remarks[index])]
        if remarks:
            row.refusal = next((r for r in remarks if r.severity == "refusal"), None)
        if row.refusal is None:
            row.station = station_of(with_defaults(values, remarks))
        row.remarks = tuple(remarks)
        return row

    def _placed(self, remark: Remark) -> Remark:
        zh, en = self.where
        return Remark(remark.severity, f"{zh}：{remark.zh}", f"{en}: {remark.en}")
