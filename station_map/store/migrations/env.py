"""Alembic's entry: runs on the connection that `store.migrate` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from station_map.store.schema import Base

# A migration that waits for a lock would hold up every reader behind it: rather fail.
LOCK_TIMEOUT = "10s"
STATEMENT_TIMEOUT = "15min"


def run(connection: Connection) -> None:
    """Migrate on `connection`, inside its transaction."""
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
    context.configure(connection=connection, target_metadata=Base.metadata)
    context.run_migrations()


run(context.config.attributes["connection"])
