"""The hot read: candidates near a point, in the order of an index.

Web Mercator is conformal, so an index on it gives nearly the order of true distance; the
spheroid's own order is put on the few rows that come back (`search/nearest.py` proves that
none is missing). Statements are text, prepared by the server once a connection.
"""

from __future__ import annotations

from functools import cache
from typing import Final, LiteralString, NamedTuple

from station_map.store.database import Database


class Candidate(NamedTuple):
    """A station near the point.

    distance_m: geodesic metres on WGS-84. bearing_deg: from the point, clockwise from
    north; None at the point itself. mercator_m: distance in EPSG:3857 units.
    """

    code: str
    lon: float
    lat: float
    properties: str
    known_amenity_ids: list[int]
    distance_m: float
    bearing_deg: float | None
    mercator_m: float


def _statement(conditions: LiteralString) -> LiteralString:
    return f"""
SELECT c.code, c.lon, c.lat, c.properties, c.known_amenity_ids,
    ST_Distance(c.position, q.here) AS distance_m,
    degrees(ST_Azimuth(q.here, c.position)),
    c.mercator_m
FROM (
    SELECT code, lon, lat, properties, known_amenity_ids, position,
        merc <-> ST_Point(%(x)s, %(y)s, 3857) AS mercator_m
    FROM station_card
    WHERE {conditions}
    ORDER BY merc <-> ST_Point(%(x)s, %(y)s, 3857)
    LIMIT %(limit)s
) c, (SELECT ST_Point(%(lon)s, %(lat)s, 4326)::geography AS here) q
ORDER BY distance_m, c.code
"""


_GROUP_NUMBERS: Final[tuple[LiteralString, ...]] = ("0", "1", "2", "3", "4", "5", "6", "7")
MAX_GROUPS: Final = len(_GROUP_NUMBERS)
_WITHIN: Final = " AND merc && ST_Expand(ST_Point(%(x)s, %(y)s, 3857), %(reach)s)"

# "open" alone is on nearly every station: the plain index is the shorter way there.
OPEN: Final = _statement("status = 'open'")
OPEN_WITHIN: Final = _statement("status = 'open'" + _WITHIN)
FILTERED: Final = _statement("facet_ids @@ %(facets)s::query_int")
FILTERED_WITHIN: Final = _statement("facet_ids @@ %(facets)s::query_int" + _WITHIN)


@cache
def unknown_statement(groups: int, *, within: bool) -> LiteralString:
    """Stations that may offer what is asked: not all of it is known, nothing is denied.

    Parameters beside those of FILTERED (`facets` without the asked amenities): `full`, the
    `query_int` with them; `wanted`, ids that must not be known to be missing; `group0`…
    for `groups` lists of which at least one may not be known to be missing.
    """
    conditions: LiteralString = (
        "facet_ids @@ %(facets)s::query_int AND NOT facet_ids @@ %(full)s::query_int"
        " AND (known_amenity_ids & %(wanted)s::int[]) <@ facet_ids"
    )
    for n in _GROUP_NUMBERS[:groups]:
        conditions += f" AND (facet_ids && %(group{n})s::int[] OR NOT known_amenity_ids @> %(group{n})s::int[])"
    return _statement(conditions + (_WITHIN if within else ""))


def candidates(
    database: Database, statement: LiteralString, parameters: dict[str, object]
) -> list[Candidate]:
    """Run one of the statements above; rows by true distance, then code.

    parameters: x, y (EPSG:3857), lon, lat (degrees), limit; reach (EPSG:3857 units) for the
    WITHIN ones; facets (a `query_int` text) for the filtered ones.
    """
    with database.reading() as connection:
        cursor = connection.execute(statement, parameters, prepare=True)
        return [Candidate(*row) for row in cursor.fetchall()]
