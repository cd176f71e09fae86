"""Outlines from outside: read as they are meant, or refused with the reason."""

from __future__ import annotations

import json

import pytest

from station_map.errors import InputError
from station_map.geo.polygon import MAX_CORNERS, as_geojson, read_polygon

RING = [[116.7, 33.9], [116.9, 33.9], [116.9, 34.0], [116.7, 33.9]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}


@pytest.mark.parametrize(
    "told",
    [
        POLYGON,
        {"type": "Feature", "properties": {}, "geometry": POLYGON},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": POLYGON}]},
        {"type": "Polygon", "coordinates": [RING[:-1]]},  # not closed
        {"type": "Polygon", "coordinates": [[[*corner, 30.0] for corner in RING]]},
    ],
)
def test_a_polygon_is_read(told: object) -> None:
    corners = read_polygon(json.dumps(told))
    assert corners == tuple((lon, lat) for lon, lat in RING)
    assert read_polygon(as_geojson(corners)) == corners


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "不是 GeoJSON"),
        ("{{7*7}}", "不是 GeoJSON"),
        ("[" * 5_000, "不是 GeoJSON"),
        ("[" * 30_000, "太长"),
        ("null", "要一个 Polygon"),
        ('{"type":"Point","coordinates":[116,33]}', "要一个 Polygon"),
        ('{"type":"FeatureCollection","features":[]}', "要一个 Polygon"),
        (json.dumps({"type": "Polygon", "coordinates": [RING, RING]}), "没有洞"),
        (json.dumps({"type": "Polygon", "coordinates": [RING[:2]]}), "至少要三个角"),
        (json.dumps({"type": "Polygon", "coordinates": [["a", 1]]}), "每个角是"),
        (json.dumps({"type": "Polygon", "coordinates": [[[True, 1]]]}), "每个角是"),
        ('{"type":"Polygon","coordinates":[[[NaN,1],[2,2],[3,1]]]}', "不在地图上"),
        (json.dumps({"type": "Polygon", "coordinates": [[[33.9, 116.7]] * 4]}), "不在地图上"),
        (
            json.dumps({"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2]]]}),
            "边线自己交叉",
        ),
        (
            json.dumps(
                {
                    "type": "Polygon",
                    "coordinates": [[[n / 100, (n % 2) / 9] for n in range(MAX_CORNERS + 2)]],
                }
            ),
            "角太多",
        ),
    ],
)
def test_what_is_no_outline_is_refused(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_polygon(text)
    assert caught.value.parameter == "polygon"
