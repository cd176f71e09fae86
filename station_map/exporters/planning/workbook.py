"""A workbook: what it rests on first, then one sheet for each table. No cell becomes a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import xlsxwriter

from station_map.domain.hours import SHANGHAI
from station_map.exporters.planning import words
from station_map.exporters.planning.archive import about_rows
from station_map.exporters.planning.report import About
from station_map.exporters.planning.tables import Column, Of, Table, Value, said

# Excel ends a sheet at 1,048,576 rows, and a cell at 32,767 characters.
_MOST_ROWS: Final = 1_000_000
_MOST_CHARS: Final = 32_767
_LONGEST_NAME: Final = 31
_MEASURED: Final = 200
_NARROW, _WIDE = 9, 44
_FORMATS: Final[Mapping[Of, str]] = {
    Of.TEXT: "@",
    Of.SHARE: "0.0%",
    Of.AMOUNT: "#,##0.0",
    Of.COUNT: "#,##0",
    Of.FINE: "0.000",
    Of.DEGREES: "0.00000",
}
_ABOUT: Final = "说明 about"
_WEEK: Final = "hour_of_week"
_OPTIONS: Final = {
    # Row by row, so that a nation's stations fit; strings stay strings whatever they look like.
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def as_xlsx(about: About, title: str, tables: Iterable[Table]) -> bytes:
    """The workbook; the same report gives the same bytes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties(
            {
                "title": title,
                "comments": "station-map",
                # Without a zone, in UTC, as the format wants it.
                "created": about.made.astimezone(SHANGHAI).replace(tzinfo=None),
            }
        )
        made = tuple(tables)
        sheets = _Sheets(book)
        sheets.about(about, title, made)
        for table in made:
            sheets.table(table)
    return out.getvalue()


class _Sheets:
    """Writes sheets with the formats of one workbook."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#eeeeee", "bottom": 1}
        )
        self.text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self.formats = {of: book.add_format({"num_format": f}) for of, f in _FORMATS.items()}

    def about(self, about: About, title: str, tables: Sequence[Table]) -> None:
        """What it rests on, what is unknown, and what the sheets are."""
        sheet = self.book.add_worksheet(_ABOUT)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 18)
        sheet.set_column(2, 2, 100)
        sheet.write_string(0, 0, title, self.bold)
        rows = [*about_rows(about), *_READING]
        rows.extend(("表", table.name, f"{table.title.zh} {table.title.en}") for table in tables)
        for number, row in enumerate(rows, 2):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell[:_MOST_CHARS], self.text)

    def table(self, table: Table) -> None:
        """A sheet with its head frozen and a filter on it."""
        sheet = self.book.add_worksheet(f"{table.title.zh} {table.name}"[:_LONGEST_NAME])
        sheet.freeze_panes(1, _frozen(table.columns))
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, _width(table, number))
            sheet.write_string(0, number, f"{column.head}\n{column.name}", self.head)
        rows = table.rows[:_MOST_ROWS]
        for number, row in enumerate(rows, 1):
            for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
                self._cell(sheet, (number, place), value, column.of)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(table.columns) - 1)
        if table.name == _WEEK:
            self._week(sheet, table)

    def _cell(self, sheet: Any, at: tuple[int, int], value: Value, of: Of) -> None:
        if value is None:
            # Empty would read as nought.
            sheet.write_string(*at, words.NOTHING, self.formats[Of.TEXT])
        elif isinstance(value, str):
            sheet.write_string(*at, value[:_MOST_CHARS], self.formats[Of.TEXT])
        else:
            sheet.write_number(*at, value, self.formats[of])

    def _week(self, sheet: Any, table: Table) -> None:
        """A line for each end of the band, drawn by whatever opens the workbook."""
        chart = self.book.add_chart({"type": "line"})
        last = len(table.rows)
        for place, column in enumerate(table.columns):
            if column.end:
                chart.add_series(
                    {
                        "name": [sheet.name, 0, place],
                        "categories": [sheet.name, 1, 0, last, 1],
                        "values": [sheet.name, 1, place, last, place],
                    }
                )
        chart.set_title({"name": table.title.zh})
        chart.set_y_axis({"min": 0, "max": 1, "num_format": "0%"})
        chart.set_size({"width": 960, "height": 320})
        sheet.insert_chart(1, len(table.columns) + 1, chart)


_READING: Final = (
    ("怎么读", "reading", "“已知 low”：只算肯定的；“可能 high”：把不清楚的也算上。"),
    ("", "", "low counts what is known alone, high also what may be. Shares are of the demand."),
    ("—", "", "不清楚、没有定义，或没有站可到。 Unknown, not defined, or no station to go to."),
)


def _frozen(columns: Sequence[Column]) -> int:
    """The columns of text at the left stay in sight."""
    return next((n for n, column in enumerate(columns) if column.of is not Of.TEXT), 1)


def _width(table: Table, number: int) -> float:
    column = table.columns[number]
    shown = [column.head, column.name]
    shown.extend(said(row[number], column.of) for row in table.rows[:_MEASURED])
    return min(max(_NARROW, *(_wide(text) for text in shown)) + 2, _WIDE)


def _wide(text: str) -> int:
    """In characters of a figure's width; a Chinese one takes two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
