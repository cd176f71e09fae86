"""The planning page: whole without a script; an answer to each move; cells kept by the browser."""

from __future__ import annotations

import json
import subprocess
import sys
from html import escape, unescape

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.store.database import Database
from tests.planning.live_help import LAT, LON, SIDE, town
from tests.support import people
from tests.web.stations import HOSTILE_NAMES

PAGE = "/admin/planning"


@pytest.fixture
def codes(database: Database) -> list[str]:
    return town(database)


def planner(database: Database, client: FlaskClient, role: Role = Role.PLANNER) -> FlaskClient:
    people.account(database, "wang", role)
    return people.signed_in(client, "wang")


def test_without_a_script_the_answer_is_in_the_page(
    client: FlaskClient, database: Database, codes: list[str]
) -> None:
    asking = planner(database, client)
    page = asking.get(f"{PAGE}?radius=500&when=night&need=microwave").text
    assert "500 米内、夜里开着、有" in unescape(page)
    for words in ("各区县", "最大的缺口", "一周里每个小时", "南黎路", "怎么算的", "9,610 人"):
        assert words in page
    assert '<option value="night" selected>' in page
    assert page.count('<tr><th scope="row">') >= 24
    everything = asking.get(f"{PAGE}?radius=3000").text
    assert "<strong>100.0%</strong>" in everything
    assert "没有缺口。" in everything
    narrow = asking.get(f"{PAGE}?radius=300&when=hour&hour=26").text
    assert "周二 2 时" in narrow


def test_a_station_more_and_one_less(
    client: FlaskClient, database: Database, codes: list[str]
) -> None:
    asking = planner(database, client)
    page = asking.get(f"{PAGE}?radius=400&add={LON + 0.012},{LAT + 0.012}&close={codes[1]}").text
    assert "个百分点" in page
    assert "× 关闭：<bdi>东站</bdi>" in page
    assert f'name="close" value="{codes[1]}" checked' in page
    assert f'name="add" value="{LON + 0.012:.2f},{LAT + 0.012:.3f}" checked' in page
    gone = asking.get(f"{PAGE}?close=340603-99999").text
    assert "方案里要关的驿站已经没有了：340603-99999" in gone


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("radius=99", "100 到 3000"),
        ("radius=wide", "请写数字"),
        ("radius=nan", "请写数字"),
        ("radius=1e999", "请写数字"),
        ("by=walk&minutes=99", "1 到 30"),
        ("by=ebike&minutes=20", "最远 3000 米"),
        ("by=car", "没有这个选项"),
        ("when=later", "没有这个选项"),
        ("when=hour&hour=168", "0 到 167"),
        ("need=sauna", "没有这种设施"),
        ("kind=palace", "没有这种驿站"),
        ("audience=nobody", "没有这类人"),
        ("area=12", "六位地区代码"),
        ("area=340621", "这里没有需求数据"),
        ("area=999999", "没有这个地区"),
        ("demand=nothing", "没有这个需求图层"),
        ("demand=%2B%2B", "需求的写法不对"),
        ("add=here", "经度,纬度"),
        ("add=0,0", "经度,纬度"),
        ("close=" + "x" * 65, "编号不超过 64"),
        ("vs=abc", "没有这个方案"),
        ("vs=99999", "可能已经删了"),
        ("scenario=0", "没有这个方案"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(
    client: FlaskClient, database: Database, codes: list[str], asked: str, words: str
) -> None:
    asking = planner(database, client)
    page = asking.get(f"{PAGE}?{asked}")
    assert page.status_code == 400
    assert words in unescape(page.text)
    assert "plan-figure" not in page.text
    move = asking.get(f"{PAGE}/answer?{asked}")
    assert move.status_code == 400
    assert words in " ".join(move.get_json()["trouble"].values())


def test_a_move_tells_what_the_page_tells(
    client: FlaskClient, database: Database, codes: list[str]
) -> None:
    asking = planner(database, client)
    told = asking.get(f"{PAGE}/answer?radius=300&when=hour&hour=2").get_json()
    assert "周一 2 时开着" in told["html"]
    assert told["query"] == "radius=300&when=hour&hour=2"
    assert told["html"].strip() in asking.get(f"{PAGE}?{told['query']}").text
    assert len(told["cells"]) == len(told["gap_of"]) == SIDE**2
    assert told["change"] is None
    assert told["stations"] == "0121"
    more = asking.get(f"{PAGE}/answer?radius=300&close={codes[1]}").get_json()
    assert set(more["change"]) == {"0", "2"}
    assert "失去" in more["effect"]


def test_cells_and_stations_are_kept_by_the_browser(
    client: FlaskClient, database: Database, codes: list[str]
) -> None:
    asking = planner(database, client)
    told = asking.get(f"{PAGE}/answer").get_json()
    for path, tag in (("cells", told["ground"]), ("stations", told["doors"])):
        found = asking.get(f"{PAGE}/{path}?v={tag}")
        assert found.headers["Cache-Control"] == "private, max-age=604800"
        same = asking.get(
            f"{PAGE}/{path}?v={tag}", headers={"If-None-Match": found.headers["ETag"]}
        )
        assert (same.status_code, same.data) == (304, b"")
        # Under another name it is not kept: it would be taken for what it is not.
        assert "max-age=0" in asking.get(f"{PAGE}/{path}?v=other").headers["Cache-Control"]
    rows = asking.get(f"{PAGE}/stations").get_json()["rows"]
    assert [row[0] for row in rows] == codes
    assert len(asking.get(f"{PAGE}/cells").get_json()["lon"]) == SIDE**2
    assert asking.get(PAGE).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("role", [Role.KEEPER, Role.EDITOR])
def test_only_planners_see_it(
    client: FlaskClient, database: Database, codes: list[str], role: Role
) -> None:
    more = {"stations": (codes[0],)} if role is Role.KEEPER else {"areas": ("340603",)}
    people.account(database, "li", role, **more)  # type: ignore[arg-type]
    asking = people.signed_in(client, "li")
    for path in ("", "/answer", "/cells", "/stations", "/method", "/scenarios", "/compare"):
        assert asking.get(PAGE + path).status_code == 403
    assert PAGE not in asking.get("/admin").text


def test_the_public_name_leads_there(client: FlaskClient, database: Database) -> None:
    found = client.get("/planning?radius=500&add=116.8,33.9")
    assert found.status_code == 303
    assert found.headers["Location"].endswith(f"{PAGE}?radius=500&add=116.8,33.9")
    assert client.get(PAGE).status_code == 303  # to the form for signing in


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_stay_text(client: FlaskClient, database: Database, name: str) -> None:
    codes = town(database, extra=name)
    asking = planner(database, client, Role.ADMIN)
    page = asking.get(f"{PAGE}?radius=300&close={codes[1]}").text
    spelled = escape(name).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    assert f"东站{spelled}" in page
    assert name not in page or name == spelled
    rows = json.loads(asking.get(f"{PAGE}/stations").text)["rows"]
    assert rows[1][1] == f"东站{name}"
    assert asking.get(f"{PAGE}/stations").mimetype == "application/json"


def test_the_server_starts_without_what_only_planning_needs() -> None:
    code = (
        "import sys, station_map.app;"
        "print([name for name in ('scipy', 'highspy', 'h3') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
