"""Pages of wishes: read within reach, decided by planners, text whatever is written."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from station_map.store.database import Database
from tests.store.merging import value
from tests.store.queue_help import wish
from tests.support import people
from tests.web.stations import HOSTILE_NAMES


@pytest.fixture
def told(database: Database) -> None:
    """One wish in 相山区 (1), one in 杜集区 (2)."""
    wish(database, note="路口没有歇脚的地方", amenities=("toilet", "phone_charging"))
    wish(database, 116.83, 34.0)


def send(client: FlaskClient, number: int, **fields: object):  # type: ignore[no-untyped-def]
    return people.send(client, f"/admin/wishes/{number}", form="/admin/account", **fields)


@pytest.mark.usefixtures("told")
def test_a_planner_reads_filters_and_decides(database: Database, planner: FlaskClient) -> None:
    page = planner.get("/admin/wishes").text
    assert "共 2 处" in page
    assert page.index("杜集区</h2>") < page.index("相山区</h2>")
    assert "路口没有歇脚的地方" in page
    assert "卫生间、手机充电" in page
    assert 'data-url="/admin/wishes.json"' in page
    refused = send(planner, 1, status="declined", version="0")
    assert refused.status_code == 400
    assert 'id="reason-wrong"' in refused.text
    done = send(planner, 1, status="declined", reason="两百米外已有", version="0")
    assert done.status_code == 303
    assert "两百米外已有" in planner.get(done.location).text
    late = send(planner, 1, status="accepted", version="0")
    assert late.status_code == 409
    assert "刚才有人答复过" in late.text
    assert "共 1 处" in planner.get("/admin/wishes?status=declined").text
    assert "共 1 处" in planner.get("/admin/wishes?area=340602&status=new").text
    assert planner.get("/admin/wishes?status=nonsense").status_code == 400
    assert value(database, "SELECT actor FROM wish_decision") == "planner-one"


@pytest.mark.usefixtures("told")
def test_an_editor_reads_those_of_its_area_and_decides_nothing(
    database: Database, editor: FlaskClient, keeper: FlaskClient
) -> None:
    assert "共 1 处" in editor.get("/admin/wishes").text
    assert len(editor.get("/admin/wishes.json").get_json()["features"]) == 1
    assert editor.get("/admin/wishes/1").status_code == 403
    assert "怎么定" not in editor.get("/admin/wishes/2").text
    assert send(editor, 2, status="accepted", version="0").status_code == 403
    assert keeper.get("/admin/wishes").status_code == 403
    assert value(database, "SELECT count(*) FROM wish_decision") == 0


@pytest.mark.parametrize("note", HOSTILE_NAMES)
def test_hostile_notes_are_text(database: Database, planner: FlaskClient, note: str) -> None:
    wish(database, note=note[:500])
    assert "<script>alert" not in planner.get("/admin/wishes").text
    assert "<script>alert" not in planner.get("/admin/wishes/1").text
    (spot,) = planner.get("/admin/wishes.json").get_json()["features"]
    assert spot["properties"]["name"] == f"新的：{note[:60]}"
    assert spot["properties"]["href"] == "/admin/wishes/1"


@pytest.mark.usefixtures("told")
def test_the_map_tells_in_its_own_datum(planner: FlaskClient) -> None:
    plain, shifted = (
        planner.get(f"/admin/wishes.json?crs={crs}").get_json()["features"][1]["geometry"]
        for crs in ("wgs84", "gcj02")
    )
    assert plain["coordinates"] == [116.8, 33.95]
    assert shifted["coordinates"] != plain["coordinates"]


@pytest.mark.parametrize("number", [0, 99, 2**63])
def test_an_unknown_wish_is_not_found(planner: FlaskClient, number: int) -> None:
    assert planner.get(f"/admin/wishes/{number}").status_code == 404
    assert send(planner, number, status="accepted", version="0").status_code == 404
