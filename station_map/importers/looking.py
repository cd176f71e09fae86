"""What a file holds, for a person who looks before anything is taken in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from station_map.domain.station import Station
from station_map.domain.vocabulary import Datum
from station_map.errors import FileRefused
from station_map.geo.datum import to_wgs84
from station_map.importers.limits import ImportLimits
from station_map.importers.reading.sheets import Sheet, open_sheets
from station_map.importers.service import Progress, no_progress
from station_map.importers.sheet_reading import survey_sheet
from station_map.importers.tables.chosen import SheetChoice, likely_header, signature_of
from station_map.importers.tables.detect import (
    SEARCHED_ROWS,
    Header,
    header_at,
    header_of_fields,
)
from station_map.importers.tables.plan import make_plan
from station_map.importers.values.remarks import shown

MOST_SHEETS: Final = 60
MOST_SAMPLES: Final = 4
MOST_ON_MAP: Final = 200
MOST_ASKED: Final = 2_000
_MOST_ROWS_SHOWN: Final = 12

# Names of the districts (None: outside all of them) in which places lie, WGS-84.
type WhichDistricts = Callable[[Sequence[float], Sequence[float]], list[str | None]]


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """A column as it was understood. samples: some of what stands in it, shortened."""

    index: int
    letter: str
    label: str
    read_as: str
    why: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetLook:
    """A sheet. number: among those of the file, from 0. rows: filled ones, header included.

    header: its first and last row among the filled ones, None when the format names the
    columns. top: the first rows as text, among which a header may be chosen. usable: whether it
    has names and positions. signature: of its header.
    """

    number: int
    name: str
    hidden: bool
    rows: int
    header: tuple[int, int] | None
    top: tuple[tuple[int, str], ...]
    columns: tuple[ColumnLook, ...]
    usable: bool
    signature: str


def look(
    path: Path,
    limits: ImportLimits,
    headers: Mapping[int, tuple[int, int]],
    progress: Progress = no_progress,
) -> list[SheetLook]:
    """The sheets of a file, at most MOST_SHEETS. headers: rows chosen as such, by sheet.

    Raises FileRefused.
    """
    found: list[SheetLook] = []
    with open_sheets(path, limits) as sheets:
        for number, sheet in enumerate(sheets):
            if len(found) >= MOST_SHEETS:
                break
            found.append(_look_at(number, sheet, headers.get(number), progress))
    if not any(one.columns for one in found):
        raise FileRefused("文件里没有能看懂的表：每张表都是空的。\nThe file holds no table.")
    return found


def _look_at(
    number: int, sheet: Sheet, chosen: tuple[int, int] | None, progress: Progress
) -> SheetLook:
    top: list[tuple[int, list[Any]]] = []
    rows = 0
    for chunk in sheet.chunks:
        for at, cells in zip(chunk.numbers, chunk.rows, strict=True):
            if len(top) < SEARCHED_ROWS:
                top.append((at, cells))
        rows += len(chunk.rows)
        progress("读文件", rows, sheet.rows_hint)
    cells_of_top = [cells for _, cells in top]
    header = _header(sheet, cells_of_top, chosen)
    plan = make_plan(header, sheet.first_column) if header else None
    below = cells_of_top[header.last + 1 :] if header else []
    columns = tuple(
        ColumnLook(
            column.index,
            column.letter,
            column.label[:200],
            column.read_as,
            column.why_zh,
            _samples(below, column.index),
        )
        for column in (plan.columns if plan else ())
    )
    return SheetLook(
        number,
        sheet.name[:100],
        sheet.hidden,
        rows,
        (header.first, header.last) if header and header.first >= 0 else None,
        tuple((at, _line(cells)) for at, cells in top[:_MOST_ROWS_SHOWN]),
        columns,
        usable=bool(plan and "name" in plan.fields and plan.has_position) and not sheet.hidden,
        signature=signature_of([column.label for column in header.columns] if header else []),
    )


def _header(
    sheet: Sheet, rows: Sequence[Sequence[Any]], chosen: tuple[int, int] | None
) -> Header | None:
    if sheet.fields is not None:
        return header_of_fields(sheet.fields)
    if chosen is not None and 0 <= chosen[0] <= chosen[1] < len(rows):
        return header_at(rows, *chosen)
    return likely_header(rows)


def _line(cells: Sequence[Any]) -> str:
    return shown(" | ".join(str(cell) for cell in cells if cell not in ("", None)))


def _samples(rows: Sequence[Sequence[Any]], index: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row in rows:
        if index < len(row) and row[index] not in ("", None):
            found.setdefault(shown(row[index]), None)
        if len(found) >= MOST_SAMPLES:
            break
    return tuple(found)


@dataclass(slots=True)
class SheetPlaces:
    """Where the rows of a sheet would lie, by each reading of its coordinates.

    datum: what the sheet states, by `because`; None when it does not, or when by_row. trouble:
    why it is not known. points: figures of some rows, as written (longitude, latitude).
    asked: how many rows the evidence is about; of these `inside` lie in a known district, and
    of `told` that name a district `agree` lie in that very one.
    """

    number: int
    name: str
    datum: str | None
    by_row: bool
    because: str
    trouble: str
    rows: int
    points: list[tuple[float, float]]
    asked: int
    told: int
    inside: dict[str, int] = field(default_factory=dict)
    agree: dict[str, int] = field(default_factory=dict)


def survey(
    path: Path,
    limits: ImportLimits,
    choices: Mapping[int, SheetChoice],
    which: WhichDistricts,
    names: Sequence[str],
    progress: Progress = no_progress,
) -> list[SheetPlaces]:
    """Evidence for the question in which datum the coordinates are. names: of all districts.

    Raises FileRefused, also when no sheet can be read as chosen.
    """
    found: list[SheetPlaces] = []
    why: list[str] = []
    with open_sheets(path, limits) as sheets:
        for number, sheet in enumerate(sheets):
            choice = choices.get(number, SheetChoice(read=False))
            if not choice.read:
                continue
            rows = survey_sheet(path.name, sheet, limits, choice)
            if not rows.report.read:
                why.append(f"{sheet.name}：{rows.report.warnings[0].zh}")
                continue
            fields = {column.read_as for column in rows.report.columns}
            warnings = rows.report.warnings
            places = SheetPlaces(
                number, sheet.name[:100], rows.report.datum,
                by_row="datum" in fields and rows.report.datum is None and not warnings,
                because=rows.report.datum_zh,
                trouble=warnings[0].zh if warnings else "",
                rows=0, points=[], asked=0, told=0,
            )  # fmt: skip
            asked = _Thinned(MOST_ASKED)
            for chunk in rows.rows:
                for row in chunk:
                    if row.station is not None:
                        asked.add(row.station)
                    places.rows += row.left_out is None
                progress(f"找坐标 {sheet.name}", places.rows, sheet.rows_hint)
            _measure(places, asked.kept, which, names)
            found.append(places)
    if not found:
        raise FileRefused(f"没有能导入的表：{'；'.join(why) or '没有选'}。\nNo sheet to import.")
    return found


class _Thinned:
    """Some of a stream, evenly: every first, second, fourth … one, never more than `most`."""

    def __init__(self, most: int) -> None:
        self.kept: list[Station] = []
        self._most, self._step, self._seen = most, 1, 0

    def add(self, station: Station) -> None:
        if self._seen % self._step == 0:
            self.kept.append(station)
            if len(self.kept) > self._most:
                self.kept = self.kept[::2]
                self._step *= 2
        self._seen += 1


def _measure(
    places: SheetPlaces, asked: list[Station], which: WhichDistricts, names: Sequence[str]
) -> None:
    places.asked = len(asked)
    step = -(-len(asked) // MOST_ON_MAP) or 1
    places.points = [(one.lon, one.lat) for one in asked[::step]]
    told = [_district_told(one, names) for one in asked]
    places.told = sum(name is not None for name in told)
    for datum in Datum:
        lons, lats = _as_wgs84(asked, datum)
        found = which(lons, lats)
        places.inside[datum.value] = sum(name is not None for name in found)
        places.agree[datum.value] = sum(
            name is not None and name == said for name, said in zip(found, told, strict=True)
        )


def _as_wgs84(stations: Sequence[Station], datum: Datum) -> tuple[list[float], list[float]]:
    if not stations:
        return [], []
    given = np.array([(one.lon, one.lat) for one in stations])
    lons, lats = to_wgs84(given[:, 0], given[:, 1], datum.value)
    return lons.tolist(), lats.tolist()


def _district_told(station: Station, names: Sequence[str]) -> str | None:
    """The district that a row names: in its column, else in its address."""
    text = station.stated_district or station.address or ""
    return next((name for name in names if name in text), None)
