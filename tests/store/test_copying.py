"""Rows as the text of a COPY: the server reads what was written, whatever it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import CharacterNotInRepertoire

from station_map.domain.vocabulary import Kind
from station_map.store.copying import OPTIONS, array_of, copy_in, csv_of, table_of
from station_map.store.database import Database
from station_map.store.writing import writing

COLUMNS = "n bigint, x double precision, b boolean, t text, at timestamptz, d date, a text[]"
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
HOSTILE = st.sampled_from(["\\.", '"\\."', "a\n\\.\nb", "\\N", "NULL", "", '"', "a,b\r\n", "\\"])
MOMENTS = st.datetimes(timezones=st.just(dt.UTC))
ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.floats(allow_nan=False),
        st.none() | st.booleans(),
        st.none() | TEXTS | HOSTILE,
        st.none() | MOMENTS,
        st.none() | st.dates(),
        st.none() | st.lists(TEXTS | HOSTILE),
    )
)


def stored(database: Database, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows as a table has them after they were copied into it."""
    sent = [(*row[:6], None if row[6] is None else array_of(row[6])) for row in rows]
    with writing(database, actor="test") as connection:
        connection.execute(f"CREATE TEMPORARY TABLE told ({COLUMNS}) ON COMMIT DROP")
        copy_in(connection, f"COPY told FROM STDIN {OPTIONS}", csv_of(sent))
        return connection.execute("SELECT * FROM told").fetchall()


@given(rows=ROWS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_copied_is_what_was_told(database: Database, rows: list[tuple[Any, ...]]) -> None:
    assert stored(database, rows) == rows


def test_a_code_is_copied_as_its_text(database: Database) -> None:
    [row] = stored(database, [(1, 1e-300, True, Kind.DRIVER_HOME, None, None, [])])
    assert row == (1, 1e-300, True, "driver_home", None, None, [])


def test_what_is_no_text_is_refused(database: Database) -> None:
    with pytest.raises(CharacterNotInRepertoire):
        stored(database, [(1, None, None, "a\0b", None, None, None)])


def test_columns_without_anything_are_left_out() -> None:
    found = table_of([(1, None, None, "a"), (2, None, "", None)])
    assert found == ((0, 2, 3), b'"1",,"a"\n"2","",\n')
