"""The first load of a large ledger: indexes are built over its rows, not row by row.

Building them at the end takes a fifth of the server's work, and leaves them better packed.
While they are away nobody else may read their tables, so it is done only when there is nothing
to read: see docs/adr/0014.
"""

from __future__ import annotations

from typing import Final, LiteralString

import psycopg

# The tables that an import fills and riders read. Unique indexes stay: they are checks.
_READ: Final = ("station", "station_card", "station_words")
_TABLES: Final = (*_READ, "revision")
_BUILD_MEM: Final = "256MB"

_EMPTY: Final = "SELECT NOT EXISTS (SELECT FROM station)"
_INDEXES: Final = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY (CAST(%s AS regclass[])) AND NOT i.indisunique
    AND pg_has_role(c.relowner, 'USAGE')
ORDER BY i.indrelid = CAST('revision' AS regclass), c.relname
"""


def set_aside(connection: psycopg.Connection) -> list[LiteralString]:
    """Drop the indexes if no station is stored; the statements that make them again.

    In the caller's transaction: when it fails, they were never gone. Indexes of another owner stay.
    """
    [(empty,)] = connection.execute(_EMPTY).fetchall()
    if not empty:
        return []
    # In one order, so that nobody holds one and waits for another. Of revision nobody has the
    # right to ask for it by name: dropping its index takes it, last.
    connection.execute(f"LOCK TABLE {', '.join(_READ)} IN ACCESS EXCLUSIVE MODE")
    found = connection.execute(_INDEXES, (list(_TABLES),)).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]


def put_back(connection: psycopg.Connection, definitions: list[LiteralString]) -> None:
    """Build the indexes that were set aside."""
    if not definitions:
        return
    connection.execute(f"SET LOCAL maintenance_work_mem = '{_BUILD_MEM}'")
    for definition in definitions:
        connection.execute(definition)
