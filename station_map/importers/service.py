"""Take files in: one transaction, every row accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

from station_map.domain.station import Station
from station_map.domain.vocabulary import Datum
from station_map.errors import FileRefused
from station_map.importers.duplicates import Place, Seen
from station_map.importers.limits import ImportLimits
from station_map.importers.reading.sheets import Sheet, open_sheets
from station_map.importers.report import ImportReport, LeftOut, RowResult, SheetReport
from station_map.importers.sheet_reading import SheetRows, read_sheet
from station_map.importers.sheet_state import CheckedRow
from station_map.importers.tables.chosen import SheetChoice
from station_map.importers.values.remarks import Remark
from station_map.store.bulk import Applied, Staging, finish_run, start_run
from station_map.store.database import Database, UnitOfWork

_HASH_STEP: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """datum: None lets the files say it. replace_demo: real data sends demo stations away.

    columns: what columns are read as, by their text, in every sheet. sheets: what a person says
    of the sheets, by their number in the (one) file, from 0; it beats `columns`. take: the rows
    to take in, by their number in the report, from 0; None for all. readers_wait: an empty
    database may be closed to readers until the import ends, which is quicker.
    """

    datum: Datum | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    sheets: Mapping[int, SheetChoice] = field(default_factory=dict)
    take: Container[int] | None = None
    dry_run: bool = False
    actor: str = "import"
    demo: bool = False
    replace_demo: bool = True
    readers_wait: bool = True
    limits: ImportLimits = field(default_factory=ImportLimits)


class Progress(Protocol):
    """Told how far the import is; `done` and `total` count rows of the stage's sheet."""

    def __call__(self, stage: str, done: int, total: int | None) -> None: ...


def no_progress(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""


class Settle(Protocol):
    """Told how it ends, while everything can still be looked at and taken back."""

    def __call__(self, connection: UnitOfWork, report: ImportReport) -> None: ...


def nothing_more(connection: UnitOfWork, report: ImportReport) -> None:
    """Leave it as it is."""


class _Undo(Exception):
    """Leaves the transaction without committing it."""


def import_files(
    database: Database,
    paths: Sequence[Path],
    options: ImportOptions,
    progress: Progress = no_progress,
    settle: Settle = nothing_more,
) -> ImportReport:
    """Import files in one transaction and say what became of each row.

    settle: done last in the transaction, also when nothing will be kept; what it raises ends
    the import like any error.

    Raises FileRefused (LimitExceeded, DatumUnknown) when a file is refused as a whole; then,
    and on any other error, the database stays as it was. When nothing changed, or
    `options.dry_run` says so, it is left untouched too, records of the run included.
    """
    run = _Run(options, progress)
    with suppress(_Undo), database.transaction(actor=options.actor, origin="import") as connection:
        for path in paths:
            run.take(connection, path)
        settle(connection, run.report)
        run.undo_unless_needed()
    return run.report


class _Run:
    """One import: files in order, ordinals and duplicates counted over all of them."""

    def __init__(self, options: ImportOptions, progress: Progress) -> None:
        self.options = options
        self.progress = progress
        self.report = ImportReport(dry_run=options.dry_run)
        self._seen = Seen()
        self._files = 0
        self._real_stations = 0
        self._districts: dict[int, str] = {}

    def undo_unless_needed(self) -> None:
        """Leave the transaction by raising when there is nothing to keep."""
        if self.options.dry_run or not self.report.changed:
            raise _Undo

    def take(self, connection: UnitOfWork, path: Path) -> None:
        """Read, check, stage and apply one file."""
        self._files += 1
        first = len(self.report.rows)
        with open_sheets(path, self.options.limits) as sheets:
            run_id = start_run(
                connection,
                file_name=path.name,
                sha256=_sha256(path),
                datum=self.options.datum,
                actor=self.options.actor,
            )
            self.report.runs.append(run_id)
            with Staging(connection, run_id, readers_wait=self._readers_wait) as staging:
                if not self._stage_sheets(path, sheets, staging):
                    raise self._nothing_to_read(path)
                self.progress("写入数据库 storing", 0, None)
                for applied in staging.apply(replace_demo=self._replaces_demo):
                    self._settle(applied)
        counts: dict[str, int] = {}
        for row in self.report.rows[first:]:
            counts[row.outcome] = counts.get(row.outcome, 0) + 1
        finish_run(connection, run_id, counts, self._datum_of(path))

    @property
    def _readers_wait(self) -> bool:
        """Nobody waits for a trial."""
        return self.options.readers_wait and not self.options.dry_run

    @property
    def _replaces_demo(self) -> bool:
        return self.options.replace_demo and self._real_stations > 0

    @property
    def _demo_is_settled(self) -> bool:
        """Whether rows to come cannot change what happens to the demo stations."""
        return self._replaces_demo or not self.options.replace_demo

    def _datum_of(self, path: Path) -> Datum | None:
        """The datum of the file's coordinates; None when its sheets or rows differ in it."""
        sheets = [s for s in self.report.sheets if s.file == path.name and s.read]
        stated = {sheet.datum for sheet in sheets}
        [datum] = stated if len(stated) == 1 else [None]
        return None if datum is None else Datum(datum)

    def _stage_sheets(self, path: Path, sheets: Iterator[Sheet], staging: Staging) -> bool:
        """Whether any sheet held stations."""
        found = False
        options = self.options
        for number, sheet in enumerate(sheets):
            choice = options.sheets.get(number) or SheetChoice(labels=options.columns)
            rows = read_sheet(path.name, sheet, options.datum, options.limits, choice)
            self.report.sheets.append(rows.report)
            found = found or rows.report.read
            self._stage(sheet, rows, staging)
        return found

    def _stage(self, sheet: Sheet, rows: SheetRows, staging: Staging) -> None:
        done = 0
        for chunk in rows.rows:
            staging.copy(self._accepted(rows.report, chunk))
            if sheet.last and not rows.codes and self._demo_is_settled:
                staging.merge_ahead(replace_demo=self._replaces_demo)
            for applied in staging.made():  # while the server works on later ones
                self._settle(applied)
            done += len(chunk)
            self.progress(f"读取 reading {sheet.name}", done, sheet.rows_hint)

    def _accepted(
        self, sheet: SheetReport, chunk: list[CheckedRow]
    ) -> Iterator[tuple[int, Station]]:
        """Rows that go to the store, with their ordinals; the others end here."""
        for row in chunk:
            if row.left_out is not None:
                sheet.left_out.append(LeftOut(row.number, row.left_out.zh, row.left_out.en))
                continue
            result = RowResult(sheet.file, sheet.sheet, row.number, row.name)
            ordinal = len(self.report.rows)
            self.report.rows.append(result)
            station = self._judge(result, row)
            if station is not None and self._is_taken(result, ordinal):
                self._real_stations += not station.demo
                yield ordinal, station

    def _is_taken(self, result: RowResult, ordinal: int) -> bool:
        if self.options.take is None or ordinal in self.options.take:
            return True
        result.outcome, result.repaired = "skipped", False
        self._districts.pop(ordinal, None)
        result.explain(Remark("warning", "没有选这一行", "this row was not chosen"))
        return False

    def _judge(self, result: RowResult, row: CheckedRow) -> Station | None:
        if row.refusal is not None or row.station is None:
            result.explain(row.refusal or Remark("refusal", "无法读取", "cannot be read"))
            return None
        place = Place(self._files, result.file, result.sheet, row.number)
        duplicate = self._seen.duplicate_of(row.station, place)
        if duplicate is not None:
            result.outcome = "duplicate"
            result.explain(duplicate)
            return None
        for remark in row.remarks:
            result.explain(remark)
            result.repaired = result.repaired or remark.severity == "repair"
        if row.station.stated_district:
            self._districts[len(self.report.rows) - 1] = row.station.stated_district
        return replace(row.station, demo=True) if self.options.demo else row.station

    def _settle(self, applied: Applied) -> None:
        """Write down what the store made of a row."""
        row = self.report.rows[applied.ordinal]
        row.code, row.adcode, row.district = applied.code, applied.adcode, applied.district
        if applied.outcome == "duplicate":
            row.outcome = "duplicate"
            row.explain(
                Remark(
                    "warning",
                    f"与站点 {applied.code} 重复",
                    f"duplicate of the station {applied.code}",
                )
            )
            return
        row.stored = applied.outcome
        changed = applied.outcome != "unchanged"
        row.outcome = "repaired" if row.repaired and changed else applied.outcome
        self.report.changed = self.report.changed or changed
        stated = self._districts.pop(applied.ordinal, None)
        if stated and applied.district and not _same_district(stated, applied.district):
            row.explain(_district_conflict(stated, applied.district))

    def _nothing_to_read(self, path: Path) -> FileRefused:
        """The refusal of a file in which no sheet holds stations, with each sheet's reason."""
        sheets = [sheet for sheet in self.report.sheets if sheet.file == path.name]
        zh = "；".join(f"{s.sheet}：{w.zh}" for s in sheets for w in s.warnings)
        en = "; ".join(f"{s.sheet}: {w.en}" for s in sheets for w in s.warnings)
        return FileRefused(
            f"{path.name}：没有可导入的表（{zh or '文件是空的'}）\n"
            f"{path.name}: no table to import ({en or 'the file is empty'})"
        )


def _same_district(stated: str, found: str) -> bool:
    return found in stated or stated in found


def _district_conflict(stated: str, found: str) -> Remark:
    return Remark(
        "warning",
        f"表中写的是{stated}，坐标在{found}，以坐标为准",
        f"the sheet says {stated}, the position lies in {found}; the position counts",
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_HASH_STEP):
            digest.update(block)
    return digest.hexdigest()
