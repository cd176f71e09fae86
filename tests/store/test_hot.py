from __future__ import annotations

from struct import unpack

import numpy as np
import psycopg
import pytest

from station_map.store.database import Database
from station_map.store.hot import HotStatement

ECHO = HotStatement(
    "SELECT %(word)s::text, %(number)s::float8, %(many)s::int[] = '{1,2}', %(number)s::float8 * 2"
)


def test_parameters_are_numbered_by_first_appearance() -> None:
    assert ECHO.names == ("word", "number", "many")


@pytest.mark.parametrize("word", ["", "淮北", "a'b\"c\\d", "%(number)s $1 {} \n"])
def test_values_arrive_as_they_are(database: Database, word: str) -> None:
    result = database.hot(ECHO, {"word": word, "number": 0.1 + 0.2, "many": [1, 2]})
    text, number, same, double = (result.get_value(0, column) for column in range(4))
    assert text is not None
    assert text.decode() == word
    assert same == b"\x01"
    assert unpack(">d", number or b"") == (0.1 + 0.2,)
    assert unpack(">d", double or b"") == ((0.1 + 0.2) * 2,)


def test_numbers_of_numpy_are_numbers(database: Database) -> None:
    result = database.hot(ECHO, {"word": "x", "number": np.float64(116.79), "many": []})
    assert unpack(">d", result.get_value(0, 1) or b"") == (116.79,)


def test_it_is_prepared_once_a_connection(database: Database) -> None:
    statement = HotStatement("SELECT %(number)s::float8")
    with database.reading() as connection:
        for _ in range(3):
            statement.run(connection, {"number": 1.5})
        found = connection.execute(
            "SELECT count(*), sum(generic_plans + custom_plans) FROM pg_prepared_statements"
            " WHERE statement = 'SELECT $1::float8'"
        ).fetchone()
    assert found == (1, 3)


def test_it_is_prepared_again_after_a_transaction_was_rolled_back(database: Database) -> None:
    statement = HotStatement("SELECT %(number)s::float8")
    with database.reading() as connection:
        statement.run(connection, {"number": 1.5})
        # psycopg prepares this one, and forgets all of them with the transaction.
        connection.execute("SELECT 1", prepare=True)
        with connection.transaction():
            connection.execute("SELECT 2")
            raise psycopg.Rollback
        connection.execute("SELECT 3")
        left = connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()
        assert left == (0,)
        assert statement.run(connection, {"number": 2.5}).ntuples == 1


def test_an_error_of_the_server_is_that_error_and_leaves_the_connection_usable(
    database: Database,
) -> None:
    statement = HotStatement("SELECT 1 / %(number)s::int")
    with pytest.raises(psycopg.errors.DivisionByZero):
        database.hot(statement, {"number": 0})
    assert database.hot(statement, {"number": 1}).ntuples == 1


def test_a_read_survives_the_end_of_its_connection(database: Database) -> None:
    parameters = {"word": "x", "number": 1.0, "many": [1, 2]}
    database.hot(ECHO, parameters)
    with psycopg.connect(database.url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE usename = current_user AND datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
    assert database.hot(ECHO, parameters).ntuples == 1
