"""Pages of stations by filter, box, area and text; and one station."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from station_map.errors import InputError, NotFound
from station_map.search.filters import StationFilter
from station_map.search.nearest import filter_expression
from station_map.search.opening import settled
from station_map.search.paging import (
    ALL_RANKED,
    LEADERS,
    THE_OTHERS,
    Section,
    decode,
    encode,
    read_sections,
)
from station_map.search.text import Match, text_condition
from station_map.store import ranking, stations
from station_map.store.database import Database
from station_map.store.narrow import by_text
from station_map.store.stations import Row
from station_map.store.timetables import UNKNOWN_FACET, Openings, has_newcomers

LIMIT_DEFAULT: Final = 100
LIMIT_MAX: Final = 1_000
CODE_FORM: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}", re.ASCII)


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
    text: str | None = None
    limit: int = LIMIT_DEFAULT
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Stations by code; with a text, the best matches first (`store/ranking.py`), then by code.

    Those whose hours are unknown come after all others.

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


class Group(NamedTuple):
    """Stations that meet the named conditions (of `stations.CONDITIONS`)."""

    names: list[str]
    parameters: dict[str, object]


class _Text(NamedTuple):
    """What the text means: its conditions, and by which rank the best come first."""

    match: Match
    conditions: Group
    rank: str
    ranking: dict[str, object]


def list_stations(database: Database, query: ListQuery) -> Page:
    """One page. Raises InputError for a limit out of range or a broken cursor."""
    if not 1 <= query.limit <= LIMIT_MAX:
        raise InputError(
            f"limit is {query.limit}", parameter="limit", allowed="1 to 1000", example="100"
        )
    text = _read_text(database, query.text) if query.text and query.text.strip() else None
    asked = query.where.open_at
    if asked is None:
        return _page(database, query, text, [_conditions(query, text)])
    return settled(
        database,
        asked.minute,
        lambda known: _by_hours(database, query, text, known),
        lambda _, known: not has_newcomers(database, known),
    )


def groups_of(database: Database, query: ListQuery) -> Sequence[Group]:
    """Conditions of all stations that the query means, whatever its page, group by group.

    Those whose hours are unknown are a group of their own, if they are asked for.
    """
    text = _read_text(database, query.text) if query.text and query.text.strip() else None
    asked = query.where.open_at
    if asked is None:
        return [_conditions(query, text)]
    return settled(
        database,
        asked.minute,
        lambda known: [*_groups_by_hours(query, text, known)],
        lambda _, known: not has_newcomers(database, known),
    )


def _groups_by_hours(query: ListQuery, text: _Text | None, known: Openings) -> list[Group]:
    """Those that are open for certain, then those of which nobody knows, if they are wanted."""
    both = _open_and_unknown(query, text, known)
    wanted = query.where.open_at
    return [*both] if wanted is not None and wanted.unknown else [both[0]]


def _open_and_unknown(query: ListQuery, text: _Text | None, known: Openings) -> tuple[Group, Group]:
    asked = _conditions(query, text)
    return (
        _at_hours(query, asked, "open", known.open_facet, not_open=known.not_open),
        _at_hours(query, asked, "hours_unknown", UNKNOWN_FACET, not_unknown=known.not_unknown),
    )


def _read_text(database: Database, text: str) -> _Text:
    """The stations that an index of spellings gives are asked by number, if they are not many."""
    meant = text_condition(database, text)
    among = ranking.up_to(database, by_text(meant.names).ids, meant.parameters)
    written = [name.replace("text", "written") for name in meant.names]
    if among is None:
        group = Group(written, dict(meant.parameters))
    else:
        left = [name for name in written if name.startswith(("written", "signs"))]
        group = Group(["among", *left], {**meant.parameters, "among": among})
    return _Text(meant.match, group, meant.rank, meant.ranking)


def _by_hours(database: Database, query: ListQuery, text: _Text | None, known: Openings) -> Page:
    is_open, unknown = _open_and_unknown(query, text, known)
    wanted = query.where.open_at
    if wanted is not None and wanted.unknown:
        return _page(database, query, text, [is_open, unknown])
    page = _page(database, query, text, [is_open])
    return replace(page, number_unknown=stations.count_matching(database, *unknown))


def _at_hours(query: ListQuery, asked: Group, name: str, facet: int, **bits: str) -> Group:
    """The facet leaves out most of the others by index; the bits decide."""
    facets = {"facets": f"({filter_expression(query.where)})&{facet}"}
    names = [name, *dict.fromkeys([*asked.names, "facets"])]
    return Group(names, asked.parameters | facets | bits)


def _page(database: Database, query: ListQuery, text: _Text | None, groups: list[Group]) -> Page:
    after = None
    if query.cursor is not None:
        after = decode(query.cursor, groups=len(groups), text=text is not None)
    counts = [stations.count_matching(database, *group) for group in groups]
    if text is None:
        sections = [Section(group=n, names=g[0], parameters=g[1]) for n, g in enumerate(groups)]
    else:
        # As the page before was ordered: a station more or less changes nothing about the rest.
        whole = sum(counts) <= ranking.RANKED if after is None else after.part == ALL_RANKED
        sections = _best_first(database, text, groups, whole=whole or text.rank == "near")
    found = read_sections(database, sections, after, query.limit + 1)
    more = len(found) > query.limit
    found = found[: query.limit]
    return Page(
        [row for _, row in found],
        sum(counts),
        encode(found[-1][0]) if more else None,
        unknown_from=sum(place.group == 0 for place, _ in found),
        number_unknown=counts[1] if len(groups) > 1 else None,
        text_match=None if text is None else text.match,
    )


def _best_first(
    database: Database, text: _Text, groups: list[Group], *, whole: bool
) -> list[Section]:
    """whole: whether all are ranked. Of too many, those whose name is meant come first."""
    if whole:
        return [
            Section(
                group=n,
                names=names,
                parameters=parameters | text.ranking,
                part=ALL_RANKED,
                rank=text.rank,
            )
            for n, (names, parameters) in enumerate(groups)
        ]
    leaders = ranking.leaders(database, text.rank, text.ranking)
    sections = []
    for n, (names, parameters) in enumerate(groups):
        told = {**parameters, **text.ranking, "leaders": leaders}
        leading = [*names, "leading"]
        others = [*names, "not_leading"] if leaders else names
        sections += [
            Section(group=n, names=leading, parameters=told, part=LEADERS, rank=text.rank),
            Section(group=n, names=others, parameters=told, part=THE_OTHERS),
        ]
    return sections


def get_station(database: Database, code: str) -> Row:
    """One station with every stored field. Raises NotFound."""
    if CODE_FORM.fullmatch(code) is None:  # PostgreSQL would refuse a NUL with an error
        raise NotFound("station", code[:64])
    return stations.get_station(database, code)


def conditions_beside_facets(
    database: Database, query: ListQuery
) -> tuple[list[str], dict[str, object]]:
    """What `query` asks beside facets and hours: names of `stations.CONDITIONS`, parameters."""
    text = _read_text(database, query.text) if query.text and query.text.strip() else None
    names, parameters = _conditions(query, text)
    return [name for name in names if name != "facets"], parameters


def _conditions(query: ListQuery, text: _Text | None) -> Group:
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
    if text is not None:
        names += text.conditions.names
        parameters |= text.conditions.parameters
    return Group(names, parameters)
