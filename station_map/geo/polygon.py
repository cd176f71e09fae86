"""An outline that somebody drew: read, bounded and checked before anything is searched in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from shapely import Polygon, is_valid_reason

from station_map.errors import InputError

MAX_CORNERS: Final = 200
MAX_TEXT: Final = 9_000
_EXAMPLE: Final = (
    '{"type":"Polygon","coordinates":[[[116.7,33.9],[116.9,33.9],[116.9,34.0],[116.7,33.9]]]}'
)

type Corners = tuple[tuple[float, float], ...]


def read_polygon(text: str) -> Corners:
    """The corners (longitude, latitude, WGS-84; the last is the first) of a GeoJSON polygon.

    A Polygon without holes, or a Feature or FeatureCollection with just one. Raises InputError
    (parameter `polygon`) that says what is wrong.
    """
    if len(text) > MAX_TEXT:
        raise _refused(f"太长：最多 {MAX_TEXT} 个字符。 It is too long.")
    try:
        ring = _ring(json.loads(text))
    except (ValueError, RecursionError):
        raise _refused("不是 GeoJSON。 It is no GeoJSON.") from None
    corners = tuple(_corner(one) for one in ring)
    if corners and corners[0] != corners[-1]:
        corners = (*corners, corners[0])
    if len(corners) < 4 or len(set(corners)) < 3:
        raise _refused("至少要三个角。 It needs three corners.")
    if len(corners) > MAX_CORNERS + 1:
        raise _refused(f"角太多：最多 {MAX_CORNERS} 个。 It has more than {MAX_CORNERS} corners.")
    shape = Polygon(corners)
    if not shape.is_valid:
        why = is_valid_reason(shape)
        raise _refused(f"边线自己交叉了，请重画。 The outline crosses itself: {why}.")
    return corners


def as_geojson(corners: Corners) -> str:
    """The polygon as one line of GeoJSON."""
    ring = [list(corner) for corner in corners]
    return json.dumps({"type": "Polygon", "coordinates": [ring]}, separators=(",", ":"))


def _ring(told: Any) -> Sequence[Any]:
    for _ in range(3):
        if isinstance(told, dict) and told.get("type") == "FeatureCollection":
            features = told.get("features")
            told = features[0] if isinstance(features, list) and len(features) == 1 else None
        elif isinstance(told, dict) and told.get("type") == "Feature":
            told = told.get("geometry")
    rings = told.get("coordinates") if isinstance(told, dict) else None
    if not isinstance(told, dict) or told.get("type") != "Polygon" or not isinstance(rings, list):
        raise _refused("要一个 Polygon。 One Polygon is wanted.")
    if len(rings) != 1 or not isinstance(rings[0], list):
        raise _refused("要一个没有洞的 Polygon。 A Polygon without holes is wanted.")
    return rings[0]


def _corner(told: Any) -> tuple[float, float]:
    if not (
        isinstance(told, list)
        and len(told) in {2, 3}
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in told)
    ):
        raise _refused("每个角是 [经度, 纬度]。 A corner is [longitude, latitude].")
    lon, lat = float(told[0]), float(told[1])
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        raise _refused(
            f"[{lon}, {lat}] 不在地图上：经度在前，-180 到 180；纬度 -85 到 85。"
            " A corner is not on the map."
        )
    return lon, lat


def _refused(message: str) -> InputError:
    return InputError(
        f"多边形不能用：{message}",
        parameter="polygon",
        allowed=f"a GeoJSON Polygon without holes, at most {MAX_CORNERS} corners",
        example=_EXAMPLE,
    )
