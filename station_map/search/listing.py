"""Pages of stations by filter, box, area and text; and one station."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from station_map.errors import InputError, NotFound
from station_map.search.filters import StationFilter
from station_map.search.nearest import filter_expression
from station_map.store import stations
from station_map.store.database import Database
from station_map.store.stations import Row

LIMIT_DEFAULT: Final = 100
LIMIT_MAX: Final = 1_000
_CODE_FORM: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which stations, and which page of them.

    bbox: west, south, east, north in degrees, WGS-84. area: an adcode; the areas below it
    count too. text: part of a name, alias, address, landmark, district or code.
    cursor: `Page.next_cursor` of the page before.
    """

    where: StationFilter = field(default_factory=StationFilter)
    bbox: tuple[float, float, float, float] | None = None
    area: str | None = None
    text: str | None = None
    limit: int = LIMIT_DEFAULT
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Stations ordered by code. number_matched: on all pages together."""

    rows: list[Row]
    number_matched: int
    next_cursor: str | None


def list_stations(database: Database, query: ListQuery) -> Page:
    """One page. Raises InputError for a limit out of range or a broken cursor."""
    if not 1 <= query.limit <= LIMIT_MAX:
        raise InputError(
            f"limit is {query.limit}", parameter="limit", allowed="1 to 1000", example="100"
        )
    names, parameters = _conditions(query)
    matched = stations.count_matching(database, names, parameters)
    if query.cursor is not None:
        names = [*names, "after"]
        parameters["after"] = _decode(query.cursor)
    rows = stations.page(database, names, parameters, query.limit + 1)
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    return Page(rows, matched, _encode(rows[-1].code) if more else None)


def get_station(database: Database, code: str) -> Row:
    """One station with every stored field. Raises NotFound."""
    if _CODE_FORM.fullmatch(code) is None:  # PostgreSQL would refuse a NUL with an error
        raise NotFound("station", code[:64])
    return stations.get_station(database, code)


def _conditions(query: ListQuery) -> tuple[list[str], dict[str, object]]:
    parameters: dict[str, object] = {}
    names: list[str] = []
    if query.where != StationFilter():
        names.append("facets")
        parameters["facets"] = filter_expression(query.where)
    if query.bbox is not None:
        names.append("bbox")
        parameters |= dict(zip(("west", "south", "east", "north"), query.bbox, strict=True))
    if query.area is not None:
        names.append("area")
        parameters["area"] = query.area
    if query.text:
        names.append("text")
        parameters["pattern"] = f"%{_like(query.text)}%"
    return names, parameters


def _like(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _encode(code: str) -> str:
    return base64.urlsafe_b64encode(code.encode()).decode().rstrip("=")


def _decode(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        code = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        code = ""
    if not code or len(code) > 64 or not code.isascii() or not code.isprintable():
        raise InputError(
            "the cursor is not one this service gave",
            parameter="cursor",
            allowed='the cursor of a "next" link, unchanged',
        )
    return code
