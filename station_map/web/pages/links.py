"""Links that hand a station over to the map applications people have.

Addresses and datums as the platforms document them (docs of Amap, Baidu, Tencent and Apple
URI schemes): Amap's navigation takes GCJ-02 and has no parameter to say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from station_map.domain.vocabulary import Datum
from station_map.geo.datum import from_wgs84

_WALKING_M: Final = 1_200


@dataclass(frozen=True, slots=True)
class MapLink:
    """One application by the name people know, and the address that opens it."""

    name: str
    url: str


def go_url(lon: float, lat: float, name: str, distance_m: float | None = None) -> str:
    """Amap's route to a station at `lon`, `lat` (WGS-84): on foot when near, else riding."""
    walking = distance_m is not None and distance_m <= _WALKING_M
    east, north = from_wgs84(lon, lat, Datum.GCJ02)
    # The three parts of `to` are parted by commas, so the name must not bring its own.
    plain = name.replace(",", " ").replace("，", " ")
    return "https://uri.amap.com/navigation?" + urlencode(
        {
            "to": f"{east:.6f},{north:.6f},{plain}",
            "mode": "walk" if walking else "ride",
            "src": "station-map",
        },
        quote_via=quote,
        safe=",",
    )


def map_links(lon: float, lat: float, name: str) -> tuple[MapLink, ...]:
    """Every application we know how to open at a station; degrees in WGS-84."""
    baidu = {
        "location": f"{lat:.6f},{lon:.6f}",
        "coord_type": "wgs84",
        "title": name,
        "content": name,
        "output": "html",
        "src": "station-map",
    }
    # coord_type 1 is what a GPS gives.
    tencent = {"type": "walk", "to": name, "tocoord": f"{lat:.6f},{lon:.6f}", "coord_type": "1"}
    return (
        MapLink("高德地图", go_url(lon, lat, name)),
        MapLink("百度地图", _address("https://api.map.baidu.com/marker", baidu)),
        MapLink("腾讯地图", _address("https://apis.map.qq.com/uri/v1/routeplan", tencent)),
        MapLink("苹果地图", f"https://maps.apple.com/?daddr={lat:.6f},{lon:.6f}"),
        MapLink("手机自带地图", f"geo:{lat:.6f},{lon:.6f}"),
    )


def _address(base: str, parameters: dict[str, str]) -> str:
    return f"{base}?{urlencode(parameters, quote_via=quote, safe=',')}"
