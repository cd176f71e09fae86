"""Many stations at once: staged by COPY, merged by one pass of SQL, in the caller's transaction.

The steps of `Staging.apply` are named statements in `bulk_sql.py`, in the order in which
they run. A None never erases what is stored; a row that changes nothing touches nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, LiteralString

import psycopg
from sqlalchemy import Connection, text

from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import AMENITY_BY_CODE, Datum
from station_map.store import bulk_sql
from station_map.store.columns import FIELD_TYPES

Outcome = Literal["created", "updated", "unchanged", "duplicate"]

# One import at a time: two that run together could each create the same station.
IMPORT_LOCK: Final = 0x53_4D_49  # "SMI"

_FIELDS: Final = tuple(FIELD_TYPES)


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


def finish_run(connection: Connection, run_id: int, counts: dict[str, int]) -> None:
    """Record how many rows ended how."""
    connection.execute(
        text(
            "UPDATE import_run SET finished_at = now(), counts = CAST(:counts AS jsonb)"
            " WHERE id = :id"
        ),
        {"id": run_id, "counts": json.dumps(counts)},
    )


def _amenities_json(station: Station) -> str:
    return json.dumps(
        {code: _fact(fact) for code, fact in station.amenities.items()}, ensure_ascii=False
    )


def _fact(fact: AmenityFact) -> dict[str, Any]:
    simple = {"state": fact.state, "quantity": fact.quantity, "note": fact.note, "fee": fact.fee}
    known = {key: value for key, value in simple.items() if value is not None}
    if fact.verified_at is not None:
        known["verified_at"] = fact.verified_at.isoformat()
    return known


def _staged_row(ordinal: int, station: Station) -> tuple[object, ...]:
    return (
        ordinal,
        station.code,
        station.lon,
        station.lat,
        list(station.aliases),
        [honour.value for honour in station.honours],
        _amenities_json(station),
        *(getattr(station, field) for field in _FIELDS),
    )


class Staging:
    """Stations on their way in: `copy` them chunk by chunk, then `apply` once."""

    def __init__(self, connection: Connection, run_id: int | None) -> None:
        self._run_id = run_id
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection), "the engine runs on psycopg"
        self._raw = raw
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
                for code in station.amenities:
                    AMENITY_BY_CODE[code]
                copy.write_row(_staged_row(ordinal, station))

    def apply(self, *, replace_demo: bool) -> Iterator[Applied]:
        """Merge the staged rows into the stations; one `Applied` a row, by ordinal.

        replace_demo: first take demo stations away (real data has come).
        """
        self._raw.execute("SELECT pg_advisory_xact_lock(%s)", (IMPORT_LOCK,))
        run_id = "" if self._run_id is None else str(self._run_id)
        self._raw.execute("SELECT set_config('station_map.import_run_id', %s, true)", (run_id,))
        if replace_demo:
            self._execute(bulk_sql.DELETE_DEMO)
        for statement in (*bulk_sql.MATCH, *bulk_sql.CREATE, *bulk_sql.UPDATE):
            self._execute(statement)
        yield from self._outcomes()
        self._execute("DROP TABLE staged, plan")

    def _outcomes(self) -> Iterator[Applied]:
        with self._raw.cursor(name="applied") as cursor:
            cursor.itersize = 10_000
            cursor.execute(bulk_sql.OUTCOMES)
            for ordinal, outcome, code, district, adcode, changed in cursor:
                yield Applied(ordinal, outcome, code, district, adcode, tuple(changed))
