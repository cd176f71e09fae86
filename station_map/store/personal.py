"""What is stored about an account: told whole, and taken away as far as the record allows.

Both go by the schema itself: tables that refer to an account by its id, and columns that hold an
account's name. So a table that is added later is told of and emptied too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import Column, Table, Text

from station_map.domain.accounts.events import EventKind
from station_map.errors import Conflict
from station_map.store import accounts
from station_map.store.account_events import record
from station_map.store.accounts import StoredAccount
from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.schema import Base

# Nobody may change these rows; the name that acted stays in them (docs/how-to/accounts.md).
ADD_ONLY: Final = frozenset({"account_event", "case_rule", "change_set", "revision"})
SECRETS: Final = frozenset({"password_hash", "token_hash", "link_hash", "secret"})
# Columns that say how or by what, not by whom.
_NO_NAMES: Final = frozenset({"signed_in_by", "computed_by"})
_TABLES: Final = Base.metadata.tables


def references() -> Iterator[tuple[Table, Column[Any], str]]:
    """Columns that refer to an account, and what becomes of the row without it."""
    for table in _TABLES.values():
        for column in table.columns:
            for key in column.foreign_keys:
                if key.column.table.name == "account":
                    yield table, column, key.ondelete or ""


def namings() -> Iterator[tuple[Table, Column[Any]]]:
    """Columns that hold the name of an account that did something."""
    for table in _TABLES.values():
        for column in table.columns:
            name = column.name
            by = name == "actor" or (name.endswith("_by") and name not in _NO_NAMES)
            if by and isinstance(column.type, Text):
                yield table, column


def export(database: Database, stored: StoredAccount) -> dict[str, Any]:
    """Everything about an account but what proves it, as plain values by table.

    about: rows that belong to it. did: rows that say that it did something.
    """
    number, name = stored.account.id, stored.account.name
    with database.reading() as connection:
        rows = _rows(connection, "account", "id", number)
        about = {
            "account": rows,
            "account_event": _rows(connection, "account_event", "account_id", number),
        }
        for table, column, _ in references():
            about.setdefault(table.name, []).extend(
                _rows(connection, table.name, column.name, number)
            )
        did: dict[str, list[Any]] = {}
        for table, column in namings():
            did.setdefault(f"{table.name}.{column.name}", []).extend(
                _rows(connection, table.name, column.name, name)
            )
    return {
        "account": name,
        "about": {table: rows for table, rows in about.items() if rows},
        "did": {column: rows for column, rows in did.items() if rows},
    }


def _rows(connection: psycopg.Connection, table: str, column: str, value: object) -> list[Any]:
    """Rows as JSON, without secrets, and of a webhook that it made without what signs."""
    statement = sql.SQL(
        "SELECT to_jsonb(t) - %(secrets)s::text[] FROM {table} t WHERE {column} = %(value)s"
        " ORDER BY to_jsonb(t)::text"
    ).format(table=sql.Identifier(table), column=sql.Identifier(column))
    found = connection.execute(statement, {"secrets": sorted(SECRETS), "value": value})
    return [row for (row,) in found]


def pseudonym(number: int) -> str:
    """What an erased account is called; no name that anybody can choose."""
    return f"(erased {number})"


_BLANK: Final = """
UPDATE account SET name = %(name)s, name_key = %(name)s, title = '', email = NULL,
    oidc_issuer = NULL, oidc_subject = NULL, password_hash = NULL, password_set_at = NULL,
    last_signed_in_at = NULL
WHERE id = %(id)s
"""


def erase(unit: psycopg.Connection, stored: StoredAccount, actor: str) -> str:
    """Take away all that is personal about an account, and shut it out; what it is called then.

    Rows that are only added to keep the name. Raises Conflict for the last administrator and for
    an account that is erased already.
    """
    number, name = stored.account.id, stored.account.name
    new = pseudonym(number)
    if name == new:
        raise Conflict("这个帐号已经抹掉了。 This account is erased already.")
    accounts.disable(unit, number, actor)
    for table, column, without in references():
        _forget(unit, table.name, column.name, without, number)
    for table, column in namings():
        if table.name not in ADD_ONLY | {"station"}:
            _rename(unit, table.name, column.name, name, new)
    _rename_in_stations(unit, name, new)
    unit.execute(_BLANK, {"id": number, "name": new})
    record(unit, number, EventKind.ERASED, new if actor == name else actor)
    return new


def _forget(unit: psycopg.Connection, table: str, column: str, without: str, number: int) -> None:
    """As if the account's row went: its rows go with it, or no longer name it."""
    where, what = sql.Identifier(column), sql.Identifier(table)
    if without == "CASCADE":
        statement = sql.SQL("DELETE FROM {} WHERE {} = %s").format(what, where)
    else:
        statement = sql.SQL("UPDATE {} SET {} = NULL WHERE {} = %s").format(what, where, where)
    unit.execute(statement, (number,))


def _rename(unit: psycopg.Connection, table: str, column: str, name: str, new: str) -> None:
    where, what = sql.Identifier(column), sql.Identifier(table)
    statement = sql.SQL("UPDATE {} SET {} = %s WHERE {} = %s").format(what, where, where)
    unit.execute(statement, (new, name))


def _rename_in_stations(unit: psycopg.Connection, name: str, new: str) -> None:
    """A station changes in the one way there is, record included."""
    found = unit.execute("SELECT id FROM station WHERE verified_by = %s ORDER BY id", (name,))
    stations = [number for (number,) in found]
    with changing(unit, stations, reason="erased account"):
        unit.execute("UPDATE station SET verified_by = %s WHERE id = ANY (%s)", (new, stations))
