"""Coordinate reference systems by their names (OGC API Features part 2)."""

from __future__ import annotations

from typing import Final

from station_map.geo.axes import Axes
from station_map.web.contract import Parameter
from station_map.web.contract.parameters import Refused, shown

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
AXES: Final[dict[str, Axes]] = {
    CRS84: Axes.LON_LAT,
    f"{_EPSG}4326": Axes.LAT_LON,
    f"{_EPSG}3857": Axes.MERCATOR,
    f"{_EPSG}4490": Axes.LAT_LON,
}
"""Order and unit of the coordinates of each; CGCS2000 (4490) is WGS-84 for our purposes."""

_SHORT: Final = {"EPSG:" + uri.rpartition("/")[2]: uri for uri in AXES if uri != CRS84}
_ALLOWED: Final = ", ".join(AXES)


def _parse(text: str) -> str:
    """The full name; a safe CURIE ("[EPSG:4326]") means the same."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    told = _SHORT.get(bare, CRS84 if bare == "OGC:CRS84" else text)
    if told not in AXES:
        raise Refused(f"{shown(text)!r} is not supported", f"不支持“{shown(text)}”")
    return told


def _parameter(name: str, description: str) -> Parameter:
    return Parameter(
        name=name,
        parse=_parse,
        schema={"type": "string", "format": "uri", "enum": list(AXES), "default": CRS84},
        allowed=_ALLOWED,
        allowed_zh=f"下列之一：{_ALLOWED}",
        example=f"{_EPSG}4326",
        description=description,
    )


CRS: Final = _parameter(
    "crs", "Of the coordinates in the answer; 4326 and 4490 are latitude, longitude. 返回坐标系。"
)
BBOX_CRS: Final = _parameter("bbox-crs", "Of the numbers in `bbox`. bbox 的坐标系。")
FILTER_CRS: Final = _parameter(
    "filter-crs", "Of the geometries in `filter`. filter 里几何的坐标系。"
)
