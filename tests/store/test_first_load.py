"""Indexes are away only while nobody has anything to read, and come back as they were."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from station_map.store import bulk
from station_map.store.database import Database
from tests.store.merging import LAT, LON, rows, station
from tests.store.test_bulk_ahead import in_steps

_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indisvalid, i.indexrelid
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1
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
    assert "ix_station_card_merc" in made_anew(before, after)
    assert not {"pk_station", "uq_station_code"} & made_anew(before, after)


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
