"""The handle to the database: units of work, and readers that cannot write."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text

from station_map.store.database import READ_TIMEOUT_MS, Database


def test_a_unit_of_work_commits_at_its_end(database: Database) -> None:
    with database.transaction(actor="a", origin="system") as connection:
        connection.execute(text("INSERT INTO code_counter VALUES ('111111', 1)"))
    with database.reading() as reader:
        assert reader.execute("SELECT last FROM code_counter").fetchall() == [(1,)]


def test_a_unit_of_work_that_raises_leaves_nothing(database: Database) -> None:
    def work() -> None:
        with database.transaction(actor="a", origin="system") as connection:
            connection.execute(text("INSERT INTO code_counter VALUES ('111111', 1)"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    with database.reading() as reader:
        assert reader.execute("SELECT last FROM code_counter").fetchall() == []


def test_who_acts_is_known_inside_the_unit_and_not_after(database: Database) -> None:
    asked = text("SELECT current_setting('station_map.actor', true)")
    with database.transaction(actor="李'; --", origin="form") as connection:
        assert connection.execute(asked).scalar_one() == "李'; --"
    with database.engine.connect() as connection:
        assert connection.execute(asked).scalar_one() in {None, ""}


def test_readers_cannot_write(database: Database) -> None:
    with database.reading() as reader, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        reader.execute("INSERT INTO code_counter VALUES ('111111', 1)")


def test_a_reader_that_takes_too_long_is_stopped(database: Database) -> None:
    with database.reading() as reader:
        [(limit,)] = reader.execute("SHOW statement_timeout").fetchall()
        assert limit == f"{READ_TIMEOUT_MS // 1000}s"
        reader.execute("SET statement_timeout = 50")
        with pytest.raises(psycopg.errors.QueryCanceled):
            reader.execute("SELECT pg_sleep(5)")
        reader.execute(f"SET statement_timeout = {READ_TIMEOUT_MS}")


def test_times_are_told_in_utc_whatever_the_server_says(database: Database) -> None:
    with database.reading() as reader:
        assert reader.execute("SHOW timezone").fetchall() == [("UTC",)]
    with database.engine.connect() as connection:
        assert connection.execute(text("SHOW timezone")).scalar_one() == "UTC"


def test_a_reader_whose_server_went_away_is_replaced(fresh_database: Database) -> None:
    [(pid,)] = fresh_database.rows("SELECT pg_backend_pid()")
    with fresh_database.engine.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    assert fresh_database.rows("SELECT 1") == [(1,)]


def test_a_read_that_fails_for_itself_is_not_asked_again(database: Database) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        database.rows("SELECT 1 / 0")
    assert database.rows("SELECT %(n)s::int", {"n": 2}) == [(2,)]
