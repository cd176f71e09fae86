"""`station-map import FILE…`: ledgers and layers into the database, all or nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from station_map.cli.datums import datum_option
from station_map.cli.environment import actor
from station_map.domain.vocabulary import Datum
from station_map.errors import InputError
from station_map.importers.limits import limits_of
from station_map.importers.reference import ensure_areas
from station_map.importers.report import (
    OUTCOME_ZH,
    OUTCOMES,
    ImportReport,
    RowResult,
    SheetReport,
)
from station_map.importers.report_files import check_report_path, write_report
from station_map.importers.service import ImportOptions, import_files
from station_map.importers.tables.targets import target_named
from station_map.settings import read_settings
from station_map.store.session import open_database

_SHOWN_ROWS: Final = 20
_SHOWN_NAME: Final = 40
_TROUBLES: Final = ("refused", "duplicate", "repaired")


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@datum_option
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="表头=字段",
    help="这一列读作什么；可以写多次，- 表示不用。 What a column is read as; may be repeated.",
)
@click.option("--dry-run", is_flag=True, help="只检查，不写入。 Check everything, write nothing.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.xlsx|FILE.json",
    help="逐行结果写到这个文件。 Write what became of each row to this file.",
)
def import_command(
    files: tuple[Path, ...],
    datum: str,
    columns: tuple[str, ...],
    dry_run: bool,
    report: Path | None,
) -> None:
    """导入台账等文件：xlsx、csv、GeoJSON、GeoPackage、shapefile（zip）、KML。

    Import stations from files. All of them or none: one transaction; a file that is refused
    leaves the database as it was. Exit code 0: done, 1: refused as a whole, 2: bad use.
    """
    if report is not None:
        check_report_path(report)
    settings = read_settings()
    options = ImportOptions(
        datum=None if datum == "auto" else Datum(datum),
        columns=dict(map(_column, columns)),
        dry_run=dry_run,
        actor=actor(),
        limits=limits_of(settings),
    )
    with open_database(settings) as database, progress_bar() as progress, _rare_collections():
        ensure_areas(database)
        found = import_files(database, files, options, progress)
    if report is not None:
        write_report(found, report)
    _show(found, Console(), report)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for cycles rarely: looking through every row again and again finds none.

    It took a fifth of the time that Python works on a country's ledger.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _column(told: str) -> tuple[str, str]:
    """A column's text and its target, out of "表头=字段". Raises InputError."""
    label, equals, target = told.rpartition("=")
    if not equals or not label.strip():
        raise InputError(
            f"--column 要写成 表头=字段，不是 {told[:60]!r}。 --column takes HEADER=FIELD.",
            parameter="--column",
            allowed="HEADER=FIELD",
            example='--column "点位=position"',
        )
    return label.strip(), target_named(target.strip())


class _Bar:
    """The importer's progress on a rich bar, one line a stage."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if stage not in self._tasks:
            for task in self._progress.tasks:
                self._progress.update(task.id, total=task.completed, completed=task.completed)
            self._tasks[stage] = self._progress.add_task("", stage=stage, total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)


@contextmanager
def progress_bar() -> Iterator[_Bar]:
    """A bar on standard error, gone when done."""
    columns = (
        # markup off: a sheet's name is data.
        TextColumn("{task.fields[stage]}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bar(progress)


def _show(report: ImportReport, console: Console, path: Path | None) -> None:
    for sheet in report.sheets:
        _say(console, *sheet_lines(sheet))
    _show_rows([row for row in report.rows if row.outcome in _TROUBLES], console)
    console.print(_summary(report))
    if report.dry_run:
        _say(console, "试运行：什么也没有写入。 Dry run: nothing was written.")
    elif not report.changed:
        _say(console, "没有变化，数据库原样未动。 Nothing changed; the database was not touched.")
    if path is not None:
        _say(console, f"逐行结果 / report: {path}")


def _say(console: Console, *lines: str) -> None:
    """Print lines as they are: Text is never markup, and nothing is cut to the window."""
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def sheet_lines(sheet: SheetReport) -> list[str]:
    """What is worth saying about a sheet: its datum, unread columns, warnings."""
    title = f"{sheet.file} › {sheet.sheet}"
    warnings = [f"  {warning.zh} / {warning.en}" for warning in sheet.warnings]
    if not sheet.read:
        return [title, *warnings]
    datum = Datum(sheet.datum).zh if sheet.datum else "逐行 / row by row"
    unread = [
        f"  {column.title}：{column.why_zh}，未导入 / not read: {column.why_en}"
        for column in sheet.columns
        if not column.read_as
    ]
    because = f"{sheet.datum_zh} / {sheet.datum_en}"
    return [f"{title}：坐标系 {datum}（{because}）", *unread, *warnings]


def _summary(report: ImportReport) -> Table:
    table = Table(title="导入结果 / import")
    table.add_column("结果 outcome")
    table.add_column("行数 rows", justify="right")
    counts = report.counts()
    for outcome in OUTCOMES:
        table.add_row(Text(f"{OUTCOME_ZH[outcome]} {outcome}"), f"{counts[outcome]:,}")
    table.add_row(Text("合计 total"), f"{len(report.rows):,}", end_section=True)
    return table


def _show_rows(rows: list[RowResult], console: Console) -> None:
    """The first rows that a person should look at: refused ones before the others."""
    ordered = sorted(rows, key=lambda row: _TROUBLES.index(row.outcome))
    for row in ordered[:_SHOWN_ROWS]:
        head = f"{OUTCOME_ZH[row.outcome]} {row.sheet} 第 {row.row} 行 {row.name[:_SHOWN_NAME]}"
        _say(console, head, f"    {row.zh}", f"    {row.en}")
    if len(rows) > _SHOWN_ROWS:
        more = len(rows) - _SHOWN_ROWS
        _say(console, f"……还有 {more:,} 行，用 --report 看全部 / {more:,} more: see --report")
