"""`db …` on a database of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from station_map.cli import main
from station_map.store import migrate
from station_map.store.database import Database
from tests.support.live import product_environment
from tests.support.people import execute


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


def test_run_hands_the_database_to_a_program(outside: Database, tmp_path: Path) -> None:
    dump = tmp_path / "stations.dump"
    arguments = ["db", "run", "pg_dump", "--format=custom", f"--file={dump}"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    listed = subprocess.run(
        ["pg_restore", "--list", str(dump)], capture_output=True, text=True, check=True
    )
    assert "TABLE DATA public station " in listed.stdout


def test_run_passes_on_the_exit_code_and_tells_a_missing_program(outside: Database) -> None:
    failed = CliRunner().invoke(main, ["db", "run", "sh", "-c", "exit 7"])
    assert failed.exit_code == 7, failed.output
    missing = CliRunner().invoke(main, ["db", "run", "no-such-program"])
    assert (missing.exit_code, "no-such-program" in missing.output) == (1, True)


def test_retain_tells_what_goes_and_a_trial_leaves_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_MAP_DATABASE_URL", database.url)
    monkeypatch.setenv("STATION_MAP_DATA_DIR", str(tmp_path))
    execute(
        database,
        "INSERT INTO sender (received_at, uuid, sender, network)"
        " VALUES (now() - interval '9 days', gen_random_uuid(), 'a', 'b')",
    )
    trial = CliRunner().invoke(main, ["db", "retain", "--dry-run"])
    assert trial.exit_code == 0
    assert "1  senders" in trial.output
    assert "Nothing was deleted." in trial.output
    assert "1  senders" in CliRunner().invoke(main, ["db", "retain"]).output
    assert "0  senders" in CliRunner().invoke(main, ["db", "retain"]).output
