"""Work on a connection by a thread of its own: errors come back, and it can be ended."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import psycopg
import pytest

from station_map.store.background import Background
from station_map.store.database import Database
from station_map.store.embedded.locks import wait_until

LONG_S = 60.0


@pytest.fixture
def connection(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.url) as connection:
        yield connection


def busy(database: Database, connection: psycopg.Connection) -> bool:
    """Whether the server is at work for the connection."""
    ((state,),) = database.rows(
        "SELECT state FROM pg_stat_activity WHERE pid = %(pid)s",
        {"pid": connection.info.backend_pid},
    )
    return bool(state == "active")


def test_jobs_follow_each_other(connection: psycopg.Connection) -> None:
    background = Background(connection)
    connection.execute("CREATE TEMPORARY TABLE done (at serial, what text)")
    for what in ("a", "b", "c"):
        insert = partial(connection.execute, "INSERT INTO done (what) VALUES (%s)", (what,))
        background.start(insert)
    background.wait()
    background.close()
    assert connection.execute("SELECT string_agg(what, '' ORDER BY at) FROM done").fetchone() == (
        "abc",
    )


def test_what_a_job_raised_is_raised_by_the_next_start(connection: psycopg.Connection) -> None:
    background = Background(connection)
    background.start(partial(connection.execute, "SELECT 1 / 0"))
    with pytest.raises(psycopg.errors.DivisionByZero):
        background.start(partial(connection.execute, "SELECT 1"))
    background.close()


def test_what_the_last_job_raised_is_raised_when_it_is_waited_for(
    connection: psycopg.Connection,
) -> None:
    background = Background(connection)
    background.start(partial(connection.execute, "SELECT 1 / 0"))
    with pytest.raises(psycopg.errors.DivisionByZero):
        background.wait()
    background.close()


def test_a_job_that_waits_for_ever_is_ended(
    database: Database, connection: psycopg.Connection
) -> None:
    background = Background(connection)
    with psycopg.connect(database.url) as other:
        other.execute("SELECT pg_advisory_xact_lock(42)")
        background.start(partial(connection.execute, "SELECT pg_advisory_xact_lock(42)"))
        assert wait_until(lambda: busy(database, connection), LONG_S)
        background.close()
    connection.rollback()
    assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_job_whose_statements_begin_after_the_call_is_ended_too(
    connection: psycopg.Connection,
) -> None:
    background = Background(connection)
    cancelled: list[int] = []

    def stubborn() -> None:
        for number in (1, 2):
            try:
                connection.execute("SELECT pg_sleep(600)")
            except psycopg.errors.QueryCanceled:
                cancelled.append(number)
                connection.rollback()

    background.start(stubborn)
    background.close()
    assert cancelled == [1, 2]


def test_a_lost_connection_ends_its_job(database: Database) -> None:
    with psycopg.connect(database.url, autocommit=True) as other:
        connection = psycopg.connect(database.url)
        background = Background(connection)
        background.start(partial(connection.execute, "SELECT pg_sleep(600)"))
        assert wait_until(lambda: busy(database, connection), LONG_S)
        other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        background.close()
        assert connection.closed
