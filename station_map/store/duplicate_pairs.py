"""Stations that may be one, found by place, name, telephone and brand.

Asked when somebody looks, within that somebody's area (docs/adr/0033): each station asks the
index of places for its neighbours, so what it costs grows with the stations asked for, not with
those that there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, LiteralString, NamedTuple

from station_map.domain import likeness
from station_map.domain.accounts import Account, Action, Place
from station_map.domain.accounts.roles import Reach, reach, shared_digits
from station_map.domain.likeness import Likeness
from station_map.errors import NotFound
from station_map.store.database import Database

MOST_COMPARED: Final = 5_000
"""Stations that one question compares: a city several times over, in about a second."""


class Side(NamedTuple):
    """One of two stations, as far as a list tells it. lon, lat: degrees, WGS-84."""

    id: int
    code: str
    name: str
    adcode: str | None
    district: str | None
    lon: float
    lat: float
    address: str | None
    status: str

    @property
    def place(self) -> Place:
        """Where it is, for asking who may."""
        return Place(self.id, self.adcode)


class Pair(NamedTuple):
    """Two stations, the one with the lower id first, and what they have in common."""

    first: Side
    second: Side
    likeness: Likeness


class Found(NamedTuple):
    """A page of pairs, the likeliest first. every: how many there are. compared: stations asked
    for; with more than MOST_COMPARED nothing was compared.
    """

    pairs: list[Pair]
    every: int
    compared: int


class Around(NamedTuple):
    """What stands around a station: riders' reports, open cases, who keeps it, unsaved drafts."""

    reports: int
    open_cases: int
    keepers: tuple[str, ...]
    drafts: int


# A box on the index of places: Mercator stretches by 1/cos(lat), and a box as wide as a circle
# of the spheroid must be some hundredths wider.
_BOX: Final[LiteralString] = (
    f"ST_Expand(a.merc, 1.02 * {likeness.FAR_M} / cos(radians(abs(a.lat) + 0.05)))"
)
_POINTS: Final[LiteralString] = (
    "(CASE "
    + " ".join(f"WHEN distance_m <= {limit} THEN {points}" for limit, points in likeness.WITHIN_M)
    + " ELSE 0 END)"
)
_LIKENESS: Final[LiteralString] = """
    s.name_key = t.name_key AS same_name,
    wa.sound = wb.sound AS same_sound,
    CASE WHEN wa.sound = wb.sound THEN 1.0 ELSE similarity(wa.sound, wb.sound)::float8 END
        AS name_like,
    length(p.digits) >= 7 AND length(q.digits) >= 7
        AND (p.digits LIKE '%%' || q.digits OR q.digits LIKE '%%' || p.digits) AS same_phone,
    coalesce(lower(s.brand) = lower(t.brand), false) AS same_brand,
    CASE WHEN s.host_type = t.host_type THEN s.host_type END AS host
"""
_SCORE: Final[LiteralString] = f"""
    {_POINTS}
    + CASE WHEN same_name THEN {likeness.SAME_NAME} WHEN same_sound THEN {likeness.SAME_SOUND}
        WHEN name_like >= {likeness.LIKE_FROM}
        THEN round({likeness.LIKE_NAME} * name_like::numeric)::integer ELSE 0 END
    + CASE WHEN same_phone THEN {likeness.SAME_PHONE} ELSE 0 END
    + CASE WHEN same_brand THEN {likeness.SAME_BRAND} ELSE 0 END
    + CASE WHEN host IS NOT NULL THEN {likeness.SAME_HOST} ELSE 0 END
"""
_DIGITS: Final[LiteralString] = "coalesce(regexp_replace(phone, '[^0-9]', '', 'g'), '') AS digits"
_JOINED: Final[LiteralString] = f"""
JOIN station s ON s.id = a.station_id JOIN station t ON t.id = b.station_id
JOIN station_words wa ON wa.station_id = s.id JOIN station_words wb ON wb.station_id = t.id
CROSS JOIN LATERAL (SELECT {_DIGITS} FROM (SELECT s.phone) one) p
CROSS JOIN LATERAL (SELECT {_DIGITS} FROM (SELECT t.phone) one) q
"""
# Said to be different, and both still stand where they stood and are called what they were called.
_AS_THEN: Final[LiteralString] = f"""
    x.told ->> 'first_name' = s.name_key AND x.told ->> 'second_name' = t.name_key
    AND ST_Distance(s.position, ST_Point((x.told ->> 'first_lon')::float8,
        (x.told ->> 'first_lat')::float8, 4326)::geography) <= {likeness.MOVED_M}
    AND ST_Distance(t.position, ST_Point((x.told ->> 'second_lon')::float8,
        (x.told ->> 'second_lat')::float8, 4326)::geography) <= {likeness.MOVED_M}
"""
_UNANSWERED: Final[LiteralString] = f"""
NOT EXISTS (SELECT FROM duplicate_answer x
    WHERE x.first_id = s.id AND x.second_id = t.id AND x.undone_at IS NULL
        AND (x.answer <> 'different' OR ({_AS_THEN})))
AND NOT EXISTS (SELECT FROM station_door d JOIN station_door e ON e.door_id = d.door_id
    WHERE d.station_id = s.id AND e.station_id = t.id)
"""
_MINE: Final[LiteralString] = (
    "(%(areas)s::text[] IS NULL OR a.adcode LIKE ANY (%(areas)s))"
    " AND (%(district)s::text IS NULL OR a.adcode LIKE %(district)s)"
)
_NEIGHBOUR_MINE: Final[LiteralString] = (
    "(%(areas)s::text[] IS NULL OR n.adcode LIKE ANY (%(areas)s))"
    " AND (%(district)s::text IS NULL OR n.adcode LIKE %(district)s)"
)
_COUNT: Final[LiteralString] = "SELECT count(*) FROM station_card a WHERE " + _MINE
# OFFSET 0: each asks the index for its neighbours, whatever the planner thinks of how many.
_PAIRS: Final[LiteralString] = f"""
WITH neighbours AS MATERIALIZED (
    SELECT a.station_id AS first_id, b.station_id AS second_id,
        ST_Distance(a.position, b.position) AS distance_m
    FROM station_card a
    CROSS JOIN LATERAL (
        SELECT n.station_id, n.position FROM station_card n
        WHERE n.merc && {_BOX}
            AND n.station_id > a.station_id AND n.demo = a.demo AND {_NEIGHBOUR_MINE}
        OFFSET 0
    ) b
    WHERE {_MINE}
), near AS MATERIALIZED (
    SELECT s.id AS first_id, t.id AS second_id, a.distance_m, {_LIKENESS}
    FROM (SELECT first_id AS station_id, second_id, distance_m FROM neighbours) a
    CROSS JOIN LATERAL (SELECT a.second_id AS station_id) b
    {_JOINED}
    WHERE a.distance_m <= {likeness.FAR_M} AND {_UNANSWERED}
), scored AS (
    SELECT near.*, {_SCORE} AS score FROM near
    WHERE distance_m <= {likeness.NEAR_M} OR same_name OR same_sound OR same_phone
)
SELECT *, count(*) OVER () FROM scored WHERE score >= {likeness.ENOUGH}
ORDER BY score DESC, distance_m, first_id, second_id LIMIT %(limit)s OFFSET %(offset)s
"""
_LIKENESS_OF: Final[LiteralString] = f"""
SELECT distance_m, same_name, same_sound, name_like, same_phone, same_brand, host, {_SCORE}
FROM (
    SELECT ST_Distance(s.position, t.position) AS distance_m, {_LIKENESS}
    FROM (SELECT %(first)s::bigint AS station_id) a, (SELECT %(second)s::bigint AS station_id) b
    {_JOINED}
) one
"""
# With "a, b" the joins above would bind to b alone.
_LIKENESS_OF_TWO: Final[LiteralString] = _LIKENESS_OF.replace(
    "AS station_id) a, (SELECT", "AS station_id) a CROSS JOIN (SELECT"
)
_SIDES: Final[LiteralString] = """
SELECT s.id, s.code, s.name, s.adcode, d.name, s.lon, s.lat, s.address, s.status
FROM station s LEFT JOIN area d ON d.adcode = s.adcode WHERE s.id = ANY (%(ids)s)
"""


def candidates(
    database: Database,
    account: Account,
    *,
    district: str | None = None,
    limit: int = 30,
    offset: int = 0,
) -> Found:
    """Pairs that may be one station, both within the account's reach, the likeliest first.

    district: an adcode; only pairs of which both lie in it. Nothing is compared when there are
    more than MOST_COMPARED stations to ask for.
    """
    told = {**_reached(account, district), "limit": limit, "offset": offset}
    [(compared,)] = database.rows_planned_anew(_COUNT, told)
    if compared > MOST_COMPARED:
        return Found([], 0, compared)
    rows = database.rows_planned_anew(_PAIRS, told)
    known = sides(database, [number for row in rows for number in row[:2]])
    pairs = [Pair(known[row[0]], known[row[1]], Likeness(*row[2:10])) for row in rows]
    return Found(pairs, rows[0][10] if rows else 0, compared)


def _reached(account: Account, district: str | None) -> dict[str, object]:
    far = reach(account, Action.STATION_MERGE)
    areas = [f"{shared_digits(area)}%" for area in sorted(account.areas)]
    return {
        "areas": None if far is Reach.ALL else areas if far is Reach.AREAS else [],
        "district": f"{shared_digits(district)}%" if district else None,
    }


def sides(database: Database, stations: Sequence[int]) -> dict[int, Side]:
    """Stations by id; those that do not exist are left out."""
    found = database.rows(_SIDES, {"ids": list(stations)})
    return {row[0]: Side(*row) for row in found}


def likeness_of(database: Database, first: int, second: int) -> Likeness:
    """What two stations have in common, candidates or not. Raises NotFound."""
    for row in database.rows(_LIKENESS_OF_TWO, {"first": first, "second": second}):
        return Likeness(*row)
    raise NotFound("pair", f"{first} {second}")


_AROUND: Final[LiteralString] = """
SELECT (SELECT count(*) FROM report r WHERE r.station_id = %(id)s),
    (SELECT count(*) FROM report_case c WHERE c.station_id = %(id)s AND c.answer IS NULL),
    coalesce((SELECT array_agg(a.name ORDER BY a.name) FROM account_station x
        JOIN account a ON a.id = x.account_id WHERE x.station_id = %(id)s), '{}'),
    (SELECT count(*) FROM station_draft d WHERE d.station_id = %(id)s)
"""


def around(database: Database, station: int) -> Around:
    """What stands around a station."""
    [(reports, cases, keepers, drafts)] = database.rows(_AROUND, {"id": station})
    return Around(reports, cases, tuple(keepers), drafts)
