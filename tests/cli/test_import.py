"""`station-map import`: exit codes, what is said, and the report file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from station_map.cli import main
from station_map.importers.limits import ImportLimits, limits_of, setting_name
from station_map.settings import Settings
from station_map.store.database import Database
from station_map.store.stations import station_count
from tests.importers import files
from tests.support.live import product_environment

FORMULA = '=HYPERLINK("http://127.0.0.1")'
MARKUP = "[red]红[/red]"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    rows = [
        ["名称", "GPS经度", "GPS纬度", "天气"],
        ["甲", 116.8, 33.95, "晴"],
        [MARKUP, 33.96, 116.8, "晴"],
        [FORMULA, "待定", "", "晴"],
        ["合计", 3, "", ""],
    ]
    return files.write_csv(tmp_path / "台账.csv", rows)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["import", *map(str, arguments)])


def test_an_import_tells_counts_reasons_and_unread_columns(outside: Database, ledger: Path) -> None:
    done = run(ledger)
    assert done.exit_code == 0, done.output
    assert station_count(outside).total == 2
    for words in (
        "WGS-84（列名 / the column's name）",
        "天气（D列）：不认识这一列",
        f"修正后导入 台账 第 3 行 {MARKUP}",
        "longitude and latitude were exchanged",
        f"拒绝 台账 第 4 行 {FORMULA}",
        "没有坐标",
    ):
        assert words in done.output


def test_a_second_import_says_that_nothing_changed(outside: Database, ledger: Path) -> None:
    run(ledger)
    again = run(ledger)
    assert again.exit_code == 0
    assert "没有变化" in again.output


def test_a_dry_run_writes_nothing(outside: Database, ledger: Path) -> None:
    done = run(ledger, "--dry-run")
    assert done.exit_code == 0
    assert "什么也没有写入" in done.output
    assert station_count(outside).total == 0


def test_the_json_report_accounts_for_every_row(
    outside: Database, ledger: Path, tmp_path: Path
) -> None:
    target = tmp_path / "report.json"
    assert run(ledger, "--report", target).exit_code == 0
    report: dict[str, Any] = json.loads(target.read_text("utf-8"))
    assert report["counts"] == {
        "created": 1, "updated": 0, "unchanged": 0, "repaired": 1, "duplicate": 0, "refused": 1,
    }  # fmt: skip
    rows = [(row["sheet"], row["row"], row["outcome"], row["name"]) for row in report["rows"]]
    assert rows == [
        ("台账", 2, "created", "甲"),
        ("台账", 3, "repaired", MARKUP),
        ("台账", 4, "refused", FORMULA),
    ]
    assert report["rows"][0]["code"].startswith("340603-")
    assert report["rows"][2]["code"] is None
    assert " | " in report["rows"][2]["reason"]
    (sheet,) = report["sheets"]
    assert sheet["datum"] == "wgs84"
    assert [left["row"] for left in sheet["left_out"]] == [5]
    assert {c["header"]: c["read_as"] for c in sheet["columns"]} == {
        "名称": "name", "GPS经度": "lon", "GPS纬度": "lat", "天气": "",
    }  # fmt: skip


def test_the_xlsx_report_holds_text_and_no_formula(
    outside: Database, ledger: Path, tmp_path: Path
) -> None:
    target = tmp_path / "report.xlsx"
    assert run(ledger, "--report", target).exit_code == 0
    book = openpyxl.load_workbook(target)
    rows = list(book.worksheets[0].iter_rows(min_row=2))
    assert [row[5].value for row in rows[:3]] == ["甲", MARKUP, FORMULA]
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert all(cell.hyperlink is None for row in rows for cell in row)
    assert [cell.value for cell in book.worksheets[2]["B"][1:]] == [1, 0, 0, 1, 0, 1, 3]


def test_a_refused_file_exits_1_and_says_why_in_both_languages(
    outside: Database, tmp_path: Path
) -> None:
    path = files.write_csv(tmp_path / "[b]甲.csv", [["名称", "经度", "纬度"], ["甲", 116.8, 33.9]])
    done = run(path)
    assert done.exit_code == 1
    assert "没有写明坐标系" in done.output
    assert "--datum gcj02" in done.output
    assert "[b]甲.csv" in done.output
    assert run(path, "--datum", "gcj02").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--datum", "mars"),
        ("--report", "report.pdf"),
        ("--report", "/no/such/folder/report.json"),
        ("--unheard-of",),
    ],
)
def test_bad_use_exits_2(outside: Database, ledger: Path, arguments: tuple[str, ...]) -> None:
    paths = [ledger] if arguments else []
    assert run(*paths, *arguments).exit_code == 2
    assert station_count(outside).total == 0


def test_a_missing_file_is_refused(outside: Database, tmp_path: Path) -> None:
    done = run(tmp_path / "none.csv")
    assert done.exit_code == 1
    assert "打不开文件" in done.output


def test_limits_come_from_the_settings(
    outside: Database, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_MAP_IMPORT_MAX_ROWS", "2")
    done = run(ledger)
    assert done.exit_code == 1
    assert "STATION_MAP_IMPORT_MAX_ROWS" in done.output


def test_every_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for number, field in enumerate(ImportLimits.__dataclass_fields__, 1_000):
        monkeypatch.setenv(setting_name(field), str(number))
        assert getattr(limits_of(Settings()), field) == number


def test_the_command_itself_runs(outside: Database, ledger: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "station_map", "import", str(ledger)],
        env=product_environment({"STATION_MAP_DATABASE_URL": outside.url}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "新建 created" in done.stdout
    assert station_count(outside).total == 2


def test_an_import_before_the_first_up_finds_the_districts(
    fresh_database: Database, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_MAP_DATABASE_URL", fresh_database.url)
    with fresh_database.transaction(actor="system", origin="system") as connection:
        connection.exec_driver_sql("DELETE FROM area")
    done = run(ledger)
    assert done.exit_code == 0, done.output
    codes = [code for (code,) in fresh_database.rows("SELECT code FROM station ORDER BY code")]
    assert [code.split("-")[0] for code in codes] == ["340603", "340603"]


def test_a_column_is_named_by_hand(outside: Database, tmp_path: Path) -> None:
    rows = [["牌子", "东", "北", "GPS经度"], ["甲", 116.8, 33.95, "坏"]]
    path = files.write_csv(tmp_path / "台账.csv", rows)
    chosen = [f"--column={told}" for told in ("牌子=名称", "东=lon", "北=纬度", "GPS经度=-")]
    done = run(path, "--datum", "wgs84", *chosen)
    assert done.exit_code == 0, done.output
    assert station_count(outside).total == 1


@pytest.mark.parametrize("told", ["牌子", "=name", "牌子=", "牌子=[b]没有的字段"])
def test_a_column_that_cannot_be_named_so_exits_2_or_is_not_used(
    outside: Database, ledger: Path, told: str
) -> None:
    done = run(ledger, "--column", told)
    assert done.exit_code == (0 if told == "牌子=" else 2)
