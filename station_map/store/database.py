"""The one handle to PostGIS: an engine for units of work, a pool for hot reads.

Both speak to the same server. The hot reads bypass SQLAlchemy because building and
running a statement there costs twice what the query itself does (see docs/adr).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Literal, LiteralString

import psycopg
from psycopg import conninfo
from psycopg.pq.abc import PGresult
from psycopg_pool import ConnectionPool
from sqlalchemy import Connection, Engine, create_engine, text

from station_map.store.hot import HotStatement, Value

# What the other rooms hand on without looking inside.
type UnitOfWork = Connection
Origin = Literal["form", "import", "api", "report", "system"]

# A read that takes longer is a fault or an attack; imports and migrations set their own.
READ_TIMEOUT_MS: Final = 10_000
SESSION_OPTIONS: Final = "-c timezone=UTC -c jit=off"
POOL_WAIT_S: Final = 5.0


def make_engine(url: str, *, pool_size: int = 4, spatial: bool = False) -> Engine:
    """An engine on a libpq URL or connection string (Unix socket folders included).

    spatial: it makes tables, or reads what they are; loading what that takes is slow.
    """
    parameters = conninfo.conninfo_to_dict(url)
    return create_engine(
        "postgresql+psycopg://",
        # Documents and revisions hold times as text: the same text whatever the server's zone.
        connect_args={**parameters, "options": SESSION_OPTIONS},
        plugins=["geoalchemy2"] if spatial else [],
        pool_size=pool_size,
        pool_pre_ping=True,
    )


def _prepare_reader(connection: psycopg.Connection) -> None:
    connection.execute(f"SET statement_timeout = {READ_TIMEOUT_MS}")
    # Hot statements are prepared once; planning them anew costs more than running them.
    connection.execute("SET plan_cache_mode = force_generic_plan")
    # A generic plan guesses a LIMIT as a tenth of the rows, and a little less for a parallel
    # scan: reason enough to scan 190,000 cards instead of asking the index for fourteen.
    connection.execute("SET max_parallel_workers_per_gather = 0")
    connection.execute("SET default_transaction_read_only = on")


class Database:
    """Connections to one PostGIS database; close it when the process ends."""

    def __init__(self, url: str, *, pool_size: int = 4) -> None:
        self.url = url
        self.engine = make_engine(url, pool_size=pool_size)
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=pool_size,
            kwargs={"autocommit": True, "prepare_threshold": 1, "options": SESSION_OPTIONS},
            configure=_prepare_reader,
            timeout=POOL_WAIT_S,
            # Each try waits twice as long as the last; then a waiting reader begins anew.
            # Left at minutes, readers would go on failing long after the server is back.
            reconnect_timeout=POOL_WAIT_S,
            name="station-map-readers",
            open=False,
        )
        self._pool.open(wait=False)

    @contextmanager
    def transaction(self, *, actor: str, origin: Origin) -> Iterator[UnitOfWork]:
        """One unit of work: commits at the end, rolls back when anything raises.

        actor: who acts, as revisions will say. origin: by which way.
        """
        with self.engine.begin() as connection:
            connection.execute(
                text(
                    "SELECT set_config('station_map.actor', :actor, true),"
                    " set_config('station_map.origin', :origin, true)"
                ),
                {"actor": actor, "origin": origin},
            )
            yield connection

    @contextmanager
    def reading(self) -> Iterator[psycopg.Connection]:
        """A read-only autocommit connection from the pool, for named hot queries."""
        with self._pool.connection() as connection:
            yield connection

    @contextmanager
    def long_reading(self) -> Iterator[psycopg.Connection]:
        """A read-only transaction of one state, for reading much; it may take its time."""
        with self.reading() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            connection.execute("SET LOCAL statement_timeout = 0")
            yield connection

    def rows(
        self, statement: LiteralString, parameters: dict[str, object] | None = None
    ) -> list[tuple[Any, ...]]:
        """All rows of one read; asked again once when the connection turns out to be dead."""
        return self._read(lambda connection: connection.execute(statement, parameters).fetchall())

    def rows_planned_anew(
        self, statement: LiteralString, parameters: dict[str, object]
    ) -> list[tuple[Any, ...]]:
        """The same for a read whose best plan depends on its very parameters, such as a pattern."""

        def read(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
            with connection.transaction():
                connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
                return connection.execute(statement, parameters).fetchall()

        return self._read(read)

    def hot(self, statement: HotStatement, parameters: Mapping[str, Value]) -> PGresult:
        """The same for the statements that answer most requests (see `store/hot.py`)."""
        return self._read(lambda connection: statement.run(connection, parameters))

    def _read[T](self, read: Callable[[psycopg.Connection], T]) -> T:
        # The server may have been started anew since the connection was last used, and a
        # rider should not see that. Taken from the pool and given back by hand: reads need
        # none of what its context manager does about transactions.
        connection = self._pool.getconn()
        try:
            return read(connection)
        except psycopg.OperationalError:
            if not connection.closed:
                raise
        finally:
            self._pool.putconn(connection)
        self._pool.check()
        with self._pool.connection() as fresh:
            return read(fresh)

    def close(self) -> None:
        """Give every connection back to the server."""
        self._pool.close()
        self.engine.dispose()
