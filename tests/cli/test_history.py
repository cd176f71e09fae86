"""`station-map history revert`: however many stations, in one transaction, told in words."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from station_map.cli import main
from station_map.domain.accounts import Role
from station_map.store import change_sets
from station_map.store.database import Database
from tests.store.merging import LON, merge, rows, station, value
from tests.store.test_change_sets import documents, edit
from tests.support import people


@pytest.fixture
def outside(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database that the settings name."""
    monkeypatch.setenv("STATION_MAP_DATABASE_URL", database.url)
    return database


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["history", "revert", *map(str, arguments)])


def test_an_import_of_several_steps_is_taken_back(
    outside: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_sets, "BATCH", 3)
    merge(outside, station("甲", seats=1))
    before = documents(outside)
    merge(
        outside,
        station("甲", seats=2),
        *(station(f"新{n}", LON + 0.02 * n) for n in range(1, 8)),
    )
    number = value(outside, "SELECT max(id) FROM import_run")
    look = run("--import", number, "--dry-run")
    assert look.exit_code == 0, look.output
    assert "改回去 put back: 1" in look.output
    assert "删除 deleted: 7" in look.output
    assert value(outside, "SELECT count(*) FROM station") == 8
    done = run("--import", number, "--reason", "弄错了文件")
    assert done.exit_code == 0, done.output
    assert documents(outside) == before
    query = "SELECT DISTINCT change_set_id, reason, actor LIKE 'cli%%', origin FROM revision"
    made = value(outside, "SELECT id FROM change_set")
    assert rows(outside, query + " WHERE change_set_id IS NOT NULL") == [
        (made, "弄错了文件", True, "form")
    ]
    assert f"change set {made}" in done.output
    # ... and back, by its own number.
    again = run("--set", made)
    assert "恢复 restored: 7" in again.output
    assert value(outside, "SELECT count(*) FROM station_card") == 8


def test_one_change(outside: Database) -> None:
    merge(outside, station("甲"))
    [(number,)] = rows(outside, "SELECT id FROM station")
    edit(outside, {number: {"seats": 3}})
    done = run("--revision", value(outside, "SELECT max(id) FROM revision"))
    assert done.exit_code == 0, done.output
    assert value(outside, "SELECT seats FROM station") is None


def test_what_cannot_be_is_said(outside: Database) -> None:
    merge(outside, station("甲"))
    people.account(outside, "keeper", Role.KEEPER, stations=("340603-00001",))
    assert run().exit_code == 2
    assert run("--set", 1, "--import", 1).exit_code == 2
    assert run("--set", 0).exit_code == 2
    assert run("--set", 1, "--reason", "字" * 501).exit_code == 2
    nothing = run("--set", 999)
    assert nothing.exit_code == 1
    assert "没有可以撤销的" in nothing.output
    look = run("--set", 999, "--dry-run")
    assert look.exit_code == 0
    assert "没有这样的改动" in look.output
    # The only station has a keeper by now: it stays, and nothing is written.
    stays = run("--import", value(outside, "SELECT id FROM import_run"))
    assert stays.exit_code == 1
    assert value(outside, "SELECT count(*) FROM change_set") == 0
