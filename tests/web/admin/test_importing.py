"""The import by page: every step through its form, and nobody else's files."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.importers import job as job_process
from station_map.importers.tables.targets import NOT_USED
from station_map.store import import_jobs
from station_map.store.database import Database
from station_map.store.stations import station_count
from station_map.store.writing import writing
from station_map.web.admin.importing import launch
from station_map.web.admin.importing.uploads import clean_name
from tests.importers import files
from tests.importers.test_job import renamed_baidu
from tests.importers.test_ledgers import check_station, stored, truth_of
from tests.store.merging import value
from tests.support import people
from tests.web.stations import HOSTILE_NAMES

IMPORT = "/admin/import"


@pytest.fixture
def boss(database: Database, client: FlaskClient) -> int:
    number = people.account(database, "boss")
    people.signed_in(client, "boss")
    return number


@pytest.fixture(autouse=True)
def here_and_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps are done in this process, before the answer."""
    monkeypatch.setattr(launch, "_spawn", job_process.serve)


def send_file(client: FlaskClient, content: bytes, name: str):  # type: ignore[no-untyped-def]
    token = people.form_token(client.get(IMPORT).text)
    return client.post(
        IMPORT,
        data={"csrf_token": token, "file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )


def uploaded(client: FlaskClient, content: bytes, name: str = "台账.csv") -> str:
    """The address of the upload's page."""
    answer = send_file(client, content, name)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def csv_of(rows: list[list[Any]], folder: Path) -> bytes:
    return files.write_csv(folder / "made.csv", rows).read_bytes()


def fields_of(page: str) -> dict[str, str]:
    """What the form of a page holds, as a browser would send it unchanged."""
    found: dict[str, str] = {}
    for name, inner in re.findall(
        r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)" selected>', inner) or re.search(
            r'<option value="([^"]*)"', inner
        )
        assert chosen, name
        found[name] = unescape(chosen[1])
    for name, told in re.findall(
        r'<input type="(?:checkbox|radio)" name="([^"]+)" value="([^"]*)" checked>', page
    ):
        found[name] = unescape(told)
    return found


def post(client: FlaskClient, page: str, action: str = "next", **changed: object):  # type: ignore[no-untyped-def]
    told = {**fields_of(client.get(page).text), "action": action, **changed}
    return people.send(client, page, form=page, **told)


def onward(client: FlaskClient, answer: Any) -> str:
    """Where the browser lands after a step."""
    assert answer.status_code == 303, answer.text
    location = str(answer.location)
    while (last := client.get(location)).status_code == 303:
        location = str(last.location)
    return location


def to_rows(client: FlaskClient, content: bytes, name: str = "台账.csv", datum: str = "") -> str:
    """Through columns and datum as they were understood, up to the rows."""
    job = uploaded(client, content, name)
    assert onward(client, client.get(job)) == f"{job}/columns"
    assert onward(client, post(client, f"{job}/columns")) == f"{job}/datum"
    told = {"d0": datum} if datum else {}
    assert onward(client, post(client, f"{job}/datum", **told)) == f"{job}/rows"
    return job


def run(client: FlaskClient, job: str) -> str:
    page = f"{job}/rows"
    answer = post(client, page, "run", take=["created", "updated", "repaired"])
    return onward(client, answer)


def test_a_ledger_goes_in_and_its_run_can_be_looked_at(
    client: FlaskClient, database: Database, boss: int, shared_data: Path
) -> None:
    path = shared_data / "ledgers" / "ledger_a_amap.xlsx"
    job = to_rows(client, path.read_bytes(), "2024 台账.xlsx")
    page = client.get(f"{job}/rows").text
    for words in ("671 行", "24 行", "18 行", "9 行", "已选 695 行", "下一页"):
        assert words in page
    assert station_count(database).total == 0
    refused = client.get(f"{job}/rows?outcome=refused").text
    assert "经度（F列）、纬度（G列）：没有坐标：待定" in refused
    assert refused.count('class="outcome-refused"') == 18
    assert 'name="rows"' not in refused
    second = onward(client, post(client, f"{job}/rows", "go:50", take=["created", "repaired"]))
    assert "start=50" in second
    assert "第 57 行" in client.get(second).text
    location = run(client, job)
    assert re.fullmatch(r"/admin/imports/\d+", location)
    shown = client.get(location).text
    assert "新建 695 个" in shown
    assert "2024 台账.xlsx" in shown
    assert "GCJ-02" in shown
    truth = truth_of(shared_data, "ledger_a_amap.xlsx")
    expected = {n: s for n, s in truth["stations"].items() if n not in truth["refused"]}
    found = stored(database)
    assert found.keys() == expected.keys()
    for name, station in expected.items():
        check_station(found[name], station, truth["datum"])
    with client.get(f"{job}/report.json") as answer:
        report = json.loads(answer.text)
    assert len(report["rows"]) == truth["data_rows"]
    with client.get(f"{job}/report.xlsx") as book:
        assert zipfile.is_zipfile(io.BytesIO(book.data))
        assert "attachment" in book.headers["Content-Disposition"]
    assert value(database, "SELECT count(*) FROM revision WHERE actor = 'boss'") == 695
    assert value(database, "SELECT DISTINCT origin FROM revision") == "import"


def test_a_wrong_column_and_the_datum_are_corrected_by_hand(
    client: FlaskClient, database: Database, boss: int, shared_data: Path, tmp_path: Path
) -> None:
    path = renamed_baidu(shared_data, tmp_path)
    job = uploaded(client, path.read_bytes(), path.name)
    page = client.get(f"{job}/columns").text
    assert "不认识这一列" in page
    assert "116.825755,33.676666" in page
    assert fields_of(page)["c0_2"] == NOT_USED
    answer = post(client, f"{job}/columns")
    assert answer.status_code == 400
    assert "还缺名称或坐标" in answer.text
    answer = post(client, f"{job}/columns", c0_2="name")
    assert "“名称”已经选了“名称”，只能有一列" in answer.text
    answer = post(client, f"{job}/columns", c0_2="position")
    assert onward(client, answer) == f"{job}/datum"
    page = client.get(f"{job}/datum").text
    assert "没有写明坐标系" in page
    assert "260 / 260 行落在已知的区县里" in page
    assert post(client, f"{job}/datum").status_code == 400
    points = client.get(f"{job}/points").get_json()
    assert len(points["features"]) == 3 * 130
    assert {one["properties"]["reading"] for one in points["features"]} == {
        "wgs84", "gcj02", "bd09",
    }  # fmt: skip
    assert onward(client, post(client, f"{job}/datum", d0="bd09")) == f"{job}/rows"
    run(client, job)
    truth = truth_of(shared_data, "ledger_b_baidu_gbk.csv")
    found = stored(database)
    assert found.keys() == truth["stations"].keys()
    for name, station in truth["stations"].items():
        check_station(found[name], station, "bd09")
    # The next time the header is known, and by whom.
    again = uploaded(client, path.read_bytes(), path.name)
    page = client.get(f"{again}/columns").text
    assert "以前有人选过，已照着填好（boss" in page
    assert fields_of(page)["c0_2"] == "position"
    assert fields_of(client.get(f"{again}/columns?fresh=1").text)["c0_2"] == NOT_USED


def test_differences_are_told_field_by_field_and_some_are_taken(
    client: FlaskClient, database: Database, boss: int, tmp_path: Path
) -> None:
    run(client, to_rows(client, csv_of(files.table(), tmp_path)))
    rows = files.table()
    rows[1] = ["甲驿站", 116.80, 33.95, "×", "8:00-18:00"]
    rows[2] = ["乙驿站（东门）", 116.82, 33.96, "×", "8:00-20:00"]
    job = to_rows(client, csv_of(rows, tmp_path))
    page = client.get(f"{job}/rows?outcome=updated").text
    told = re.sub(r"<[^>]+>|\s", "", page)
    assert "设施·热饭原来有→改成没有" in told
    assert "开放时间原来24小时开放→改成每天08:00–20:00" in told
    answer = post(
        client, f"{job}/rows", "save",
        take=["updated"], shown=["0:updated", "1:updated"], rows=["1"],
    )  # fmt: skip
    page = client.get(onward(client, answer)).text
    assert "已选 1 行" in page
    answer = post(client, f"{job}/rows", "run", take=["updated"], shown=["0:updated"], rows=[])
    onward(client, answer)
    found = stored(database)
    assert found["甲驿站"]["amenities"] == {"microwave": "yes"}
    assert found["乙驿站（东门）"]["opening_hours"] == "08:00-20:00"
    # All the same now, but for what was not taken.
    job = to_rows(client, csv_of(rows, tmp_path))
    answer = post(client, f"{job}/rows", "run", take=[], shown=["0:updated"], rows=[])
    assert answer.status_code == 400
    assert "一行也没有选" in answer.text


def test_another_header_row_is_chosen(
    client: FlaskClient, database: Database, boss: int, tmp_path: Path
) -> None:
    rows = [["统计", "数字", "数字", "字"], ["某某", "甲", "乙", "丙"], ["甲站", 116.8, 33.95, "√"]]
    job = uploaded(client, csv_of(rows, tmp_path))
    page = f"{job}/columns"
    assert onward(client, post(client, page, "look", h0="1-1")) == page
    assert fields_of(client.get(page).text)["h0"] == "1-1"
    answer = post(
        client, page,
        c0_0="name", c0_1="lon", c0_2="lat", c0_3="amenity:wifi", use="0",
    )  # fmt: skip
    assert onward(client, answer) == f"{job}/datum"
    assert onward(client, post(client, f"{job}/datum", d0="wgs84")) == f"{job}/rows"
    run(client, job)
    assert stored(database)["甲站"]["amenities"] == {"wifi": "yes"}


def test_the_right_sheet_is_chosen(
    client: FlaskClient, database: Database, boss: int, tmp_path: Path
) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for title, name in (("一月", "旧站"), ("二月", "新站")):
        sheet = book.create_sheet(title)
        sheet.append(["名称", "GPS经度", "GPS纬度"])
        sheet.append([name, 116.8, 33.95])
    book.remove(book.worksheets[0])
    book.save(tmp_path / "a.xlsx")
    job = uploaded(client, (tmp_path / "a.xlsx").read_bytes(), "a.xlsx")
    page = client.get(f"{job}/columns").text
    assert page.count('name="use"') == 2
    assert onward(client, post(client, f"{job}/columns", use="1")) == f"{job}/datum"
    onward(client, post(client, f"{job}/datum", d1="sheet"))
    run(client, job)
    assert list(stored(database)) == ["新站"]


def test_nobody_reaches_anothers_file(
    client: FlaskClient, other: FlaskClient, database: Database, boss: int, tmp_path: Path
) -> None:
    people.account(database, "ed", Role.EDITOR, areas=("340600",))
    people.signed_in(other, "ed")
    job = to_rows(client, csv_of(files.table(), tmp_path))
    pages = (
        "",
        "/columns",
        "/datum",
        "/rows",
        "/points",
        "/progress",
        "/report.xlsx",
        "/report.json",
    )
    for page in pages:
        assert other.get(job + page).status_code == 404, page
    for page in ("/columns", "/datum", "/rows", "/cancel", "/delete", "/check", "/look"):
        answer = people.send(other, job + page, form=IMPORT, action="run")
        assert answer.status_code == 404, page
    location = run(client, job)
    assert client.get(location).status_code == 200
    assert other.get(location).status_code == 404
    assert job not in other.get(IMPORT).text
    for name in ("none", "%2e%2e", "%2e%2e%2f%2e%2e", "x" * 22, "x" * 300):
        assert client.get(f"{IMPORT}/{name}").status_code == 404
        assert client.get(f"{IMPORT}/{name}/rows").status_code == 404


def test_an_editor_is_told_what_lies_elsewhere(
    client: FlaskClient, database: Database, tmp_path: Path
) -> None:
    people.account(database, "ed", Role.EDITOR, areas=("340603",))
    people.signed_in(client, "ed")
    rows = [["名称", "GPS经度", "GPS纬度"], ["近", 116.79, 33.97], ["远", 116.76, 33.6]]
    assert "你管的地区：" in client.get(IMPORT).text
    job = to_rows(client, csv_of(rows, tmp_path))
    page = client.get(f"{job}/rows").text
    assert "有 1 行不在你管的地区" in page
    answer = post(
        client, f"{job}/rows", "run",
        take=["created"], shown=["0:created", "1:created"], rows=["0", "1"],
    )  # fmt: skip
    onward(client, answer)
    assert list(stored(database)) == ["近"]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_words_go_through_every_step_as_text(
    client: FlaskClient, database: Database, boss: int, tmp_path: Path, name: str
) -> None:
    name = name[:60]
    rows = [
        ["名称", "GPS经度", "GPS纬度", f"列{name}", "地址"],
        [name, 116.8, 33.95, name, name],
        [name, "x", "", name, name],
    ]
    job = uploaded(client, csv_of(rows, tmp_path), f"{name}.csv".replace('"', "'"))
    for page, told in (
        ("/columns", {"c0_3": "landmark"}),
        ("/datum", {"d0": "sheet"}),
    ):
        text = client.get(job + page).text
        check(text, name)
        assert onward(client, post(client, job + page, **told)).startswith(job)
    check(client.get(f"{job}/rows").text, name)
    check(client.get(f"{job}/rows", query_string={"words": name, "sheet": name}).text, name)
    location = run(client, job)
    check(client.get(location).text, name)
    check(client.get(IMPORT).text, name)
    assert "49" not in client.get(f"{job}/points").text[:40]


def check(page: str, name: str) -> None:
    """The name stands in the page, as text only."""
    assert "<script>alert" not in page
    assert "<!-- ]]>" not in page
    file = clean_name(f"{name}.csv".replace('"', "'"))
    assert file[:6] in unescape(page) or name[:8].strip() in unescape(page)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\台账\\一.xlsx", "一.xlsx"),
        ("a/../..", "file"),
        ("..", "file"),
        (".", "file"),
        ("\x00\n.csv", "csv"),
        ("zip://x!y|z?.csv", "x_y_z_.csv"),
        ("{{7*7}}.csv", "{{7_7}}.csv"),
        ("长" * 200 + ".xlsx", "长" * 58 + ".xlsx"),
        ("e\u0301.csv", "é.csv"),
        ("\u202egnp.csv", "gnp.csv"),
        ("-rf", "-rf"),
    ],
)
def test_names_of_files_are_names(told: str, kept: str) -> None:
    assert clean_name(told) == kept
    assert len(clean_name(told).encode()) <= 180


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "文件是空的"),
        (b"x", "a.exe", "不认识后缀"),
        (b"x", "../../a", "不认识后缀"),
        (b"name", "a.xlsx", "文件损坏"),
        (b"PK\x03\x04", "a.csv", "与后缀不符"),
        (b"\xd0\xcf\x11\xe0", "a.xlsx", "旧版 .xls"),
    ],
)
def test_what_is_no_ledger_is_refused_at_the_field_and_not_kept(
    client: FlaskClient, app: Flask, boss: int, content: bytes, name: str, words: str
) -> None:
    answer = send_file(client, content, name)
    assert answer.status_code == 400
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    folder = app.extensions["station_map"].settings.data_dir / import_jobs.FOLDER
    assert list(folder.glob("*")) == []


def test_a_bomb_is_refused_by_the_reader_and_told_on_the_page(
    client: FlaskClient, boss: int
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    job = uploaded(client, packed.getvalue(), "a.xlsx")
    page = client.get(job)
    assert page.status_code == 200
    assert "没做成" in page.text
    assert "压缩" in page.text
    assert "STATION_MAP_IMPORT_MAX_RATIO" in page.text


def test_too_large_a_file_is_refused(
    client: FlaskClient, app: Flask, boss: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    runtime = app.extensions["station_map"]
    small = runtime.settings.model_copy(update={"import_max_bytes": 1_000})
    monkeypatch.setitem(app.extensions, "station_map", replace(runtime, settings=small))
    assert send_file(client, b"a" * 1_200, "a.csv").status_code == 400
    assert send_file(client, b"a" * 100_000, "a.csv").status_code == 413


def test_a_step_that_broke_off_is_told_and_done_again(
    client: FlaskClient,
    database: Database,
    boss: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = to_rows(client, csv_of(files.table(), tmp_path))
    monkeypatch.setattr(launch, "_spawn", lambda _request: None)
    answer = post(client, f"{job}/rows", "run", take=["created"])
    page = client.get(str(answer.location)).text
    assert "导入：正在做" in page
    assert client.get(f"{job}/progress").get_json()["state"] == "working"
    # Nothing else can be done meanwhile.
    assert onward(client, client.get(f"{job}/rows")) == job
    people.execute(database, "UPDATE import_job SET beat_at = now() - interval '1 minute'")
    page = client.get(job).text
    assert "做到一半中断了" in page
    monkeypatch.setattr(launch, "_spawn", job_process.serve)
    assert onward(client, people.send(client, f"{job}/check", form=job)) == f"{job}/rows"
    run(client, job)
    assert station_count(database).total == 3


def test_stopping_and_deleting(
    client: FlaskClient,
    database: Database,
    boss: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = to_rows(client, csv_of(files.table(), tmp_path))
    waiting: list[job_process.Request] = []
    monkeypatch.setattr(launch, "_spawn", waiting.append)
    post(client, f"{job}/rows", "run", take=["created"])
    assert people.send(client, f"{job}/delete", form=job).status_code == 409
    people.send(client, f"{job}/cancel", form=job)
    job_process.serve(waiting[0])
    assert "停下来了，什么也没有写入" in client.get(job).text
    assert station_count(database).total == 0
    answer = people.send(client, f"{job}/delete", form=job)
    assert "文件删掉了" in client.get(answer.location).text
    assert client.get(job).status_code == 404
    assert not waiting[0].folder.exists()


def test_old_files_go_and_the_machine_is_not_overrun(
    client: FlaskClient,
    app: Flask,
    database: Database,
    boss: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = to_rows(client, csv_of(files.table(), tmp_path))
    people.execute(database, "UPDATE import_job SET created_at = now() - interval '25 hours'")
    client.get(IMPORT)
    assert client.get(job).status_code == 404
    monkeypatch.setattr(launch, "_spawn", lambda _request: None)
    content = csv_of(files.table(), tmp_path)
    for _ in range(import_jobs.MOST_WORKING):
        uploaded(client, content)
    answer = send_file(client, content, "a.csv")
    assert answer.status_code == 429
    assert "现在有别的导入在跑" in answer.text
    people.execute(database, "UPDATE import_job SET beat_at = now() - interval '1 minute'")
    for _ in range(import_jobs.MOST_OF_ONE - import_jobs.MOST_WORKING):
        uploaded(client, content)
        people.execute(database, "UPDATE import_job SET beat_at = now() - interval '1 minute'")
    answer = send_file(client, content, "a.csv")
    assert "先删掉不要的" in answer.text
    kept = app.extensions["station_map"].settings.data_dir / import_jobs.FOLDER
    assert len(list(kept.iterdir())) == import_jobs.MOST_OF_ONE


def test_a_real_process_does_the_step(
    client: FlaskClient,
    database: Database,
    boss: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import subprocess

    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def remembered(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        started.append(popen(*arguments, **options))
        return started[-1]

    monkeypatch.undo()
    monkeypatch.setattr(subprocess, "Popen", remembered)
    job = uploaded(client, csv_of(files.table(), tmp_path))
    assert started[0].wait() == 0
    assert onward(client, client.get(job)) == f"{job}/columns"


def test_the_way_back_is_shown(client: FlaskClient, boss: int, tmp_path: Path) -> None:
    location = run(client, to_rows(client, csv_of(files.table(), tmp_path)))
    back = location.replace("/imports/", "/history/imports/")
    assert f'href="{back}">撤销<' in client.get(location).text
    assert client.get(back).status_code == 200


def test_choices_of_one_step_make_the_later_ones_worthless(
    client: FlaskClient, database: Database, boss: int, tmp_path: Path
) -> None:
    job = to_rows(client, csv_of(files.table(), tmp_path))
    onward(client, post(client, f"{job}/columns", c0_3=NOT_USED))
    number = job.rpartition("/")[2]
    kept = import_jobs.job_of(database, boss, number)
    assert kept.checked is None
    assert onward(client, client.get(f"{job}/rows")) == f"{job}/datum"
    with writing(database, actor="test") as unit:
        assert not import_jobs.taken(unit, number, kept.turn, None)  # not at work
