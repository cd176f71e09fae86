"""The tutorial's ledger gives what the tutorial shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from station_map.cli import main
from station_map.store.database import Database
from station_map.store.stations import station_count
from tests.docs import pages

TUTORIAL = (pages.DOCS / "tutorial.md").read_text(encoding="utf-8")


def _block(pattern: str) -> str:
    found = re.search(pattern + r"(.*?)```", TUTORIAL, re.DOTALL)
    assert found, pattern
    return found[1]


@pytest.fixture
def folder(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reader's folder with the ledger in it, and the database that the settings name."""
    monkeypatch.setenv("STATION_MAP_DATABASE_URL", database.url)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ledger.csv").write_text(_block(r"```csv\n"), encoding="utf-8")
    return tmp_path


def _import(*options: str) -> str:
    done = CliRunner().invoke(main, ["import", "ledger.csv", *options])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_trial_says_what_is_shown(folder: Path, database: Database) -> None:
    said = _import("--dry-run", "--report", "check.xlsx")
    shown = _block(r"check\.xlsx\n```\n\n```\n")
    assert [line.rstrip() for line in said.splitlines()] == [
        line.rstrip() for line in shown.splitlines()
    ]
    assert (folder / "check.xlsx").is_file()
    assert station_count(database).total == 0


def test_the_import_gives_the_stations_that_are_told_of(folder: Path, database: Database) -> None:
    _import()
    assert station_count(database).total == int(_block(r"站点 / stations: (?=\d)").split()[0])
    (row,) = database.rows(
        "SELECT code, opening_hours, seats FROM station WHERE name = '淮海路邮政工会驿站'"
    )
    assert all(f"`{value}`" in TUTORIAL for value in row[:2])
    assert row[2] == 6


def test_a_second_import_changes_what_was_changed(folder: Path, database: Database) -> None:
    _import()
    ledger = folder / "ledger.csv"
    text = ledger.read_text(encoding="utf-8")
    text = text.replace("√,12", "√,20", 1).replace("20号,,,", "20号,116.7812,33.9605,")
    ledger.write_text(text, encoding="utf-8")
    _import()
    actions = database.rows("SELECT action, count(*) FROM revision GROUP BY action ORDER BY 1")
    assert actions == [("created", 4), ("updated", 1)]
