"""Indexes are away only while nobody has anything to read, and come back as they were."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any, cast

import psycopg
import pytest
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from station_map.store import bulk, first_load
from station_map.store.database import Database
from tests.store.merging import LAT, LON, rows, station
from tests.store.test_bulk_ahead import in_steps

_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indisvalid, i.indexrelid
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid)
FROM pg_constraint ORDER BY 1, 2
"""
_TRIGGERS = """
SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2
"""
ROWS = [station(f"站{n}", lon=LON + n / 100, lat=LAT) for n in range(9)]
MORE = [station(f"后来{n}", lon=LON - n / 100, lat=LAT) for n in range(1, 9)]


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "STEP_ROWS", 3)


def indexes(database: Database) -> list[Any]:
    return rows(database, _INDEXES)


def made_anew(before: list[Any], after: list[Any]) -> set[str]:
    return {name for name, *_ in set(after) - set(before)}


def test_the_first_load_builds_its_indexes_at_the_end(database: Database) -> None:
    before = indexes(database)
    in_steps(database, ROWS)
    after = indexes(database)
    assert [row[:3] for row in after] == [row[:3] for row in before]
    assert {"ix_station_card_merc", "uq_station_code", "pk_revision"} <= made_anew(before, after)
    assert not {"pk_station", "pk_station_amenity", "pk_station_card"} & made_anew(before, after)


def test_constraints_and_triggers_come_back_as_they_were(database: Database) -> None:
    before = [rows(database, query) for query in (_CONSTRAINTS, _TRIGGERS)]
    in_steps(database, ROWS)
    assert [rows(database, query) for query in (_CONSTRAINTS, _TRIGGERS)] == before


def test_what_breaks_a_unique_rule_is_refused_at_the_end(database: Database) -> None:
    twice = [replace(one, source="台账", source_id=str(n % 8)) for n, one in enumerate(ROWS)]
    with pytest.raises(UniqueViolation, match="uq_station_source_source_id"):
        in_steps(database, twice)
    assert rows(database, "SELECT count(*) FROM station") == [(0,)]


def test_a_row_without_its_station_is_refused_at_the_end(database: Database) -> None:
    with database.transaction(actor="test", origin="import") as connection:
        driver = cast("psycopg.Connection", connection.connection.driver_connection)
        away = first_load.set_aside(driver)
        driver.execute("INSERT INTO station_words (station_id, words) VALUES (7, 'a')")
        with pytest.raises(ForeignKeyViolation, match="id 7"):
            first_load.put_back(driver, away)
        connection.rollback()


def test_a_first_load_may_leave_the_tables_to_readers(database: Database) -> None:
    before = indexes(database)
    with database.transaction(actor="test", origin="import") as connection:
        staging = bulk.Staging(connection, None, readers_wait=False)
        staging.copy(enumerate(ROWS))
        assert len(list(staging.apply(replace_demo=False))) == len(ROWS)
        assert rows(database, "SELECT count(*) FROM station JOIN station_card ON true") == [(0,)]
    assert indexes(database) == before


def test_an_import_beside_stations_leaves_the_indexes_alone(database: Database) -> None:
    in_steps(database, ROWS)
    before = indexes(database)
    in_steps(database, MORE)
    assert indexes(database) == before


def test_a_small_first_load_leaves_the_indexes_alone(database: Database) -> None:
    before = indexes(database)
    in_steps(database, ROWS[:2])
    assert indexes(database) == before


def test_a_first_load_that_fails_leaves_the_indexes_as_they_were(database: Database) -> None:
    before = indexes(database)
    with suppress(KeyboardInterrupt):
        in_steps(database, ROWS, at_the_end=KeyboardInterrupt())
    assert indexes(database) == before
