"""Stations that may be one: found by place, name, telephone, brand; and what was said of two.

Asked when somebody looks, within that somebody's area (docs/adr/0033): each station asks the
index of places for its neighbours, so what it costs grows with the stations asked for, not with
those that there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final, LiteralString, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from station_map.domain import likeness
from station_map.domain.accounts import Account, Action, Place
from station_map.domain.accounts.roles import Reach, reach, shared_digits
from station_map.domain.likeness import Likeness
from station_map.errors import Conflict, NotFound
from station_map.store.database import Database

MOST_COMPARED: Final = 5_000
"""Stations that one question compares: a city several times over, in about a second."""
LOCK: Final = 0x53_4D_44  # "SMD": answers come one after the other


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


class Answer(NamedTuple):
    """What somebody said of two stations. told: see `DuplicateAnswerRow`."""

    id: int
    at: dt.datetime
    actor: str
    answer: str
    first_id: int
    second_id: int
    reason: str
    told: dict[str, Any]
    change_set_id: int | None
    undone_at: dt.datetime | None
    undone_by: str | None
    undone_reason: str | None


# ---- finding ----------------------------------------------------------------------------

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


# ---- what was said ----------------------------------------------------------------------

_ANSWERS: Final[LiteralString] = """
SELECT id, at, actor, answer, first_id, second_id, reason, told, change_set_id, undone_at,
    undone_by, undone_reason FROM duplicate_answer
"""
_TAKE: Final[LiteralString] = "SELECT pg_advisory_xact_lock(%(lock)s)"
_LOCK_ROWS: Final[LiteralString] = """
SELECT s.id, s.version, s.name_key, s.lon, s.lat FROM station s
WHERE s.id = ANY (%(ids)s) ORDER BY s.id FOR UPDATE
"""
_OUTDATED: Final[LiteralString] = """
UPDATE duplicate_answer SET undone_at = now(), undone_by = current_setting('station_map.actor')
WHERE first_id = %(first)s AND second_id = %(second)s AND undone_at IS NULL
"""
_SAY: Final[LiteralString] = """
INSERT INTO duplicate_answer (actor, answer, first_id, second_id, reason, told, change_set_id)
VALUES (current_setting('station_map.actor'), %(answer)s, %(first)s, %(second)s, %(reason)s,
    %(told)s, %(change_set)s)
RETURNING id
"""
_TAKE_BACK: Final[LiteralString] = """
UPDATE duplicate_answer SET undone_at = now(), undone_by = current_setting('station_map.actor'),
    undone_reason = %(reason)s WHERE id = %(id)s
"""


class Seen(NamedTuple):
    """Two stations as somebody saw them who says something of them: ids, and their versions."""

    first: int
    second: int
    first_version: int
    second_version: int


def lock(unit: psycopg.Connection, seen: Seen) -> list[tuple[Any, ...]]:
    """Hold two stations and all answers until the end of the unit of work.

    (id, version, name_key, lon, lat) of both, by id. Raises Conflict when one is gone or has
    another version by now.
    """
    unit.execute(_TAKE, {"lock": LOCK})
    rows = unit.execute(_LOCK_ROWS, {"ids": [seen.first, seen.second]}).fetchall()
    versions = {row[0]: row[1] for row in rows}
    if versions != {seen.first: seen.first_version, seen.second: seen.second_version}:
        raise Conflict(
            "你看的时候，有人改了这两个驿站，或者已经合并了。请再看一次。"
            " One of the two was changed meanwhile, or merged; look again."
        )
    return rows


def say(
    unit: psycopg.Connection,
    answer: str,
    seen: Seen,
    reason: str,
    told: dict[str, Any],
    change_set: int | None = None,
) -> int:
    """Write an answer down; it stands in the place of an older one. The caller holds `lock`."""
    first, second = sorted((seen.first, seen.second))
    values = {"first": first, "second": second}
    unit.execute(_OUTDATED, values)
    row = unit.execute(
        _SAY,
        {
            **values,
            "answer": answer,
            "reason": reason,
            "told": Jsonb(told),
            "change_set": change_set,
        },
    ).fetchone()
    assert row is not None  # noqa: S101 - inserted
    return int(row[0])


def say_different(unit: psycopg.Connection, seen: Seen, reason: str) -> int:
    """They are two stations, as they stand and are called now. Raises Conflict as `lock`."""
    first, second = lock(unit, seen)
    told = {
        f"{which}_{name}": value
        for which, row in (("first", first), ("second", second))
        for name, value in zip(("name", "lon", "lat"), row[2:], strict=True)
    }
    return say(unit, "different", seen, reason, told)


def take_back(unit: psycopg.Connection, number: int, reason: str | None) -> None:
    """Let an answer hold no longer; what follows from it is the caller's."""
    unit.execute(_TAKE_BACK, {"id": number, "reason": reason})


def locked_answer(unit: psycopg.Connection, number: int) -> Answer:
    """An answer that holds, kept from others. Raises NotFound, and Conflict for one taken back."""
    unit.execute(_TAKE, {"lock": LOCK})
    row = unit.execute(_ANSWERS + "WHERE id = %(id)s FOR UPDATE", {"id": number}).fetchone()
    if row is None:
        raise NotFound("answer", str(number))
    found = Answer(*row)
    if found.undone_at is not None:
        raise Conflict("这个回答已经撤销了。 This answer was taken back already.")
    return found


def answer(database: Database, number: int) -> Answer:
    """One answer. Raises NotFound."""
    for row in database.rows(_ANSWERS + "WHERE id = %(id)s", {"id": number}):
        return Answer(*row)
    raise NotFound("answer", str(number))


def answers_about(database: Database, stations: Sequence[int], limit: int = 20) -> list[Answer]:
    """What was said of any of some stations, the latest first."""
    where: LiteralString = (
        "WHERE first_id = ANY (%(ids)s) OR second_id = ANY (%(ids)s)"
        " ORDER BY id DESC LIMIT %(limit)s"
    )
    values: dict[str, object] = {"ids": list(stations), "limit": limit}
    return [Answer(*row) for row in database.rows(_ANSWERS + where, values)]


def latest_answers(database: Database, limit: int = 100) -> list[Answer]:
    """The latest that was said of any stations."""
    rows = database.rows(_ANSWERS + "ORDER BY id DESC LIMIT %(limit)s", {"limit": limit})
    return [Answer(*row) for row in rows]


# ---- two beside each other --------------------------------------------------------------


class Around(NamedTuple):
    """What stands around a station: riders' reports, open cases, who keeps it, unsaved drafts."""

    reports: int
    open_cases: int
    keepers: tuple[str, ...]
    drafts: int


_AROUND: Final[LiteralString] = """
SELECT (SELECT count(*) FROM report r WHERE r.station_id = %(id)s),
    (SELECT count(*) FROM report_case c WHERE c.station_id = %(id)s AND c.answer IS NULL),
    coalesce((SELECT array_agg(a.name ORDER BY a.name) FROM account_station x
        JOIN account a ON a.id = x.account_id WHERE x.station_id = %(id)s), '{}'),
    (SELECT count(*) FROM station_draft d WHERE d.station_id = %(id)s)
"""
_NOW: Final[LiteralString] = """
SELECT told.id, coalesce(f.station_id, told.id) FROM unnest(%(ids)s::bigint[]) AS told (id)
LEFT JOIN station_former f ON f.former_id = told.id
"""
_STANDING: Final[LiteralString] = """
WHERE first_id = %(first)s AND second_id = %(second)s AND undone_at IS NULL
"""


def around(database: Database, station: int) -> Around:
    """What stands around a station."""
    [(reports, cases, keepers, drafts)] = database.rows(_AROUND, {"id": station})
    return Around(reports, cases, tuple(keepers), drafts)


def standing_for(database: Database, stations: Sequence[int]) -> dict[int, int]:
    """By id, the station that stands for it now: itself, or the one it was merged into."""
    return dict(database.rows(_NOW, {"ids": list(stations)}))


def standing_answer(database: Database, first: int, second: int) -> Answer | None:
    """What was said of two stations (the lower id first) and was not taken back."""
    values: dict[str, object] = {"first": first, "second": second}
    for row in database.rows(_ANSWERS + _STANDING, values):
        return Answer(*row)
    return None
