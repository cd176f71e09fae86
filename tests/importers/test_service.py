"""One transaction: everything, or nothing at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from flask.testing import FlaskClient

from station_map.domain.vocabulary import Datum
from station_map.errors import FileRefused, LimitExceeded
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


def waiting(gate: psycopg.Connection) -> int:
    """Sessions that wait for an advisory lock."""
    return count(gate, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


def others(gate: psycopg.Connection) -> int:
    """Transactions of others in this database that are still open."""
    return count(
        gate,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND state <> 'idle'",
    )


def count(gate: psycopg.Connection, statement: LiteralString) -> int:
    row = gate.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


def take_in(database: Database, *paths: Path, **options: Any) -> ImportReport:
    return import_files(database, paths, ImportOptions(**options))


def ledger(folder: Path, *rows: list[Any], name: str = "a.csv") -> Path:
    return files.write_csv(folder / name, [["名称", "GPS经度", "GPS纬度", "空调"], *rows])


def outcomes(report: ImportReport) -> list[tuple[str, str]]:
    return [(row.name, row.outcome) for row in report.rows]


def test_a_changed_row_updates_and_a_blank_erases_nothing(
    database: Database, tmp_path: Path
) -> None:
    first = take_in(database, ledger(tmp_path, ["甲", 116.8, 33.95, "√"], ["乙", 116.9, 33.9, ""]))
    assert outcomes(first) == [("甲", "created"), ("乙", "created")]
    second = take_in(database, ledger(tmp_path, ["甲", 116.8, 33.95, ""], ["乙", 116.9, 33.9, "×"]))
    assert outcomes(second) == [("甲", "unchanged"), ("乙", "updated")]
    assert [row.code for row in first.rows] == [row.code for row in second.rows]


def test_a_repaired_row_says_what_was_done_with_it(database: Database, tmp_path: Path) -> None:
    path = ledger(tmp_path, [" 甲", 33.95, 116.8, ""])
    (first,) = take_in(database, path).rows
    (second,) = take_in(database, path).rows
    assert (first.outcome, first.stored) == ("repaired", "created")
    assert (second.outcome, second.stored) == ("unchanged", "unchanged")
    assert first.reason == second.reason
    assert "exchanged" in first.en
    assert "white space" in first.en


def test_the_same_code_twice_is_a_duplicate(database: Database, tmp_path: Path) -> None:
    rows = [["编码", "名称", "GPS坐标"], ["A-1", "甲", "116.8,33.95"], ["A-1", "乙", "117,34"]]
    report = take_in(database, files.write_csv(tmp_path / "a.csv", rows))
    assert outcomes(report) == [("甲", "created"), ("乙", "duplicate")]
    assert report.rows[1].en == "duplicate of row 2 (the same code)"
    assert report.rows[0].code == "A-1"


def test_the_same_name_is_a_duplicate_only_near(database: Database, tmp_path: Path) -> None:
    path = ledger(
        tmp_path,
        ["中国邮政", 116.8, 33.95, ""],
        ["中国 邮政", 116.8005, 33.95, ""],
        ["中国邮政", 116.805, 33.95, ""],
    )
    report = take_in(database, path)
    assert [row.outcome for row in report.rows] == ["created", "duplicate", "created"]
    again = take_in(database, path)
    assert [row.outcome for row in again.rows] == ["unchanged", "duplicate", "unchanged"]


def test_two_files_are_one_import(database: Database, tmp_path: Path) -> None:
    one = ledger(tmp_path, ["甲", 116.8, 33.95, ""])
    two = ledger(tmp_path, ["甲", 116.805, 33.95, ""], ["乙", 116.9, 33.95, ""], name="b.csv")
    report = take_in(database, one, two)
    assert outcomes(report) == [("甲", "created"), ("甲", "duplicate"), ("乙", "created")]
    assert "row 2 of 'a.csv › a'" in report.rows[1].en
    before = everything(database)
    assert not take_in(database, one, two).changed
    assert everything(database) == before


def test_a_second_file_that_is_refused_takes_the_first_with_it(
    database: Database, tmp_path: Path
) -> None:
    good = ledger(tmp_path, ["甲", 116.8, 33.95, ""])
    bad = tmp_path / "b.csv"
    bad.write_bytes("名称,GPS坐标\n乙\0,\n".encode())
    before = everything(database)
    with pytest.raises(FileRefused, match=r"b\.csv"):
        take_in(database, good, bad)
    assert everything(database) == before


def test_a_limit_reached_late_undoes_what_came_before(database: Database, tmp_path: Path) -> None:
    rows = [[f"站{n}", 116 + n / 10_000, 33.9, ""] for n in range(5_000)]
    before = everything(database)
    with pytest.raises(LimitExceeded):
        take_in(database, ledger(tmp_path, *rows), limits=ImportLimits(max_rows=4_500))
    assert everything(database) == before


def test_a_file_without_a_table_is_refused_with_each_sheets_reason(
    database: Database, tmp_path: Path
) -> None:
    path = files.write_xlsx(tmp_path / "a.xlsx", [["名称", "地址", "电话"], ["甲", "甲路", "1"]])
    with pytest.raises(FileRefused) as caught:
        take_in(database, path)
    assert "台账: no columns of longitude and latitude" in str(caught.value)
    assert "台账：没有坐标列" in str(caught.value)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("moment", ["copy", "apply", "finish"])
def test_a_crash_at_any_point_leaves_the_database_as_it_was(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    error: type[BaseException],
) -> None:
    take_in(database, ledger(tmp_path, ["甲", 116.8, 33.95, ""]))
    before = everything(database)

    def break_down(*_: Any, **__: Any) -> None:
        raise error

    def break_down_late(staging: bulk.Staging, **options: Any) -> Iterator[bulk.Applied]:
        yield from [next(real_apply(staging, **options))]
        raise error

    real_apply = bulk.Staging.apply
    if moment == "copy":
        monkeypatch.setattr(bulk.Staging, "copy", break_down)
    elif moment == "apply":
        monkeypatch.setattr(bulk.Staging, "apply", break_down_late)
    else:
        monkeypatch.setattr("station_map.importers.service.finish_run", break_down)
    with pytest.raises(error):
        take_in(database, ledger(tmp_path, ["乙", 116.9, 33.95, ""]))
    monkeypatch.undo()
    assert everything(database) == before


def test_an_import_that_is_killed_leaves_the_database_as_it_was(
    database: Database, tmp_path: Path
) -> None:
    rows = [[f"站{n}", 116 + n / 10_000, 33.9, "√"] for n in range(3_000)]
    path = ledger(tmp_path, *rows)
    before = everything(database)
    with psycopg.connect(database.url, autocommit=True) as gate:
        # The import waits here, with all its rows staged.
        gate.execute("SELECT pg_advisory_lock(%s)", (bulk.IMPORT_LOCK,))
        process = subprocess.Popen(
            [sys.executable, "-m", "station_map", "import", str(path)],
            env=product_environment({"STATION_MAP_DATABASE_URL": database.url}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert wait_until(lambda: process.poll() is not None or waiting(gate) > 0, LONG_S)
        assert process.poll() is None, "the import ended before it was killed"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        # The server notices the lost client when it would go on.
        gate.execute("SELECT pg_advisory_unlock(%s)", (bulk.IMPORT_LOCK,))
        assert wait_until(lambda: others(gate) == 0, LONG_S)
    assert everything(database) == before


def test_real_stations_send_demo_stations_away_but_demo_ones_do_not(
    database: Database, tmp_path: Path
) -> None:
    demo = files.write_csv(
        tmp_path / "demo.csv", [["名称", "GPS坐标", "demo"], ["演示", "116.8,33.95", "是"]]
    )
    assert take_in(database, demo).stored_counts()["created"] == 1
    assert not take_in(database, demo).changed
    take_in(database, ledger(tmp_path, ["真", 116.9, 33.95, ""]))
    with database.reading() as connection:
        names = connection.execute("SELECT name FROM station").fetchall()
    assert names == [("真",)]


def test_what_a_run_was_is_recorded(database: Database, tmp_path: Path) -> None:
    path = ledger(tmp_path, ["甲", 116.8, 33.95, ""], ["", 116.8, 33.95, "√"])
    take_in(database, path, datum=Datum.GCJ02, actor="cli:tester")
    with database.reading() as connection:
        (run,) = connection.execute(
            "SELECT file_name, datum, actor, counts FROM import_run"
        ).fetchall()
        (revision,) = connection.execute("SELECT actor, origin, action FROM revision").fetchall()
    assert run == ("a.csv", "gcj02", "cli:tester", {"created": 1, "refused": 1})
    assert revision == ("cli:tester", "import", "created")


def test_our_own_answer_goes_back_in_and_changes_nothing(
    database: Database, client: FlaskClient, shared_data: Path, tmp_path: Path
) -> None:
    take_in(database, *(shared_data / "ledgers").glob("ledger_b*.csv"))
    answer = client.get("/api/v1/stations?limit=1000")
    assert answer.status_code == 200
    own = tmp_path / "own.geojson"
    own.write_bytes(answer.data)
    before = everything(database)
    report = take_in(database, own)
    assert report.counts()["unchanged"] == 260
    assert everything(database) == before


def test_where_the_coordinates_come_from_is_kept(database: Database, tmp_path: Path) -> None:
    rows = [["坐标来源：高德地图；2025年1月"], ["名称", "经度", "纬度"], ["甲", 116.8, 33.95]]
    take_in(database, files.write_csv(tmp_path / "a.csv", rows))
    with database.reading() as connection:
        found = connection.execute(
            "SELECT position_source, source_lon, source_lat, source_datum FROM station"
        ).fetchall()
    assert found == [("高德地图", 116.8, 33.95, "gcj02")]


@pytest.mark.parametrize(
    ("ledger", "datum"), [("ledger_a_amap.xlsx", "gcj02"), ("ledger_b_baidu_gbk.csv", "bd09")]
)
def test_the_run_records_the_datum_that_the_file_stated(
    database: Database, shared_data: Path, ledger: str, datum: str
) -> None:
    import_files(database, [shared_data / "ledgers" / ledger], ImportOptions())
    assert database.rows("SELECT datum FROM import_run") == [(datum,)]
