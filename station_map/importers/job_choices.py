"""What a person said of an upload, as it stands in the database, and as the importer takes it.

headers: first and last row of the header by sheet, asked for when looking again.
columns: targets by sheet and column; sheets that are not in it are not read.
datums: by sheet; "" lets the sheet say it.
picks: which rows are taken (`outcome_file.Picks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from station_map.domain.vocabulary import Datum
from station_map.importers.tables.chosen import SheetChoice


def headers_of(choices: Mapping[str, Any]) -> dict[int, tuple[int, int]]:
    """The rows that were said to be headers, by sheet."""
    told = choices.get("headers") or {}
    return {int(sheet): (rows[0], rows[1]) for sheet, rows in told.items()}


def sheet_choices(
    choices: Mapping[str, Any], looked: Mapping[str, Any], *, with_datum: bool = True
) -> dict[int, SheetChoice]:
    """What was said of every sheet; those that were not chosen are not read."""
    columns = choices.get("columns") or {}
    datums = (choices.get("datums") or {}) if with_datum else {}
    found = {}
    for sheet in looked["sheets"]:
        key = str(sheet["number"])
        if key not in columns:
            found[sheet["number"]] = SheetChoice(read=False)
            continue
        header = sheet["header"]
        found[sheet["number"]] = SheetChoice(
            header=None if header is None else (header[0], header[1]),
            columns={int(at): target for at, target in columns[key].items()},
            datum=Datum(datums[key]) if datums.get(key) else None,
        )
    return found
