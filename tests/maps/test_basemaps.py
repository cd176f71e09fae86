from __future__ import annotations

import re

import pytest

from station_map.domain.vocabulary import Datum
from station_map.errors import EnvironmentFault
from station_map.maps.basemaps import Tiles, basemap, tile_hosts

KEY = "0123456789abcdef0123456789abcdef"
CODES = ("none", "osm", "tianditu", "amap")


def addresses(tiles: Tiles) -> list[str]:
    return [tiles.address.replace("{s}", number) for number in tiles.subdomains or "a"]


@pytest.mark.parametrize("code", CODES)
def test_tiles_come_from_the_hosts_that_are_told_and_no_host_is_told_in_vain(code: str) -> None:
    base = basemap(code, key=KEY)
    used = {address.split("/", 3)[2] for tiles in base.tiles for address in addresses(tiles)}
    assert {host.removeprefix("https://") for host in base.hosts} == used
    assert tile_hosts(code) == base.hosts


@pytest.mark.parametrize("code", CODES)
def test_whoever_drew_the_pictures_is_named(code: str) -> None:
    base = basemap(code, key=KEY)
    assert bool(base.attribution) == bool(base.attribution_en) == bool(base.tiles)
    links = [re.findall(r'href="[^"]+"', one) for one in (base.attribution, base.attribution_en)]
    assert links[0] == links[1]
    assert base.attribution_en.isascii()


def test_only_amap_is_drawn_in_gcj02() -> None:
    assert {code: basemap(code, key=KEY).datum for code in CODES} == {
        "none": Datum.WGS84,
        "osm": Datum.WGS84,
        "tianditu": Datum.WGS84,
        "amap": Datum.GCJ02,
    }


def test_the_key_is_filled_in_where_one_is_needed() -> None:
    assert all(tiles.address.endswith(f"tk={KEY}") for tiles in basemap("tianditu", key=KEY).tiles)
    assert basemap("osm", key=KEY) == basemap("osm")


@pytest.mark.parametrize(
    "key", [None, "", "short", "{{7*7}}" * 4, KEY + "'", KEY + "\n", "钥" * 16]
)
def test_a_key_that_could_be_more_than_a_key_is_refused(key: str | None) -> None:
    with pytest.raises(EnvironmentFault, match="tianditu") as refused:
        basemap("tianditu", key=key)
    assert refused.value.remedies


def test_an_unknown_basemap_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(EnvironmentFault) as refused:
        basemap("moon")
    assert all(code in refused.value.remedies[0] for code in CODES)
