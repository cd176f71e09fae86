"""From settings to a usable database: an outside server, or the embedded one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

from station_map.errors import DatabaseUnusable
from station_map.store import migrate
from station_map.store.database import Database
from station_map.store.embedded.cluster import EmbeddedCluster
from station_map.store.embedded.creation import APP_ROLE
from station_map.store.provision import (
    check_server,
    ensure_database,
    ensure_extensions,
    one_at_a_time,
)

# require: the schema must be the one this version needs (a new embedded database gets it);
# upgrade: it is brought there; ignore: it is not looked at.
SchemaPolicy = Literal["require", "upgrade", "ignore"]


class Where(Protocol):
    """Which database to use: that of `database_url`, else the embedded one in `data_dir`.

    The product's `Settings` are such a thing; this room does not read them itself.
    """

    @property
    def database_url(self) -> str | None: ...

    @property
    def data_dir(self) -> Path: ...


def _tell_nobody(_text: str) -> None:
    pass


@contextmanager
def database_url(where: Where, *, tell: Callable[[str], None] = _tell_nobody) -> Iterator[str]:
    """A libpq URL that works inside the block; the embedded server runs as long.

    tell: is given what the user should know, such as that files lie elsewhere.
    Raises DatabaseUnusable.
    """
    if where.database_url is not None:
        check_server(where.database_url)
        yield where.database_url
        return
    with EmbeddedCluster(where.data_dir) as cluster:
        for notice in cluster.notices:
            tell(notice)
        ensure_database(cluster.admin_url(), APP_ROLE, APP_ROLE)
        yield cluster.url()


@contextmanager
def open_database(
    where: Where, *, schema: SchemaPolicy = "require", pool_size: int = 4
) -> Iterator[Database]:
    """A database ready for use inside the block.

    Raises DatabaseUnusable when it cannot be used, or its schema is of another version.
    """
    with database_url(where) as url:
        _settle_schema(where, url, schema)
        database = Database(url, pool_size=pool_size)
        try:
            yield database
        finally:
            database.close()


def _settle_schema(where: Where, url: str, policy: SchemaPolicy) -> None:
    if policy == "ignore":
        return
    found = migrate.current(url)
    if found == migrate.head():
        return
    if policy == "upgrade" or (found is None and where.database_url is None):
        upgrade(where, url)
        return
    raise DatabaseUnusable(
        f"数据库结构的版本是 {found or '空'}，这个程序需要 {migrate.head()}。 The schema is at"
        f" revision {found}; this version of the program needs {migrate.head()}.",
        remedies=("station-map db upgrade",),
    )


def upgrade(where: Where, url: str, revision: str = "head") -> None:
    """Bring the schema to a revision; outside, make the extensions first."""
    with one_at_a_time(url):
        if where.database_url is not None:
            ensure_extensions(url)
        migrate.upgrade(url, revision)
