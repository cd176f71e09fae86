"""`db …` on a database of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from station_map.cli import main
from station_map.store import migrate
from station_map.store.database import Database
from tests.support.live import product_environment


@pytest.fixture
def outside(fresh_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A migrated database that the settings name."""
    monkeypatch.setenv("STATION_MAP_DATABASE_URL", fresh_database.url)
    return fresh_database


def test_status_tells_versions_and_counts(outside: Database) -> None:
    done = CliRunner().invoke(main, ["db", "status"])
    assert done.exit_code == 0, done.output
    assert migrate.head() in done.output
    assert "stations: 0" in done.output


def test_down_and_up_again(outside: Database) -> None:
    down = CliRunner().invoke(main, ["db", "downgrade", "base", "--yes"])
    assert down.exit_code == 0, down.output
    assert migrate.current(outside.url) is None
    told = CliRunner().invoke(main, ["db", "status"])
    assert told.exit_code == 1
    assert "station-map db upgrade" in told.output
    up = CliRunner().invoke(main, ["db", "upgrade"])
    assert up.exit_code == 0, up.output
    assert migrate.current(outside.url) == migrate.head()


def test_down_asks_first(outside: Database) -> None:
    done = CliRunner().invoke(main, ["db", "downgrade", "base"], input="n\n")
    assert done.exit_code == 1
    assert migrate.current(outside.url) == migrate.head()


def test_shell_hands_the_database_to_psql(outside: Database) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "station_map", "db", "shell", "-At", "-c", "SELECT 6 * 7"],
        env=product_environment({"STATION_MAP_DATABASE_URL": outside.url}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "42"), done.stderr


def test_the_psql_exit_code_is_passed_on(outside: Database) -> None:
    done = CliRunner().invoke(main, ["db", "shell", "--no-such-option"])
    assert done.exit_code == 1
