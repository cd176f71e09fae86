"""Bring a file in as a layer of demand: one transaction, everything or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import psycopg

from station_map.domain.demand import DemandKind, LayerFacts
from station_map.domain.vocabulary import Datum
from station_map.errors import FileRefused
from station_map.geo.datum import to_wgs84
from station_map.importers.demand.columns import H3
from station_map.importers.demand.incoming import (
    TABLES,
    Floats,
    Incoming,
    ReadOptions,
    form_of_demand,
    open_arrays,
)
from station_map.importers.demand.report import DemandReport, PartReport
from station_map.importers.demand.tables import TableSource
from station_map.importers.reading.refusals import Refusal
from station_map.importers.reading.sheets import Sheet, open_sheets, refused
from station_map.importers.tables.datum_choice import (
    DatumChoice,
    Evidence,
    choose_datum,
    evidence_in,
)
from station_map.importers.values.remarks import Remark
from station_map.store.database import Database
from station_map.store.demand_blocks import sums_by_district
from station_map.store.demand_layers import LayerWriter
from station_map.store.writing import writing

_BY_H3: Final = DatumChoice(Datum.WGS84, "H3 编号", "H3 cells")
_ONLY_WGS84: Final = Remark(
    "warning",
    "H3 编号本身就是 WGS-84 的，没有用 --datum",
    "H3 cells are of WGS-84 in themselves; --datum was not used",
)


@dataclass(frozen=True, slots=True)
class DemandOptions:
    """datum: None lets the file say it. replace: a layer of this name becomes a new version."""

    datum: Datum | None = None
    reading: ReadOptions = field(default_factory=ReadOptions)
    replace: bool = False
    dry_run: bool = False
    actor: str = "import"


class Progress(Protocol):
    """Told how far it is; `done` and `total` count rows or pixels of a part of the file."""

    def __call__(self, stage: str, done: int, total: int | None) -> None: ...


class _Undo(Exception):
    """Leaves the transaction without committing it."""


class Settle(Protocol):
    """Told of what is in the transaction at its end, dry run or not; may raise to undo it."""

    def __call__(self, connection: psycopg.Connection, report: DemandReport) -> None: ...


def no_progress(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""


def import_demand(
    database: Database,
    path: Path,
    facts: LayerFacts,
    options: DemandOptions,
    progress: Progress = no_progress,
    settle: Settle | None = None,
) -> DemandReport:
    """Bring a file in as the layer `facts.name`, and say what became of its rows.

    Raises FileRefused (LimitExceeded, DatumUnknown) when the file is refused as a whole, and
    Conflict when the layer is there and shall not be replaced; then, and on any other error, the
    database stays as it was.
    """
    run = _Run(path, options, progress)
    with suppress(_Undo), writing(database, actor=options.actor, origin="import") as unit:
        writer = LayerWriter(unit, facts, replace=options.replace)
        kinds = {run.take(part, writer) for part in run.parts()}
        run.check_read()
        run.finish(unit, writer, kinds, settle)
    return run.report


class _Run:
    """One import."""

    def __init__(self, path: Path, options: DemandOptions, progress: Progress) -> None:
        self._path = path
        self._options = options
        self._progress = progress
        self.report = DemandReport(path.name, options.dry_run)

    def parts(self) -> Iterator[tuple[Incoming, PartReport]]:
        """Sheets and layers that hold demand, with their places in WGS-84."""
        form = form_of_demand(self._path, self._options.reading.limits)
        with ExitStack() as stack:
            if form in TABLES:
                sheets = stack.enter_context(open_sheets(self._path, self._options.reading.limits))
                yield from filter(None, map(self._table, sheets))
            else:
                opened = open_arrays(self._path, form, self._options.reading)
                yield from map(self._arrays, stack.enter_context(opened))

    def take(self, part: tuple[Incoming, PartReport], writer: LayerWriter) -> DemandKind:
        """Write the cells of one part."""
        incoming, report = part
        for lonlat, weight, done in incoming.chunks:
            writer.add(lonlat, weight)
            self._progress(f"读取 reading {incoming.name}", done, incoming.total)
        report.counted = incoming.counted
        return incoming.kind

    def check_read(self) -> None:
        """Raises FileRefused when nothing was found to read, or no row of it could be used."""
        counts = self.report.counts()
        if counts.get("taken") or counts.get("unknown"):
            return
        told = [one for part in self.report.parts for one in part.warnings]
        rows = [row[2:] for part in self.report.parts for row in part.counted.told[:1]]
        zh = "；".join([*(one.zh for one in told), *(zh for zh, _ in rows)]) or "没有大于 0 的数量"
        en = "; ".join([*(one.en for one in told), *(en for _, en in rows)]) or "no weight above 0"
        raise FileRefused(
            f"{self._path.name}：没有可导入的需求（{zh}）\n{self._path.name}: no demand in it ({en})"
        )

    def finish(
        self,
        unit: psycopg.Connection,
        writer: LayerWriter,
        kinds: set[DemandKind],
        settle: Settle | None,
    ) -> None:
        """Store what the layer says of itself; leave the transaction when nothing is to be kept."""
        self._progress("写入数据库 storing", 0, None)
        datums = {part.datum for part in self.report.parts if part.read and part.datum}
        kind = kinds.pop() if len(kinds) == 1 else DemandKind.POINTS
        report = self.report
        report.layer, report.changed = writer.finish(kind, ", ".join(sorted(datums)))
        report.districts = sums_by_district(unit, report.layer.id, report.layer.adcodes)
        if settle is not None:
            settle(unit, report)
        if report.dry_run or not report.changed:
            raise _Undo

    def _part(self, name: str) -> PartReport:
        part = PartReport(name)
        self.report.parts.append(part)
        return part

    def _settle(self, part: PartReport, evidence: Evidence, *, h3: bool) -> Datum:
        if h3:
            choice = _BY_H3
            if self._options.datum not in (None, Datum.WGS84):
                part.warnings.append(_ONLY_WGS84)
        else:
            place = f"{self._path.name} › {part.name}"
            choice = choose_datum(evidence, self._options.datum, place)
        datum = choice.datum or Datum.WGS84
        part.datum = datum.value
        part.datum_zh, part.datum_en = choice.because_zh, choice.because_en
        part.warnings.extend(choice.warnings)
        return datum

    def _table(self, sheet: Sheet) -> tuple[Incoming, PartReport] | None:
        part = self._part(sheet.name)
        try:
            source = TableSource(sheet, self._options.reading)
        except Refusal as refusal:
            raise refused(self._path, refusal) from refusal
        if sheet.hidden or not source.found:
            part.read = False
            part.warnings.append(_why_unread(sheet))
            return None
        datums, note = evidence_in([*source.above, *sheet.notes, sheet.name])
        evidence = Evidence(source.columns.datum, datums, note, sheet.crs)
        h3 = source.columns.h3 is not None
        datum = self._settle(part, evidence, h3=h3)
        incoming = Incoming(sheet.name, sheet.crs, sheet.notes, sheet.rows_hint, h3)
        incoming.kind, incoming.counted = source.kind, source.counted
        incoming.chunks = source.cells(datum)
        return incoming, part

    def _arrays(self, incoming: Incoming) -> tuple[Incoming, PartReport]:
        part = self._part(incoming.name)
        datums, note = evidence_in([*incoming.notes, incoming.name])
        evidence = Evidence(None, datums, note, incoming.crs)
        datum = self._settle(part, evidence, h3=incoming.h3)
        if datum is not Datum.WGS84:
            incoming.chunks = _converted(incoming.chunks, datum)
        return incoming, part


def _converted(
    chunks: Iterator[tuple[Floats, Floats, int]], datum: Datum
) -> Iterator[tuple[Floats, Floats, int]]:
    for lonlat, weight, done in chunks:
        lon, lat = to_wgs84(lonlat[:, 0], lonlat[:, 1], datum.value)
        yield np.column_stack((lon, lat)), weight, done


def _why_unread(sheet: Sheet) -> Remark:
    if sheet.hidden:
        return Remark("warning", "隐藏的工作表，没有读取", "a hidden sheet; not read")
    return Remark(
        "warning",
        f"没有找到表头（要有经度、纬度，或 {H3}，和数量）",
        f"no header with longitude and latitude, or {H3}, and a weight",
    )
