"""Moving a station: any datum but a guessed one, and why, when it goes far."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station_map.domain.accounts import Role
from station_map.geo.datum import from_wgs84
from station_map.store.database import Database
from station_map.store.edits import snapshot
from tests.store.merging import value
from tests.web.admin.stations.conftest import Keeper, wrong
from tests.web.stations import save, station

HERE = (116.798, 33.956)
NEAR = "116.7985, 33.9563"  # some 60 m
FAR = "116.803, 33.956"  # some 460 m, the same district
LIESHAN = "116.9, 33.75"


@pytest.fixture
def code(database: Database) -> str:
    return save(database, [station("甲", *HERE, position_precision_m=5.0, position_source="台账")])[
        0
    ]


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_each_datum_leads_to_the_same_place(
    keeper: Keeper, database: Database, code: str, datum: str
) -> None:
    lon, lat = from_wgs84(116.7985, 33.9563, datum)
    answer = keeper.save(code, "place", position=f"{lon:.7f}, {lat:.7f}", datum=datum)
    assert answer.status_code == 303, wrong(answer.text)
    told = snapshot(database, code).document
    assert told["lon"] == pytest.approx(116.7985, abs=2e-7)
    assert told["lat"] == pytest.approx(33.9563, abs=2e-7)
    assert told["source_datum"] == datum
    assert told["source_lon"] == pytest.approx(lon, abs=1e-6)
    # What was said of the position before is not said of the new one.
    assert (told["position_precision_m"], told["position_source"]) == (None, "手工填写")
    assert value(database, "SELECT lon FROM station_card") == pytest.approx(116.7985, abs=2e-7)


@pytest.mark.parametrize(
    "typed", ["33°57′22.7″N, 116°47′54.6″E", "116.7985 33.9563", "33.9563，116.7985"]
)
def test_figures_are_read_as_people_write_them(
    keeper: Keeper, database: Database, code: str, typed: str
) -> None:
    answer = keeper.save(code, "place", position=typed, datum="wgs84", position_precision_m="8")
    assert answer.status_code == 303, wrong(answer.text)
    told = snapshot(database, code).document
    assert told["lon"] == pytest.approx(116.7985, abs=2e-6)
    assert told["position_precision_m"] == 8


def test_the_datum_is_asked_for_with_every_reading(
    keeper: Keeper, database: Database, code: str
) -> None:
    answer = keeper.save(code, "place", position=NEAR)
    assert answer.status_code == 400
    assert "请选这组坐标是哪一种" in wrong(answer.text)["datum"]
    assert answer.text.count("离现在") == 3
    assert "离现在 57 米，" in answer.text
    assert snapshot(database, code).version == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "坐标"),
        ("这里", "看不懂"),
        ("116.8", "缺一个"),
        ("2.35, 48.85", "不在中国"),
        ("0, 0", "坐标"),
        ("9" * 400, "经度和纬度缺一个"),
    ],
)
def test_what_is_no_position_here_is_told(
    keeper: Keeper, database: Database, code: str, typed: str, words: str
) -> None:
    answer = keeper.save(code, "place", position=typed, datum="wgs84")
    assert answer.status_code == 400
    assert words in wrong(answer.text)["position"]
    assert "比如 116.798, 33.956" in wrong(answer.text)["position"]
    assert snapshot(database, code).version == 1


def test_a_move_of_more_than_200_m_asks_why(keeper: Keeper, database: Database, code: str) -> None:
    answer = keeper.save(code, "place", position=FAR, datum="wgs84")
    assert answer.status_code == 400
    assert "超过 200 米" in wrong(answer.text)["reason"]
    assert snapshot(database, code).version == 1
    answer = keeper.save(code, "place", position=FAR, datum="wgs84", reason=" 搬到路对面了 ")
    assert answer.status_code == 303
    assert value(database, "SELECT reason FROM revision WHERE action = 'updated'") == "搬到路对面了"


def test_into_another_district_asks_why_and_the_district_follows(
    keeper: Keeper, database: Database, code: str
) -> None:
    border = value(
        database,
        "SELECT ST_X(p) || ' ' || ST_Y(p) FROM (SELECT ST_ClosestPoint(ST_Boundary(geom),"
        " ST_Point(116.9, 33.95, 4326)) AS p FROM area WHERE name = '烈山区') b",
    )
    lon, lat = map(float, border.split())
    spots = [(lon + dx, lat + dy) for dx in (-4e-4, 4e-4) for dy in (-4e-4, 4e-4)]
    found = {
        value(
            database,
            "SELECT adcode FROM area WHERE level = 'district'"
            f" AND ST_Covers(geom, ST_Point({x}, {y}, 4326)) LIMIT 1",
        ): (x, y)
        for x, y in spots
    }
    assert len(found) > 1, found
    (_, start), (there, end) = list(found.items())[:2]
    [other] = save(database, [station("乙", *start)])
    typed = f"{end[0]:.7f}, {end[1]:.7f}"
    answer = keeper.save(other, "place", position=typed, datum="wgs84")
    assert "另一个区县" in wrong(answer.text)["reason"]
    assert (
        keeper.save(other, "place", position=typed, datum="wgs84", reason="界线").status_code == 303
    )
    assert snapshot(database, other).adcode == there


def test_nobody_moves_a_station_out_of_reach(
    keeper_of: Callable[..., Keeper], database: Database, code: str
) -> None:
    editor = keeper_of("editor", Role.EDITOR, areas=("340603",))
    answer = editor.save(code, "place", position=LIESHAN, datum="wgs84", reason="搬了")
    assert answer.status_code == 400
    assert "不是你管的地区" in wrong(answer.text)["position"]
    keeper = keeper_of("keeper", Role.KEEPER, stations=(code,))
    answer = keeper.save(code, "place", position=LIESHAN, datum="wgs84", reason="搬了")
    assert answer.status_code == 303
    assert snapshot(database, code).district == "烈山区"


def test_readings_for_a_script(keeper: Keeper, code: str) -> None:
    told = keeper.client.get(
        "/admin/position-readings", query_string={"code": code, "text": NEAR}
    ).json
    assert [one["datum"] for one in told["readings"]] == ["wgs84", "gcj02", "bd09"]
    assert told["readings"][0]["distance"] == "57 米"
    assert told["readings"][0]["district"] == "相山区"
    told = keeper.client.get("/admin/position-readings", query_string={"text": "<b>"}).json
    assert told["readings"] == []
    assert "看不懂" in told["error"]
    assert keeper.client.get("/admin/position-readings?code=none&text=1").status_code == 404


def test_only_the_page_with_a_map_names_the_hosts_of_its_tiles(
    keeper: Keeper, code: str, app: object
) -> None:
    runtime = app.extensions["station_map"]  # type: ignore[attr-defined]
    object.__setattr__(runtime, "settings", runtime.settings.model_copy(update={"basemap": "osm"}))
    place = keeper.client.get(f"/admin/stations/{code}/edit/place")
    assert "openstreetmap" in place.headers["Content-Security-Policy"]
    door = keeper.client.get(f"/admin/stations/{code}/edit/door")
    assert "openstreetmap" not in door.headers["Content-Security-Policy"]
