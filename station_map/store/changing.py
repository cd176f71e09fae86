"""Changing stations: whatever is written to them is recorded and derived when the block ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString, NamedTuple

import psycopg

from station_map.store import spelling, timetables
from station_map.store.areas import district_at

_LOCK: Final[LiteralString] = (
    "SELECT id FROM station WHERE id = ANY (%(ids)s) ORDER BY id FOR UPDATE"
)
# A statement of its own: one that waited for the lock would still see the facts of before it.
_REMEMBER: Final[LiteralString] = (
    "SELECT id, station_document(s)::text FROM station s WHERE id = ANY (%(ids)s)"
)
_TOLD: Final[LiteralString] = (
    "unnest(%(ids)s::bigint[], %(documents)s::jsonb[]) AS told (id, before)"
)
_FOLLOW: Final[LiteralString] = f"""
UPDATE station s SET adcode = {district_at("s.position::geometry")}
FROM {_TOLD}
WHERE s.id = told.id
    AND (before -> 'lon', before -> 'lat') IS DISTINCT FROM (to_jsonb(s.lon), to_jsonb(s.lat))
"""
_RECORD: Final[LiteralString] = f"""
WITH changed AS (
    SELECT s.id, jsonb_difference(before, station_document(s)) AS changes
    FROM {_TOLD} JOIN station s USING (id)
), stamped AS (
    UPDATE station s SET version = version + 1, updated_at = now()
    FROM changed c WHERE c.id = s.id AND c.changes <> '{{}}'
    RETURNING s.id, s.code, s.version, c.changes
), recorded AS (
    INSERT INTO revision (station_id, station_code, actor, origin, action, changes, reason,
        change_set_id)
    SELECT id, code, current_setting('station_map.actor'), current_setting('station_map.origin'),
        'updated', changes, %(reason)s, %(change_set)s
    FROM stamped ORDER BY id
    RETURNING id, station_id
)
SELECT s.id, s.code, s.version, r.id, s.changes
FROM stamped s JOIN recorded r ON r.station_id = s.id ORDER BY s.id
"""
_THESE: Final[LiteralString] = "SELECT unnest(%(ids)s::bigint[])"
_REFRESH: Final[LiteralString] = "SELECT station_refresh(%(ids)s)"


class Change(NamedTuple):
    """What became of one station: its new version, its revision, {field: [before, after]}."""

    station_id: int
    code: str
    version: int
    revision: int
    changes: dict[str, list[Any]]


@dataclass(slots=True)
class Changing:
    """changes: by station; filled when the block ends. What did not change is not among them."""

    changes: list[Change] = field(default_factory=list)


@contextmanager
def changing(
    connection: psycopg.Connection,
    stations: Sequence[int],
    *,
    reason: str | None = None,
    change_set: int | None = None,
) -> Iterator[Changing]:
    """Change stations by any statements, in the caller's unit of work (`store.writing`).

    stations: ids; those that do not exist are left out. They are locked in one order, so that
    two that change the same ones wait for each other. When the block ends, the district of a
    station that moved follows, and each station that differs from before gets a version, a
    revision, and its card, timetable and words anew.
    reason: why, in a person's words. change_set: what the changes belong to.
    """
    held = connection.execute(_LOCK, {"ids": list(stations)}).fetchall()
    ids = [station_id for (station_id,) in held]
    remembered = connection.execute(_REMEMBER, {"ids": ids}).fetchall()
    made = Changing()
    yield made
    told = {
        "ids": [station_id for station_id, _ in remembered],
        "documents": [document for _, document in remembered],
        "reason": reason,
        "change_set": change_set,
    }
    connection.execute(_FOLLOW, told)
    made.changes = [Change(*row) for row in connection.execute(_RECORD, told)]
    if made.changes:
        derive(connection, [change.station_id for change in made.changes])


def derive(connection: psycopg.Connection, stations: Sequence[int]) -> None:
    """Make the timetables, cards and words of stations anew."""
    ids = {"ids": list(stations)}
    timetables.prepare(connection, _THESE, ids)
    connection.execute(_REFRESH, ids)
    spelling.spell(connection, _THESE, ids)
