"""The hot read: candidates near a point, in the order of an index.

Web Mercator is conformal, so an index on it gives nearly the order of true distance; the
spheroid's own order is put on the few rows that come back (`search/nearest.py` proves that
none is missing). Statements are text, prepared by the server once a connection.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from struct import Struct
from typing import Any, Final, LiteralString, NamedTuple

from psycopg.pq.abc import PGresult

from station_map.store.database import Database
from station_map.store.hot import HotStatement, Value
from station_map.store.timetables import IS_OPEN, IS_UNKNOWN


class Hit(NamedTuple):
    """A station near the point, its texts in UTF-8 as the server sent them.

    distance_m: geodesic metres on WGS-84. bearing_deg: from the point, clockwise from north;
    0 at the point itself. coordinates: "lon,lat" in degrees, WGS-84, rounded to 1e-7. card:
    the JSON text of the properties object. opening_hours, status, suspended_until, exceptions
    (as in `timetable`): what its state at a moment depends on. timetable: see `timetable_id`.
    known_array: see `known_amenity_ids`. unknown: asked amenities of which nothing is known
    there. hours_unknown: whether it was asked to be open, and nobody knows. text_match: how it
    meets the words that were asked for ("exact", "sound" or "similar"); "" when none were.
    """

    distance_m: float
    bearing_deg: float
    code_utf8: bytes
    coordinates: bytes
    card: bytes
    opening_hours: str | None
    status: str
    suspended_until: dt.date | None
    exceptions: str | None = None
    timetable: bytes | None = None
    known_array: bytes = b""
    unknown: tuple[str, ...] = ()
    hours_unknown: bool = False
    text_match: str = ""

    @property
    def code(self) -> str:
        return self.code_utf8.decode()

    @property
    def lon(self) -> float:
        return float(self.coordinates.partition(b",")[0])

    @property
    def lat(self) -> float:
        return float(self.coordinates.partition(b",")[2])

    @property
    def timetable_id(self) -> int:
        """The row of `timetable`; 0 where no clock matters, or when it was not asked for."""
        return int.from_bytes(self.timetable or b"")

    @property
    def known_amenity_ids(self) -> list[int]:
        """Amenities of which the state is known there, from PostgreSQL's binary int[].

        Only the statements for unknown amenities ask for it. Its head has 20 bytes, each item
        a length and a value of four bytes.
        """
        return [number for _, number in _ITEM.iter_unpack(self.known_array[20:])]


# The first column: a float8[] of distance_m, mercator_m and bearing_deg. Its head has 20
# bytes, and a length of four bytes precedes each item.
_FIGURES: Final = Struct(">20x4xd4xd4xd")
_ITEM: Final = Struct(">ii")
# Columns that some statements have beyond the others.
_TIMETABLE: Final = 8
_KNOWN: Final = 9


class Candidates:
    """What a read found, by true distance, then code. Only what is asked for is unpacked.

    distances_m: geodesic metres, of each. farthest_on_map: the largest distance in EPSG:3857
    units, 0 where there is none or the read was not in the map's order.
    """

    def __init__(self, result: PGresult) -> None:
        # Called a hundred times a request: a local name, and no function of our own within.
        value: Callable[[int, int], Any] = result.get_value
        figures = b"".join([value(row, 0) for row in range(result.ntuples)])
        self._value = value
        self._with_timetable = result.nfields > _TIMETABLE
        self._with_known = result.nfields > _KNOWN
        self._figures = list(_FIGURES.iter_unpack(figures))
        self.distances_m: list[float] = [distance_m for distance_m, _, _ in self._figures]
        self.farthest_on_map: float = max((on_map for _, on_map, _ in self._figures), default=0.0)

    def __len__(self) -> int:
        return len(self._figures)

    def first(self, count: int) -> list[Hit]:
        """The first `count`, or all when there are fewer."""
        value = self._value
        hits = []
        for row, (distance_m, _, bearing_deg) in enumerate(self._figures[:count]):
            hours, until, exceptions = value(row, 4), value(row, 6), value(row, 7)
            hits.append(
                Hit(
                    distance_m,
                    bearing_deg,
                    value(row, 1),
                    value(row, 2),
                    value(row, 3),
                    hours and hours.decode(),
                    value(row, 5).decode(),
                    until and dt.date.fromisoformat(until.decode()),
                    exceptions and exceptions.decode(),
                    value(row, _TIMETABLE) if self._with_timetable else None,
                    value(row, _KNOWN) if self._with_known else b"",
                )
            )
        return hits


_COLUMNS: Final[LiteralString] = (
    "code, lon, lat, properties, known_amenity_ids, position,"
    " opening_hours, status, suspended_until, exceptions, timetable_id"
)
_HERE: Final[LiteralString] = "ST_Point(%(lon)s, %(lat)s, 4326)::geography"
_MAP_HERE: Final[LiteralString] = "ST_Point(%(x)s, %(y)s, 3857)"
_WITHIN: Final[LiteralString] = f" AND merc && ST_Expand({_MAP_HERE}, %(reach)s)"


@dataclass(frozen=True, slots=True)
class Statements:
    """The two reads for one shape of filter.

    by_map: at most `limit` stations by map distance (an index gives that order).
    by_truth: at most `limit` by true distance among those in a square of the map of half
    side `reach`; costs as much as there are stations in it.
    conditions, further: what they were made of, to narrow them.
    """

    by_map: LiteralString
    by_map_within: LiteralString
    by_truth: LiteralString
    conditions: LiteralString
    further: LiteralString


def _by_map(conditions: LiteralString, further: LiteralString) -> LiteralString:
    return _with_distances(
        f"""
    SELECT {_COLUMNS}, merc <-> {_MAP_HERE} AS mercator_m
    FROM station_card WHERE {conditions}
    ORDER BY merc <-> {_MAP_HERE} LIMIT %(limit)s""",
        further,
    )


def _by_truth(conditions: LiteralString, further: LiteralString) -> LiteralString:
    return _with_distances(
        f"""
    SELECT {_COLUMNS}, 0::float8 AS mercator_m
    FROM station_card WHERE {conditions + _WITHIN}
    ORDER BY ST_Distance(position, {_HERE}), code LIMIT %(limit)s""",
        further,
    )


def _with_distances(candidates: LiteralString, further: LiteralString) -> LiteralString:
    # OFFSET 0 keeps the planner from merging the levels, which would measure each twice.
    return f"""
SELECT ARRAY[distance_m, c.mercator_m, coalesce(degrees(ST_Azimuth(here, c.position)), 0)],
    c.code, round(c.lon * 1e7) / 1e7 || ',' || round(c.lat * 1e7) / 1e7, c.properties,
    c.opening_hours, c.status, c.suspended_until::text, c.exceptions{further}
FROM (SELECT c.*, here, ST_Distance(c.position, here) AS distance_m
    FROM ({candidates}) c, (SELECT {_HERE} AS here OFFSET 0) q OFFSET 0) c
ORDER BY distance_m, c.code
"""


def _statements(conditions: LiteralString, further: LiteralString = "") -> Statements:
    return Statements(
        _by_map(conditions, further),
        _by_map(conditions + _WITHIN, further),
        _by_truth(conditions, further),
        conditions,
        further,
    )


# How many stations a walk outwards asks before it gives up.
WALK: Final = 5_000


@cache
def walk(statements: Statements, each: LiteralString) -> LiteralString:
    """At most `limit` stations by map distance, among the WALK nearest that meet the conditions.

    each: a condition on `near` that no index of places knows.
    """
    return _with_distances(
        f"""
    SELECT {_COLUMNS}, mercator_m
    FROM (SELECT {_COLUMNS}, station_id, search_text, adcode, merc <-> {_MAP_HERE} AS mercator_m
        FROM station_card WHERE {statements.conditions}
        ORDER BY merc <-> {_MAP_HERE} LIMIT 5000) near
    WHERE {each}
    ORDER BY mercator_m LIMIT %(limit)s""",
        statements.further,
    )


@cache
def in_order(statements: Statements, ids: LiteralString, asked: LiteralString) -> LiteralString:
    """At most `limit` by true distance, of some stations that meet the conditions.

    ids: an array of those stations. asked: a further condition on `station_card`.
    """
    # OFFSET 0: each is read by its number and then asked. The planner would rather look up all
    # stations with the facets too.
    return _with_distances(
        f"""
    SELECT {_COLUMNS}, 0::float8 AS mercator_m
    FROM (SELECT * FROM station_card WHERE station_id = ANY ({ids}) OFFSET 0) station_card
    WHERE {statements.conditions} AND {asked}
    ORDER BY ST_Distance(position, {_HERE}), code LIMIT %(limit)s""",
        statements.further,
    )


# "open" alone is on nearly every station: the plain index is the shorter way there.
OPEN: Final = _statements("status = 'open'")
FILTERED: Final = _statements("facet_ids @@ %(facets)s::query_int")

# Open, or unknown, on arrival: the distance is another for each station, so its timetable is
# asked. What is not worked out for that moment passes; whoever reads it asks the hours.
_ARRIVING: Final[LiteralString] = f"""
    (SELECT CASE WHEN t.computed_by = %(by)s::text
            AND at >= t.computed_from AND at < t.computed_until
        THEN t.{{column}} @> at ELSE true END
    FROM timetable t, LATERAL (SELECT to_timestamp(%(now)s::float8
        + %(pace)s::float8 * ST_Distance(position, {_HERE})) AS at OFFSET 0) moment
    WHERE t.id = timetable_id)"""
HOURS: Final[dict[str, LiteralString]] = {
    "open": IS_OPEN,
    "unknown": IS_UNKNOWN,
    "arriving_open": _ARRIVING.replace("{column}", "open"),
    "arriving_unknown": _ARRIVING.replace("{column}", "unknown"),
}


@cache
def at_hours(hours: str) -> Statements:
    """Stations by filter and clock; `hours` is a key of HOURS.

    Parameters beside those of FILTERED: those of the condition (see `store/timetables.py`); on
    arrival `now` (seconds since 1970 UTC), `pace` (seconds a metre), `by` (the rules in force).
    """
    return _statements(f"facet_ids @@ %(facets)s::query_int AND {HOURS[hours]}", _ASKED)


_ASKED: Final[LiteralString] = ", c.timetable_id"
_GROUPS: Final[tuple[LiteralString, ...]] = tuple(
    f" AND (facet_ids && %(group{n})s::int[] OR NOT known_amenity_ids @> %(group{n})s::int[])"
    for n in ("0", "1", "2", "3", "4", "5", "6", "7")
)


@cache
def unknown_statements(groups: int, hours: str | None = None) -> Statements:
    """Stations that may offer what is asked: not all of it is known, nothing is denied.

    Parameters beside those of FILTERED (`facets` without the asked amenities): `full`, the
    `query_int` with them; `wanted`, ids that must not be known to be missing; `group0`…
    for `groups` lists (at most 8) of which at least one may not be known to be missing. With
    `hours` a key of HOURS, that must hold too.
    """
    conditions: LiteralString = (
        "facet_ids @@ %(facets)s::query_int AND NOT facet_ids @@ %(full)s::query_int"
        " AND (known_amenity_ids & %(wanted)s::int[]) <@ facet_ids"
    )
    for group in _GROUPS[:groups]:
        conditions += group
    if hours is not None:
        conditions += f" AND {HOURS[hours]}"
    return _statements(conditions, f"{_ASKED}, c.known_amenity_ids")


def candidates(
    database: Database, statement: LiteralString, parameters: Mapping[str, Value]
) -> Candidates:
    """Run one of the statements above.

    parameters: x, y (EPSG:3857), lon, lat (degrees), limit; reach (EPSG:3857 units) where a
    square bounds the search; facets (a `query_int` text) for the filtered ones.
    """
    return Candidates(database.hot(_prepared(statement), parameters))


_prepared = cache(HotStatement)
