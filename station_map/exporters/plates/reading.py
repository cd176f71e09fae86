"""Which stations get a plate, read from the store page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from station_map.domain.vocabulary import Kind, Status
from station_map.errors import InputError, NotFound
from station_map.exporters.plates.facts import Plate, plate_of
from station_map.search.filters import StationFilter
from station_map.search.listing import LIMIT_MAX, ListQuery, get_station, list_stations
from station_map.store.areas import area_outlines
from station_map.store.database import Database

# A plate takes about 30 KB of memory until the file is written, and a print shop wants parts.
MOST_PLATES: Final = 5_000
# A suspended station opens again; plates of the others would hang on no door.
HANGING: Final = (Status.OPEN, Status.SUSPENDED)

Progress = Callable[[int, int], None]  # stations read, of how many


@dataclass(frozen=True, slots=True)
class Selection:
    """All stations that meet the conditions. area: an adcode, or a name as the map has it."""

    area: str | None = None
    kinds: tuple[Kind, ...] = ()
    statuses: tuple[Status, ...] = HANGING


def read_named(database: Database, codes: Sequence[str]) -> list[Plate]:
    """The plates of these stations, whatever their status, each once, in the given order.

    Raises InputError that names every code without a station.
    """
    plates, unknown = [], []
    for code in dict.fromkeys(codes):
        try:
            plates.append(plate_of(get_station(database, code).card))
        except NotFound:
            unknown.append(code[:64])
    if unknown:
        told = ", ".join(map(repr, unknown))
        raise InputError(
            f"没有这些编号的驿站：{told}。 There are no stations with these codes: {told}.",
            parameter="CODE",
            allowed="驿站的编号 / codes of stations",
            example="340603-00012",
        )
    return plates


def read_selected(database: Database, selection: Selection, progress: Progress) -> list[Plate]:
    """The plates of the selected stations, by code.

    Raises InputError for an unknown area, when nothing is selected, or too much.
    """
    area = None if selection.area is None else _adcode(database, selection.area)
    where = StationFilter(kinds=selection.kinds, statuses=selection.statuses)
    query = ListQuery(where=where, area=area, limit=LIMIT_MAX)
    plates: list[Plate] = []
    while True:
        page = list_stations(database, query)
        _check_count(page.number_matched)
        plates.extend(plate_of(row.card) for row in page.rows)
        progress(len(plates), page.number_matched)
        if page.next_cursor is None:
            return plates
        query = replace(query, cursor=page.next_cursor)


def _adcode(database: Database, given: str) -> str:
    areas = area_outlines(database)
    for area in areas:
        if given in {area.adcode, area.name}:
            return area.adcode
    raise InputError(
        f"没有这个地区：{given!r}。 There is no such area: {given!r}.",
        parameter="--area",
        allowed="、".join(f"{area.name} {area.adcode}" for area in areas[:20]) or None,
        example=f"--area {areas[0].name}" if areas else None,
    )


def _check_count(matched: int) -> None:
    if matched == 0:
        raise InputError(
            "没有符合条件的驿站，什么也没有写。 No station meets the conditions; nothing was written.",
            parameter="--all",
        )
    if matched > MOST_PLATES:
        raise InputError(
            f"符合条件的有 {matched} 个，一个文件最多 {MOST_PLATES} 个，请分开印。"
            f" {matched} stations meet the conditions; one file holds at most {MOST_PLATES}.",
            parameter="--all",
            allowed="--area, --kind, --status",
            example="--all --area 相山区",
        )
