"""The workbook, read back by two readers."""

from __future__ import annotations

import io

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from station_map.exporters.planning import forms
from station_map.exporters.planning.report import Report
from tests.exporters.planning.examples import NASTY, coverage, siting


def sheets(report: Report) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(forms.as_xlsx(report)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize("report", [coverage(compared=True), siting()])
def test_a_sheet_for_each_table_and_what_they_rest_on_first(report: Report) -> None:
    found = sheets(report)
    tables = forms.tables_of(report)
    assert [*found] == [
        "说明 about",
        *(f"{table.title.zh} {table.name}" for table in tables),
    ]
    about = str(found["说明 about"])
    for told in ("2026-11-22 09:30", "docs/reference", "synthetic: made", "not tell their seats"):
        assert told in about
    for table in tables:
        rows = found[f"{table.title.zh} {table.name}"]
        assert len(rows) == len(table.rows) + 1
        assert str(rows[0][0]).endswith(f"\n{table.columns[0].name}")


def test_numbers_are_numbers_and_unknown_is_neither_nought_nor_empty() -> None:
    report = coverage()
    rows = sheets(report)["驿站 stations"]
    place = [str(head).split("\n")[1] for head in rows[0]].index("seats")
    assert [row[place] for row in rows[1:3]] == [5.0, "—"]
    book = openpyxl.load_workbook(io.BytesIO(forms.as_xlsx(report)))
    sheet = book["覆盖率（需求） share"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref is not None
    assert sheet["C2"].number_format == "0.0%"
    assert sheet["C2"].value == pytest.approx(
        next(t for t in forms.tables_of(report) if t.name == "share").rows[0][2]
    )
    assert len(book["每个钟头 hour_of_week"]._charts) == 1


@pytest.mark.parametrize("report", [coverage(), siting()])
def test_no_text_becomes_a_formula_or_a_link(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(forms.as_xlsx(report)))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"n", "s"}
                assert cell.hyperlink is None


def test_names_come_through_whole() -> None:
    rows = sheets(coverage())["驿站 stations"]
    # The format has no way to write a bell, and ends lines in its own way.
    names = [str(row[1]).replace("_x0007_", "\x07") for row in rows[1:]]
    assert [name.split() for name in names] == [name.split() for name in NASTY]


def test_the_same_report_gives_the_same_bytes() -> None:
    assert forms.as_xlsx(coverage()) == forms.as_xlsx(coverage())
