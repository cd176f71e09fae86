"""The service calendar: what is on at a station, entering and withdrawing it.

Entering and withdrawing write a revision of each station there is at the place, in the caller's
transaction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, LiteralString, NamedTuple

from sqlalchemy import Connection, text

from station_map.domain.service_event import Event
from station_map.errors import InputError
from station_map.store.database import Database
from station_map.store.overrides import area_name
from station_map.store.withdrawing import mark_withdrawn

MOST: Final = 6

# An area's services are held at every station in it, and in the areas below it.
_AT_STATION: Final = """
SELECT e.kind, e.title, next.day, e.last_day, e.starts_at, e.ends_at, e.source,
    e.station_id IS NULL, e.note, e.rule
FROM station s
LEFT JOIN area a ON a.adcode = s.adcode
LEFT JOIN area p ON p.adcode = a.parent_adcode
JOIN service_event e ON e.station_id = s.id
    OR e.adcode IN (s.adcode, a.parent_adcode, p.parent_adcode)
CROSS JOIN LATERAL (SELECT CASE WHEN e.rule IS NULL THEN e.first_day ELSE
    (SELECT min(d.day) FROM service_day d WHERE d.event_id = e.id AND d.day >= %(today)s)
    END AS day) next
WHERE s.code = %(code)s AND e.last_day >= %(today)s AND e.withdrawn_at IS NULL
ORDER BY greatest(next.day, %(today)s), e.starts_at NULLS FIRST, e.id
LIMIT %(most)s
"""


class ServiceEvent(NamedTuple):
    """A dated service, held every day from the first to the last, or by a rule.

    first_day: of one with a rule, the first from the day asked for on.
    starts_at, ends_at: time of day in Asia/Shanghai, None when not known. all_over: at every
    station of an area rather than at this one alone.
    """

    kind: str
    title: str
    first_day: dt.date
    last_day: dt.date
    starts_at: dt.time | None
    ends_at: dt.time | None
    source: str
    all_over: bool
    note: str | None = None
    rule: str | None = None


def events_at(database: Database, code: str, today: dt.date) -> list[ServiceEvent]:
    """What is on at a station from `today` on, soonest first, at most MOST."""
    found = database.rows(_AT_STATION, {"code": code, "today": today, "most": MOST})
    return [ServiceEvent(*row) for row in found]


# --- writing ----------------------------------------------------------------------------------

_STATION_ID: Final = "SELECT id FROM station WHERE code = :code"
_ENTER: Final = """
INSERT INTO service_event (station_id, adcode, kind, title, first_day, last_day, starts_at, ends_at,
    source, note, rule, created_by)
VALUES (:station_id, :adcode, :kind, :title, :first_day, :last_day, :starts_at, :ends_at, :source,
    :note, :rule, current_setting('station_map.actor'))
RETURNING id
"""
_DAYS: Final = "INSERT INTO service_day (event_id, day) SELECT :id, unnest(CAST(:days AS date[]))"
# The stations of which it is told: those that its place holds now.
_STAMP_AND_RECORD: Final = """
WITH held AS (
    UPDATE station s SET version = version + 1, updated_at = now()
    FROM service_event e
    WHERE e.id = :id AND (s.id = e.station_id OR s.adcode IN (
        SELECT a.adcode FROM area a LEFT JOIN area p ON p.adcode = a.parent_adcode
        WHERE e.adcode IN (a.adcode, a.parent_adcode, p.parent_adcode)))
    RETURNING s.id, s.code
)
INSERT INTO revision (station_id, station_code, actor, origin, action, changes)
SELECT h.id, h.code, current_setting('station_map.actor'), current_setting('station_map.origin'),
    'updated', jsonb_build_object('service_event',
        CASE WHEN e.withdrawn_at IS NULL THEN jsonb_build_array(NULL, told)
            ELSE jsonb_build_array(told, NULL) END)
FROM held h
JOIN service_event e ON e.id = :id
CROSS JOIN LATERAL jsonb_build_object('id', e.id, 'kind', e.kind, 'title', e.title,
    'first_day', e.first_day, 'last_day', e.last_day) told
ORDER BY h.id
"""
_LIST: Final[LiteralString] = """
SELECT e.id, s.code, e.adcode, coalesce(s.name, a.name), e.kind, e.title, e.first_day, e.last_day,
    e.starts_at, e.ends_at, e.source, e.note, e.created_by, e.withdrawn_at, e.rule
FROM service_event e
LEFT JOIN station s ON s.id = e.station_id
LEFT JOIN area a ON a.adcode = e.adcode
WHERE (%(all)s OR (e.withdrawn_at IS NULL AND e.last_day >= %(today)s))
ORDER BY e.id DESC
"""


@dataclass(frozen=True, slots=True)
class At:
    """Where a service is held: at one station, or at every station of an area, now and later."""

    station: str | None = None
    adcode: str | None = None


class Stored(NamedTuple):
    """An event on record. station: a code; place: the station's or the area's name."""

    id: int
    station: str | None
    adcode: str | None
    place: str
    kind: str
    title: str
    first_day: dt.date
    last_day: dt.date
    starts_at: dt.time | None
    ends_at: dt.time | None
    source: str
    note: str | None
    created_by: str | None
    withdrawn_at: dt.datetime | None
    rule: str | None = None


def enter(connection: Connection, at: At, event: Event) -> tuple[int, int]:
    """Put an event into the calendar; its id, and how many stations show it now.

    Raises InputError for a place that is not there, or for not exactly one.
    """
    values = {
        "station_id": _station_id(connection, at),
        "adcode": at.adcode,
        "kind": event.kind.value,
        "title": event.title,
        "first_day": event.first_day,
        "last_day": event.last_day,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "source": event.source,
        "note": event.note,
        "rule": event.rule,
    }
    number = int(connection.execute(text(_ENTER), values).scalar_one())
    if event.rule is not None:
        connection.execute(text(_DAYS), {"id": number, "days": list(event.days)})
    return number, _told_of(connection, number)


def withdraw(connection: Connection, number: int) -> int:
    """Take an event out; how many stations showed it. Raises NotFound, Conflict."""
    mark_withdrawn(connection, "service_event", number)
    return _told_of(connection, number)


def stored_events(database: Database, *, everything: bool, today: dt.date) -> list[Stored]:
    """Events that are on or will be, or all; the newest first."""
    found = database.rows(_LIST, {"all": everything, "today": today})
    return [Stored(*row) for row in found]


def _told_of(connection: Connection, number: int) -> int:
    return connection.execute(text(_STAMP_AND_RECORD), {"id": number}).rowcount


def _station_id(connection: Connection, at: At) -> int | None:
    if (at.station is None) == (at.adcode is None):
        raise InputError(
            "写明一个驿站或者一个地区，二选一。 Give a station or an area: one of them.",
            parameter="station",
            allowed="--station CODE or --area ADCODE",
            example="--area 340600",
        )
    if at.adcode is not None:
        area_name(connection, at.adcode)
        return None
    found = connection.execute(text(_STATION_ID), {"code": at.station}).scalar()
    if found is None:
        raise InputError(
            f"没有 {at.station} 这个驿站。 There is no station {at.station}.",
            parameter="station",
            allowed="the code of a station, as its plate and page tell it",
            example="--station 340603-00001",
        )
    return int(found)
