"""Each map application is given its own order of figures, its own datum, and a harmless name."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.geo.datum import gcj02_to_wgs84, wgs84_to_gcj02
from station_map.geo.distance import distance_m
from station_map.web.pages.links import (
    apple_url,
    baidu_url,
    geo_uri,
    go_url,
    map_links,
    tencent_url,
)
from tests.web.stations import HOSTILE_NAMES

LON, LAT = 116.798, 33.956
QUANZHOU = (118.6082, 24.9085)
TAIPEI = (121.5654, 25.0330)


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def page(url: str) -> str:
    return url.partition("?")[0]


def figures(text: str) -> tuple[float, float]:
    first, second = text.split(",")
    return float(first), float(second)


def test_amap_is_given_gcj02_and_longitude_first() -> None:
    url = go_url(LON, LAT, "淮海路驿站")
    assert page(url) == "https://uri.amap.com/navigation"
    lon, lat, name = asked(url)["to"].split(",")
    assert name == "淮海路驿站"
    assert (float(lon), float(lat)) == pytest.approx(wgs84_to_gcj02(LON, LAT), abs=1e-6)
    assert 300 < distance_m(LON, LAT, float(lon), float(lat)) < 700
    # There is no parameter for the datum: whatever said one would be believed by nobody.
    assert not {"coordinate", "coord_type", "coordinates"} & asked(url).keys()


@pytest.mark.parametrize(("away", "mode"), [(None, "ride"), (300, "walk"), (1_500, "ride")])
def test_near_on_foot_else_riding(away: float | None, mode: str) -> None:
    assert asked(go_url(LON, LAT, "站", away))["mode"] == mode


def test_baidu_is_given_wgs84_and_latitude_first_and_told_so() -> None:
    url = baidu_url(LON, LAT, "淮海路驿站")
    assert page(url) == "https://api.map.baidu.com/marker"
    assert asked(url)["location"] == "33.956000,116.798000"
    assert asked(url)["coord_type"] == "wgs84"
    assert asked(url)["title"] == asked(url)["content"] == "淮海路驿站"
    assert asked(url)["output"] == "html"


def test_tencent_is_given_wgs84_and_latitude_first_and_told_so() -> None:
    url = tencent_url(LON, LAT, "淮海路驿站")
    assert page(url) == "https://apis.map.qq.com/uri/v1/routeplan"
    assert asked(url)["tocoord"] == "33.956000,116.798000"
    assert asked(url)["coord_type"] == "1"
    assert (asked(url)["type"], asked(url)["to"]) == ("walk", "淮海路驿站")


def test_apple_is_given_latitude_first_and_gcj02_where_its_map_is_amaps() -> None:
    url = apple_url(LON, LAT)
    assert page(url) == "https://maps.apple.com/"
    lat, lon = figures(asked(url)["daddr"])
    assert (lon, lat) == pytest.approx(wgs84_to_gcj02(LON, LAT), abs=1e-6)
    assert asked(apple_url(*TAIPEI))["daddr"] == "25.033000,121.565400"


def test_geo_is_wgs84_and_latitude_first_with_a_pin() -> None:
    uri = geo_uri(LON, LAT, "淮海路驿站")
    assert unquote(uri) == "geo:33.956000,116.798000?q=33.956000,116.798000(淮海路驿站)"


@pytest.mark.parametrize(("lon", "lat"), [(LON, LAT), QUANZHOU])
def test_all_of_them_lead_to_the_same_door(lon: float, lat: float) -> None:
    links = {link.name: link.url for link in map_links(lon, lat, "站")}
    assert list(links) == ["高德", "百度", "腾讯", "苹果", "手机自带"]
    amap = figures(asked(links["高德"])["to"].rpartition(",")[0])
    apple = figures(asked(links["苹果"])["daddr"])[::-1]
    places = [
        gcj02_to_wgs84(*amap),
        gcj02_to_wgs84(*apple),
        figures(asked(links["百度"])["location"])[::-1],
        figures(asked(links["腾讯"])["tocoord"])[::-1],
        figures(links["手机自带"].removeprefix("geo:").partition("?")[0])[::-1],
    ]
    assert all(distance_m(lon, lat, *place) < 0.2 for place in places)


@given(st.text(max_size=90) | st.sampled_from(HOSTILE_NAMES))
def test_no_name_gets_out_of_its_parameter(name: str) -> None:
    links = {link.name: link.url for link in map_links(LON, LAT, name)}
    for url in links.values():
        assert url.isascii()
        assert len(url) < 2_000
        assert not set(url) & set(" \"'<>`{}\n\r\\|^")
        assert urlsplit(url).fragment == ""
    shown = name if len(name) <= 60 else f"{name[:59]}…"
    amap = asked(links["高德"])
    assert set(amap) == {"to", "mode", "src"}
    assert amap["to"].count(",") == 2
    assert set(asked(links["百度"])) <= {
        *("location", "coord_type", "title", "content", "output", "src")
    }
    assert asked(links["百度"]).get("title", "") == shown
    assert set(asked(links["腾讯"])) <= {"type", "to", "tocoord", "coord_type", "referer"}
    assert asked(links["腾讯"]).get("to", "") == shown
    assert set(asked(links["苹果"])) == {"daddr"}
    found = re.fullmatch(r"geo:[\d.,]+\?q=[\d.,]+\(([^()]*)\)", links["手机自带"])
    assert found is not None
    assert unquote(found[1]) == shown
