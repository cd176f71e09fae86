"""All that an import may write, for comparing before with after."""

from __future__ import annotations

from psycopg import sql

from station_map.store.database import Database

TABLES = ("station", "station_amenity", "station_honour", "revision", "import_run", "code_counter")


def everything(database: Database) -> dict[str, list[str]]:
    """All rows of those tables, with the system columns that any write would change."""
    statement = "SELECT xmin, ctid, t.* FROM {} t"
    with database.reading() as connection:
        return {
            table: sorted(
                str(row)
                for row in connection.execute(sql.SQL(statement).format(sql.Identifier(table)))
            )
            for table in TABLES
        }
