"""Driver homes against their minimum: the unknown apart from the missing, each in one's own reach."""

from __future__ import annotations

import csv
from html import escape
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from station_map.cli import main
from station_map.domain.accounts import Role
from station_map.domain.driver_home import FREE_SERVICES, Requirement
from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import Kind, Status
from station_map.store.database import Database
from tests.support import people
from tests.web.stations import HOSTILE_NAMES, save, station

PAGE = "/admin/driver-homes"
WHOLE = {
    "kind": Kind.DRIVER_HOME,
    "status": Status.OPEN,
    "bays_total": 20,
    "parking_paid": False,
    "opening_hours": "24/7",
    "amenities": {code: AmenityFact("yes", 2, fee="免费") for code in FREE_SERVICES},
}


@pytest.fixture
def codes(database: Database) -> list[str]:
    """One that has all, one that lacks two, one of which nothing is known, and no driver home."""
    return save(
        database,
        [
            station("全的", **WHOLE),
            station("缺的", 116.81, 33.956, **(WHOLE | {"bays_total": 19, "parking_paid": True})),
            station("不知道的", 116.90, 34.02, kind=Kind.DRIVER_HOME),
            station("驿站", 116.82, 33.957),
            station("摘牌的", 116.83, 33.957, **(WHOLE | {"status": Status.DELISTED})),
        ],
    )


@pytest.fixture
def planner(client: FlaskClient, database: Database, codes: list[str]) -> FlaskClient:
    people.account(database, "wang", Role.PLANNER)
    return people.signed_in(client, "wang")


def test_the_list_tells_missing_from_unknown(planner: FlaskClient, codes: list[str]) -> None:
    page = planner.get(PAGE).text
    assert "全部 3 个" in page
    assert "都达到的 1 个" in page
    assert "有缺的 1 个" in page
    assert "不缺、有不清楚的 1 个" in page
    assert "缺：货车停车位 20 个以上（19 个）、免费停车（要收费：免费）" in page
    assert codes[3] not in page
    assert codes[4] not in page
    missing = planner.get(f"{PAGE}?show=missing").text
    assert "缺的" in missing
    assert codes[2] not in missing
    assert codes[2] in planner.get(f"{PAGE}?show=unknown").text
    assert codes[0] in planner.get(f"{PAGE}?show={{{{7*7}}}}").text


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_file_holds_all_of_it(planner: FlaskClient, codes: list[str]) -> None:
    answer = planner.get(f"{PAGE}.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="driver-homes.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    told = {row["编号"]: row for row in rows_of(answer.data)}
    assert set(told) == set(codes[:3])
    assert [told[code]["结论"] for code in codes[:3]] == ["达到", "缺", "不清楚"]
    assert told[codes[1]]["缺（项）"] == "2"
    assert told[codes[1]][Requirement.BAYS.zh] == "缺：19 个"
    assert told[codes[2]]["不清楚（项）"] == str(len(Requirement))


def test_an_editor_sees_their_area_alone(
    client: FlaskClient, database: Database, codes: list[str]
) -> None:
    people.account(database, "zhao", Role.EDITOR, areas=("340602",))
    editor = people.signed_in(client, "zhao")
    page = editor.get(PAGE).text
    assert codes[2] in page
    assert codes[0] not in page
    assert {row["编号"] for row in rows_of(editor.get(f"{PAGE}.csv").data)} == {codes[2]}


def test_a_keeper_does_not(client: FlaskClient, database: Database, codes: list[str]) -> None:
    people.account(database, "li", Role.KEEPER, stations=(codes[0],))
    keeper = people.signed_in(client, "li")
    assert keeper.get(PAGE).status_code == 403
    assert keeper.get(f"{PAGE}.csv").status_code == 403


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "=1+1", "@SUM(A1)"])
def test_hostile_names_stay_text(client: FlaskClient, database: Database, name: str) -> None:
    save(database, [station(name, address=name[:200], **WHOLE)])
    people.account(database, "wang", Role.PLANNER)
    planner = people.signed_in(client, "wang")
    page = planner.get(PAGE).text
    assert escape(name).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
    (row,) = rows_of(planner.get(f"{PAGE}.csv").data)
    assert row["名称"] in {name, f"'{name}"}
    assert not row["名称"].startswith(("=", "@"))


def test_the_command_says_the_same(
    database: Database, codes: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STATION_MAP_DATABASE_URL", database.url)
    monkeypatch.setenv("STATION_MAP_DATA_DIR", str(tmp_path))
    done = CliRunner().invoke(main, ["driver-homes"])
    assert done.exit_code == 0, done.output
    lines = {line.partition(" ")[0]: line for line in done.output.splitlines()}
    assert set(lines) == set(codes[:3])
    assert lines[codes[0]].endswith("都达到 / meets all")
    assert "缺 / missing 2: 货车停车位 20 个以上（19 个）" in lines[codes[1]]
    assert "不清楚 / unknown 9" in done.output
    target = tmp_path / "out.csv"
    CliRunner().invoke(main, ["driver-homes", "--area", "340603", "-o", str(target)])
    assert {row["编号"] for row in rows_of(target.read_bytes())} == set(codes[:2])
