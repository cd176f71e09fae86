"""csv that spreadsheets open as text; `import` takes the apostrophes away again."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from station_map.exporters.stations.columns import AMENITY_HEADINGS, FIELDS, cells
from station_map.exporters.stations.terms import Terms

# What would become a formula, or would be read back without an apostrophe of its own.
_FORMULA: Final = re.compile("'*[ \u3000]*[=+\\-@\t\r\n＝＋－＠]")
_TERMS: Final = "许可与署名"


def write(path: Path, records: Iterable[dict[str, Any]], terms: Terms) -> None:
    """UTF-8 with a mark of it, which Excel needs; the terms stand in the last column."""
    said = "；".join(terms.sentences[1:])
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*FIELDS.values(), *AMENITY_HEADINGS.values(), _TERMS])
        for record in records:
            writer.writerow([_safe(cell) for cell in (*cells(record), said)])


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
