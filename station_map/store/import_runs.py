"""What an import run did: read inside its transaction, and afterwards for its page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString, cast

import psycopg

from station_map.errors import NotFound
from station_map.store.database import Database, UnitOfWork

_FETCH: Final = 5_000

_CHANGES: Final = """
SELECT r.station_code, r.changes, NULL
FROM revision r WHERE r.import_run_id = ANY (%(runs)s) AND r.action = 'updated'
UNION ALL
SELECT s.code, '{}', jsonb_strip_nulls(jsonb_build_object(
    'address', s.address, 'opening_hours', s.opening_hours, 'hours_text', s.hours_text,
    'district', (SELECT name FROM area a WHERE a.adcode = s.adcode),
    'lon', s.lon, 'lat', s.lat,
    'amenities', (SELECT count(*) FROM station_amenity x WHERE x.station_id = s.id)))
FROM revision r JOIN station s ON s.id = r.station_id
WHERE r.import_run_id = ANY (%(runs)s) AND r.action = 'created'
"""


def driver(unit: UnitOfWork) -> psycopg.Connection:
    """The driver's connection of a unit of work."""
    return cast("psycopg.Connection", unit.connection.driver_connection)


def changes_of(
    unit: UnitOfWork, runs: Sequence[int]
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any] | None]]:
    """Code, {field: [before, after]} and, of a new station, its facts; not all at once."""
    with driver(unit).cursor(name="changes_of_run") as cursor:
        cursor.itersize = _FETCH
        cursor.execute(_CHANGES, {"runs": list(runs)})
        yield from cursor


def deleted_in(unit: UnitOfWork, runs: Sequence[int]) -> int:
    """How many stations the runs took away (demo stations)."""
    row = driver(unit).execute(
        "SELECT count(*) FROM revision WHERE import_run_id = ANY (%s) AND action = 'deleted'",
        (list(runs),),
    )
    return int(cast("tuple[int]", row.fetchone())[0])


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One file that was taken in. counts: rows by outcome. changed: stations by what was done."""

    id: int
    started_at: dt.datetime
    finished_at: dt.datetime | None
    actor: str
    file_name: str
    datum: str | None
    counts: dict[str, int]
    changed: dict[str, int]


_RUN: Final[LiteralString] = """
SELECT i.id, i.started_at, i.finished_at, i.actor, i.file_name, i.datum, i.counts,
    coalesce((SELECT jsonb_object_agg(action, number) FROM (
        SELECT action, count(*) AS number FROM revision WHERE import_run_id = i.id GROUP BY action
    ) by_action), '{}')
FROM import_run i
"""


def run_of(database: Database, number: int) -> ImportRun:
    """The run with this id. Raises NotFound."""
    rows = database.rows(_RUN + "WHERE i.id = %(id)s", {"id": number})
    if not rows:
        raise NotFound("import run", str(number))
    return ImportRun(*rows[0])


def latest_runs(database: Database, actor: str | None, limit: int) -> list[ImportRun]:
    """The last runs, of one actor or (None) of all."""
    rows = database.rows(
        _RUN
        + "WHERE %(actor)s::text IS NULL OR i.actor = %(actor)s ORDER BY i.id DESC LIMIT %(limit)s",
        {"actor": actor, "limit": limit},
    )
    return [ImportRun(*row) for row in rows]


_STATIONS: Final[LiteralString] = """
SELECT r.station_code, r.action, s.name FROM revision r LEFT JOIN station s ON s.id = r.station_id
WHERE r.import_run_id = %(id)s AND r.action <> 'deleted' ORDER BY r.id LIMIT %(limit)s
"""


def stations_of_run(
    database: Database, number: int, limit: int
) -> list[tuple[str, str, str | None]]:
    """Code, what was done and name of the first stations of a run."""
    return [(c, a, n) for c, a, n in database.rows(_STATIONS, {"id": number, "limit": limit})]
