"""The steps of an import by page: what each finds, and what the last one stores."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from station_map.domain.accounts import Role
from station_map.importers.job import SHOWN, Steps, serve
from station_map.importers.outcome_file import Picks, rows_page, taken_count
from station_map.store import import_jobs
from station_map.store.bulk import IMPORT_LOCK
from station_map.store.database import Database
from station_map.store.import_runs import run_of
from station_map.store.stations import station_count
from station_map.store.writing import writing
from tests.importers import files
from tests.importers.contents import everything
from tests.importers.test_ledgers import LEDGERS, check_station, stored, truth_of
from tests.support import people
from tests.support.live import product_environment
from tests.support.uploads import Upload, upload


@pytest.fixture
def boss(database: Database) -> int:
    return people.account(database, "boss")


def all_steps(one: Upload, datum: str = "") -> None:
    """Through to the end, with everything taken that can be."""
    one.choose(datums={"0": datum})
    for step in ("place", "check", "run"):
        job = one.step(step)  # type: ignore[arg-type]
        assert job.trouble == ""


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_ledger_goes_in_as_its_truth_says(
    database: Database, boss: int, tmp_path: Path, shared_data: Path, ledger: str
) -> None:
    truth = truth_of(shared_data, ledger)
    one = upload(database, boss, tmp_path, shared_data / "ledgers" / ledger)
    assert one.step("look").state == "waiting"
    one.take_columns()
    all_steps(one)
    assert one.job.state == "done"
    expected = {n: s for n, s in truth["stations"].items() if n not in truth["refused"]}
    found = stored(database)
    assert found.keys() == expected.keys()
    for name, station in expected.items():
        check_station(found[name], station, truth["datum"])
    told = json.loads((one.folder / "report.json").read_text("utf-8"))
    for outcome, names in (
        ("refused", truth["refused"]),
        ("repaired", truth["repaired"]),
        ("duplicate", truth["duplicates"]),
    ):
        assert {r["name"] for r in told["rows"] if r["outcome"] == outcome} == set(names)
    assert len(told["rows"]) == truth["data_rows"]
    run = run_of(database, one.job.import_run_id or 0)
    assert (run.actor, run.file_name) == ("boss", ledger)
    assert run.changed == {"created": len(expected)}
    assert list((one.folder / "upload").iterdir()) == []


def renamed_baidu(shared_data: Path, folder: Path) -> Path:
    """The Baidu ledger with a header that nobody knows, and without a word of its datum."""
    path = folder / "百度台账.csv"
    text = (shared_data / "ledgers" / "ledger_b_baidu_gbk.csv").read_bytes().decode("gbk")
    assert text.startswith("名称,地址,百度坐标,")
    path.write_bytes(text.replace("百度坐标", "某某点", 1).encode("gbk"))
    return path


def test_a_column_and_the_datum_are_put_right_by_hand(
    database: Database, boss: int, tmp_path: Path, shared_data: Path
) -> None:
    one = upload(database, boss, tmp_path, renamed_baidu(shared_data, tmp_path))
    looked = one.step("look").looked
    assert looked is not None
    (sheet,) = looked["sheets"]
    (column,) = [column for column in sheet["columns"] if column["label"] == "某某点"]
    assert (column["read_as"], sheet["usable"]) == ("", False)
    assert column["samples"][0] == "116.825755,33.676666"
    one.take_columns()
    assert "没有坐标列" in one.step("place").trouble
    one.take_columns(某某点="position")
    places = one.step("place").places
    assert places is not None
    (place,) = places["sheets"]
    assert (place["datum"], place["rows"]) == (None, 260)
    assert "没有写明坐标系" in place["trouble"]
    assert place["told"] == place["asked"] == 260
    assert place["agree"]["bd09"] > place["agree"]["wgs84"]
    assert "没有写明坐标系" in one.step("check").trouble
    one.choose(datums={"0": "bd09"})
    one.step("check")
    assert one.step("run").state == "done"
    truth = truth_of(shared_data, "ledger_b_baidu_gbk.csv")
    found = stored(database)
    assert found.keys() == truth["stations"].keys()
    for name, station in truth["stations"].items():
        check_station(found[name], station, "bd09")


def test_the_check_writes_nothing_and_tells_what_would_change(
    database: Database, boss: int, tmp_path: Path
) -> None:
    first = upload(database, boss, tmp_path, files.write_csv(tmp_path / "a.csv", files.table()))
    first.step("look")
    first.take_columns()
    all_steps(first)
    rows = files.table()
    rows[1][3], rows[2][4] = "×", "8:00-20:00"  # type: ignore[index]
    rows.append(["丁驿站", 116.9, 33.9, "√", ""])
    second = upload(database, boss, tmp_path, files.write_csv(tmp_path / "b.csv", rows))
    second.step("look")
    second.take_columns()
    second.step("place")
    before = everything(database)
    checked = second.step("check").checked
    assert everything(database) == before
    assert checked is not None
    assert checked["counts"] == {
        "created": 1, "updated": 2, "unchanged": 1, "repaired": 0, "duplicate": 0, "refused": 0,
    }  # fmt: skip
    page = rows_page(second.folder / SHOWN)
    assert [row.outcome for row in page.rows] == ["updated", "updated", "unchanged", "created"]
    assert page.rows[0].changes["amenities"][1]["microwave"]["state"] == "no"
    assert page.rows[1].changes["opening_hours"] == ["24/7", "08:00-20:00"]
    assert page.rows[3].facts is not None
    assert page.rows[3].facts["amenities"] == 1

    # Some of it: the new one and one change; the other row stays out.
    picks = Picks(frozenset({"created"}), {0: True})
    assert taken_count(second.folder / SHOWN, picks) == 2
    second.choose(picks=picks.as_json())
    assert second.step("run").state == "done"
    told = json.loads((second.folder / "report.json").read_text("utf-8"))
    assert [row["outcome"] for row in told["rows"]] == [
        "updated",
        "skipped",
        "unchanged",
        "created",
    ]
    assert stored(database)["乙驿站（东门）"]["opening_hours"] == "24/7"
    assert stored(database)["甲驿站"]["amenities"] == {"microwave": "no"}


def test_an_editor_takes_in_only_what_lies_in_the_area(
    database: Database, boss: int, tmp_path: Path
) -> None:
    # 相山区 is at 116.80, 33.95; the second place is in 烈山区, the third in 濉溪县.
    rows = [
        ["名称", "GPS经度", "GPS纬度"],
        ["甲", 116.79, 33.97],
        ["乙", 116.82, 33.9],
        ["丙", 116.76, 33.6],
    ]
    file = files.write_csv(tmp_path / "a.csv", rows)
    all_in = upload(database, boss, tmp_path, file)
    all_in.step("look")
    all_in.take_columns()
    all_in.step("place")
    all_in.step("check")
    districts = {row.name: row.district for row in rows_page(all_in.folder / SHOWN).rows}
    codes = {name: code for code, name in database.rows("SELECT adcode, name FROM area")}
    mine = codes[districts["甲"]]
    editor = people.account(database, "ed", Role.EDITOR, areas=(mine,))
    one = upload(database, editor, tmp_path, file)
    one.step("look")
    one.take_columns()
    one.step("place")
    checked = one.step("check").checked
    assert checked is not None
    inside = {name for name, district in districts.items() if codes[district] == mine}
    assert inside != set(districts)
    assert checked["outside"] == 3 - len(inside)
    page = rows_page(one.folder / SHOWN)
    assert {row.name for row in page.rows if row.takable} == inside
    assert all("不在你管的地区" in row.reason for row in page.rows if not row.takable)
    # Whatever is picked by force, nothing outside is taken.
    one.choose(picks=Picks(rows=dict.fromkeys(range(3), True)).as_json())
    assert one.step("run").state == "done"
    assert set(stored(database)) == inside


def test_a_station_cannot_be_moved_out_of_anothers_area(
    database: Database, boss: int, tmp_path: Path
) -> None:
    header = ["编号", "名称", "GPS经度", "GPS纬度"]
    first = upload(
        database, boss, tmp_path,
        files.write_csv(tmp_path / "a.csv", [header, ["", "甲", 116.76, 33.6]]),
    )  # fmt: skip
    first.step("look")
    first.take_columns()
    all_steps(first)
    [(code, there)] = database.rows("SELECT code, adcode FROM station")
    editor = people.account(database, "ed", Role.EDITOR, areas=("340603",))
    theft = files.write_csv(tmp_path / "b.csv", [header, [code, "甲", 116.79, 33.97]])
    one = upload(database, editor, tmp_path, theft)
    one.step("look")
    one.take_columns()
    one.step("place")
    checked = one.step("check").checked
    assert checked is not None
    assert (checked["outside"], checked["counts"]["refused"]) == (1, 1)
    assert database.rows("SELECT adcode FROM station") == [(there,)]


def test_what_changed_since_the_check_is_not_overwritten(
    database: Database, boss: int, tmp_path: Path
) -> None:
    file = files.write_csv(tmp_path / "a.csv", files.table())
    one = upload(database, boss, tmp_path, file)
    one.step("look")
    one.take_columns()
    one.step("place")
    one.step("check")
    other = upload(database, boss, tmp_path, file)
    other.step("look")
    other.take_columns()
    all_steps(other)
    before = everything(database)
    ended = one.step("run")
    assert ended.state == "failed"
    assert "检查以后数据又变了：3 行" in ended.trouble
    assert everything(database) == before
    one.step("check")
    assert one.step("run").state == "done"
    assert one.job.import_run_id is None  # nothing was different any more


@pytest.fixture
def checked(database: Database, boss: int, tmp_path: Path) -> Upload:
    """An upload whose rows were looked at: three new stations."""
    one = upload(database, boss, tmp_path, files.write_csv(tmp_path / "a.csv", files.table()))
    one.step("look")
    one.take_columns()
    one.step("place")
    one.step("check")
    return one


def cancel(one: Upload) -> None:
    with writing(one.database, actor="test") as unit:
        import_jobs.cancel(unit, one.account, one.id)


def test_a_step_that_is_stopped_before_it_begins_does_nothing(checked: Upload) -> None:
    request = checked.begin("run")
    cancel(checked)
    serve(request)
    assert checked.job.state == "cancelled"
    assert station_count(checked.database).total == 0
    assert checked.step("run").state == "done"
    assert station_count(checked.database).total == 3


def test_a_step_that_is_stopped_at_its_very_end_stores_nothing(
    checked: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(_steps: object, _shown: Path) -> None:
        cancel(checked)

    monkeypatch.setattr(Steps, "_refuse_surprises", late)
    before = everything(checked.database)
    assert checked.step("run").state == "cancelled"
    assert everything(checked.database) == before


def test_a_process_that_waits_for_another_import_is_stopped(checked: Upload) -> None:
    request = checked.begin("run")
    with psycopg.connect(checked.database.url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (IMPORT_LOCK,))
        process = subprocess.Popen(
            [sys.executable, "-m", "station_map.importers.job"],
            stdin=subprocess.PIPE,
            env=product_environment({}),
        )
        assert process.stdin is not None
        process.stdin.write(request.as_json())
        process.stdin.close()
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while other.execute(waiting).fetchone() == (0,):
            assert process.poll() is None
        cancel(checked)
        process.wait()
    assert checked.job.state == "cancelled"
    assert station_count(checked.database).total == 0
    assert checked.step("run").state == "done"


def test_a_fault_is_told_without_the_cells_of_the_file(
    checked: Upload, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("甲驿站 13800000000")

    monkeypatch.setattr(Steps, "_refuse_surprises", broken)
    ended = checked.step("run")
    assert ended.state == "failed"
    assert "没料到的错" in ended.trouble
    assert "13800000000" not in ended.trouble + caplog.text
    assert "RuntimeError" in caplog.text


def test_an_account_that_was_shut_out_meanwhile_stores_nothing(checked: Upload, boss: int) -> None:
    people.execute(checked.database, "UPDATE account SET disabled_at = now() WHERE id = %s", boss)
    ended = checked.step("run")
    assert ended.state == "failed"
    assert "不在你管的地区" in ended.trouble
    assert station_count(checked.database).total == 0
