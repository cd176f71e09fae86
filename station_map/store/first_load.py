"""The first load of a large ledger: indexes are built over its rows, not row by row.

Building them at the end takes a quarter of the server's work, and leaves them better packed; a
unique one refuses then what it would have refused row by row. In the same way the references of
all rows to their stations are looked at once, where triggers look at each step's.
While they are away nobody else may read their tables, so it is done only when there is nothing
to read: see docs/adr/0014 and 0042.
"""

from __future__ import annotations

from typing import Final, LiteralString

import psycopg

# The tables that an import fills and riders read.
_READ: Final = ("station", "station_amenity", "station_card", "station_words")
_TABLES: Final = (*_READ, "revision")
# By these the steps of the load itself look for rows.
_IN_USE: Final = ("pk_station", "pk_station_amenity", "pk_station_card")
_BUILD_MEM: Final = "256MB"

_EMPTY: Final = "SELECT NOT EXISTS (SELECT FROM station)"
# What takes each index away, and what brings it back. That of a constraint goes with it, unless
# a foreign key stands on it.
_INDEXES: Final = """
SELECT CASE WHEN k.oid IS NULL THEN format('DROP INDEX %%s', i.indexrelid::regclass)
        ELSE format('ALTER TABLE %%s DROP CONSTRAINT %%I', i.indrelid::regclass, k.conname) END,
    CASE WHEN k.oid IS NULL THEN pg_get_indexdef(i.indexrelid)
        ELSE format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
            i.indrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) END
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u')
WHERE i.indrelid = ANY (CAST(%s AS regclass[])) AND c.relname <> ALL (%s)
    AND pg_has_role(c.relowner, 'USAGE')
    AND NOT EXISTS (SELECT FROM pg_constraint f
        WHERE f.conindid = i.indexrelid AND f.contype NOT IN ('p', 'u'))
ORDER BY i.indrelid = CAST('revision' AS regclass), c.relname
"""
# Triggers that look for the station of every row which is written.
_TRIGGERS: Final = """
SELECT format('ALTER TABLE %%s DISABLE TRIGGER %%I', t.tgrelid::regclass, t.tgname),
    format('ALTER TABLE %%s ENABLE TRIGGER %%I', t.tgrelid::regclass, t.tgname)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgrelid = ANY (CAST(%s AS regclass[])) AND t.tgname = ANY (%s)
    AND t.tgenabled = 'O' AND pg_has_role(c.relowner, 'USAGE')
ORDER BY t.tgname
"""
_REFERRING: Final = (
    "station_amenity_inserted",
    "fk_station_card_station_id_station_insert",
    "fk_station_words_station_id_station_insert",
)
# The same for all rows. Stations need no lock: their table has one.
_LOST: Final = """
SELECT min(w.station_id) FROM (
    SELECT station_id FROM station_amenity
    UNION ALL SELECT station_id FROM station_card
    UNION ALL SELECT station_id FROM station_words
) w
WHERE NOT EXISTS (SELECT FROM station s WHERE s.id = w.station_id)
"""


def set_aside(connection: psycopg.Connection) -> list[LiteralString]:
    """Take indexes and triggers away if no station is stored; the statements that undo it.

    In the caller's transaction: when it fails, they were never gone. Those of another owner stay.
    """
    [(empty,)] = connection.execute(_EMPTY).fetchall()
    if not empty:
        return []
    # In one order, so that nobody holds one and waits for another. Of revision nobody has the
    # right to ask for it by name: dropping its index takes it, last.
    connection.execute(f"LOCK TABLE {', '.join(_READ)} IN ACCESS EXCLUSIVE MODE")
    found = connection.execute(_INDEXES, (list(_TABLES), list(_IN_USE))).fetchall()
    found += connection.execute(_TRIGGERS, (list(_READ), list(_REFERRING))).fetchall()
    for away, _ in found:
        connection.execute(away)
    return [back for _, back in found]


def put_back(connection: psycopg.Connection, statements: list[LiteralString]) -> None:
    """Undo what was set aside, and make up for what was not checked meanwhile.

    Raises UniqueViolation or ForeignKeyViolation.
    """
    if not statements:
        return
    connection.execute(f"SET LOCAL maintenance_work_mem = '{_BUILD_MEM}'")
    for statement in statements:
        connection.execute(statement)
    [(lost,)] = connection.execute(_LOST).fetchall()
    if lost is not None:
        raise psycopg.errors.ForeignKeyViolation(f"there is no station with id {lost}")
