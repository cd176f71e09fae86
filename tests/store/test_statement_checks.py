"""Triggers in the place of foreign keys: what they refuse, keep, and take along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.errors import (
    ForeignKeyViolation,
    LockNotAvailable,
    ObjectNotInPrerequisiteState,
)

from station_map.store.database import Database
from tests.store.merging import merge, station

RUN: LiteralString = (
    "INSERT INTO import_run (actor, file_name, sha256) VALUES ('x', 'f', repeat('0', 64))"
    " RETURNING id"
)


CARD_OF_NOBODY: LiteralString = """
INSERT INTO station_card (station_id, code, status, demo, position, facet_ids,
    known_amenity_ids, properties, search_text)
SELECT 99, 'x', status, demo, position, facet_ids, known_amenity_ids, properties, search_text
FROM station_card
"""

REVISION_OF_NO_RUN: LiteralString = """
INSERT INTO revision (station_id, station_code, actor, origin, action, import_run_id)
VALUES (1, 'x', 'x', 'import', 'updated', 99)
"""


@pytest.fixture
def writing(database: Database) -> Iterator[psycopg.Connection]:
    """A connection whose work is undone; one imported station with a card is stored."""
    merge(database, station("甲"))
    with psycopg.connect(database.url) as connection:
        yield connection
        connection.rollback()


def only(connection: psycopg.Connection, query: LiteralString) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("DELETE FROM import_run", "fk_revision_import_run_id_import_run"),
        ("TRUNCATE import_run", "fk_revision_import_run_id_import_run"),
        ("UPDATE import_run SET id = DEFAULT", "fk_revision_import_run_id_import_run"),
        ("DELETE FROM area WHERE adcode = '340603'", "fk_station_adcode_area"),
        ("UPDATE area SET adcode = '349999' WHERE adcode = '340603'", "fk_station_adcode_area"),
        ("UPDATE station SET adcode = '349999'", "fk_station_adcode_area"),
        ("UPDATE station SET import_run_id = 99", "fk_station_import_run_id_import_run"),
        (REVISION_OF_NO_RUN, "fk_revision_import_run_id_import_run"),
        (CARD_OF_NOBODY, "fk_station_card_station_id_station"),
        ("INSERT INTO station_words VALUES (99, 'x')", "fk_station_words_station_id_station"),
        ("UPDATE station_words SET station_id = 99", "fk_station_words_station_id_station"),
    ],
)
def test_what_leaves_a_reference_without_its_row_is_refused(
    writing: psycopg.Connection, statement: LiteralString, rule: str
) -> None:
    with pytest.raises(ForeignKeyViolation) as refused:
        writing.execute(statement)
    assert refused.value.diag.constraint_name == rule


def test_a_station_alone_holds_its_run_too(writing: psycopg.Connection) -> None:
    number = only(writing, RUN)
    writing.execute("UPDATE station SET import_run_id = %s", (number,))
    with pytest.raises(ForeignKeyViolation) as refused:
        writing.execute("DELETE FROM import_run WHERE id = %s", (number,))
    assert refused.value.diag.constraint_name == "fk_station_import_run_id_import_run"


def test_what_nothing_refers_to_may_go(writing: psycopg.Connection) -> None:
    writing.execute(RUN)
    writing.execute("DELETE FROM area WHERE adcode = '340602'")
    writing.execute("DELETE FROM import_run WHERE id NOT IN (SELECT import_run_id FROM station)")
    writing.execute("UPDATE area SET source = 'y'")
    assert only(writing, "SELECT count(*) FROM import_run") == 1


@pytest.mark.parametrize("statement", ["DELETE FROM station", "TRUNCATE station CASCADE"])
def test_cards_and_words_go_with_their_station(
    writing: psycopg.Connection, statement: LiteralString
) -> None:
    assert only(writing, "SELECT count(*) FROM station_card JOIN station_words USING (station_id)")
    writing.execute(statement)
    assert only(writing, "SELECT count(*) FROM station_card") == 0
    assert only(writing, "SELECT count(*) FROM station_words") == 0


@pytest.mark.parametrize("written", ["earlier", "in a block of this transaction"])
def test_a_station_whose_card_is_written_cannot_be_deleted_meanwhile(
    database: Database, writing: psycopg.Connection, written: str
) -> None:
    if written == "earlier":
        writing.execute("SELECT station_refresh(array_agg(id)) FROM station")
    else:
        with writing.transaction():
            writing.execute("UPDATE station SET seats = 1")
        writing.execute("SELECT station_refresh(array_agg(id)) FROM station")
    with psycopg.connect(database.url) as other:
        other.execute("SET lock_timeout = '100ms'")
        with pytest.raises(LockNotAvailable):
            other.execute("DELETE FROM station")


def test_a_run_that_is_referred_to_meanwhile_cannot_be_deleted(database: Database) -> None:
    with psycopg.connect(database.url) as first, psycopg.connect(database.url) as second:
        run = only(first, RUN)
        first.commit()
        first.execute(
            "INSERT INTO revision (station_id, station_code, actor, origin, action, import_run_id)"
            " VALUES (1, 'x', 'x', 'import', 'created', %s)",
            (run,),
        )
        second.execute("SET lock_timeout = '100ms'")
        with pytest.raises(LockNotAvailable):
            second.execute("DELETE FROM import_run")


def test_runs_are_not_deleted_on_an_old_view_of_what_refers_to_them(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute(RUN)
        with pytest.raises(ObjectNotInPrerequisiteState, match="READ COMMITTED"):
            connection.execute("DELETE FROM import_run")
