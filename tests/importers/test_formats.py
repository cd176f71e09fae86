"""The same three stations come out of every form of file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from station_map.domain.vocabulary import Datum
from station_map.errors import DatumUnknown, FileRefused
from station_map.geo.datum import gcj02_to_wgs84
from tests.importers import files
from tests.importers.reading_aloud import Reading, read

HOURS = {"甲驿站": "08:00-18:00", "乙驿站（东门）": "24/7", "丙驿站": None}
MICROWAVE = {"甲驿站": "yes", "乙驿站（东门）": "no", "丙驿站": None}

Writer = Callable[[Path], Path]
FORMS: dict[str, Writer] = {
    "a.xlsx": lambda p: files.write_xlsx(p, files.table()),
    "utf8.csv": lambda p: files.write_csv(p, files.table()),
    "bom.csv": lambda p: files.write_csv(p, files.table(), "utf-8-sig"),
    "gbk.csv": lambda p: files.write_csv(p, files.table(), "gbk"),
    "gb18030.csv": lambda p: files.write_csv(p, files.table(), "gb18030"),
    "utf16.txt": lambda p: files.write_csv(p, files.table(), "utf-16", "\t"),
    "semicolon.csv": lambda p: files.write_csv(p, files.table(), delimiter=";"),
    "tab.tsv": lambda p: files.write_csv(p, files.table(), "gbk", "\t"),
    "a.geojson": files.write_geojson,
    "a.gpkg": lambda p: files.write_layer(p, "GPKG"),
    "gbk.zip": files.write_shapefile_zip,
    "gbk_stated.zip": lambda p: files.write_shapefile_zip(p, cpg="936"),
    "gbk_called_utf8.zip": lambda p: files.write_shapefile_zip(p, cpg="UTF-8"),
    "utf8.zip": lambda p: files.write_shapefile_zip(p, encoding="UTF-8", cpg="UTF-8"),
    "utf8_unstated.zip": lambda p: files.write_shapefile_zip(p, encoding="UTF-8"),
    "a.kml": files.write_kml,
}


def check(reading: Reading) -> None:
    assert reading.stations.keys() == HOURS.keys()
    for expected in files.STATIONS:
        name = expected["名称"]
        station = reading.stations[name]
        assert (station.lon, station.lat) == (expected["lon"], expected["lat"])
        assert station.opening_hours == HOURS[name]
        assert station.hours_text == expected["开放时间"]
        fact = station.amenities.get("microwave")
        assert (fact and fact.state) == MICROWAVE[name]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_stations(form: str, tmp_path: Path) -> None:
    reading = read(FORMS[form](tmp_path / form))
    check(reading)
    assert reading.sheets[0].datum == "wgs84"


def test_rows_of_a_sheet_are_numbered_as_people_see_them(tmp_path: Path) -> None:
    rows = [["某市台账"], [], *files.table()[:2], [], ["无坐标的驿站"]]
    reading = read(files.write_xlsx(tmp_path / "a.xlsx", rows))
    assert [row.number for row in reading.rows] == [4, 6]
    reading = read(files.write_csv(tmp_path / "a.csv", rows))
    assert [row.number for row in reading.rows] == [4, 6]


def test_a_projected_layer_comes_back_to_degrees(tmp_path: Path) -> None:
    from pyproj import Transformer

    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:4527", always_xy=True)
    shapes = [shapely.Point(to_metres.transform(s["lon"], s["lat"])) for s in files.STATIONS]
    path = files.write_layer(tmp_path / "a.gpkg", "GPKG", crs="EPSG:4527", shapes=shapes)
    for expected, station in zip(files.STATIONS, read(path).stations.values(), strict=True):
        assert station.lon == pytest.approx(expected["lon"], abs=1e-7)
        assert station.lat == pytest.approx(expected["lat"], abs=1e-7)


def test_a_layer_without_crs_says_nothing_about_its_datum(tmp_path: Path) -> None:
    path = files.write_layer(tmp_path / "a.gpkg", "GPKG", crs=None)
    with pytest.raises(DatumUnknown, match="--datum gcj02"):
        read(path)
    check(read(path, Datum.WGS84))


def test_shapes_that_are_no_points_are_refused_row_by_row(tmp_path: Path) -> None:
    shapes = [
        shapely.Point(116.8, 33.95),
        shapely.LineString([(116.8, 33.9), (116.9, 33.9)]),
        None,
    ]
    reading = read(files.write_layer(tmp_path / "a.gpkg", "GPKG", shapes=shapes))
    assert reading.stations.keys() == {"甲驿站"}
    assert reading.refusals == {
        2: "geometry: geometry is LineString, not a point",
        3: "geometry: no point geometry",
    }
    geojson = tmp_path / "a.geojson"
    geojson.write_text(
        files.collection(
            files.feature({"名称": "线"}, {"type": "LineString", "coordinates": []}),
            files.feature({"名称": "无"}, None),
            files.feature({"名称": "空"}, {"type": "Point", "coordinates": []}),
        ),
        "utf-8",
    )
    assert read(geojson).refusals == {
        1: "geometry: geometry is LineString, not a point",
        2: "geometry: no point geometry",
        3: "geometry: geometry is empty Point, not a point",
    }
    kml = files.write_kml(
        tmp_path / "a.kml",
        extra="<Placemark><name>面</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        "116,33 117,33 117,34 116,33</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        "</Placemark>",
    )
    assert list(read(kml).refusals) == [4]


def test_a_label_of_wgs84_gives_way_to_the_option_and_to_a_note(tmp_path: Path) -> None:
    expected = gcj02_to_wgs84(116.80, 33.95)
    path = files.write_geojson(tmp_path / "a.geojson")
    assert position(read(path, Datum.GCJ02)) == pytest.approx(expected, abs=1e-7)
    noted = files.write_geojson(tmp_path / "b.geojson", note="坐标来源：高德地图")
    reading = read(noted)
    assert position(reading) == pytest.approx(expected, abs=1e-7)
    assert reading.sheets[0].datum == "gcj02"


def position(reading: Reading) -> tuple[float, float]:
    station = reading.stations["甲驿站"]
    return station.lon, station.lat


def test_our_own_geojson_comes_back_as_it_was(tmp_path: Path) -> None:
    properties = {
        "code": "340603-00007", "name": "淮海路驿站", "kind": "driver_home",
        "service_level": "smart", "status": "suspended", "district": "相山区",
        "adcode": "340603", "address": "淮海路 1 号", "opening_hours": "Mo-Fr 08:00-18:00",
        "hours_text": "工作日8:00-18:00",
        "amenities": {"microwave": "yes", "toilet": "no", "wifi": "broken", "locker": "partial"},
        "access_method": "qr_code", "registration_required": False, "seats": 12,
        "honours": ["national_most_beautiful", "AAAA"],
        "verified_at": "2026-11-19T08:30:00+08:00", "demo": False,
    }  # fmt: skip
    path = tmp_path / "own.geojson"
    document = {
        "type": "FeatureCollection",
        "numberMatched": 1,
        "features": [
            {**files.feature(properties, files.point(116.8, 33.95)), "id": "340603-00007"}
        ],
        "links": [{"rel": "self", "href": "/api/v1/stations"}],
    }
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    station = read(path).stations["淮海路驿站"]
    for field in (
        "code", "kind", "service_level", "status", "address", "opening_hours", "hours_text",
        "access_method", "registration_required", "seats", "demo",
    ):  # fmt: skip
        assert getattr(station, field) == properties[field], field
    assert station.verified_at
    assert station.verified_at.isoformat() == properties["verified_at"]
    assert list(station.honours) == properties["honours"]
    assert {code: fact.state for code, fact in station.amenities.items()} == (
        properties["amenities"]
    )


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    import openpyxl

    path = files.write_xlsx(tmp_path / "a.xlsx", files.table())
    book = openpyxl.load_workbook(path)
    hidden = book.create_sheet("旧表")
    for row in files.table():
        hidden.append(list(row))
    hidden.sheet_state = "hidden"
    book.save(path)
    reading = read(path)
    check(reading)
    assert [sheet.read for sheet in reading.sheets] == [True, False]


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.xls"])
def test_an_unknown_suffix_is_refused_with_what_is_known(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"hello")
    with pytest.raises(FileRefused, match=r"\.geojson"):
        read(tmp_path / name)
