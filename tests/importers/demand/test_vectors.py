"""GeoJSON and GeoPackage: points, polygons and H3 cells with weights."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely.geometry import mapping

from station_map.domain.vocabulary import Datum
from station_map.errors import DatumUnknown, FileRefused, LimitExceeded
from station_map.geo.datum import gcj02_to_wgs84
from station_map.importers.limits import ImportLimits
from station_map.store.database import Database
from tests.importers import files
from tests.importers.demand.demand_files import take, write_gpkg
from tests.store.demand_help import read
from tests.store.merging import value

BOX = shapely.box(116.80, 33.95, 116.81, 33.96)


def geojson(path: Path, *shapes: tuple[Any, Any], **members: Any) -> Path:
    features = [
        files.feature({"常住人口": weight}, mapping(shape) if shape is not None else None)
        for shape, weight in shapes
    ]
    path.write_text(files.collection(*features, **members), encoding="utf-8")
    return path


def test_polygons_are_spread_and_points_are_not(database: Database, tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "a.geojson", (BOX, 1000), (shapely.Point(116.9, 34.0), 7), (BOX, None), (BOX, 0)
    )
    report = take(database, path)
    found = read(database, "layer")
    inside = shapely.intersects_xy(BOX, found.lonlat[:, 0], found.lonlat[:, 1])
    assert inside.sum() > 100
    assert math.fsum(found.weight[inside]) == pytest.approx(1000, abs=1e-9)
    assert found.weight[~inside].tolist() == [7.0]
    assert report.counts() == {"taken": 2, "unknown": 1, "zero": 1}
    assert report.layer is not None
    assert (report.layer.kind, report.layer.unknown) == ("polygons", 1)
    assert report.layer.total == pytest.approx(1007, abs=1e-9)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 9), st.integers(1, 10**6)),
        min_size=1,
        max_size=8,
    )
)
def test_sums_of_polygons_are_kept(
    database: Database, tmp_path: Path, boxes: list[tuple[int, int, int, int]]
) -> None:
    shapes = [
        (shapely.box(116 + x / 50, 33 + y / 50, 116 + (x + side) / 50, 33 + (y + 1) / 50), weight)
        for x, y, side, weight in boxes
    ]
    path = geojson(tmp_path / "a.geojson", *shapes)
    report = take(database, path, replace=True, reading={"spacing_m": 500.0})
    assert report.layer is not None
    assert report.layer.total == pytest.approx(sum(weight for *_, weight in boxes), rel=1e-13)


def test_a_geopackage_in_metres(database: Database, tmp_path: Path) -> None:
    to = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    shapes = [
        shapely.transform(shape, to.transform, interleaved=False)
        for shape in (BOX, shapely.Point(116.9, 34.0))
    ]
    path = write_gpkg(tmp_path / "a.gpkg", shapes, crs="EPSG:3857", population=[500.0, np.nan])
    report = take(database, path)
    found = read(database, "layer")
    grown = BOX.buffer(1e-7)
    assert shapely.intersects_xy(grown, found.lonlat[:, 0], found.lonlat[:, 1]).all()
    assert report.layer is not None
    assert (report.layer.total, report.layer.unknown) == (pytest.approx(500), 1)


def test_kontur_is_read_by_its_cells_whatever_its_shapes(
    database: Database, tmp_path: Path
) -> None:
    cells = [h3.latlng_to_cell(33.95 + step / 100, 116.8, 8) for step in range(4)]
    shapes = [shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(c)]) for c in cells]
    path = write_gpkg(
        tmp_path / "kontur.gpkg", shapes, h3=np.array(cells, dtype=object),
        population=[10.0, 20.0, 30.0, 40.0],
    )  # fmt: skip
    report = take(database, path)
    assert report.layer is not None
    assert (report.layer.kind, report.layer.cells, report.layer.total) == ("h3", 4, 100.0)
    centres = sorted((round(lon, 7), round(lat, 7)) for lat, lon in map(h3.cell_to_latlng, cells))
    assert sorted(map(tuple, read(database, "layer").lonlat.tolist())) == centres


def test_every_layer_of_a_geopackage_counts(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    for name, weight in (("north", 1.0), ("south", 2.0)):
        write_gpkg(path, [shapely.Point(116.8, 33.95)], layer=name, population=[weight])
    report = take(database, path)
    assert [part.name for part in report.parts] == ["north", "south"]
    assert report.layer is not None
    assert report.layer.total == 3


def test_shapes_in_gcj02_are_put_right_when_it_is_said(database: Database, tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", (shapely.Point(116.8, 33.95), 1))
    take(database, path, datum=Datum.GCJ02)
    (place,) = read(database, "layer").lonlat.tolist()
    assert place == pytest.approx(list(gcj02_to_wgs84(116.8, 33.95)), abs=1e-7)
    noted = geojson(tmp_path / "b.geojson", (shapely.Point(116.8, 33.95), 1), datum="gcj02")
    take(database, noted, name="noted")
    assert read(database, "noted").lonlat.tolist() == [place]


def test_an_unknown_crs_is_no_datum(database: Database, tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2343"}}
    path = geojson(tmp_path / "a.geojson", (shapely.Point(116.8, 33.95), 1), crs=crs)
    with pytest.raises(DatumUnknown):
        take(database, path)


def test_broken_shapes_are_told_one_by_one(database: Database, tmp_path: Path) -> None:
    bow = shapely.Polygon([(116.8, 33.9), (116.9, 34.0), (116.9, 33.9), (116.8, 34.0)])
    line = shapely.LineString([(116.8, 33.9), (116.9, 34.0)])
    flat = shapely.Polygon([(116.8, 33.9), (116.9, 33.9), (116.8, 33.9)])
    path = geojson(
        tmp_path / "a.geojson", (bow, 60), (line, 5), (None, 5), (flat, 5),
        (shapely.Point(200, 33), 5),
    )  # fmt: skip
    report = take(database, path)
    told = {row: zh for row, _, zh, _ in report.parts[0].counted.told}
    assert told == {
        2: "LineString 不是点也不是面",
        3: "没有图形",
        4: "面没有面积",
        5: "坐标超出经纬度范围",
    }
    # A polygon that crosses itself is its two halves.
    found = read(database, "layer")
    assert math.fsum(found.weight) == pytest.approx(60)
    halves = shapely.make_valid(bow)
    assert shapely.intersects_xy(halves, found.lonlat[:, 0], found.lonlat[:, 1]).all()


def one_feature(geometry: str) -> str:
    feature = '{"type":"Feature","properties":{"人口":1},"geometry":' + geometry + "}"
    return '{"type":"FeatureCollection","features":[' + feature + "]}"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"type":"FeatureCollection"}',
        '{"type":"Feature"}',
        "[" * 100_000,
        '{"type":"FeatureCollection","features":[1,null,{"geometry":{"type":"Polygon"}}]}',
        one_feature('{"type":"Polygon","coordinates":[[["a",1],[2,null],[3,4],["a",1]]]}'),
        one_feature('{"type":"Point","coordinates":[1e999,NaN]}'),
        one_feature('{"type":"GeometryCollection","geometries":' + "[" * 500 + "]" * 500 + "}"),
        one_feature("[" * 100_000 + "]" * 100_000),
    ],
)
def test_hostile_geojson_is_refused_and_nothing_is_kept(
    database: Database, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileRefused):
        take(database, path)
    assert value(database, "SELECT count(*) FROM demand_layer") == 0


def test_a_false_or_torn_geopackage_is_refused(database: Database, tmp_path: Path) -> None:
    whole = write_gpkg(tmp_path / "a.gpkg", [BOX] * 500, population=np.arange(500.0)).read_bytes()
    for name, content in (
        ("false.gpkg", b"SQLite format 3\0" + b"\xff" * 5_000),
        ("torn.gpkg", whole[: len(whole) // 2]),
        ("text.gpkg", b"<VRT/>"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileRefused):
            take(database, tmp_path / name)


def test_a_polygon_too_large_for_its_spacing_is_refused(database: Database, tmp_path: Path) -> None:
    world = geojson(tmp_path / "a.geojson", (shapely.box(-180, -89, 180, 89), 8e9))
    with pytest.raises(LimitExceeded, match="--spacing"):
        take(database, world)
    many = geojson(tmp_path / "b.geojson", *[(BOX, 1)] * 5)
    with pytest.raises(LimitExceeded, match="--spacing"):
        take(database, many, limits=ImportLimits(max_cells=400))


def test_a_reader_out_of_time_is_ended(database: Database, tmp_path: Path) -> None:
    # Round and with many corners: every point of the grid is compared with all of them.
    hard = shapely.Point(116, 34).buffer(3, quad_segs=30_000)
    path = geojson(tmp_path / "a.geojson", (hard, 1))
    with pytest.raises(LimitExceeded, match="READER_SECONDS"):
        take(database, path, limits=ImportLimits(reader_seconds=2))


def test_the_report_is_whole(database: Database, tmp_path: Path) -> None:
    report = take(database, geojson(tmp_path / "a.geojson", (BOX, 1000), (None, 1)))
    told = json.loads(json.dumps(report.as_json()))
    assert told["counts"] == {"taken": 1, "refused": 1}
    assert told["rows"] == [
        {"layer": "a", "row": 2, "outcome": "refused", "reason": "没有图形 | it has no geometry"}
    ]
    assert told["layer"]["name"] == "layer"
    assert sum(one["total"] for one in told["districts"]) == pytest.approx(1000)
