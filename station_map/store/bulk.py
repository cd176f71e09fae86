"""Many stations at once: staged by COPY, merged by SQL, in the caller's transaction.

The statements stand in `bulk_sql.py` and `bulk_update_sql.py`, in the order in which they run. A None never erases what is stored; a row that changes nothing touches nothing.
"""

from __future__ import annotations

import datetime as dt
import heapq
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from queue import SimpleQueue
from typing import Final, Literal, LiteralString, Self, cast

import psycopg
from sqlalchemy import Connection, text

from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import AMENITIES, Datum
from station_map.store import bulk_sql, bulk_update_sql, first_load, spelling, timetables
from station_map.store.background import Background
from station_map.store.columns import AMENITY_DETAIL_TYPES, FIELD_TYPES
from station_map.store.copying import Table, array_of, copy_in, table_of

Outcome = Literal["created", "updated", "unchanged", "duplicate"]

# One import at a time: two that run together could each create the same station.
IMPORT_LOCK: Final = 0x53_4D_49  # "SMI"

# A country's rows are sorted and hashed in memory; less makes the server write them to disk.
WORK_MEM: Final = "256MB"

# Words go into their index this much at a time; searches read what is still waiting, so not more.
PENDING_LIST: Final = "16MB"

# So many rows wait here, and are as many again on their way: some 20 MB. Fewer make the server
# spend its time on planning, more let it wait for the first of them.
STEP_ROWS: Final = 8_000

# Fetched in C: a loop over fifty fields costs as much as all else that `copy` does.
_fields_of: Final = attrgetter(*FIELD_TYPES)
_details_of: Final = attrgetter(*AMENITY_DETAIL_TYPES)
_ordinal_of: Final = attrgetter("ordinal")
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
        array_of(station.aliases),
        array_of(station.honours),
        *_amenity_columns(station.amenities),
        *_fields_of(station),
    )


class Staging:
    """Stations on their way in: `copy` them chunk by chunk, then `apply` once.

    Many rows go to the server some thousands at a time, by a thread that has the connection to
    itself from the first `copy` to the end of `apply`; a `with` block ends what it does when
    the block is left early.

    readers_wait: an empty database may be filled the quick way, in which nobody can read it
    meanwhile (see `first_load.py`).
    """

    def __init__(
        self, connection: Connection, run_id: int | None, *, readers_wait: bool = True
    ) -> None:
        self._run_id = run_id
        self._readers_wait = readers_wait
        self._raw = cast("psycopg.Connection", connection.connection.driver_connection)
        self._background = Background(self._raw)
        self._speller = ThreadPoolExecutor(1, thread_name_prefix="station-map-spell")
        self._words: Future[spelling.Texts] | None = None
        self._waiting: list[tuple[object, ...]] = []
        self._codes_came = False
        self._replace_demo: bool | None = None
        self._known = "station"
        self._begun = False
        self._arrived = 0
        self._set_aside: list[LiteralString] = []
        self._made: SimpleQueue[list[tuple[int, str, str | None, str | None]]] = SimpleQueue()
        self._run(bulk_sql.TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def copy(self, rows: Iterable[tuple[int, Station]]) -> None:
        """Send rows to the server; ordinals are unique over all calls.

        Raises KeyError for an amenity code outside the vocabulary, and what the server had
        to say of rows that came before.
        """
        for ordinal, station in rows:
            self._codes_came = self._codes_came or station.code is not None
            self._waiting.append(_staged_row(ordinal, station))
            if len(self._waiting) >= STEP_ROWS:
                self._background.start(partial(self._take, self._handed_over()))

    def merge_ahead(self, *, replace_demo: bool) -> None:
        """From now on create stations while later rows are still being read.

        For a caller who knows that no later row brings a code (it could be one that was given
        to a station meanwhile), and that `replace_demo` will be the same at the end. Does
        nothing when an earlier row brought a code.
        """
        if not self._codes_came:
            self._replace_demo = replace_demo

    def made(self) -> Iterator[Applied]:
        """Rows that have made a station by now, while others are still to come; each once."""
        while not self._made.empty():
            for ordinal, code, district, adcode in self._made.get():
                yield Applied(ordinal, "created", code, district, adcode, ())

    def apply(self, *, replace_demo: bool) -> Iterator[Applied]:
        """Merge the rows into the stations; one `Applied` a row, by ordinal.

        replace_demo: first take demo stations away (real data has come). Rows that `made` has
        told are not told again.
        """
        self._background.wait()
        self._copy_in(self._handed_over())
        self._begin(replace_demo=replace_demo)
        self._create()
        self._store_words()
        first_load.put_back(self._raw, self._set_aside)
        self._update()
        made = sorted(self.made(), key=_ordinal_of)
        yield from heapq.merge(made, self._outcomes(), key=_ordinal_of)
        self._run(bulk_sql.DROP_KNOWN if self._known == "known" else ())
        self._run(bulk_sql.DROP_TABLES)
        self.close()

    def close(self) -> None:
        """End what is still being done, and the threads."""
        self._background.close()
        self._speller.shutdown(cancel_futures=True)

    def _handed_over(self) -> Table | None:
        """The rows that wait, ready to be sent: made here, so that the server need not wait."""
        rows, self._waiting = self._waiting, []
        self._arrived += len(rows)
        return table_of(rows) if rows else None

    def _take(self, rows: Table | None) -> None:
        """One step, on the thread: rows to the server, and stations from them if that may be."""
        self._copy_in(rows)
        if self._replace_demo is None:
            return
        if not self._begun:
            self._begin(replace_demo=self._replace_demo)
            self._run(bulk_sql.KNOWN)
            self._known = "known"
        self._create()

    def _begin(self, *, replace_demo: bool) -> None:
        """What is done before the first step, once."""
        if self._begun:
            return
        self._begun = True
        self._raw.execute("SELECT pg_advisory_xact_lock(%s)", (IMPORT_LOCK,))
        self._raw.execute(f"SET LOCAL work_mem = '{WORK_MEM}'")
        self._raw.execute(f"SET LOCAL gin_pending_list_limit = '{PENDING_LIST}'")
        run_id = "" if self._run_id is None else str(self._run_id)
        self._raw.execute("SELECT set_config('station_map.import_run_id', %s, true)", (run_id,))
        if replace_demo:
            self._run((bulk_sql.DELETE_DEMO,))
        if self._arrived >= STEP_ROWS and self._readers_wait:
            self._set_aside = first_load.set_aside(self._raw)

    def _create(self) -> None:
        """Find the stations that the rows at the server mean; create those that are new."""
        self._run((*bulk_sql.match(self._known), *bulk_sql.CREATE))
        self._store_words()
        timetables.prepare(self._raw, bulk_sql.HOURS_CREATED)
        self._run((bulk_sql.REFRESH,))
        texts = spelling.texts_of(self._raw, bulk_sql.CREATED)
        self._words = self._speller.submit(spelling.words_of, texts)
        self._made.put(self._raw.execute(bulk_sql.MADE, prepare=False).fetchall())
        self._run(bulk_sql.PUT_AWAY)

    def _store_words(self) -> None:
        """Store how the names of the last step's stations sound, spelled meanwhile."""
        if self._words is not None:
            spelling.store_words(self._raw, self._words.result())
            self._words = None

    def _update(self) -> None:
        """Change the stations that rows mean which were there before."""
        if self._raw.execute("SELECT FROM staged LIMIT 1").rowcount == 0:
            return
        self._run(bulk_update_sql.UPDATE)
        timetables.prepare(self._raw, bulk_update_sql.UPDATED)
        self._run((bulk_update_sql.REFRESH,))
        spelling.spell(self._raw, bulk_update_sql.UPDATED)

    def _copy_in(self, rows: Table | None) -> None:
        if rows is not None:
            columns = [bulk_sql.COLUMNS[at] for at in rows.columns]
            copy_in(self._raw, bulk_sql.copy_arriving(columns), rows.text)

    def _run(self, statements: Sequence[LiteralString]) -> None:
        # The run's id travels as a setting, like actor and origin: no statement takes
        # parameters, so each is sent as it stands in the file.
        for statement in statements:
            self._raw.execute(statement, prepare=False)

    def _outcomes(self) -> Iterator[Applied]:
        with self._raw.cursor(name="applied") as cursor:
            cursor.itersize = 10_000
            cursor.execute(bulk_update_sql.OUTCOMES)
            for ordinal, outcome, code, district, adcode, changed in cursor:
                yield Applied(ordinal, outcome, code, district, adcode, tuple(changed))
