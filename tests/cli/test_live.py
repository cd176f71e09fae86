"""`live export`: hours of live data as csv."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from station_map.cli import main
from station_map.store.database import Database
from tests.store.merging import merge, station
from tests.support import people


@pytest.fixture
def codes(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    monkeypatch.setenv("STATION_MAP_DATABASE_URL", database.url)
    monkeypatch.setenv("STATION_MAP_DATA_DIR", str(tmp_path))
    made = merge(database, station("甲"), station("乙", 116.81, 33.95))
    for hour in ("2026-11-21T15:00Z", "2026-11-21T16:00Z", "2026-11-22T16:00Z"):
        people.execute(
            database,
            "INSERT INTO live_hourly SELECT id, %s, 'bays_free', 2, 3, 8, 11, 8, %s FROM station",
            hour,
            hour,
        )
    return [one.code for one in made]


def test_days_are_those_of_china(codes: list[str], tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    asked = ["live", "export", "--from", "2026-11-22", "--to", "2026-11-22", "-o", str(target)]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    with target.open(encoding="utf-8-sig") as lines:
        found = list(csv.DictReader(lines))
    assert [one["code"] for one in found] == codes
    assert found[0] == {
        "code": codes[0],
        "hour": "2026-11-22T00:00+08:00",
        "quantity": "bays_free",
        "samples": "2",
        "minimum": "3.0",
        "mean": "5.5",
        "maximum": "8.0",
        "last": "8.0",
    }
    one = CliRunner().invoke(main, [*asked, "--station", codes[1]])
    assert "1 行" in one.output


def test_a_day_that_is_none_is_bad_use(tmp_path: Path) -> None:
    target = str(tmp_path / "out.csv")
    asked = ["live", "export", "--from", "2026-13-01", "--to", "2026-11-22", "-o", target]
    assert CliRunner().invoke(main, asked).exit_code == 2
