"""Hours of certain dates for many stations at once: deciding, listing, withdrawing.

Each changes stations, writes their revisions and derives their cards, all in the caller's
transaction.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Final, LiteralString, NamedTuple, cast

import psycopg
from sqlalchemy import Connection, text

from station_map.domain.hours_override import HoursOverride
from station_map.errors import InputError
from station_map.store import timetables
from station_map.store.database import Database
from station_map.store.withdrawing import mark_withdrawn

# What no one will enter before its status changes by hand is left as it is.
_CHOSEN: Final = """
SELECT c.station_id FROM station_card c
WHERE c.status NOT IN ('closed', 'delisted') AND c.facet_ids @@ CAST(:facets AS query_int)
    AND c.adcode IN (
        SELECT a.adcode FROM area a LEFT JOIN area p ON p.adcode = a.parent_adcode
        WHERE :adcode IN (a.adcode, a.parent_adcode, p.parent_adcode))
"""
_AREA: Final = "SELECT name FROM area WHERE adcode = :adcode"
_AREAS: Final = "SELECT adcode || ' ' || name FROM area ORDER BY adcode LIMIT 20"
_DECIDE: Final = """
INSERT INTO hours_override
    (adcode, selection, first_day, last_day, opening_hours, reason, note, words, created_by)
VALUES (:adcode, CAST(:selection AS jsonb), :first_day, :last_day, :opening_hours, :reason,
    :note, :words, current_setting('station_map.actor'))
RETURNING id
"""
_ATTACH: Final = (
    "INSERT INTO station_hours_override (override_id, station_id)"
    f" SELECT :id, station_id FROM ({_CHOSEN}) chosen"
)
_STAMP: Final = """
UPDATE station s SET version = version + 1, updated_at = now()
FROM station_hours_override m WHERE m.override_id = :id AND m.station_id = s.id
"""
_RECORD: Final = """
INSERT INTO revision (station_id, station_code, actor, origin, action, changes)
SELECT s.id, s.code, current_setting('station_map.actor'), current_setting('station_map.origin'),
    'updated', jsonb_build_object('hours_override',
        CASE WHEN o.withdrawn_at IS NULL THEN jsonb_build_array(NULL, told)
            ELSE jsonb_build_array(told, NULL) END)
FROM station_hours_override m
JOIN station s ON s.id = m.station_id
JOIN hours_override o ON o.id = m.override_id
CROSS JOIN LATERAL jsonb_build_object('id', o.id, 'first_day', o.first_day,
    'last_day', o.last_day, 'opening_hours', o.opening_hours, 'reason', o.words) told
WHERE m.override_id = :id
ORDER BY s.id
"""
_REFRESH: Final = """
SELECT station_refresh(array_agg(station_id)) FROM station_hours_override
WHERE override_id = :id
"""
_STATIONS: Final[LiteralString] = (
    "SELECT station_id FROM station_hours_override WHERE override_id = %(id)s"
)
_LIST: Final[LiteralString] = """
SELECT o.id, o.adcode, a.name, o.selection, o.first_day, o.last_day, o.opening_hours, o.reason,
    o.words, o.created_at, o.created_by, o.withdrawn_at,
    (SELECT count(*) FROM station_hours_override m WHERE m.override_id = o.id)
FROM hours_override o JOIN area a USING (adcode)
WHERE %(all)s OR (o.withdrawn_at IS NULL AND o.last_day >= %(today)s)
ORDER BY o.id DESC
"""


@dataclass(frozen=True, slots=True)
class Stations:
    """Which stations are meant: those of an area, narrowed by a filter.

    facets: a `query_int`. told: the filter as people gave it, to be kept.
    """

    adcode: str
    facets: str
    told: dict[str, Any]


class Stored(NamedTuple):
    """An override on record; stations: how many it was decided for and are still there."""

    id: int
    adcode: str
    area: str
    selection: dict[str, Any]
    first_day: dt.date
    last_day: dt.date
    opening_hours: str
    reason: str
    words: str
    created_at: dt.datetime
    created_by: str
    withdrawn_at: dt.datetime | None
    stations: int


def area_name(connection: Connection, adcode: str) -> str:
    """The area's name. Raises InputError that names the areas there are."""
    name = connection.execute(text(_AREA), {"adcode": adcode}).scalar()
    if name is None:
        known = ", ".join(connection.execute(text(_AREAS)).scalars())
        raise InputError(
            f"没有 {adcode} 这个地区。 There is no area {adcode}.",
            parameter="area",
            allowed=known,
            example="340600",
        )
    return str(name)


def count_chosen(connection: Connection, stations: Stations) -> int:
    """How many stations are meant."""
    statement = text(f"SELECT count(*) FROM ({_CHOSEN}) chosen")
    values = {"facets": stations.facets, "adcode": stations.adcode}
    return int(connection.execute(statement, values).scalar_one())


def decide(connection: Connection, stations: Stations, override: HoursOverride) -> tuple[int, int]:
    """Give the stations other hours on those dates; the override's id, and how many they are.

    It holds for the stations chosen now; later ones are not added. Raises InputError for an area
    that is not there, or when no station is meant.
    """
    name = area_name(connection, stations.adcode)
    values = {
        "adcode": stations.adcode,
        "selection": json.dumps(stations.told),
        "first_day": override.first_day,
        "last_day": override.last_day,
        "opening_hours": override.opening_hours,
        "reason": override.reason.value,
        "note": override.note,
        "words": override.words,
    }
    number = int(connection.execute(text(_DECIDE), values).scalar_one())
    chosen = {"id": number, "facets": stations.facets, "adcode": stations.adcode}
    count = connection.execute(text(_ATTACH), chosen).rowcount
    if count == 0:
        raise InputError(
            f"{name}没有符合的驿站。 No station in {stations.adcode} is meant.", parameter="area"
        )
    _carry_out(connection, number)
    return number, count


def withdraw(connection: Connection, number: int) -> int:
    """Take an override back; how many stations had it. Raises NotFound, Conflict."""
    mark_withdrawn(connection, "hours_override", number)
    return _carry_out(connection, number)


def stored_overrides(database: Database, *, everything: bool, today: dt.date) -> list[Stored]:
    """Overrides that hold or will hold, or all; the newest first."""
    found = database.rows(_LIST, {"all": everything, "today": today})
    return [Stored(*row) for row in found]


def _carry_out(connection: Connection, number: int) -> int:
    given = {"id": number}
    count = connection.execute(text(_STAMP), given).rowcount
    connection.execute(text(_RECORD), given)
    raw = cast("psycopg.Connection", connection.connection.driver_connection)
    timetables.prepare(raw, _STATIONS, given)
    connection.execute(text(_REFRESH), given)
    timetables.sweep(connection)
    return count
