"""Tables as csv that spreadsheets open as text: no cell becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

# What Excel, LibreOffice and WPS take for the beginning of a formula, also in full width.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a mark of it, which Excel needs to read Chinese. None is an empty cell."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe_cell(cell) for cell in head])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def safe_cell(cell: object) -> object:
    """A text that would be taken for a formula with an apostrophe before it; the rest as it is."""
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if cell.lstrip(" \u3000").startswith(_FORMULA) else cell
