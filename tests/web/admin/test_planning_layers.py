"""Planners' files by page: every step through its form, and only what was shown is kept."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import h3
import numpy as np
import pytest
import rasterio
import shapely
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.domain.planning_runs import RunKind, RunState
from station_map.importers import job as job_process
from station_map.planning import runs
from station_map.planning.asked import CoverageAsked, SitingAsked
from station_map.store.database import Database
from station_map.store.demand_layers import find_layer
from station_map.store.planning_sets import PlanningSet, sets
from station_map.web.admin.importing import launch
from tests.importers import files
from tests.store.merging import rows, value
from tests.support import people
from tests.support.planning import LAT, LON, ask, read, repeat, town
from tests.web.stations import HOSTILE_NAMES

PAGE = "/admin/planning/layers"
POINTS = "经度,纬度,订单数\n116.80,33.95,30\n116.81,33.96,12.5\n"
FACTS = {
    "name": "orders",
    "title": "外卖订单",
    "unit": "单/日",
    "date": "2024-05",
    "datum": "wgs84",
}


@pytest.fixture
def planner(client: FlaskClient, database: Database) -> FlaskClient:
    people.account(database, "wang", Role.PLANNER)
    return people.signed_in(client, "wang")


@pytest.fixture(autouse=True)
def here_and_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps are done in this process, before the answer."""
    monkeypatch.setattr(launch, "_spawn", job_process.serve)


def sent(client: FlaskClient, what: str, content: bytes | str, name: str) -> Any:
    body = content.encode() if isinstance(content, str) else content
    token = people.form_token(client.get(PAGE).text)
    return client.post(
        f"{PAGE}/files",
        data={"csrf_token": token, "what": what, "file": (io.BytesIO(body), name)},
        content_type="multipart/form-data",
    )


def upload(client: FlaskClient, what: str, content: bytes | str, name: str) -> str:
    """The address of the upload."""
    answer = sent(client, what, content, name)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def facts(client: FlaskClient, job: str, **told: str) -> Any:
    return people.send(client, f"{job}/facts", form=f"{job}/facts", **told)


def preview(client: FlaskClient, job: str, **told: str) -> str:
    """The page of what would be kept."""
    answer = facts(client, job, **told)
    assert answer.status_code == 303, answer.text
    assert client.get(job).location.endswith("/preview"), client.get(job).text
    return client.get(f"{job}/preview").text


def keep(client: FlaskClient, job: str) -> str:
    answer = people.send(client, f"{job}/keep", form=f"{job}/preview")
    assert answer.status_code == 303, answer.text
    assert client.get(job).location == f"{PAGE}?done=kept", client.get(job).text
    return client.get(PAGE).text


def kept_layer(database: Database, name: str = "orders") -> Any:
    with database.reading() as connection:
        return find_layer(connection, name)


def kept_sets(database: Database) -> list[PlanningSet]:
    with database.reading() as connection:
        return sets(connection)


def geojson(*shapes: tuple[Any, dict[str, Any]]) -> str:
    told = [files.feature(values, shapely.geometry.mapping(shape)) for shape, values in shapes]
    return files.collection(*told)


def test_a_layer_is_looked_at_and_then_kept(planner: FlaskClient, database: Database) -> None:
    job = upload(planner, "demand", POINTS, "订单 2024.csv")
    form = planner.get(f"{job}/facts").text
    assert '<option value="订单数" selected>' in form  # found among the columns
    assert 'name="name" type="text" value="订单-2024"' in form
    shown = preview(planner, job, weight="订单数", **FACTS)
    assert "42.50 单/日" in shown
    assert "东经 116.800 到 116.810" in shown
    assert "坐标系 WGS-84（你选的）" in shown
    assert kept_layer(database) is None

    page = keep(planner, job)
    layer = kept_layer(database)
    assert (layer.title, layer.unit, layer.as_of, layer.total) == (
        "外卖订单",
        "单/日",
        "2024-05",
        42.5,
    )
    assert (layer.actor, layer.source) == ("wang", None)
    assert "外卖订单" in page
    assert "来源 <bdi>不清楚</bdi>" in page
    assert "还没存的文件" not in page
    assert value(database, "SELECT count(*) FROM import_job WHERE state <> 'done'") == 0


def test_places_for_the_map_are_numbers_heaviest_first(planner: FlaskClient) -> None:
    job = upload(planner, "demand", POINTS, "a.csv")
    preview(planner, job, weight="订单数", **FACTS)
    told = planner.get(f"{job}/places").get_json()["features"]
    assert [one["properties"] for one in told] == [{"rank": 0}, {"rank": 2}]
    assert told[0]["geometry"]["coordinates"] == [116.8, 33.95]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": ""}, "unit"),
        ({"name": "1 + 1"}, "name"),
        ({"name": "synthetic"}, "name"),
        ({"date": "去年"}, "date"),
        ({"weight": "没有这列"}, "weight"),
        ({"weight": ""}, "weight"),
        ({"datum": ""}, "datum"),
        ({"datum": "sheet"}, "datum"),  # nothing in the file says it
        ({"source": "长" * 201}, "source"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    planner: FlaskClient, change: dict[str, str], field: str
) -> None:
    job = upload(planner, "demand", POINTS, "a.csv")
    answer = facts(planner, job, **{**FACTS, "weight": "订单数", **change})
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert "--" not in re.sub(r"<[^>]+>|<!--.*?-->", "", answer.text)  # options of a terminal


def test_rows_that_are_not_taken_say_why(planner: FlaskClient, database: Database) -> None:
    content = POINTS + "116.8,33.9,-4\n2.35,48.85,9\n116.8,33.9,nan\n116.8,33.9,很多\n,,7\n"
    job = upload(planner, "demand", content, "a.csv")
    shown = preview(planner, job, weight="订单数", **FACTS)
    assert "数量 -4 是负数" in shown
    assert "不在中国及周边范围内" in shown
    assert "“很多”不是数字，按未知处理" in shown
    keep(planner, job)
    layer = kept_layer(database)
    assert (layer.total, layer.cells, layer.unknown) == (42.5, 2, 2)


def test_the_datum_moves_the_places(planner: FlaskClient, database: Database) -> None:
    """A wrong one is off by hundreds of metres, and the map shows it."""
    told = {}
    for datum in ("wgs84", "gcj02", "bd09"):
        job = upload(planner, "demand", POINTS, "a.csv")
        preview(planner, job, weight="订单数", **{**FACTS, "datum": datum})
        features = planner.get(f"{job}/places").get_json()["features"]
        told[datum] = features[0]["geometry"]["coordinates"]
    assert len({tuple(one) for one in told.values()}) == 3
    assert all(0.001 < abs(told["wgs84"][0] - told[one][0]) < 0.02 for one in ("gcj02", "bd09"))


@pytest.mark.parametrize(
    ("what", "name", "content", "words"),
    [
        ("demand", "a.csv", b"", "文件是空的"),
        ("demand", "a.exe", b"MZ\x00", ""),
        ("demand", "a.tif", b"not a tiff", "不是 GeoTIFF"),
        ("demand", "a.xlsx", b"PK\x03\x04rubbish", ""),
        ("areas", "a.csv", b"name\n1\n", "片区用 GeoJSON"),
        ("sites", "a.tif", b"II*\x00", ""),
        ("people", "a.csv", b"name\n1\n", "请从列出来的里面选"),
    ],
)
def test_files_that_cannot_be_it_are_refused(
    planner: FlaskClient, database: Database, what: str, name: str, content: bytes, words: str
) -> None:
    answer = sent(planner, what, content, name)
    if answer.status_code == 303:  # only its own process sees it
        page = planner.get(answer.location).text
        assert 'role="alert"' in page
    else:
        assert answer.status_code == 400
        page = answer.text
        assert value(database, "SELECT count(*) FROM import_job") == 0
    assert words in page


@pytest.mark.parametrize(
    "content", ["名称,备注\n甲,乙\n", "经度,纬度,订单数\n", "经度,纬度,订单数\n116.8,33.9,-1\n"]
)
def test_a_table_without_demand_is_told_of(
    planner: FlaskClient, database: Database, content: str
) -> None:
    job = upload(planner, "demand", content, "a.csv")
    if planner.get(job).status_code == 303:
        facts(planner, job, weight="订单数", **FACTS)
    page = planner.get(job)
    assert page.status_code == 200, page.location
    assert 'role="alert"' in page.text
    assert "--" not in re.sub(r"<[^>]+>", "", page.text)
    assert kept_layer(database) is None


def test_a_raster_and_an_h3_table(planner: FlaskClient, database: Database, tmp_path: Path) -> None:
    path = tmp_path / "pop.tif"
    grid = np.arange(12, dtype=np.float32).reshape(3, 4)
    place = rasterio.transform.from_origin(116.8, 33.96, 0.001, 0.001)
    with rasterio.open(
        path, "w", driver="GTiff", width=4, height=3, count=1, dtype="float32", crs="EPSG:4326",
        transform=place,
    ) as raster:  # fmt: skip
        raster.write(grid, 1)
    job = upload(planner, "demand", path.read_bytes(), "pop.tif")
    assert "第几个波段" in planner.get(f"{job}/facts").text
    preview(planner, job, band="1", **{**FACTS, "datum": "sheet"})
    keep(planner, job)
    assert (kept_layer(database).total, kept_layer(database).kind) == (66.0, "raster")

    cell = h3.latlng_to_cell(33.95, 116.8, 8)
    job = upload(planner, "demand", f"h3,population\n{cell},400\n", "kontur.csv")
    preview(planner, job, weight="population", **{**FACTS, "name": "kontur", "datum": "sheet"})
    keep(planner, job)
    assert (kept_layer(database, "kontur").total, kept_layer(database, "kontur").kind) == (
        400.0,
        "h3",
    )


def test_polygons_of_a_geopackage(planner: FlaskClient, database: Database, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    box = shapely.box(116.80, 33.95, 116.81, 33.96)
    geopandas.GeoDataFrame({"人数": [900.0]}, geometry=[box], crs=4326).to_file(path)
    job = upload(planner, "demand", path.read_bytes(), "a.gpkg")
    preview(planner, job, weight="人数", spacing="200", **{**FACTS, "datum": "sheet"})
    keep(planner, job)
    assert kept_layer(database).total == pytest.approx(900)
    assert kept_layer(database).kind == "polygons"


def test_a_layer_is_replaced_only_when_that_is_said(
    planner: FlaskClient, database: Database
) -> None:
    for _ in range(2):
        job = upload(planner, "demand", POINTS, "a.csv")
        answer = facts(planner, job, weight="订单数", **FACTS)
        if answer.status_code == 303:
            keep(planner, job)
    assert answer.status_code == 400
    assert "已经有图层 orders" in answer.text
    job = upload(planner, "demand", POINTS + "116.82,33.95,1\n", "a.csv")
    preview(planner, job, weight="订单数", replace="1", **FACTS)
    page = keep(planner, job)
    assert (kept_layer(database).version, kept_layer(database).total) == (2, 43.5)
    assert "换下的 1 版还留着" in page


def test_a_removed_layer_leaves_its_runs_repeatable(
    planner: FlaskClient, database: Database
) -> None:
    town(database)
    asked = CoverageAsked(radii=(500.0,), demand="riders").model_dump(mode="json")
    first = ask(database, RunKind.COVERAGE, asked)
    runs.execute(database, first)
    assert "确定删除" in planner.get(PAGE).text
    people.send(planner, f"{PAGE}/riders/remove", form=PAGE)
    assert kept_layer(database, "riders") is None
    again = repeat(database, first)
    runs.execute(database, again)
    assert read(database, again).state is RunState.DONE
    assert read(database, again).same is True


def test_the_synthetic_layer_stays(planner: FlaskClient) -> None:
    assert people.send(planner, f"{PAGE}/synthetic/remove", form=PAGE).status_code == 409


STREETS = geojson(
    (shapely.box(LON - 0.01, LAT - 0.01, LON + 0.022, LAT + 0.06), {"街道": "西街", "x": 1}),
    (shapely.box(LON + 0.022, LAT - 0.01, LON + 0.06, LAT + 0.06), {"街道": HOSTILE_NAMES[0], "x": 2}),
    (shapely.box(LON + 0.06, LAT, LON + 0.07, LAT + 0.01), {"街道": "西街", "x": 3}),
)  # fmt: skip


def areas(client: FlaskClient, database: Database, content: str | bytes = STREETS,
          name: str = "街道.geojson") -> PlanningSet:  # fmt: skip
    job = upload(client, "areas", content, name)
    shown = preview(client, job, name="街道", names="街道", datum="sheet")
    assert "西街" in shown
    keep(client, job)
    [one] = kept_sets(database)
    return one


def test_own_areas_group_a_run_and_its_table_names_them(
    planner: FlaskClient, database: Database
) -> None:
    town(database)
    one = areas(planner, database)
    assert (one.name, one.members, one.by) == ("街道", 2, "wang")  # two parts of one name are one
    assert (
        f'<option value="{one.reference}">' in planner.get("/admin/planning/runs/new/coverage").text
    )
    answer = people.send(
        planner, "/admin/planning/runs/new/coverage", form="/admin/planning/runs/new/coverage",
        radii="500", minutes="", mode="walk", by=one.reference, workers_per_seat="20",
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    number = int(answer.location.rpartition("/")[2])
    runs.execute(database, number)
    told = read(database, number).answer
    assert told is not None
    assert told["groups"] == ["西街", HOSTILE_NAMES[0], "outside"]
    assert sum(told["demand"]) == pytest.approx(value(database, "SELECT total FROM demand_layer"))
    page = planner.get(answer.location).text
    assert "按“街道”分" in page
    assert HOSTILE_NAMES[0] not in page or "<" not in HOSTILE_NAMES[0]

    people.send(planner, f"{PAGE[:-7]}/sets/areas/{one.digest[:16]}/remove", form=PAGE)
    assert kept_sets(database) == []
    again = repeat(database, number)
    runs.execute(database, again)
    assert read(database, again).same is True
    assert planner.get(f"/admin/planning/runs/{again}").status_code == 200
    # Asked anew, what is gone is said to be gone.
    new = ask(database, RunKind.COVERAGE, read(database, number).asked)
    runs.execute(database, new)
    assert read(database, new).state is RunState.FAILED


def shapefile(folder: Path, encoding: str) -> bytes:
    box = shapely.box(LON, LAT, LON + 0.02, LAT + 0.02)
    frame = geopandas.GeoDataFrame({"街道": ["西街"]}, geometry=[box], crs=4326)
    frame.to_file(folder / "a.shp", encoding=encoding)
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for part in folder.glob("a.*"):
            archive.write(part, f"街道/{part.name}")
    return into.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_areas_of_a_zipped_shapefile(
    planner: FlaskClient, database: Database, tmp_path: Path, encoding: str
) -> None:
    one = areas(planner, database, shapefile(tmp_path, encoding), "a.zip")
    assert one.members == 1


def test_what_is_no_area_is_refused_and_said(planner: FlaskClient) -> None:
    paris = shapely.box(2, 48, 3, 49)
    bow = shapely.Polygon(
        [(LON, LAT), (LON + 0.01, LAT + 0.01), (LON + 0.01, LAT), (LON, LAT + 0.01)]
    )
    content = geojson(
        (paris, {"n": "巴黎"}), (shapely.Point(LON, LAT), {"n": "点"}), (bow, {"n": "结"})
    )
    job = upload(planner, "areas", content, "a.geojson")
    shown = preview(planner, job, name="x", names="n", datum="sheet")
    assert "不在中国及周边范围内" in shown
    assert "Point 不是面" in shown
    assert "<dt>片区</dt><dd>1</dd>" in shown  # the bow is mended
    only = upload(planner, "areas", geojson((paris, {"n": "巴黎"})), "a.geojson")
    facts(planner, only, name="x", names="n", datum="sheet")
    assert "没有能用的面" in planner.get(only).text


SITES = (
    "名称,经度,纬度,状态,费用,容量\n"
    f"甲行,{LON + 0.01},{LAT + 0.01},备选,2,100\n"
    f"乙行,{LON + 0.03},{LAT + 0.03},必建,5,\n"
    f"丙行,{LON + 0.02},{LAT + 0.03},排除,,\n"
    f"丁行,{LON},{LAT},现有,1,\n"
    f"戊行,{LON},{LAT},备选,-1,\n"
    f"己行,{LON},{LAT},随便,1,\n"
    "庚行,2.3,48.8,备选,1,\n"
)


def sites(client: FlaskClient, database: Database) -> PlanningSet:
    job = upload(client, "sites", SITES, "银行.csv")
    shown = preview(client, job, name="银行网点", datum="wgs84")
    for words in ("现有的站从驿站台账来", "费用要是不小于 0 的数", "“随便”看不懂", "不在中国"):
        assert words in shown
    keep(client, job)
    [one] = kept_sets(database)
    return one


def test_own_sites_are_the_candidates_of_a_run(planner: FlaskClient, database: Database) -> None:
    town(database)
    one = sites(planner, database)
    assert (one.name, one.members) == ("银行网点", 3)
    assert "自己的地点“银行网点”（3 个）" in planner.get("/admin/planning/runs/new/siting").text
    asked = SitingAsked(count=2, radius=700, candidates=one.reference).model_dump(mode="json")
    number = ask(database, RunKind.SITING, asked)
    runs.execute(database, number)
    answer = read(database, number).answer
    assert answer is not None, read(database, number).error
    assert {site["name"] for site in answer["sites"]} == {"甲行", "乙行"}
    assert "备选地点 “银行网点”" in planner.get(f"/admin/planning/runs/{number}").text
    people.send(planner, f"{PAGE[:-7]}/sets/sites/{one.digest[:16]}/remove", form=PAGE)
    again = repeat(database, number)
    runs.execute(database, again)
    assert read(database, again).same is True


def test_sites_of_a_geojson(planner: FlaskClient, database: Database) -> None:
    content = geojson((shapely.Point(LON, LAT), {"name": "甲", "capacity": 30, "cost": 1.5}))
    job = upload(planner, "sites", content, "a.geojson")
    preview(planner, job, name="点", datum="sheet")
    keep(planner, job)
    held = json.loads(value(database, "SELECT convert_from(content, 'UTF8') FROM planning_set"))
    assert held == {"sites": [[LON, LAT, "甲", "candidate", 1.5, 30.0]]}


def test_the_same_set_under_another_name_is_refused(
    planner: FlaskClient, database: Database
) -> None:
    sites(planner, database)
    job = upload(planner, "sites", SITES, "银行.csv")
    assert facts(planner, job, name="银行网点", datum="wgs84").status_code == 400
    facts(planner, job, name="又一份", datum="wgs84")
    people.send(planner, f"{job}/keep", form=f"{job}/preview")
    assert "里就是这些" in planner.get(job).text
    assert [one.name for one in kept_sets(database)] == ["银行网点"]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_are_text(planner: FlaskClient, name: str) -> None:
    """In cells and headers; those that are one line that can be printed, as names, too."""
    told = name.replace('"', '""')
    content = f'名称,经度,纬度,"{told}"\n"{told}",{LON},{LAT},5\n'
    called = name if name.isprintable() and len(name) <= 80 else "名"
    job = upload(planner, "sites", content, "台账.csv")
    pages = [planner.get(f"{job}/facts").text]
    pages.append(preview(planner, job, name=called, datum="wgs84"))
    pages.append(keep(planner, job))
    pages.append(planner.get("/admin/planning/runs/new/siting").text)
    job = upload(planner, "demand", content, "台账.csv")
    wanted = {**FACTS, "title": called, "source": called, "weight": "count-rows"}
    pages.append(preview(planner, job, **wanted))
    pages.append(keep(planner, job))
    for page in pages:
        assert ">49<" not in page
        assert "<" not in name or name not in page


def test_nobody_elses_files(planner: FlaskClient, database: Database, app: Any) -> None:
    job = upload(planner, "demand", POINTS, "a.csv")
    other = app.test_client()
    people.account(database, "li", Role.PLANNER)
    people.signed_in(other, "li")
    for page in ("", "/facts", "/preview", "/progress", "/places"):
        assert other.get(f"{job}{page}").status_code == 404
    for action in ("cancel", "delete", "keep", "facts", "look"):
        assert people.send(other, f"{job}/{action}", form=PAGE).status_code == 404
    # Nor by the pages for stations' files.
    people.account(database, "boss")
    boss = people.signed_in(app.test_client(), "boss")
    assert boss.get(job.replace("planning/layers/files", "import")).status_code == 404
    assert planner.get(f"{job}/facts").status_code == 200


def test_an_upload_can_be_given_up(planner: FlaskClient, database: Database) -> None:
    job = upload(planner, "demand", POINTS, "a.csv")
    assert "a.csv" in planner.get(PAGE).text
    people.send(planner, f"{job}/delete", form=PAGE)
    assert rows(database, "SELECT id FROM import_job") == []
    assert planner.get(job).status_code == 404


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    begun: list[Any] = []
    monkeypatch.setattr(launch, "_spawn", begun.append)
    return begun


def test_a_step_at_work_can_be_stopped(
    planner: FlaskClient, database: Database, waiting: list[Any]
) -> None:
    job = upload(planner, "demand", POINTS, "a.csv")
    page = planner.get(job).text
    assert "停下来" in page
    assert planner.get(f"{job}/progress").get_json()["state"] == "working"
    people.send(planner, f"{job}/cancel", form=job)
    assert "停下来了，什么也没有存" in planner.get(job).text
    job_process.serve(waiting[0])  # comes too late
    assert planner.get(f"{job}/progress").get_json()["state"] == "cancelled"
