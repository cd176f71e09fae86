"""The queue's tables, and jobs that are there exactly when their cause is."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files

import psycopg
import pytest

from station_map.store import migrate
from station_map.store.database import Database
from station_map.store.jobs import QueueState, enqueue, queue_state
from station_map.store.writing import writing
from tests.store.merging import rows, value
from tests.support.people import execute

CATALOGUE = {
    "columns": "SELECT table_name, column_name, udt_name, column_default, is_nullable"
    " FROM information_schema.columns WHERE table_name LIKE 'procrastinate%%' ORDER BY 1, 2",
    "constraints": "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conrelid::regclass::text LIKE 'procrastinate%%' ORDER BY 1, 2",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'procrastinate%%' ORDER BY 1",
    "functions": "SELECT pg_get_functiondef(oid) FROM pg_proc"
    " WHERE proname LIKE 'procrastinate%%' ORDER BY 1",
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE NOT tgisinternal AND tgname LIKE 'procrastinate%%' ORDER BY 1",
    "enums": "SELECT t.typname, e.enumlabel, e.enumsortorder FROM pg_enum e"
    " JOIN pg_type t ON t.oid = e.enumtypid ORDER BY 1, 3",
    "types": "SELECT typname FROM pg_type WHERE typname LIKE 'procrastinate%%' ORDER BY 1",
}


def catalogue(database: Database) -> dict[str, list[tuple[object, ...]]]:
    return {what: rows(database, statement) for what, statement in CATALOGUE.items()}


def test_the_migrated_queue_is_that_of_the_installed_package(fresh_database: Database) -> None:
    migrated = catalogue(fresh_database)
    assert len(migrated["functions"]) >= 15
    migrate.downgrade(fresh_database.url, "0016")
    assert catalogue(fresh_database) == {what: [] for what in CATALOGUE}
    with psycopg.connect(fresh_database.url) as connection:
        connection.execute(files("procrastinate.sql").joinpath("schema.sql").read_bytes())
    assert catalogue(fresh_database) == migrated


def test_down_and_up_with_jobs_in_it(fresh_database: Database) -> None:
    with writing(fresh_database, actor="test", origin="system") as unit:
        enqueue(unit, "take_up")
    before = catalogue(fresh_database)
    migrate.downgrade(fresh_database.url, "0016")
    assert queue_state(fresh_database) is None
    migrate.upgrade(fresh_database.url)
    assert catalogue(fresh_database) == before
    assert queue_state(fresh_database) == QueueState(0, 0, 0, 0)


def test_another_package_than_the_migration_knows_is_refused(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate.downgrade(fresh_database.url, "0016")
    monkeypatch.setattr("hashlib.sha256", lambda _: __import__("hashlib").sha1(b""))
    with pytest.raises(RuntimeError, match="another schema"):
        migrate.upgrade(fresh_database.url)
    assert migrate.current(fresh_database.url) == "0016"


def test_a_job_comes_with_its_transaction_or_not_at_all(database: Database) -> None:
    def undone() -> None:
        with writing(database, actor="test") as unit:
            enqueue(unit, "tell", {"word": "no"})
            unit.execute("SELECT 1 / 0")

    with pytest.raises(psycopg.errors.DivisionByZero):
        undone()
    assert queue_state(database) == QueueState(0, 0, 0, 0)
    with writing(database, actor="test") as unit:
        number = enqueue(unit, "tell", {"word": "{{7*7}}', 'x"}, lock="one")
        assert queue_state(database) == QueueState(0, 0, 0, 0)
    assert queue_state(database) == QueueState(0, 1, 0, 0)
    assert rows(
        database, "SELECT id, task_name, queue_name, lock, args FROM procrastinate_jobs"
    ) == [(number, "tell", "default", "one", {"word": "{{7*7}}', 'x"})]


def test_a_job_for_later_does_not_wait_yet(database: Database) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    with writing(database, actor="test") as unit:
        enqueue(unit, "tell", at=later)
    assert queue_state(database) == QueueState(0, 0, 0, 0)
    assert value(database, "SELECT scheduled_at FROM procrastinate_jobs") == later


def test_a_worker_that_is_silent_is_not_alive(database: Database) -> None:
    execute(database, "SELECT procrastinate_register_worker_v1()")
    assert queue_state(database) == QueueState(1, 0, 0, 0)
    execute(
        database,
        "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'",
    )
    assert queue_state(database) == QueueState(0, 0, 0, 0)


def test_a_role_that_may_only_make_tables_can_have_the_queue(fresh_database: Database) -> None:
    """The application's role: no superuser, no owner of extensions (docs/how-to/outside-database)."""
    told = rows(
        fresh_database,
        "SELECT r.rolsuper OR r.rolcreatedb OR r.rolcreaterole, c.relowner = r.oid"
        " FROM pg_class c, pg_roles r WHERE r.rolname = current_user"
        " AND c.relname = 'procrastinate_jobs'",
    )
    assert told == [(False, True)]
