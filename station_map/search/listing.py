"""Pages of stations by filter, box, area and text; and one station."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from station_map.errors import InputError, NotFound
from station_map.search.filters import StationFilter
from station_map.search.nearest import filter_expression
from station_map.search.opening import settled
from station_map.search.text import Match, TextCondition, text_condition
from station_map.store import stations
from station_map.store.database import Database
from station_map.store.stations import Row
from station_map.store.timetables import UNKNOWN_FACET, Openings, has_newcomers

LIMIT_DEFAULT: Final = 100
LIMIT_MAX: Final = 1_000
# Before the code in a cursor of the second group; no code holds this sign.
_SECOND: Final = "?"
_CODE_FORM: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which stations, and which page of them.

    bbox: west, south, east, north in degrees, WGS-84. area: an adcode; the areas below it
    count too. text: words of a name, alias, address, landmark, district or code, as written,
    by sound or by first letters (`search/text.py`).
    cursor: `Page.next_cursor` of the page before.
    """

    where: StationFilter = field(default_factory=StationFilter)
    bbox: tuple[float, float, float, float] | None = None
    area: str | None = None
    text: str | TextCondition | None = None
    limit: int = LIMIT_DEFAULT
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Stations ordered by code; those whose hours are unknown come after all others.

    number_matched: on all pages together. unknown_from: place in `rows` of the first station
    of which it is not known whether it is open; the length of `rows` when there is none.
    number_unknown: how many such stations there are, listed or not; None when nobody asked.
    text_match: how they meet the text; None when there was none.
    """

    rows: list[Row]
    number_matched: int
    next_cursor: str | None
    unknown_from: int = LIMIT_MAX
    number_unknown: int | None = None
    text_match: Match | None = None


class _Group(NamedTuple):
    """Stations that meet the named conditions (of `stations.CONDITIONS`)."""

    names: list[str]
    parameters: dict[str, object]


def list_stations(database: Database, query: ListQuery) -> Page:
    """One page. Raises InputError for a limit out of range or a broken cursor."""
    if not 1 <= query.limit <= LIMIT_MAX:
        raise InputError(
            f"limit is {query.limit}", parameter="limit", allowed="1 to 1000", example="100"
        )
    if isinstance(query.text, str) and query.text.strip():
        meant = text_condition(database, query.text)
        page = list_stations(database, replace(query, text=meant))
        return replace(page, text_match=meant.match)
    asked = query.where.open_at
    if asked is None:
        return _page(database, query, [_conditions(query)])
    return settled(
        database,
        asked.minute,
        lambda known: _by_hours(database, query, known),
        lambda _, known: not has_newcomers(database, known),
    )


def _by_hours(database: Database, query: ListQuery, known: Openings) -> Page:
    is_open = _at_hours(query, "open", known.open_facet, not_open=known.not_open)
    unknown = _at_hours(query, "hours_unknown", UNKNOWN_FACET, not_unknown=known.not_unknown)
    wanted = query.where.open_at
    if wanted is not None and wanted.unknown:
        return _page(database, query, [is_open, unknown])
    page = _page(database, query, [is_open])
    return replace(page, number_unknown=stations.count_matching(database, *unknown))


def _at_hours(query: ListQuery, name: str, facet: int, **bits: str) -> _Group:
    """The facet leaves out most of the others by index; the bits decide."""
    names, parameters = _conditions(query)
    asked = filter_expression(query.where)
    facets = {"facets": f"({asked})&{facet}"}
    return _Group([name, *dict.fromkeys([*names, "facets"])], parameters | facets | bits)


def _page(database: Database, query: ListQuery, groups: list[_Group]) -> Page:
    begin, after = (0, None) if query.cursor is None else _decode(query.cursor, len(groups))
    counts = [stations.count_matching(database, *group) for group in groups]
    rows: list[Row] = []
    places: list[int] = []
    for place, (names, parameters) in enumerate(groups[begin:], begin):
        if place == begin and after is not None:
            names, parameters = [*names, "after"], {**parameters, "after": after}  # noqa: PLW2901
        rows += stations.page(database, names, parameters, query.limit + 1 - len(rows))
        places += [place] * (len(rows) - len(places))
        if len(rows) > query.limit:
            break
    more = len(rows) > query.limit
    rows, places = rows[: query.limit], places[: query.limit]
    return Page(
        rows,
        sum(counts),
        _encode(places[-1], rows[-1].code) if more else None,
        unknown_from=places.index(1) if 1 in places else len(rows),
        number_unknown=counts[1] if len(groups) > 1 else None,
    )


def get_station(database: Database, code: str) -> Row:
    """One station with every stored field. Raises NotFound."""
    if _CODE_FORM.fullmatch(code) is None:  # PostgreSQL would refuse a NUL with an error
        raise NotFound("station", code[:64])
    return stations.get_station(database, code)


def _conditions(query: ListQuery) -> _Group:
    parameters: dict[str, object] = {}
    names: list[str] = []
    if query.where != StationFilter():
        names.append("facets")
        parameters["facets"] = filter_expression(query.where)
    if query.where.seats is not None:
        names.append("seats")
        parameters["seats"] = query.where.seats
    if query.where.service is not None:
        names.append("service")
        parameters |= query.where.service.parameters()
    if query.bbox is not None:
        names.append("bbox")
        parameters |= dict(zip(("west", "south", "east", "north"), query.bbox, strict=True))
    if query.area is not None:
        names.append("area")
        parameters["area"] = query.area
    if isinstance(query.text, TextCondition):
        names += query.text.names
        parameters |= query.text.parameters
    return _Group(names, parameters)


def _encode(group: int, code: str) -> str:
    said = _SECOND * group + code
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _decode(cursor: str, groups: int) -> tuple[int, str]:
    """Which group of stations, and the code after which it goes on."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        said = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        said = ""
    code = said.removeprefix(_SECOND)
    group = len(said) - len(code)
    usable = 0 < len(code) <= 64 and code.isascii() and code.isprintable()
    if not usable or group >= groups:
        raise _broken_cursor()
    return group, code


def _broken_cursor() -> InputError:
    return InputError(
        "the cursor is not one this service gave",
        parameter="cursor",
        allowed='the cursor of a "next" link, unchanged',
    )
