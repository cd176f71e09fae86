"""The basemaps an operator may choose, each with its datum, hosts and attribution."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from station_map.domain.vocabulary import Datum
from station_map.errors import EnvironmentFault

# What may stand in for the operator's key inside a tile address: it reaches folium.
_KEY_FORM: Final = re.compile(r"[0-9A-Za-z]{16,64}")
_KEY_PLACE: Final = "OPERATORS_KEY"


@dataclass(frozen=True, slots=True)
class Tiles:
    """One layer of picture tiles: Leaflet's address template and its `{s}` values."""

    address: str
    subdomains: str = ""


@dataclass(frozen=True, slots=True)
class Basemap:
    """What lies under the stations.

    datum: the datum its pictures are drawn in; stations are sent in the same.
    attribution, attribution_en: whose the pictures are, in Chinese and in English; HTML of ours.
    hosts: the origins from which the browser may load pictures, and no others.
    """

    code: str
    datum: Datum
    attribution: str
    attribution_en: str
    max_zoom: int
    tiles: tuple[Tiles, ...] = ()
    hosts: tuple[str, ...] = ()


def _by(address: str, zh: str, en: str) -> tuple[str, str]:
    """Whose pictures they are, with a link, in both languages."""
    link = f'&copy; <a href="{address}" rel="noopener">'
    return f"{link}{zh}", f"{link}{en}"


def _numbered(pattern: str, numbers: str) -> tuple[str, ...]:
    return tuple(pattern.replace("{s}", number) for number in numbers)


def _tianditu(layer: str) -> Tiles:
    query = (
        "SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
        f"&LAYER={layer}&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={_KEY_PLACE}"
    )
    return Tiles(f"https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?{query}", "01234567")


_PRESETS: Final[dict[str, Basemap]] = {
    "none": Basemap("none", Datum.WGS84, "", "", max_zoom=18),
    "osm": Basemap(
        "osm",
        Datum.WGS84,
        *_by(
            "https://www.openstreetmap.org/copyright",
            "OpenStreetMap</a> 贡献者",
            "OpenStreetMap</a> contributors",
        ),
        max_zoom=19,
        tiles=(Tiles("https://tile.openstreetmap.org/{z}/{x}/{y}.png"),),
        hosts=("https://tile.openstreetmap.org",),
    ),
    # CGCS2000 differs from WGS-84 by centimetres: no shift is needed.
    "tianditu": Basemap(
        "tianditu",
        Datum.WGS84,
        *_by("https://www.tianditu.gov.cn", "天地图</a>", "Tianditu</a>"),
        max_zoom=18,
        tiles=(_tianditu("vec"), _tianditu("cva")),
        hosts=_numbered("https://t{s}.tianditu.gov.cn", "01234567"),
    ),
    "amap": Basemap(
        "amap",
        Datum.GCJ02,
        *_by("https://www.amap.com", "高德地图</a>", "Amap</a>"),
        max_zoom=18,
        tiles=(
            Tiles(
                "https://webrd0{s}.is.autonavi.com/appmaptile"
                "?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",
                "1234",
            ),
        ),
        hosts=_numbered("https://webrd0{s}.is.autonavi.com", "1234"),
    ),
}


def tile_hosts(code: str) -> tuple[str, ...]:
    """Origins that the preset `code` loads pictures from; raises as `basemap` does."""
    return _preset(code).hosts


def basemap(code: str, *, key: str | None = None) -> Basemap:
    """The preset `code` ("none", "osm", "tianditu", "amap"), with the operator's key filled in.

    Raises EnvironmentFault when the code is unknown, or a key is needed and missing or not
    made of 16 to 64 letters and digits.
    """
    preset = _preset(code)
    if not any(_KEY_PLACE in tiles.address for tiles in preset.tiles):
        return preset
    return _with_key(preset, key or "")


def _preset(code: str) -> Basemap:
    preset = _PRESETS.get(code)
    if preset is None:
        raise EnvironmentFault(
            f"no basemap is called {code!r}",
            remedies=[f"set STATION_MAP_BASEMAP to one of {', '.join(_PRESETS)}"],
        )
    return preset


def _with_key(preset: Basemap, key: str) -> Basemap:
    if not _KEY_FORM.fullmatch(key):
        raise EnvironmentFault(
            f"底图 {preset.code} 需要密钥（16 到 64 位字母数字）。"
            f" the basemap {preset.code!r} needs a key of 16 to 64 letters and digits",
            remedies=["设置 / set STATION_MAP_TIANDITU_KEY, or STATION_MAP_BASEMAP=none"],
        )
    tiles = tuple(
        Tiles(one.address.replace(_KEY_PLACE, key), one.subdomains) for one in preset.tiles
    )
    return replace(preset, tiles=tiles)
