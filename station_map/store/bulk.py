"""Many stations at once: staged by COPY, merged by one pass of SQL, in the caller's transaction.

The steps of `Staging.apply` are named statements in `bulk_sql.py`, in the order in which
they run. A None never erases what is stored; a row that changes nothing touches nothing.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, Literal, LiteralString, cast

import psycopg
from sqlalchemy import Connection, text

from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import AMENITIES, Datum
from station_map.store import bulk_sql, timetables
from station_map.store.columns import AMENITY_DETAIL_TYPES, FIELD_TYPES

Outcome = Literal["created", "updated", "unchanged", "duplicate"]

# One import at a time: two that run together could each create the same station.
IMPORT_LOCK: Final = 0x53_4D_49  # "SMI"

# A country's rows are sorted and hashed in memory; less makes the server write them to disk.
WORK_MEM: Final = "256MB"

# Fetched in C: a loop over fifty fields costs as much as all else that `copy` does.
_fields_of: Final = attrgetter(*FIELD_TYPES)
_details_of: Final = attrgetter(*AMENITY_DETAIL_TYPES)
_NO_DETAILS: Final = (None,) * len(AMENITY_DETAIL_TYPES)
_AMENITY_NUMBER: Final = {amenity.code: str(amenity.id) for amenity in AMENITIES}


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one staged row.

    ordinal: as given to `copy`. changed: names of the fields that changed.
    district: name of the area the point lies in; None outside every known area.
    """

    ordinal: int
    outcome: Outcome
    code: str
    district: str | None
    adcode: str | None
    changed: tuple[str, ...]


def start_run(
    connection: Connection, *, file_name: str, sha256: str, datum: Datum | None, actor: str
) -> int:
    """Record that a file is taken in; the id goes into revisions and stations."""
    statement = text(
        "INSERT INTO import_run (actor, file_name, sha256, datum)"
        " VALUES (:actor, :file_name, :sha256, :datum) RETURNING id"
    )
    values = {"actor": actor, "file_name": file_name, "sha256": sha256, "datum": datum}
    run_id: int = connection.execute(statement, values).scalar_one()
    return run_id


def finish_run(
    connection: Connection, run_id: int, counts: dict[str, int], datum: Datum | None = None
) -> None:
    """Record how many rows ended how, and the file's datum once it is known."""
    connection.execute(
        text(
            "UPDATE import_run SET finished_at = now(), counts = CAST(:counts AS jsonb),"
            " datum = coalesce(:datum, datum) WHERE id = :id"
        ),
        {"id": run_id, "counts": json.dumps(counts), "datum": datum},
    )


def _details(fact: AmenityFact) -> dict[str, object]:
    known = zip(AMENITY_DETAIL_TYPES, _details_of(fact), strict=True)
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value
        for name, value in known
        if value is not None
    }


def _amenity_columns(amenities: Mapping[str, AmenityFact]) -> tuple[str, str, str | None]:
    """Array literals of numbers and states, and JSON of what else is known, by number.

    Literals, because psycopg dumps a list in a hundred times the time; numbers and states are
    from closed vocabularies and need no quotes.
    """
    if not amenities:
        return "{}", "{}", None
    ids = [_AMENITY_NUMBER[code] for code in amenities]
    facts = amenities.values()
    states = ",".join([fact.state for fact in facts])
    details = {
        number: _details(fact)
        for number, fact in zip(ids, facts, strict=True)
        if _details_of(fact) != _NO_DETAILS
    }
    return (
        f"{{{','.join(ids)}}}",
        f"{{{states}}}",
        json.dumps(details, ensure_ascii=False) if details else None,
    )


def _staged_row(ordinal: int, station: Station) -> tuple[object, ...]:
    return (
        ordinal,
        station.code,
        station.lon,
        station.lat,
        list(station.aliases) if station.aliases else "{}",
        [honour.value for honour in station.honours] if station.honours else "{}",
        *_amenity_columns(station.amenities),
        *_fields_of(station),
    )


class Staging:
    """Stations on their way in: `copy` them chunk by chunk, then `apply` once."""

    def __init__(self, connection: Connection, run_id: int | None) -> None:
        self._run_id = run_id
        self._raw = cast("psycopg.Connection", connection.connection.driver_connection)
        self._execute(bulk_sql.CREATE_STAGED)

    def _execute(self, statement: LiteralString) -> None:
        # The run's id travels as a setting, like actor and origin: no statement takes
        # parameters, so each is sent as it stands in the file.
        self._raw.execute(statement, prepare=False)

    def copy(self, rows: Iterable[tuple[int, Station]]) -> None:
        """Stream rows to the server; ordinals are unique over all calls.

        Raises KeyError for an amenity code outside the vocabulary.
        """
        with self._raw.cursor() as cursor, cursor.copy(bulk_sql.COPY_STAGED) as copy:
            for ordinal, station in rows:
                copy.write_row(_staged_row(ordinal, station))

    def apply(self, *, replace_demo: bool) -> Iterator[Applied]:
        """Merge the staged rows into the stations; one `Applied` a row, by ordinal.

        replace_demo: first take demo stations away (real data has come).
        """
        self._raw.execute("SELECT pg_advisory_xact_lock(%s)", (IMPORT_LOCK,))
        self._raw.execute(f"SET LOCAL work_mem = '{WORK_MEM}'")
        run_id = "" if self._run_id is None else str(self._run_id)
        self._raw.execute("SELECT set_config('station_map.import_run_id', %s, true)", (run_id,))
        if replace_demo:
            self._execute(bulk_sql.DELETE_DEMO)
        for statement in (*bulk_sql.MATCH, *bulk_sql.CREATE, *bulk_sql.UPDATE):
            self._execute(statement)
        timetables.prepare(self._raw, bulk_sql.WRITTEN)
        self._execute(bulk_sql.REFRESH)
        yield from self._outcomes()
        self._execute("DROP TABLE staged, plan")

    def _outcomes(self) -> Iterator[Applied]:
        with self._raw.cursor(name="applied") as cursor:
            cursor.itersize = 10_000
            cursor.execute(bulk_sql.OUTCOMES)
            for ordinal, outcome, code, district, adcode, changed in cursor:
                yield Applied(ordinal, outcome, code, district, adcode, tuple(changed))
