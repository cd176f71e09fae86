"""Links that hand a station over to the map applications people have.

Each takes its own order and datum, as the vendors document them:

Amap      uri.amap.com/navigation     lon,lat   GCJ-02 (no parameter says otherwise)
Baidu     api.map.baidu.com/marker    lat,lon   WGS-84, said by coord_type=wgs84
Tencent   apis.map.qq.com routeplan   lat,lon   WGS-84, said by coord_type=1 (what a GPS gives)
Apple     maps.apple.com              lat,lon   GCJ-02 in mainland China, where Apple's map is
                                                Amap's and no parameter says otherwise
geo:      RFC 5870                    lat,lon   WGS-84; q= lets Android set a pin with a name

Outside mainland China GCJ-02 is WGS-84 (`geo/datum.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from station_map.domain.vocabulary import Datum
from station_map.geo.datum import from_wgs84
from station_map.web.language import t

_WALKING_M: Final = 1_200
# Longer names are cut: some applications refuse long addresses, and 4 KB of them help nobody.
_LONGEST_NAME: Final = 60


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
    plain = _short(name).replace(",", " ").replace("，", " ")
    to = {"to": f"{east:.6f},{north:.6f},{plain}", "mode": "walk" if walking else "ride"}
    return _address("https://uri.amap.com/navigation", to | {"src": "station-map"})


def baidu_url(lon: float, lat: float, name: str) -> str:
    """Baidu's marker at a station; degrees in WGS-84."""
    marker = {
        "location": f"{lat:.6f},{lon:.6f}",
        "coord_type": "wgs84",
        "title": _short(name),
        "content": _short(name),
        "output": "html",
        "src": "station-map",
    }
    return _address("https://api.map.baidu.com/marker", marker)


def tencent_url(lon: float, lat: float, name: str) -> str:
    """Tencent's way on foot to a station; opens inside WeChat too. Degrees in WGS-84."""
    plan = {
        "type": "walk",
        "to": _short(name),
        "tocoord": f"{lat:.6f},{lon:.6f}",
        "coord_type": "1",
        "referer": "station-map",
    }
    return _address("https://apis.map.qq.com/uri/v1/routeplan", plan)


def apple_url(lon: float, lat: float) -> str:
    """Apple's route to a station; degrees in WGS-84."""
    east, north = from_wgs84(lon, lat, Datum.GCJ02)
    return _address("https://maps.apple.com/", {"daddr": f"{north:.6f},{east:.6f}"})


def geo_uri(lon: float, lat: float, name: str) -> str:
    """The address by which a telephone opens whatever map it has; degrees in WGS-84."""
    place = f"{lat:.6f},{lon:.6f}"
    return f"geo:{place}?q={place}({quote(_short(name), safe='')})"


def map_links(lon: float, lat: float, name: str) -> tuple[MapLink, ...]:
    """Every application we know how to open at a station; degrees in WGS-84."""
    return (
        MapLink(t("高德"), go_url(lon, lat, name)),
        MapLink(t("百度"), baidu_url(lon, lat, name)),
        MapLink(t("腾讯"), tencent_url(lon, lat, name)),
        MapLink(t("苹果"), apple_url(lon, lat)),
        MapLink(t("手机自带"), geo_uri(lon, lat, name)),
    )


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _address(base: str, parameters: dict[str, str]) -> str:
    return f"{base}?{urlencode(parameters, quote_via=quote, safe=',')}"
