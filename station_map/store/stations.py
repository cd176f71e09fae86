"""Reading stations: counts, pages of a list, one with everything known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString, NamedTuple

from station_map.errors import NotFound
from station_map.store import services_on, words
from station_map.store.database import Database
from station_map.store.ranking import RANKS
from station_map.store.timetables import IS_OPEN, IS_UNKNOWN


@dataclass(frozen=True, slots=True)
class StationCount:
    """How many stations are stored, and how many of them are demo data."""

    total: int
    demo: int


class DemoPresence(NamedTuple):
    """How many demo stations there are, and whether there are real ones."""

    demo: int
    real: bool


class Row(NamedTuple):
    """A station in a list. lon, lat: degrees, WGS-84. card: JSON text of its properties.

    opening_hours, status, suspended_until, exceptions (as in `timetable`): what its state at a
    moment depends on.
    """

    code: str
    lon: float
    lat: float
    card: str
    opening_hours: str | None
    status: str
    suspended_until: dt.date | None
    exceptions: str | None = None


_COUNT: Final = "SELECT count(*), count(*) FILTER (WHERE demo) FROM station"

# Asked for every page, so neither part counts real stations.
_DEMO: Final = """
SELECT (SELECT count(*) FROM station_card WHERE demo),
    EXISTS (SELECT FROM station_card WHERE NOT demo)
"""

# Public: nothing that names or reaches a person (who verified, a keeper's own phone).
# A mobile number is a person's, not the station's: eleven digits from 13 to 19 on, with or without
# a prefix, with anything short between them. Rather a station's own number too many is left out.
MOBILE: Final = "(^|[^0-9]|86|(^|[^0-9])0)1[^0-9]{0,3}[3-9]([^0-9]{0,3}[0-9]){9}"
_ONE: Final = """
SELECT s.code, s.lon, s.lat, (
    station_document(s) - '{lon,lat,source_lon,source_lat,source_datum,stated_district,
        verified_by,phone,photos}'::text[]
    || c.properties::jsonb
    || jsonb_build_object(
        'source_lon', s.source_lon, 'source_lat', s.source_lat, 'source_datum', s.source_datum,
        'stated_district', s.stated_district,
        'phone', CASE WHEN normalize(s.phone, NFKC) !~ %(mobile)s THEN s.phone END,
        'amenity_facts', station_document(s) -> 'amenities',
        'created_at', to_char(s.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'updated_at', to_char(s.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'version', s.version,
        'hours_exceptions', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('first_day', e -> 0, 'last_day', e -> 1,
                'opening_hours', e -> 2, 'reason', e -> 3)), '[]')
            FROM jsonb_array_elements(c.exceptions::jsonb) e
            WHERE (e ->> 1)::date >= (now() AT TIME ZONE 'Asia/Shanghai')::date))
)::text, s.opening_hours, s.status, s.suspended_until, c.exceptions
FROM station s JOIN station_card c ON c.station_id = s.id
WHERE s.code = %(code)s
"""

CONDITIONS: Final[dict[str, LiteralString]] = {
    **words.CONDITIONS,
    "facets": "facet_ids @@ %(facets)s::query_int",
    # The index holds boxes in single precision, a metre off at the edges: ask once more.
    "bbox": "merc && ST_Transform(ST_MakeEnvelope(%(west)s, greatest(%(south)s, -85),"
    " %(east)s, least(%(north)s, 85), 4326), 3857)"
    " AND lon BETWEEN %(west)s AND %(east)s AND lat BETWEEN %(south)s AND %(north)s",
    "area": "adcode IN (SELECT a.adcode FROM area a LEFT JOIN area p ON p.adcode = a.parent_adcode"
    " WHERE %(area)s IN (a.adcode, a.parent_adcode, p.parent_adcode))",
    "after": "code > %(after)s",
    "seats": "station_id IN (SELECT s.id FROM station s WHERE s.seats >= %(seats)s)",
    "service": f"station_id IN ({services_on.STATIONS})",
    "open": IS_OPEN,
    "hours_unknown": IS_UNKNOWN,
}


def station_count(database: Database) -> StationCount:
    """Count stations, demo data apart."""
    [row] = database.rows(_COUNT)
    return StationCount(*row)


def demo_presence(database: Database) -> DemoPresence:
    """What a page must say of demo data; cheap however many stations there are."""
    [row] = database.rows(_DEMO)
    return DemoPresence(*row)


def get_station(database: Database, code: str) -> Row:
    """One station; its card holds every stored field.

    Raises NotFound.
    """
    for row in database.rows(_ONE, {"code": code, "mobile": MOBILE}):
        return Row(*row)
    raise NotFound("station", code)


def audiences(database: Database, codes: Sequence[str]) -> dict[str, str]:
    """Whom stations are known to serve, by their codes; cards do not tell it."""
    statement: LiteralString = (
        "SELECT code, audience FROM station WHERE audience IS NOT NULL AND code = ANY (%(codes)s)"
    )
    return dict(database.rows(statement, {"codes": list(codes)}))


def _where(names: list[str]) -> LiteralString:
    clause: LiteralString = " AND ".join(CONDITIONS[name] for name in names)
    return "WHERE " + clause if names else ""


def count_matching(database: Database, names: list[str], parameters: dict[str, object]) -> int:
    """How many stations meet the named conditions (keys of CONDITIONS)."""
    if names and words.OF_SPELLING.issuperset(names):  # a tenth of what cards weigh
        statement = "SELECT count(*) FROM station_words w " + words.spelled_so(names)
    else:
        statement = "SELECT count(*) FROM station_card " + _where(names)
    [(count,)] = _read(database, names)(statement, parameters)
    return int(count)


_COLUMNS: Final[LiteralString] = (
    "code, lon, lat, properties, opening_hours, status, suspended_until, exceptions"
)


def page(
    database: Database, names: list[str], parameters: dict[str, object], limit: int
) -> list[Row]:
    """At most `limit` stations that meet the named conditions, by code."""
    where = _where(names)
    statement = f"SELECT {_COLUMNS} FROM station_card {where} ORDER BY code LIMIT %(limit)s"
    read = _read(database, names)
    return [Row(*row) for row in read(statement, {**parameters, "limit": limit})]


def ranked_page(
    database: Database,
    rank: str,
    names: list[str],
    parameters: dict[str, object],
    limit: int,
    after: tuple[int, str] | None,
) -> list[tuple[int, Row]]:
    """At most `limit` stations that meet the named conditions, with their rank; by it, then code.

    rank: a key of `ranking.RANKS`. after: rank and code of the one before the first.
    """
    # OFFSET 0: each is ranked once.
    statement: LiteralString = (
        f"SELECT rank, {_COLUMNS} FROM (SELECT {_COLUMNS}, {RANKS[rank]} AS rank"
        f" FROM station_card {_where(names)} OFFSET 0) ranked"
    )
    if after is not None:
        statement += " WHERE (rank, code) > (%(after_rank)s, %(after)s)"
        parameters = {**parameters, "after_rank": after[0], "after": after[1]}
    statement += " ORDER BY rank, code LIMIT %(limit)s"
    found = database.rows_planned_anew(statement, {**parameters, "limit": limit})
    return [(number, Row(*row)) for number, *row in found]


def _read(
    database: Database, names: list[str]
) -> Callable[[LiteralString, dict[str, object]], list[tuple[Any, ...]]]:
    """What few stations meet wants an index, what nearly all meet does not."""
    depends = not {*words.CONDITIONS, "seats", "service"}.isdisjoint(names)
    return database.rows_planned_anew if depends else database.rows
