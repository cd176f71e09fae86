from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.geo.datum import wgs84_to_gcj02
from station_map.geo.distance import distance_m
from station_map.web.pages.links import go_url, map_links

LON, LAT = 116.798, 33.956


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_amap_is_given_gcj02_and_longitude_first() -> None:
    lon, lat, name = asked(go_url(LON, LAT, "淮海路驿站"))["to"].split(",")
    assert name == "淮海路驿站"
    assert (float(lon), float(lat)) == pytest.approx(wgs84_to_gcj02(LON, LAT), abs=1e-6)
    assert 300 < distance_m(LON, LAT, float(lon), float(lat)) < 700


@pytest.mark.parametrize(("away", "mode"), [(None, "ride"), (300, "walk"), (1_500, "ride")])
def test_near_on_foot_else_riding(away: float | None, mode: str) -> None:
    assert asked(go_url(LON, LAT, "站", away))["mode"] == mode


@given(st.text(max_size=60))
def test_no_name_gets_out_of_its_parameter(name: str) -> None:
    for url in (go_url(LON, LAT, name), *(link.url for link in map_links(LON, LAT, name))):
        assert url.isascii()
        assert not set(url) & set(" \"'<>`{}\n\r\\")
        assert urlsplit(url).fragment == ""
    parts = asked(go_url(LON, LAT, name))
    assert set(parts) == {"to", "mode", "src"}
    assert parts["to"].count(",") == 2


def test_the_other_applications_are_given_wgs84_in_their_own_order() -> None:
    urls = {link.name: link.url for link in map_links(LON, LAT, "站")}
    assert asked(urls["百度地图"])["location"] == "33.956000,116.798000"
    assert asked(urls["百度地图"])["coord_type"] == "wgs84"
    assert asked(urls["腾讯地图"])["tocoord"] == "33.956000,116.798000"
    assert asked(urls["腾讯地图"])["coord_type"] == "1"
    assert urls["手机自带地图"] == "geo:33.956000,116.798000"
