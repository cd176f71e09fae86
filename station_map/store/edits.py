"""Editing one station by hand: reading it whole, changing, verifying, creating it.

Every function that writes is a part of the caller's unit of work (`store.writing`) and leaves
the recording and deriving to `store.changing`. Whether the account may do it there is asked by
the caller, who knows the account.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString, NamedTuple

import psycopg
from psycopg import sql
from sqlalchemy import Connection

from station_map.domain.editing.edit import Move, StationEdit
from station_map.domain.editing.moves import checked_move
from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import AMENITY_BY_CODE, Honour
from station_map.errors import Conflict, NotFound, StationChanged
from station_map.store.areas import district_at
from station_map.store.bulk import Staging
from station_map.store.changing import changing
from station_map.store.columns import FIELD_TYPES
from station_map.store.database import Database

_EDITABLE: Final = frozenset(FIELD_TYPES) | {"aliases"}
_TYPES: Final = FIELD_TYPES | {"aliases": "text[]"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A station as it is stored. document: its fields as revisions tell them, by name.

    adcode, district: of the area that it lies in; None outside all of them.
    """

    id: int
    code: str
    version: int
    adcode: str | None
    district: str | None
    document: dict[str, Any]
    updated_at: dt.datetime


class Told(NamedTuple):
    """One revision: who, when, by which way, why, and {field: [before, after]}."""

    at: dt.datetime
    actor: str
    origin: str
    reason: str | None
    changes: dict[str, list[Any]]


class District(NamedTuple):
    """A district by its adcode, and its name."""

    adcode: str
    name: str


# --- reading ----------------------------------------------------------------------------------

_READ: Final[LiteralString] = """
SELECT s.id, s.code, s.version, s.adcode, a.name, station_document(s), s.updated_at
FROM station s LEFT JOIN area a ON a.adcode = s.adcode WHERE s.code = %(code)s
"""
_SINCE: Final[LiteralString] = """
SELECT r.at, r.actor, r.origin, r.reason, r.changes FROM revision r
JOIN station s ON s.id = r.station_id
WHERE s.code = %(code)s AND r.action = 'updated' ORDER BY r.id DESC LIMIT %(count)s
"""
_DISTRICT: Final[LiteralString] = "SELECT adcode, name FROM area WHERE adcode = " + district_at(
    "ST_Point(%(lon)s, %(lat)s, 4326)"
)
_MOST_TOLD: Final = 20


def snapshot(database: Database, code: str) -> Snapshot:
    """One station with every stored field. Raises NotFound."""
    for row in database.rows(_READ, {"code": code}):
        return Snapshot(*row)
    raise NotFound("station", code)


def told_since(database: Database, code: str, versions: int) -> list[Told]:
    """The last so many changes of a station, at most 20, the newest first."""
    count = max(0, min(versions, _MOST_TOLD))
    return [Told(*row) for row in database.rows(_SINCE, {"code": code, "count": count})]


def district_of(database: Database, lon: float, lat: float) -> District | None:
    """The district that a position (degrees, WGS-84) lies in."""
    found = database.rows(_DISTRICT, {"lon": lon, "lat": lat})
    return District(*found[0]) if found else None


# --- changing ---------------------------------------------------------------------------------

_LOCK: Final[LiteralString] = "SELECT id, version FROM station WHERE code = %(code)s FOR UPDATE"
_NOW: Final[LiteralString] = "SELECT version FROM station WHERE id = %(id)s"
_MOVES: Final[LiteralString] = (
    "SELECT ST_Distance(position, ST_Point(%(lon)s, %(lat)s, 4326)::geography), adcode, "
    + district_at("ST_Point(%(lon)s, %(lat)s, 4326)")
    + " FROM station WHERE id = %(id)s"
)
_MOVE: Final[LiteralString] = """
UPDATE station SET position = ST_Point(%(lon)s, %(lat)s, 4326)::geography,
    source_lon = %(source_lon)s, source_lat = %(source_lat)s, source_datum = %(source_datum)s
WHERE id = %(id)s
"""
_FORGET_AMENITY: Final[LiteralString] = (
    "DELETE FROM station_amenity WHERE station_id = %(id)s AND amenity_id = %(amenity)s"
)
_AMENITY: Final[LiteralString] = """
INSERT INTO station_amenity (station_id, amenity_id, state, quantity, note, fee, verified_at)
VALUES (%(id)s, %(amenity)s, %(state)s, %(quantity)s, %(note)s, %(fee)s, %(verified_at)s)
ON CONFLICT (station_id, amenity_id) DO UPDATE SET state = excluded.state,
    quantity = excluded.quantity, note = excluded.note, fee = excluded.fee,
    verified_at = excluded.verified_at
"""
_FORGET_HONOURS: Final[LiteralString] = (
    "DELETE FROM station_honour WHERE station_id = %(id)s AND NOT honour = ANY (%(honours)s)"
)
_HONOURS: Final[LiteralString] = """
INSERT INTO station_honour (station_id, honour)
SELECT %(id)s, unnest(%(honours)s::text[]) ON CONFLICT DO NOTHING
"""
_VERIFY: Final[LiteralString] = (
    "UPDATE station SET verified_at = now(), verified_by = %(actor)s WHERE id = %(id)s"
)


def locked(connection: psycopg.Connection, code: str, version: int) -> int:
    """The station's id, locked for this unit of work, if it still is at `version`.

    Raises NotFound and StationChanged.
    """
    row = connection.execute(_LOCK, {"code": code}).fetchone()
    if row is None:
        raise NotFound("station", code)
    number, stored = row
    if stored != version:
        raise StationChanged(code, stored)
    return int(number)


def edit_station(
    connection: psycopg.Connection,
    code: str,
    edit: StationEdit,
    *,
    version: int,
    reason: str | None = None,
) -> int:
    """Change a station that still is at `version`; its version then.

    Raises NotFound, StationChanged, and InputError (parameter `reason`) for a move that needs
    a reason.
    """
    number = locked(connection, code, version)
    with changing(connection, [number], reason=reason):
        if edit.move is not None:
            _move(connection, number, edit.move, reason)
        _set_fields(connection, number, edit)
        _set_amenities(connection, number, edit)
        if edit.honours is not None:
            _set_honours(connection, number, edit.honours)
    return _version(connection, number)


def verify_station(connection: psycopg.Connection, code: str, *, version: int, actor: str) -> int:
    """Record that `actor` was there and found all of `version` right; the version then.

    Raises NotFound and StationChanged.
    """
    number = locked(connection, code, version)
    with changing(connection, [number]):
        connection.execute(_VERIFY, {"id": number, "actor": actor})
    return _version(connection, number)


def _version(connection: psycopg.Connection, number: int) -> int:
    row = connection.execute(_NOW, {"id": number}).fetchone()
    if row is None:
        raise NotFound("station", str(number))
    return int(row[0])


def _move(connection: psycopg.Connection, number: int, move: Move, reason: str | None) -> None:
    place = {"id": number, "lon": move.lon, "lat": move.lat}
    row = connection.execute(_MOVES, place).fetchone()
    if row is not None:
        distance_m, before, after = row
        checked_move(distance_m, before, after, reason)
    given = {name: getattr(move, name) for name in ("source_lon", "source_lat", "source_datum")}
    connection.execute(_MOVE, place | given)


def _set_fields(connection: psycopg.Connection, number: int, edit: StationEdit) -> None:
    if not edit.fields:
        return
    strange = edit.fields.keys() - _EDITABLE
    if strange:
        raise KeyError(*sorted(strange))
    sets = sql.SQL(", ").join(
        sql.SQL("{} = {}::{}").format(
            sql.Identifier(name),
            sql.Placeholder(name),
            sql.SQL(_TYPES[name]),
        )
        for name in edit.fields
    )
    statement = sql.SQL("UPDATE station SET {} WHERE id = {}").format(sets, sql.Placeholder("_id"))
    connection.execute(statement, {**edit.fields, "_id": number})


def _set_amenities(connection: psycopg.Connection, number: int, edit: StationEdit) -> None:
    for code, fact in edit.amenities.items():
        key: dict[str, Any] = {"id": number, "amenity": AMENITY_BY_CODE[code].id}
        if fact is None:
            connection.execute(_FORGET_AMENITY, key)
        else:
            connection.execute(_AMENITY, key | _told(fact))


def _told(fact: AmenityFact) -> dict[str, Any]:
    names = ("state", "quantity", "note", "fee", "verified_at")
    return {name: getattr(fact, name) for name in names}


def _set_honours(connection: psycopg.Connection, number: int, honours: Sequence[Honour]) -> None:
    values = {"id": number, "honours": [honour.value for honour in honours]}
    connection.execute(_FORGET_HONOURS, values)
    connection.execute(_HONOURS, values)


# --- creating ---------------------------------------------------------------------------------


def create_station(connection: Connection, station: Station) -> str:
    """Store a new station; the code that it was given.

    connection: a unit of work of `Database.transaction`. Found and coded as an import does it.
    Raises Conflict, naming the other's code, when a station of that name is near.
    """
    with Staging(connection, None) as staging:
        staging.copy([(0, station)])
        [applied] = staging.apply(replace_demo=False)
    if applied.outcome != "created":
        raise Conflict(
            f"附近已经有同名的驿站 {applied.code}。 A station of that name is near already:"
            f" {applied.code}."
        )
    return applied.code
