"""An Excel workbook: the stations, and a sheet that tells the terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from station_map.exporters.stations.columns import AMENITY_HEADINGS, FIELDS, cells
from station_map.exporters.stations.terms import TITLE, Terms

_CELL_CHARS: Final = 32_767  # Excel's bound
_WIDTH: Final = 14
# Row by row, and texts stay texts whatever they look like.
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# The same stations give the same bytes.
_MADE: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - Excel knows no zones


def write(path: Path, records: Iterable[dict[str, Any]], terms: Terms) -> None:
    """Rows as they come; a cell holds what Excel can hold at most."""
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        book.set_properties(
            {"title": TITLE, "comments": "\n".join(terms.sentences), "created": _MADE}
        )
        bold = book.add_format({"bold": True})
        _stations(book.add_worksheet("驿站"), records, bold)
        told = book.add_worksheet("说明")
        for row, sentence in enumerate(terms.sentences):
            told.write_string(row, 0, sentence)


def _stations(sheet: Any, records: Iterable[dict[str, Any]], bold: Any) -> None:
    headings = [*FIELDS.values(), *AMENITY_HEADINGS.values()]
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, len(headings) - 1, _WIDTH)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for row, record in enumerate(records, 1):
        for column, cell in enumerate(cells(record)):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell[:_CELL_CHARS])
            elif cell is not None:
                sheet.write_number(row, column, cell)
