"""Counts for planners: each in their reach, no small number told, as a page and as a file."""

from __future__ import annotations

import csv
import datetime as dt
from html import escape
from io import StringIO

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.domain.hours import local_day
from station_map.store.database import Database
from tests.support import people
from tests.web.stations import HOSTILE_NAMES, save, station

PAGE = "/admin/visits"
TODAY = local_day(dt.datetime.now(dt.UTC))


def visited(database: Database, code: str, visits: int, day: dt.date, hour: int = 12) -> None:
    people.execute(
        database,
        "INSERT INTO visit_hourly (station_id, hour, visits)"
        " SELECT id, (%s::date + make_interval(hours => %s)) AT TIME ZONE 'Asia/Shanghai', %s"
        " FROM station WHERE code = %s",
        day,
        hour,
        visits,
        code,
    )


@pytest.fixture
def codes(database: Database) -> list[str]:
    """Two stations in 相山区, one in 杜集区: 23, 3 and 7 visits, and one where nobody tapped."""
    codes = save(
        database,
        [
            station("甲"),
            station("乙", 116.81, 33.957),
            station("丙", 116.90, 34.02),
            station("丁", 116.82, 33.958),
        ],
    )
    visited(database, codes[0], 20, TODAY)
    visited(database, codes[0], 3, TODAY, 13)
    visited(database, codes[1], 3, TODAY - dt.timedelta(days=1))
    visited(database, codes[2], 7, TODAY - dt.timedelta(days=2), 23)
    visited(database, codes[3], 50, TODAY - dt.timedelta(days=60))
    return codes


def rows_of(data: bytes) -> dict[str, str]:
    read = csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""))
    return {row["编号"]: row["到访（次）"] for row in read}


def someone(
    database: Database, client: FlaskClient, role: Role, **more: tuple[str, ...]
) -> FlaskClient:
    people.account(database, "wang", role, **more)  # type: ignore[arg-type]
    return people.signed_in(client, "wang")


@pytest.mark.parametrize("role", [Role.PLANNER, Role.ADMIN])
def test_a_planner_sees_all_and_no_small_number(
    client: FlaskClient, database: Database, codes: list[str], role: Role
) -> None:
    planner = someone(database, client, role)
    page = planner.get(PAGE).text
    assert "合计 <strong>30</strong> 次" in page  # of 33
    assert page.index(codes[0]) < page.index(codes[2]) < page.index(codes[1])
    assert codes[3] not in page
    assert ">20 次</span>" in page  # of 23
    assert ">少于 5 次</span>" in page
    assert "<dt>相山区</dt><dd>25 次</dd>" in page
    assert "<dt>杜集区</dt><dd>5 次</dd>" in page
    assert ">23<" not in page
    assert rows_of(planner.get(f"{PAGE}.csv").data) == {
        codes[0]: "20",
        codes[1]: "少于 5",
        codes[2]: "5",
    }


def test_hours_of_the_week_are_chinas(
    client: FlaskClient, database: Database, codes: list[str]
) -> None:
    planner = someone(database, client, Role.PLANNER)
    page = planner.get(f"{PAGE}?station={codes[2]}").text
    day = (TODAY - dt.timedelta(days=2)).weekday()
    line = page.partition('<th scope="row">23–24</th>')[2].partition("</tr>")[0]
    cells = [cell.partition("<")[0] for cell in line.split("<td>")[1:]]
    assert cells == ["5" if number == day else "0" for number in range(7)]
    assert page.count('class="level-4"') == 1
    assert page.count('class="level-0"') == 7 * 24 - 1


def test_days_area_and_station_narrow_it(
    client: FlaskClient, database: Database, codes: list[str]
) -> None:
    planner = someone(database, client, Role.PLANNER)
    assert set(rows_of(planner.get(f"{PAGE}.csv?area=340602").data)) == {codes[2]}
    assert set(rows_of(planner.get(f"{PAGE}.csv?station={codes[1]}").data)) == {codes[1]}
    assert set(rows_of(planner.get(f"{PAGE}.csv?first={TODAY}").data)) == {codes[0]}
    long_ago = TODAY - dt.timedelta(days=60)
    then = rows_of(planner.get(f"{PAGE}.csv?first={long_ago}&last={long_ago}").data)
    assert then == {codes[3]: "50"}
    assert "没有人按过" in planner.get(f"{PAGE}?station=none").text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("first=yesterday", "写成年-月-日，如 2026-11-25。"),
        ("last=2026-13-01", "写成年-月-日"),
        ("first=0001-01-01", "写成年-月-日"),
        ("last=9999-12-31", "写成年-月-日"),
        ("first=2026-11-20&last=2026-11-19", "不能早于第一天"),
        ("first=2020-01-01&last=2026-11-19", "不能早于第一天，也不能隔 800 天以上。"),
        ("area=999999", "没有这个选项"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(
    client: FlaskClient, database: Database, codes: list[str], asked: str, words: str
) -> None:
    planner = someone(database, client, Role.PLANNER)
    answer = planner.get(f"{PAGE}?{asked}")
    assert answer.status_code == 400
    assert words in answer.text
    assert codes[0] not in answer.text
    assert planner.get(f"{PAGE}.csv?{asked}").status_code == 400


def test_an_editor_sees_their_area_and_a_keeper_their_stations(
    client: FlaskClient, database: Database, codes: list[str]
) -> None:
    editor = someone(database, client, Role.EDITOR, areas=("340602",))
    assert set(rows_of(editor.get(f"{PAGE}.csv").data)) == {codes[2]}
    assert codes[0] not in editor.get(PAGE).text
    assert codes[0] not in editor.get(f"{PAGE}?station={codes[0]}").text.partition("没有人按过")[2]
    people.account(database, "li", Role.KEEPER, stations=(codes[1],))
    keeper = people.signed_in(client.application.test_client(), "li")
    assert rows_of(keeper.get(f"{PAGE}.csv").data) == {codes[1]: "少于 5"}
    page = keeper.get(PAGE).text
    assert codes[0] not in page
    assert "合计 <strong>少于 5</strong> 次" in page
    # The hours as well are those of the own stations alone.
    assert page.count('class="level-0"') == 7 * 24 - 1


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "=1+1", "@SUM(A1)"])
def test_hostile_names_stay_text(client: FlaskClient, database: Database, name: str) -> None:
    (code,) = save(database, [station(name)])
    visited(database, code, 9, TODAY)
    planner = someone(database, client, Role.PLANNER)
    page = planner.get(PAGE).text
    assert escape(name).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
    (line,) = csv.DictReader(
        StringIO(planner.get(f"{PAGE}.csv").data.decode("utf-8-sig"), newline="")
    )
    assert line["名称"] in {name, f"'{name}"}
    assert not line["名称"].startswith(("=", "@"))


def test_a_page_lists_so_many_and_the_file_all(client: FlaskClient, database: Database) -> None:
    codes = save(database, [station(f"站{n}", 116.7 + n / 10_000) for n in range(203)])
    for code in codes:
        visited(database, code, 9, TODAY)
    planner = someone(database, client, Role.PLANNER)
    assert "还有 3 个驿站，在表格文件里" in planner.get(PAGE).text
    assert len(rows_of(planner.get(f"{PAGE}.csv").data)) == 203
