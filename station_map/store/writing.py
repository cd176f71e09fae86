"""A unit of work on the driver's own connection, for statements written as SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

import psycopg
from sqlalchemy.exc import DBAPIError

from station_map.store.database import Database, Origin

# An import holds the stations that it changes; people do not wait for its end.
LOCK_TIMEOUT: Final = "3s"
STATEMENT_TIMEOUT: Final = "10s"


@contextmanager
def writing(
    database: Database, *, actor: str, origin: Origin = "form"
) -> Iterator[psycopg.Connection]:
    """One unit of work: commits at the end, rolls back when anything raises.

    actor: who acts, as revisions will say. Its errors are psycopg's, those of connecting and
    committing too.
    """
    try:
        with database.transaction(actor=actor, origin=origin) as unit:
            connection = cast("psycopg.Connection", unit.connection.driver_connection)
            connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            connection.execute(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")
            yield connection
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise error.orig from error
        raise
