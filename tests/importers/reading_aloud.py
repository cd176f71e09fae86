"""A file read and checked without a database: what tests of the reading side look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from station_map.domain.station import Station
from station_map.domain.vocabulary import Datum
from station_map.importers.limits import ImportLimits
from station_map.importers.reading.sheets import open_sheets
from station_map.importers.report import SheetReport
from station_map.importers.sheet_reading import read_sheet
from station_map.importers.sheet_state import CheckedRow


@dataclass(frozen=True)
class Reading:
    """Every sheet's report and all rows, in order."""

    sheets: list[SheetReport]
    rows: list[CheckedRow]

    @property
    def stations(self) -> dict[str, Station]:
        """Accepted rows by name."""
        return {row.name: row.station for row in self.rows if row.station}

    @property
    def refusals(self) -> dict[int, str]:
        """English reasons of refused rows, by row number."""
        return {row.number: row.refusal.en for row in self.rows if row.refusal}

    def said_of(self, name: str) -> list[str]:
        """English remarks about a station."""
        (row,) = [row for row in self.rows if row.name == name]
        return [remark.en for remark in row.remarks]

    @property
    def read_as(self) -> dict[str, str]:
        """What each column of the first sheet was read as, by its header."""
        return {column.label: column.read_as for column in self.sheets[0].columns}


def read(path: Path, datum: Datum | None = None, limits: ImportLimits | None = None) -> Reading:
    """Read a file as the importer does."""
    limits = limits or ImportLimits()
    sheets, rows = [], []
    with open_sheets(path, limits) as found:
        for sheet in found:
            reading = read_sheet(path.name, sheet, datum, limits)
            sheets.append(reading.report)
            for chunk in reading.rows:
                rows.extend(chunk)
    return Reading(sheets, rows)
