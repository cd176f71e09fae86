"""The report as a file: JSON for programs, xlsx for people. No cell ever becomes a formula."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from station_map.errors import InputError
from station_map.importers.report import OUTCOME_ZH, ImportReport

_SUFFIXES: Final = (".xlsx", ".json")
_EXCEL_CELL_CHARS: Final = 32_767
_ROW_HEADINGS: Final = (
    "文件 file", "工作表 sheet", "行 row", "结果 outcome", "编码 code", "名称 name",
    "原因（中文）", "reason (English)",
)  # fmt: skip
_COLUMN_HEADINGS: Final = (
    "文件 file", "工作表 sheet", "列 column", "表头 header", "读作 read as", "说明", "note",
)  # fmt: skip


def check_report_path(path: Path) -> None:
    """Refuse, before any work, a report that could not be written. Raises InputError."""
    if path.suffix.lower() not in _SUFFIXES:
        raise InputError(
            f"报告的后缀 {path.suffix!r} 不支持。 The report's suffix {path.suffix!r} is not supported.",
            parameter="--report",
            allowed=" ".join(_SUFFIXES),
            example="--report result.xlsx",
        )
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise InputError(
            f"不能写入文件夹 {path.parent}。 The folder {path.parent} cannot be written to.",
            parameter="--report",
        )


def write_report(report: ImportReport, path: Path) -> None:
    """Write the report in the form its suffix says; a reader never sees half a file."""
    write_whole(path, report.as_json, lambda workbook: _write_sheets(report, workbook))


def write_whole(
    path: Path, as_json: Callable[[], Any], sheets: Callable[[xlsxwriter.Workbook], None]
) -> None:
    """Write a .json or .xlsx whole or not at all. sheets: fills the workbook."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".report-") as folder:
        draft = Path(folder) / f"draft{path.suffix.lower()}"
        if draft.suffix == ".json":
            with draft.open("w", encoding="utf-8") as stream:
                json.dump(as_json(), stream, ensure_ascii=False, indent=1)
        else:
            _write_xlsx(draft, sheets)
        draft.replace(path)


def _write_xlsx(path: Path, sheets: Callable[[xlsxwriter.Workbook], None]) -> None:
    # constant_memory writes row by row; strings stay strings whatever they look like.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        sheets(workbook)


def _write_sheets(report: ImportReport, workbook: xlsxwriter.Workbook) -> None:
    bold = workbook.add_format({"bold": True})
    write_sheet(workbook, bold, "行 rows", _ROW_HEADINGS, _rows(report))
    write_sheet(workbook, bold, "列 columns", _COLUMN_HEADINGS, _columns(report))
    write_sheet(workbook, bold, "汇总 counts", ("结果 outcome", "行数 rows"), _counts(report))


def write_sheet(
    workbook: Any, bold: Any, name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """A sheet of a workbook: its headings, then its rows; texts stay texts whatever they look like."""
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 18)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for index, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(index, column, value)
            elif value:
                sheet.write_string(index, column, str(value)[:_EXCEL_CELL_CHARS])


def _rows(report: ImportReport) -> Iterable[Sequence[Any]]:
    for row in report.rows:
        outcome = f"{OUTCOME_ZH[row.outcome]} {row.outcome}"
        yield row.file, row.sheet, row.row, outcome, row.code, row.name, row.zh, row.en
    for sheet in report.sheets:
        for left in sheet.left_out:
            yield sheet.file, sheet.sheet, left.row, "未计入 left out", None, "", left.zh, left.en


def _columns(report: ImportReport) -> Iterable[Sequence[Any]]:
    for sheet in report.sheets:
        because = (sheet.datum or "", sheet.datum_zh, sheet.datum_en)
        yield sheet.file, sheet.sheet, "", "坐标系 datum", *because
        for column in sheet.columns:
            yield (
                sheet.file, sheet.sheet, column.letter, column.label, column.read_as,
                column.why_zh, column.why_en,
            )  # fmt: skip
        for warning in sheet.warnings:
            yield sheet.file, sheet.sheet, "", "", "", warning.zh, warning.en


def _counts(report: ImportReport) -> Iterable[Sequence[Any]]:
    for outcome, count in report.counts().items():
        yield f"{OUTCOME_ZH[outcome]} {outcome}", count  # type: ignore[index]
    yield "合计 total", len(report.rows)
