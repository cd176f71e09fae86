"""One server and one migrated template database for all workers of a test run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
LOCK_TIMEOUT_MS = 10_000
DEADLOCKS = 3
FEW = 300  # rows of one table; for more, new files are quicker
_TABLES = f"""
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
        AND pg_get_userbyid(c.relowner) = '{APP_ROLE}' ORDER BY 1"""
_SEQUENCES = """
    SELECT s.seqrelid::regclass::text, s.seqstart
    FROM pg_sequence s JOIN pg_depend d ON d.objid = s.seqrelid AND d.deptype IN ('a', 'i')
    JOIN pg_class c ON c.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass
    WHERE c.relname = ANY (%s) AND d.classid = 'pg_class'::regclass"""
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
    # Else each of some hundred starts of the product compiles it again (0.7 s).
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
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


class Emptying:
    """Makes the tables that tests fill as empty again as they were in the template.

    The server's own superuser does it, on one connection that stays: in the role of a replica
    neither the guards of the add-only tables nor foreign keys ask. Few rows are deleted, table
    by table, where there are any: to TRUNCATE forty tables makes some hundred files anew, and
    throws away what every other connection knows of them.
    """

    def __init__(self, url: str) -> None:
        """url: of the database, as superuser."""
        self._connection = psycopg.connect(url, autocommit=True, prepare_threshold=0)
        run = self._connection.execute
        run(sql.SQL("SET lock_timeout = {}").format(LOCK_TIMEOUT_MS))
        run("SET session_replication_role = 'replica'")
        tables = [name for (name,) in run(_TABLES).fetchall() if self._is_empty(name)]
        self._names = {name: sql.Identifier(name) for name in tables}
        self._all = sql.SQL(", ").join(self._names.values())
        self._count = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, count(*) FROM (SELECT FROM {} LIMIT {}) few").format(
                name, table, FEW + 1
            )
            for name, table in self._names.items()
        )
        restarts = [
            sql.SQL("setval({}, {}, false)").format(sequence, start)
            for sequence, start in run(_SEQUENCES, [tables]).fetchall()
        ]
        self._restart = sql.SQL("SELECT {}").format(sql.SQL(", ").join(restarts))

    def _is_empty(self, table: str) -> bool:
        query = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))
        return self._connection.execute(query).fetchone() is None

    def close(self) -> None:
        self._connection.close()

    def run(self) -> None:
        """Empty them; an error, not a wait, when a test left a transaction open."""
        for _ in range(DEADLOCKS):
            # Of a process that a test killed a statement may go on, and lock in another order.
            with suppress(psycopg.errors.DeadlockDetected):
                self._empty()
                return
        self._empty()

    def _empty(self) -> None:
        with self._connection.transaction():
            run = self._connection.execute
            run(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(self._all))
            filled = {name: count for name, count in run(self._count).fetchall() if count}
            if any(count > FEW for count in filled.values()):
                run(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(self._all))
                return
            for name in filled:
                run(sql.SQL("DELETE FROM {}").format(self._names[name]))
            run(self._restart)
