"""`station-map demand …`: from a file to sums by district, as a planner would."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner, Result

from station_map.cli import main
from station_map.store.database import Database
from tests.importers import files
from tests.importers.demand.demand_files import write_tiff
from tests.store.merging import value
from tests.support.live import product_environment

HOSTILE = "</script>{{7*7}}=1+1🚚"
ROWS = [
    ["经度", "纬度", "单量"],
    [116.80, 33.95, 30],
    [116.83, 34.00, 10],
    [100.0, 30.0, 2],
    [116.80, 33.95, HOSTILE],
]


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return files.write_csv(tmp_path / "orders.csv", ROWS)


def run(*arguments: object, **more: Any) -> Result:
    return CliRunner().invoke(main, ["demand", *map(str, arguments)], **more)


def test_a_layer_is_imported_listed_shown_and_removed(outside: Database, orders: Path) -> None:
    done = run(
        "import", orders, "--unit", "单/日", "--title", HOSTILE, "--date", "2026-10",
        "--source", "平台", "--licence", "内部", "--datum", "wgs84",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "导入 taken：3" in done.output
    assert "数量未知 unknown：1" in done.output
    assert f"“{HOSTILE}”不是数字" in done.output
    listed = run("list").output
    assert f"orders@1  {HOSTILE}  42 单/日，3 格 cells  2026-10" in listed
    assert "wishes  骑手建议" in listed
    assert "synthetic" not in listed
    shown = run("show", "orders").output
    for words in (
        "340603  30 单/日",
        "340602  10 单/日",
        "outside  2 单/日",
        "平台",
        "内部",
        "wgs84",
    ):
        assert words in shown
    assert run("remove", "orders", input="n\n").exit_code == 1
    assert run("remove", "orders", "--yes").exit_code == 0
    assert run("show", "orders").exit_code == 1


def test_a_file_cannot_steer_the_terminal(outside: Database, tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", [*ROWS[:2], [116.8, 33.95, "\x1b[2J\x07清屏"]])
    done = run("import", path, "--unit", "单", "--datum", "wgs84")
    assert "“[2J清屏”不是数字" in done.output
    assert "\x1b" not in done.output


def test_with_none_loaded_there_is_the_synthetic_one_and_it_says_so(
    outside: Database, tmp_path: Path
) -> None:
    from station_map.importers.reference import load_areas

    load_areas(outside)
    assert "（合成数据 synthetic）" in run("list").output
    shown = run("show", "synthetic").output
    assert "合成数据，不是真实分布" in shown
    assert "1,970,265 人" in shown
    assert "340621  932,402 人" in shown
    target = tmp_path / "out.csv"
    done = run("export", "synthetic", "--area", "340603", "-o", target)
    assert done.exit_code == 0, done.output
    assert "合成数据" in done.output
    with target.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert sum(float(row["weight"]) for row in rows) == 548_934
    assert {row["adcode"] for row in rows} == {"340603"}


def test_a_mix_is_exported_and_a_wrong_one_explained(
    outside: Database, orders: Path, tmp_path: Path
) -> None:
    raster = write_tiff(tmp_path / "residents.tif", np.full((2, 2), 25.0))
    assert run("import", raster, "--unit", "人").exit_code == 0
    assert run("import", orders, "--unit", "单/日", "--datum", "wgs84").exit_code == 0
    target = tmp_path / "out.csv"
    done = run("export", "0.5 residents + 0.5 orders", "-o", target)
    assert "0.5 residents@1 + 0.5 orders@1" in done.output
    with target.open(encoding="utf-8") as stream:
        weights = [float(row["weight"]) for row in csv.DictReader(stream)]
    assert sum(weights) == pytest.approx(100)
    wrong = run("export", "residents + orders", "-o", target)
    assert wrong.exit_code == 2
    assert "单位不同" in wrong.output
    assert "例 / example: 0.5 residents + 0.5 orders" in wrong.output
    assert run("export", "residents", "-o", tmp_path / "a.xlsx").exit_code == 2
    assert run("export", "nothing", "-o", target).exit_code == 1


def test_a_dry_run_writes_nothing_and_reports(
    outside: Database, orders: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    done = run(
        "import", orders, "--unit", "单", "--datum", "wgs84", "--dry-run", "--report", report
    )
    assert done.exit_code == 0
    assert "什么也没有写入" in done.output
    assert value(outside, "SELECT count(*) FROM demand_layer") == 0
    told = json.loads(report.read_text("utf-8"))
    assert told["counts"] == {"taken": 3, "unknown": 1}
    assert told["layer"]["total"] == 42
    assert told["rows"][0]["row"] == 5


def test_the_workbook_holds_texts_and_no_formula(
    outside: Database, orders: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.xlsx"
    done = run(
        "import", orders, "--unit", "单", "--datum", "wgs84", "--title", "=1+1", "--report", report
    )
    assert done.exit_code == 0
    book = openpyxl.load_workbook(report)
    assert book.sheetnames == ["行 rows", "图层 layer", "汇总 counts"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert "=1+1" in [cell.value for cell in cells]
    assert any(HOSTILE in str(cell.value) for cell in cells)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--unit", "单"), 1, "--datum"),
        ((), 2, "--unit"),
        (("--unit", "单", "--name", "a b"), 2, "图层名"),
        (("--unit", "单", "--name", "wishes"), 2, "留给系统"),
        (("--unit", "单", "--date", "昨天"), 2, "YYYY-MM"),
        (("--unit", "单", "--column", "x"), 2, "HEADER=weight"),
        (("--unit", "单", "--report", "a.pdf"), 2, ".json"),
        (("--unit", "单", "--spacing", "1"), 2, "spacing"),
    ],
)
def test_bad_use_is_told(
    outside: Database, orders: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = run("import", orders, *arguments)
    assert done.exit_code == code
    assert words in done.output
    assert value(outside, "SELECT count(*) FROM demand_layer") == 0


def test_a_layer_that_is_there_is_replaced_when_asked(outside: Database, orders: Path) -> None:
    arguments = ("import", orders, "--unit", "单", "--datum", "wgs84")
    assert run(*arguments).exit_code == 0
    again = run(*arguments)
    assert again.exit_code == 1
    assert "--replace" in again.output
    assert "没有变化" in run(*arguments, "--replace").output
    assert run(*arguments, "--replace", "--date", "2026").exit_code == 0
    listed = run("list", "--all").output
    assert "orders@1  orders（旧版本 replaced）" in listed
    assert "orders@2" in listed
    assert "[1]" not in run("remove", "orders", "--replaced", "--yes").output
    assert "orders@2" in run("list", "--all").output


def test_a_chinese_file_name_names_its_layer(outside: Database, tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "订单 2026年.csv", ROWS[:2])
    assert run("import", path, "--unit", "单", "--datum", "wgs84").exit_code == 0
    assert "订单-2026年@1  订单 2026年" in run("list").output
    numbered = files.write_csv(tmp_path / "2026.csv", ROWS[:2])
    refused = run("import", numbered, "--unit", "单", "--datum", "wgs84")
    assert refused.exit_code == 2
    assert "--name residents" in refused.output


def test_ctrl_c_leaves_nothing_half_done(outside: Database, tmp_path: Path) -> None:
    fifo_fed = tmp_path / "many.csv"
    rows = [["GPS经度", "GPS纬度", "单量"], *([116.8, 33.95, 1] for _ in range(300_000))]
    files.write_csv(fifo_fed, rows)
    process = subprocess.Popen(
        [sys.executable, "-m", "station_map", "demand", "import", str(fifo_fed), "--unit", "单"],
        env=product_environment(
            {
                "STATION_MAP_DATABASE_URL": outside.url,
                "STATION_MAP_DATA_DIR": os.environ["STATION_MAP_DATA_DIR"],
            }
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # Its transaction is open once it holds the lock of the layer's name.
    busy = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    while value(outside, busy) == 0:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate()
    assert process.returncode == 1, output
    assert value(outside, "SELECT count(*) FROM demand_layer") == 0
    assert value(outside, "SELECT count(*) FROM demand_block") == 0


def test_up_makes_the_synthetic_layer_with_the_demo_and_not_without(database: Database) -> None:
    from station_map.cli.serving import _fill

    _fill(database, demo=False)
    assert value(database, "SELECT count(*) FROM demand_layer") == 0
    _fill(database, demo=True)
    assert value(database, "SELECT name FROM demand_layer WHERE synthetic AND current") == (
        "synthetic"
    )
    _fill(database, demo=True)
    assert value(database, "SELECT count(*) FROM demand_layer") == 1
