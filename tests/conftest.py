"""Fixtures of all tests.

cluster         one embedded server for the whole run, shared by the xdist workers
database        a Database on this worker's copy of the migrated template (areas loaded);
                the tables that tests fill are emptied after each test
fresh_database  a copy of its own for one test that changes the schema or reference data
shared_data     folder of test data beside the checkout
app, client     the Flask application on `database`, and its test client; one for all tests of a
                worker, composed anew for each: `composed(settings)`; `own_app` is a test's own
live_server     the product in a process of its own, on loopback; gives its base URL
chromium        a real browser (Playwright, the system's Chromium)

The server's files lie in a folder under /tmp that ends with the run.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.support import clusters, live

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

    from station_map.settings import Settings
    from station_map.store.database import Database
    from station_map.store.embedded.cluster import EmbeddedCluster

# No test is about time: a busy machine is no fault.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

REPOSITORY = Path(__file__).resolve().parent.parent
CHROMIUM_NAMES = ("chromium", "google-chrome", "google-chrome-stable")


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    # A setting in the caller's shell must not steer the tests.
    for name in [name for name in os.environ if name.startswith("STATION_MAP_")]:
        if name not in {"STATION_MAP_SHARED_DATA", clusters.ROOT_VARIABLE}:
            del os.environ[name]
    _describe_every_answer()
    if not _is_worker(config):
        config.stash[_RUN_ROOT] = clusters.make_run_root()


def _describe_every_answer() -> None:
    """Whatever a test gets from /api/ is held to OpenAPI (tests/support/described.py)."""
    from station_map.app import _Application
    from tests.support.described import DescribedClient

    _Application.test_client_class = DescribedClient


def pytest_unconfigure(config: pytest.Config) -> None:
    root = config.stash.get(_RUN_ROOT, None)
    if root is not None:
        clusters.remove_run_root(root)


_RUN_ROOT = pytest.StashKey[Path]()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of ledgers, boundaries and census; a run without it fails, loudly."""
    given = os.environ.get("STATION_MAP_SHARED_DATA")
    folder = Path(given) if given else REPOSITORY.parent / "shared" / "data"
    assert (folder / "ledgers").is_dir(), (
        f"the test data is not at {folder}; set STATION_MAP_SHARED_DATA to its folder"
    )
    return folder


# -- the database ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedCluster]:
    """The run's embedded server: `cluster.url(name)`, `cluster.admin_url()`."""
    with clusters.shared_cluster() as running:
        yield running


@dataclass(frozen=True)
class _WorkerDatabase:
    database: Database
    emptying: clusters.Emptying


@pytest.fixture(scope="session")
def _worker_database(cluster: EmbeddedCluster) -> Iterator[_WorkerDatabase]:
    from station_map.store.database import Database

    name = f"worker_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with clusters.cloned(cluster, name) as url:
        database = Database(url)
        emptying = clusters.Emptying(cluster.admin_url(name))
        try:
            yield _WorkerDatabase(database, emptying)
        finally:
            emptying.close()
            database.close()


@pytest.fixture
def database(_worker_database: _WorkerDatabase) -> Iterator[Database]:
    """An empty migrated database with the areas in it."""
    yield _worker_database.database
    _worker_database.emptying.run()


@pytest.fixture
def fresh_database(cluster: EmbeddedCluster) -> Iterator[Database]:
    """A database for this test alone, which it may change as it likes."""
    from station_map.store.database import Database

    with clusters.cloned(cluster, f"fresh_{uuid.uuid4().hex[:12]}") as url:
        database = Database(url, pool_size=2)
        try:
            yield database
        finally:
            database.close()


@pytest.fixture
def passable_dir() -> Iterator[Path]:
    """Like `tmp_path`, but the server's unprivileged user may pass it."""
    folder = clusters.passable_folder("station-map-test-")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


# -- the application ------------------------------------------------------------------


@pytest.fixture(scope="session")
def _application(
    _worker_database: _WorkerDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Flask:
    """One application for this worker: to compile its routes and templates takes 0.2 s."""
    from station_map.app import create_app
    from station_map.settings import Settings

    settings = Settings(data_dir=tmp_path_factory.mktemp("application"))
    application = create_app(settings, _worker_database.database)
    # From its first answer on, Flask lets nobody add routes or hooks: none stays behind a test.
    assert application.test_client().get("/healthz").status_code == 200
    return application


@pytest.fixture
def composed(_application: Flask, database: Database) -> Iterator[Callable[[Settings], Flask]]:
    """The application on `database` with the settings given; the same one each time.

    What an application keeps between requests begins anew. Two at once are `create_app`'s.
    """
    from station_map.web.runtime import Runtime, attach

    config, extensions = dict(_application.config), dict(_application.extensions)

    def with_settings(settings: Settings) -> Flask:
        _application.extensions.clear()
        _application.extensions.update(extensions)
        attach(_application, Runtime(settings, database))
        _application.testing = True
        return _application

    yield with_settings
    _application.config.clear()
    _application.config.update(config)
    _application.extensions.clear()
    _application.extensions.update(extensions)


@pytest.fixture
def app(composed: Callable[[Settings], Flask], tmp_path: Path) -> Flask:
    from station_map.settings import Settings

    return composed(Settings(data_dir=tmp_path))


@pytest.fixture
def own_app(database: Database, tmp_path: Path) -> Flask:
    """One that nobody else has, for a test that adds routes or looks at the first request."""
    from station_map.app import create_app
    from station_map.settings import Settings

    application = create_app(Settings(data_dir=tmp_path), database)
    application.testing = True
    return application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@dataclass(frozen=True)
class LiveServer:
    """Where the running product answers, the database it stands on, and its data folder."""

    base_url: str
    database: Database
    data_dir: Path


@pytest.fixture(scope="session")
def _live_process(
    _worker_database: _WorkerDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    port = live.free_port()
    folder = tmp_path_factory.mktemp("live")
    data_dir = folder / "data"
    settings = {
        "STATION_MAP_DATABASE_URL": _worker_database.database.url,
        "STATION_MAP_DATA_DIR": str(data_dir),
    }
    with live.serving(["serve", "--port", str(port)], settings, folder / "server.log", port):
        yield LiveServer(f"http://127.0.0.1:{port}", _worker_database.database, data_dir)


@pytest.fixture
def live_server(_live_process: LiveServer, database: Database) -> LiveServer:
    """The product on 127.0.0.1, on this worker's database (empty but for the areas)."""
    assert database is _live_process.database
    return _live_process


def _browser_program() -> str | None:
    """The system's own, unless it is a snap, which may not read a test's files."""
    found = [path for name in CHROMIUM_NAMES if (path := shutil.which(name))]
    return next((path for path in found if "snap" not in str(Path(path).resolve())), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless, without a word to the outside."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = _browser_program() or playwright.chromium.executable_path
        assert Path(program).exists(), "no Chromium: run `make test`, which installs one"
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield browser
        browser.close()
