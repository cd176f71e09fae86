from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from pathlib import Path

import folium
import pytest
from hypothesis import given
from hypothesis import strategies as st

import station_map
from station_map.maps.basemaps import basemap
from station_map.maps.frame import FrameAssets, FrameView, draw_frame

ASSETS = FrameAssets("/static/leaflet.1.js", "/static/leaflet.1.css", "/static/rider.1.js")
VIEW = FrameView(116.8, 33.9, 11, "/api/v1/stations/slim", "/api/v1/areas")
KEY = "0123456789abcdef"
CODES = ("none", "osm", "tianditu", "amap")


def options_of(script: str) -> dict[str, object]:
    found = re.search(r"stationMap\.mount\(map_stations, (\{.*?\})\);", script)
    assert found is not None
    options: dict[str, object] = json.loads(found[1])
    return options


def test_the_frame_is_foliums_with_our_own_files() -> None:
    parts = draw_frame(ASSETS, VIEW, basemap("none"))
    assert parts.scripts == (ASSETS.leaflet_js, ASSETS.module_js)
    assert parts.styles == (ASSETS.leaflet_css,)
    assert 'class="folium-map"' in parts.html
    assert 'id="map_stations"' in parts.html
    assert parts.script.count("L.map(") == 1
    assert "center: [33.9, 116.8]" in parts.script


@pytest.mark.parametrize("code", CODES)
def test_no_inline_style_viewport_or_foreign_file(code: str) -> None:
    base = basemap(code, key=KEY)
    parts = draw_frame(ASSETS, VIEW, base)
    assert "style" not in parts.html
    assert not re.search(r"<(style|meta|link|script)", parts.html + parts.script)
    hosts = set(re.findall(r"https://[^/\"\\]+", parts.script))
    linked = set(re.findall(r"https://[^/\"\\]+", base.attribution))
    tiles = {"https://" + one.address.split("/")[2] for one in base.tiles}
    assert hosts == linked | tiles


def test_whoever_drew_the_pictures_is_named_in_the_language_of_the_page() -> None:
    base = basemap("amap")
    chinese, english = (draw_frame(ASSETS, VIEW, base, english=one).script for one in (False, True))
    name = json.dumps("高德地图")[1:-1]
    assert (name in chinese, "Amap" in chinese) == (True, False)
    assert (name in english, "Amap" in english) == (False, True)


@pytest.mark.parametrize("code", CODES)
def test_equal_frames_are_equal_text(code: str) -> None:
    first = draw_frame.__wrapped__(ASSETS, VIEW, basemap(code, key=KEY))
    second = draw_frame.__wrapped__(ASSETS, VIEW, basemap(code, key=KEY))
    assert first == second


@pytest.mark.parametrize(
    ("code", "datum"), [("none", "wgs84"), ("osm", "wgs84"), ("amap", "gcj02")]
)
def test_the_layer_asks_for_stations_in_the_datum_of_the_basemap(code: str, datum: str) -> None:
    assert options_of(draw_frame(ASSETS, VIEW, basemap(code)).script) == {
        "stations": VIEW.stations_url,
        "areas": VIEW.areas_url,
        "datum": datum,
        "tiled": code != "none",
    }


def test_each_tile_layer_is_drawn_once_by_folium() -> None:
    script = draw_frame(ASSETS, VIEW, basemap("tianditu", key=KEY)).script
    assert script.count("L.tileLayer(") == 2
    assert script.count(f"tk={KEY}") == 2


@pytest.mark.parametrize(
    "url",
    ["/{{7*7}}", "{% raw", "https://elsewhere.example/", "//elsewhere.example", "/a?b=1", "/a'"],
)
def test_only_a_plain_path_of_ours_reaches_folium(url: str) -> None:
    for view in (replace(VIEW, stations_url=url), replace(VIEW, areas_url=url)):
        with pytest.raises(ValueError, match="plain path"):
            draw_frame(ASSETS, view, basemap("none"))


@given(st.floats(-180, 180), st.floats(-90, 90), st.integers(0, 18))
def test_any_start_gives_that_start(lon: float, lat: float, zoom: int) -> None:
    script = draw_frame.__wrapped__(
        ASSETS, replace(VIEW, lon=lon, lat=lat, zoom=zoom), basemap("none")
    ).script
    centre = re.search(r"center: (\[.*?\])", script)
    assert centre is not None
    assert json.loads(centre[1]) == [lat, lon]
    assert f'"zoom": {zoom},' in script


def test_foliums_own_lists_are_left_alone() -> None:
    before = (list(folium.Map.default_js), list(folium.Map.default_css))
    draw_frame.__wrapped__(ASSETS, VIEW, basemap("osm"))
    assert (list(folium.Map.default_js), list(folium.Map.default_css)) == before


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_no_other_room_imports_folium() -> None:
    package = Path(station_map.__file__).parent
    rooms = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        if {"folium", "branca"} & imported(path)
    }
    assert rooms == {"maps"}
