"""Which stations are open at a moment, by the timetables that they share.

A timetable's meaning never changes; only how far ahead its open times are worked out does.
What is not worked out for a moment is asked of the hours themselves, so an answer never
depends on this table being kept up, only its speed does (docs/adr/0012-open-in-the-database.md).
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, Final, LiteralString
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from station_map.domain.hours import (
    SHANGHAI,
    Code,
    Timetable,
    hour_of,
    read_exceptions,
    rules_in_force,
)
from station_map.store.database import Database
from station_map.store.facets import FACET_ID

BEHIND: Final = dt.timedelta(days=1)
AHEAD: Final = dt.timedelta(days=36)
# With less than this ahead, more is worked out: a few at a time, by requests that come anyway.
ENOUGH: Final = dt.timedelta(days=14)
AT_A_TIME: Final = 100
_REMEMBERED_MINUTES: Final = 64
_MINUTE_S: Final = 60
_NEVER: Final = "-infinity"
# What every station has whose hours may be unknown.
UNKNOWN_FACET: Final = FACET_ID["hours_unknown", "true"]

_log = logging.getLogger(__name__)

_SAID: Final[LiteralString] = """
SELECT id,
    CASE WHEN computed_by = %(by)s AND %(at)s >= computed_from AND %(at)s < computed_until
        THEN CASE WHEN open @> %(at)s THEN 'open' WHEN unknown @> %(at)s THEN 'unknown'
            ELSE 'closed' END END,
    computed_by IS DISTINCT FROM %(by)s OR computed_until < now() + %(enough)s
FROM timetable
"""
_MEANINGS: Final[LiteralString] = """
SELECT id, opening_hours, exceptions, nullif(back_on, '-infinity')
FROM timetable WHERE id = ANY (%(ids)s)
"""
_NEWCOMERS: Final[LiteralString] = """
SELECT EXISTS (SELECT FROM timetable
    WHERE CASE WHEN id < 8 * octet_length(%(known)s::bytea)
        THEN get_bit(%(known)s::bytea, id) = 0 ELSE true END)
"""

# Conditions on station_card. They let pass what is not known yet, too, so that a timetable made
# this very moment is noticed and not taken for closed.
IS_OPEN: Final[LiteralString] = (
    "CASE WHEN timetable_id < 8 * octet_length(%(not_open)s::bytea)"
    " THEN get_bit(%(not_open)s::bytea, timetable_id) = 0 ELSE timetable_id IS NOT NULL END"
)
IS_UNKNOWN: Final[LiteralString] = (
    "CASE WHEN timetable_id < 8 * octet_length(%(not_unknown)s::bytea)"
    " THEN get_bit(%(not_unknown)s::bytea, timetable_id) = 0 ELSE timetable_id IS NOT NULL END"
)


@dataclass(frozen=True)
class Openings:
    """What every timetable says in one minute (since 1970 UTC)."""

    minute: int
    open_ids: frozenset[int]
    unknown_ids: frozenset[int]
    closed_ids: frozenset[int]

    @cached_property
    def known_ids(self) -> frozenset[int]:
        """Every timetable that there was when this was read."""
        return self.open_ids | self.unknown_ids | self.closed_ids

    @cached_property
    def not_open(self) -> str:
        """The parameter of IS_OPEN: a bit for each timetable that is not open."""
        return as_bits(self.unknown_ids | self.closed_ids)

    @cached_property
    def not_unknown(self) -> str:
        """The parameter of IS_UNKNOWN."""
        return as_bits(self.open_ids | self.closed_ids)

    @property
    def open_facet(self) -> int:
        """The facet that every station open in this minute has."""
        return FACET_ID["open_hour", str(hour_of(self.minute))]


def as_bits(ids: Iterable[int]) -> str:
    """A bytea literal with a bit set for each id, the lowest bit of a byte first."""
    bits = bytearray()
    for number in ids:
        if number >= len(bits) * 8:
            bits.extend(bytes(number // 8 + 1 - len(bits)))
        bits[number // 8] |= 1 << number % 8
    return f"\\x{bits.hex()}"


# -- reading --------------------------------------------------------------------------------

_remembered: WeakKeyDictionary[Database, OrderedDict[int, Openings]] = WeakKeyDictionary()
_lock = Lock()


def openings(database: Database, minute: int, *, fresh: bool = False) -> Openings:
    """What the timetables say in a minute since 1970 UTC; remembered, unless `fresh`.

    What was remembered may lack timetables that are new, and is right for all others.
    """
    if not fresh:
        with _lock:
            kept = _remembered.setdefault(database, OrderedDict())
            if minute in kept:
                return kept[minute]
    found = _read(database, minute)
    with _lock:
        kept = _remembered.setdefault(database, OrderedDict())
        kept[minute] = found
        while len(kept) > _REMEMBERED_MINUTES:
            kept.popitem(last=False)
    return found


def has_newcomers(database: Database, known: Openings) -> bool:
    """Whether there are timetables that `known` knows nothing of."""
    [(found,)] = database.rows(_NEWCOMERS, {"known": as_bits(known.known_ids)})
    return bool(found)


def _read(database: Database, minute: int) -> Openings:
    at = dt.datetime.fromtimestamp(minute * _MINUTE_S, dt.UTC)
    values = {"at": at, "by": rules_in_force(), "enough": ENOUGH}
    said: dict[str, set[int]] = {code.value: set() for code in Code}
    left: list[int] = []
    behind = False
    for number, code, wanting in database.rows(_SAID, values):
        behind = behind or wanting
        if code is None:
            left.append(number)
        else:
            said[code].add(number)
    if left:
        for number, *meaning in database.rows(_MEANINGS, {"ids": left}):
            said[_timetable(*meaning).code_at(minute).value].add(number)
    if behind and abs(minute * _MINUTE_S - time.time()) < _MINUTE_S * 2:
        _catch_up(database)
    return Openings(minute, *(frozenset(said[c]) for c in ("open", "unknown", "closed")))


def _timetable(hours: str, exceptions: str, back_on: dt.date | None) -> Timetable:
    return Timetable(hours or None, read_exceptions(exceptions), back_on)


# -- working out ----------------------------------------------------------------------------

_DUE: Final = """
SELECT id, opening_hours, exceptions, nullif(back_on, '-infinity') FROM timetable
WHERE computed_by IS DISTINCT FROM :by OR computed_until < now() + :enough
ORDER BY computed_until NULLS FIRST, id LIMIT :most FOR UPDATE SKIP LOCKED
"""
_STORE: Final = """
UPDATE timetable SET open = CAST(:open AS tstzmultirange),
    unknown = CAST(:unknown AS tstzmultirange), computed_from = :from, computed_until = :until,
    computed_by = :by
WHERE id = :id
"""


def work_out(connection: Connection, at_most: int | None = None) -> int:
    """Work out open times for the weeks ahead where they are wanting; how many timetables.

    Others that do the same at the same time take different ones.
    """
    values = {"by": rules_in_force(), "enough": ENOUGH, "most": at_most}
    due = connection.execute(text(_DUE), values).all()
    if due:
        stored = [{"id": number, **_computed(_timetable(*told))} for number, *told in due]
        connection.execute(text(_STORE), stored)
    return len(due)


def _catch_up(database: Database) -> None:
    # Nobody's answer waits for this to succeed.
    try:
        with database.engine.begin() as connection:
            work_out(connection, AT_A_TIME)
    except (SQLAlchemyError, psycopg.Error):
        _log.warning("open times could not be worked out ahead", exc_info=True)


def _computed(timetable: Timetable) -> dict[str, Any]:
    midnight = dt.datetime.combine(dt.datetime.now(SHANGHAI), dt.time(), SHANGHAI)
    start, end = midnight - BEHIND, midnight + AHEAD
    return {
        "open": _multirange(timetable.stretches(start, end, Code.OPEN)),
        "unknown": _multirange(timetable.stretches(start, end, Code.UNKNOWN)),
        "from": start,
        "until": end,
        "by": rules_in_force(),
    }


def _multirange(stretches: Sequence[tuple[int, int]]) -> str:
    ranges = (f"[{_iso(first)},{_iso(last)})" for first, last in stretches)
    return f"{{{','.join(ranges)}}}"


def _iso(minute: int) -> str:
    return dt.datetime.fromtimestamp(minute * _MINUTE_S, dt.UTC).isoformat()


def facets_of(timetable: Timetable) -> list[int]:
    """Numbers of the hours of the day at which it may be open, and of "may be unknown"."""
    hours = [FACET_ID["open_hour", str(hour)] for hour in sorted(timetable.possible_hours())]
    return [*hours, UNKNOWN_FACET] if timetable.ever_unknown() else hours


# -- writing --------------------------------------------------------------------------------

_MISSING: Final[LiteralString] = """
SELECT hours, exceptions, nullif(back_on, '-infinity')
FROM timetable_missing((SELECT array_agg(station_id) FROM ({stations}) AS told (station_id)))
"""
_ADD: Final[LiteralString] = """
INSERT INTO timetable (opening_hours, exceptions, back_on, facet_ids, open, unknown,
    computed_from, computed_until, computed_by)
VALUES (%(hours)s, %(exceptions)s, %(back_on)s, %(facets)s, %(open)s, %(unknown)s,
    %(from)s, %(until)s, %(by)s)
ON CONFLICT DO NOTHING
"""


def prepare(
    connection: psycopg.Connection,
    stations: LiteralString,
    parameters: Mapping[str, object] | None = None,
) -> None:
    """Add the timetables that some stations are the first to have; before `station_refresh`.

    stations: a SELECT of their ids, with its parameters. Without this call that function adds them itself, with
    facets that let every hour pass: right, but slower to search.
    """
    missing = connection.execute(_MISSING.replace("{stations}", stations), parameters).fetchall()
    add(connection, [_timetable(*told) for told in missing], [told[1] for told in missing])


def add(
    connection: psycopg.Connection,
    wanted: Sequence[Timetable],
    exceptions: Sequence[str] | None = None,
) -> None:
    """Add timetables, worked out; those that are there already stay as they are.

    exceptions: theirs, as the store tells them; None when they have none.
    """
    rows = [
        {
            "hours": timetable.expression or "",
            "exceptions": told,
            "back_on": timetable.back_on or _NEVER,
            "facets": facets_of(timetable),
            **_computed(timetable),
        }
        for timetable, told in zip(wanted, exceptions or [""] * len(wanted), strict=True)
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_ADD, rows)


# Held shared by whoever writes cards (migration 0005).
_LOCK: Final = 0x53_4D_54  # "SMT"
_SWEEP: Final = """
DELETE FROM timetable t
WHERE NOT EXISTS (SELECT FROM station_card c WHERE c.timetable_id = t.id)
"""


def sweep(connection: Connection) -> None:
    """Delete timetables that no card has any more, unless others are writing cards."""
    mine = text("SELECT pg_try_advisory_xact_lock(:key)")
    if connection.execute(mine, {"key": _LOCK}).scalar_one():
        connection.execute(text(_SWEEP))


_ALL: Final = """
SELECT id, facet_ids, opening_hours, exceptions, nullif(back_on, '-infinity') FROM timetable
"""
_MEND: Final = "UPDATE timetable SET facet_ids = :facets WHERE id = :id"
_MEND_CARDS: Final = """
UPDATE station_card c
SET facet_ids = sort((c.facet_ids - CAST(:any AS integer[])) | t.facet_ids)
FROM timetable t WHERE c.timetable_id = t.id AND t.id = ANY (:ids)
"""


def settle(connection: Connection) -> None:
    """Give every timetable its open times and its own facets; after a change of the schema."""
    work_out(connection)
    changed = []
    for number, facets, *told in connection.execute(text(_ALL)):
        right = facets_of(_timetable(*told))
        if sorted(right) != sorted(facets):
            changed.append({"id": number, "facets": right})
    if changed:
        every = [number for (dimension, _), number in FACET_ID.items() if dimension in _OF_HOURS]
        connection.execute(text(_MEND), changed)
        connection.execute(text(_MEND_CARDS), {"any": every, "ids": [c["id"] for c in changed]})


_OF_HOURS: Final = frozenset({"open_hour", "hours_unknown"})
