"""Imports that store stations while they read: what they may, and what they must wait for."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pytest

from station_map.errors import LimitExceeded
from station_map.importers.limits import ImportLimits
from station_map.importers.report import ImportReport
from station_map.importers.service import ImportOptions, import_files
from station_map.store import bulk
from station_map.store.database import Database
from station_map.store.embedded.locks import wait_until
from tests.importers import files
from tests.importers.contents import everything
from tests.support.live import product_environment

LONG_S = 60.0
HEADER = ["编码", "名称", "GPS经度", "GPS纬度", "demo"]


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Small steps; a list that grows whenever rows may be merged ahead."""
    monkeypatch.setattr(bulk, "STEP_ROWS", 2)
    told: list[bool] = []
    real = bulk.Staging.merge_ahead

    def merge_ahead(staging: bulk.Staging, *, replace_demo: bool) -> None:
        told.append(replace_demo)
        real(staging, replace_demo=replace_demo)

    monkeypatch.setattr(bulk.Staging, "merge_ahead", merge_ahead)
    return told


def book(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """A workbook; a sheet whose name begins with "hidden" is."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        sheet.sheet_state = "hidden" if name.startswith("hidden") else "visible"
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path


def rows(name: str, count: int, code: str = "", demo: str = "") -> list[list[Any]]:
    return [
        [code and f"{code}{n}", f"{name}{n}", 116.8 + n / 100, 33.95, demo] for n in range(count)
    ]


def take_in(database: Database, path: Path, **options: Any) -> ImportReport:
    return import_files(database, [path], ImportOptions(**options))


def without_codes(found: list[list[Any]]) -> list[list[Any]]:
    return [row[1:] for row in found]


def test_a_sheet_that_others_follow_waits_for_their_codes(
    database: Database, tmp_path: Path, ahead: list[bool]
) -> None:
    coded = [HEADER, *rows("乙", 2, code="340603-0000")]
    path = book(tmp_path / "a.xlsx", a=without_codes([HEADER, *rows("甲", 5)]), b=coded)
    report = take_in(database, path)
    assert [row.code for row in report.rows] == [
        *(f"340603-0000{n}" for n in range(2, 7)),
        *(f"340603-0000{n}" for n in range(2)),
    ]
    assert ahead == []


def test_the_last_sheet_that_can_be_read_need_not_wait(
    database: Database, tmp_path: Path, ahead: list[bool]
) -> None:
    path = book(
        tmp_path / "a.xlsx",
        a=without_codes([HEADER, *rows("甲", 3)]),
        b=without_codes([HEADER, *rows("乙", 4)]),
        hidden=[HEADER, *rows("丙", 2, code="A-")],
    )
    report = take_in(database, path)
    assert [row.code for row in report.rows] == [f"340603-0000{n}" for n in range(1, 8)]
    assert ahead == [True]


def test_demo_stations_stay_until_a_real_one_has_come(
    database: Database, tmp_path: Path, ahead: list[bool]
) -> None:
    path = files.write_csv(
        tmp_path / "demo.csv", without_codes([HEADER, *rows("演示", 5, demo="是")])
    )
    take_in(database, path)
    assert ahead == []
    mixed = [HEADER, *rows("演示", 5, demo="是"), *rows("真", 1)]
    report = take_in(database, files.write_csv(tmp_path / "b.csv", without_codes(mixed)))
    # Real data sends the demo away before its own rows are looked at.
    assert [row.outcome for row in report.rows] == ["created"] * 6
    take_in(database, path, replace_demo=False)
    assert ahead == [True, False]


@pytest.mark.parametrize("rows_allowed", [4_100, 4_900])
def test_a_limit_reached_late_undoes_every_step(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_allowed: int
) -> None:
    monkeypatch.setattr(bulk, "STEP_ROWS", 1_000)
    before = everything(database)
    path = files.write_csv(tmp_path / "a.csv", without_codes([HEADER, *rows("站", 5_000)]))
    with pytest.raises(LimitExceeded):
        take_in(database, path, limits=ImportLimits(max_rows=rows_allowed))
    assert everything(database) == before


def test_a_dry_run_in_steps_writes_nothing(
    database: Database, tmp_path: Path, ahead: list[bool]
) -> None:
    before = everything(database)
    path = files.write_csv(tmp_path / "a.csv", without_codes([HEADER, *rows("站", 7)]))
    assert take_in(database, path, dry_run=True).stored_counts()["created"] == 7
    assert ahead == [True]
    assert everything(database) == before


def test_an_interrupted_step_ends_at_once_and_leaves_nothing(
    database: Database, tmp_path: Path
) -> None:
    table = without_codes([HEADER, *rows("站", 3 * bulk.STEP_ROWS)])
    for row in table[1:]:
        row[1] = 116.8
    path = files.write_csv(tmp_path / "a.csv", table)
    before = everything(database)
    with psycopg.connect(database.url, autocommit=True) as gate:
        # The first step waits here for ever.
        gate.execute("SELECT pg_advisory_lock(%s)", (bulk.IMPORT_LOCK,))
        process = subprocess.Popen(
            [sys.executable, "-m", "station_map", "import", str(path)],
            env=product_environment({"STATION_MAP_DATABASE_URL": database.url}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        assert wait_until(
            lambda: process.poll() is not None or gate.execute(waiting).rowcount > 0, LONG_S
        )
        assert process.poll() is None, "the import ended before it was interrupted"
        process.send_signal(signal.SIGINT)
        assert process.wait(LONG_S) != 0
        assert wait_until(lambda: gate.execute(waiting).rowcount == 0, LONG_S)
    assert everything(database) == before
