"""The shipped outlines are valid, right-handed and add up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import Point, shape

from station_map.resources import geodata_dir

FOLDER = geodata_dir() / "boundaries"
DISTRICTS = {"340602": "杜集区", "340603": "相山区", "340604": "烈山区", "340621": "濉溪县"}


@pytest.fixture(scope="module")
def areas() -> dict[str, Any]:
    text = (FOLDER / "huaibei_districts.geojson").read_text(encoding="utf-8")
    return {f["properties"]["adcode"]: f for f in json.loads(text)["features"]}


def test_the_city_and_its_four_districts_are_there(areas: dict[str, Any]) -> None:
    names = {adcode: f["properties"]["name"] for adcode, f in areas.items()}
    assert names == {"340600": "淮北市", **DISTRICTS}
    parents = {f["properties"]["parent_adcode"] for a, f in areas.items() if a != "340600"}
    assert parents == {"340600"}


def test_outlines_are_valid_multipolygons_with_the_right_hand_rule(areas: dict[str, Any]) -> None:
    for feature in areas.values():
        outline = shape(feature["geometry"])
        assert outline.geom_type == "MultiPolygon"
        assert outline.is_valid
        assert all(part.exterior.is_ccw for part in outline.geoms)


def test_districts_fill_the_city_and_do_not_overlap(areas: dict[str, Any]) -> None:
    city = shape(areas["340600"]["geometry"])
    parts = [shape(areas[adcode]["geometry"]) for adcode in DISTRICTS]
    assert sum(part.area for part in parts) == pytest.approx(city.area, rel=1e-4)
    assert shapely.union_all(parts).symmetric_difference(city).area < 1e-6
    assert all(len(part.interiors) == 0 for part in city.geoms)


@pytest.mark.parametrize(
    ("lon", "lat", "adcode"),
    [
        (116.80, 33.955, "340603"),
        (116.89, 33.90, "340604"),
        (116.90, 34.02, "340602"),
        (117.0, 34.2, "340602"),
        (116.55, 33.675, "340621"),
    ],
)
def test_known_towns_lie_in_their_district(
    areas: dict[str, Any], lon: float, lat: float, adcode: str
) -> None:
    found = [a for a in DISTRICTS if shape(areas[a]["geometry"]).contains(Point(lon, lat))]
    assert found == [adcode]


def test_the_file_is_what_the_script_makes(shared_data: Path, tmp_path: Path) -> None:
    origin = shared_data / "boundaries" / "huaibei_districts_wgs84.geojson"
    made = tmp_path / "made.geojson"
    command = [sys.executable, str(FOLDER / "make.py"), str(origin), str(made)]
    subprocess.run(command, check=True)
    assert made.read_bytes() == (FOLDER / "huaibei_districts.geojson").read_bytes()
