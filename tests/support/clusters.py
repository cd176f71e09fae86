"""One server and one migrated template database for all workers of a test run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from station_map.store import migrate
from station_map.store.embedded.cluster import EmbeddedCluster
from station_map.store.embedded.creation import APP_ROLE
from station_map.store.embedded.locks import exclusive
from station_map.store.provision import clone_database, drop_database, ensure_database

ROOT_VARIABLE = "STATION_MAP_TEST_ROOT"
TEMPLATE = "template_migrated"
APPEND_ONLY = ("account_event", "case_rule", "change_set", "revision")
TEMPLATE_TIMEOUT_S = 300.0
# What a power cut would lose is no loss to a test.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def passable_folder(prefix: str) -> Path:
    """A new folder that the server's unprivileged user may pass (0755, under /tmp).

    pytest's own `tmp_path` is 0700, and as root the server would be shut out.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    folder.chmod(0o755)
    return folder


def make_run_root() -> Path:
    """The folder of this whole run, told to the workers by the environment."""
    folder = passable_folder("station-map-tests-")
    os.environ[ROOT_VARIABLE] = str(folder)
    return folder


def remove_run_root(folder: Path) -> None:
    os.environ.pop(ROOT_VARIABLE, None)
    shutil.rmtree(folder, ignore_errors=True)


def run_root() -> Path:
    return Path(os.environ[ROOT_VARIABLE])


def shared_cluster() -> EmbeddedCluster:
    """The run's cluster, not yet started; the first worker to enter it starts it."""
    return EmbeddedCluster(run_root() / "var", options=FAST, durable=False)


def ensure_template(cluster: EmbeddedCluster) -> str:
    """Migrate and fill the template once, whichever worker comes first; its name."""
    done = run_root() / "template.done"
    with exclusive(run_root() / "template.lock", TEMPLATE_TIMEOUT_S) as mine:
        assert mine, "another worker builds the template and does not finish"
        if not done.exists():
            drop_database(cluster.admin_url(), TEMPLATE)
            ensure_database(cluster.admin_url(), TEMPLATE, APP_ROLE)
            migrate.upgrade(cluster.url(TEMPLATE))
            _load_areas(cluster.url(TEMPLATE))
            done.touch()
    return TEMPLATE


def _load_areas(url: str) -> None:
    from station_map.importers.reference import load_areas
    from station_map.store.database import Database

    database = Database(url, pool_size=1)
    try:
        load_areas(database)
    finally:
        database.close()


@contextmanager
def cloned(cluster: EmbeddedCluster, name: str) -> Iterator[str]:
    """The URL of a fresh copy of the template; dropped afterwards."""
    template = ensure_template(cluster)
    drop_database(cluster.admin_url(), name)
    clone_database(cluster.admin_url(), template, name, APP_ROLE)
    try:
        yield cluster.url(name)
    finally:
        drop_database(cluster.admin_url(), name)


def empty_tables(url: str) -> list[str]:
    """Tables that hold nothing yet: those that tests fill and that are emptied again."""
    with psycopg.connect(url, autocommit=True) as connection:
        names = connection.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
            " AND pg_get_userbyid(c.relowner) = current_user ORDER BY 1"
        ).fetchall()
        return [name for (name,) in names if not _has_rows(connection, name)]


def _has_rows(connection: psycopg.Connection, table: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))
    return connection.execute(query).fetchone() is not None


def truncate(url: str, tables: list[str]) -> None:
    """Empty the tables; an error, not a wait, when a test left a transaction open."""
    if not tables:
        return
    kept = [sql.Identifier(name) for name in APPEND_ONLY if name in tables]
    with psycopg.connect(url) as connection:
        connection.execute("SET lock_timeout = '10s'")
        # The product may not empty these; their owner could change what they are, as here.
        for name in kept:
            connection.execute(sql.SQL("GRANT TRUNCATE ON {} TO CURRENT_USER").format(name))
            connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names))
        for name in kept:
            connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))
            connection.execute(sql.SQL("REVOKE TRUNCATE ON {} FROM CURRENT_USER").format(name))
