"""With a configured basemap: its pictures and nothing else from outside, in its own datum."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from station_map.geo.datum import from_wgs84
from station_map.geo.distance import distance_m
from station_map.importers.reference import ensure_areas
from tests.browser.conftest import HERE, Visit
from tests.conftest import LiveServer
from tests.support import live
from tests.web.stations import save, station


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# A grey picture of one pixel.
PIXEL = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\x80"))
    + _chunk(b"IEND", b"")
)


@pytest.fixture(scope="module")
def _amap_process(
    _live_process: LiveServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    port = live.free_port()
    settings = {
        "STATION_MAP_DATABASE_URL": _live_process.database.url,
        "STATION_MAP_BASEMAP": "amap",
    }
    log = tmp_path_factory.mktemp("amap") / "log"
    with live.serving(["serve", "--port", str(port)], settings, log, port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def amap(_amap_process: str, live_server: LiveServer) -> str:
    """A second server on the same database, with Amap's pictures under the stations."""
    return _amap_process


def test_amap_is_fed_in_gcj02_and_nothing_else_is_loaded(
    visit: Callable[..., Visit], live_server: LiveServer, amap: str
) -> None:
    save(live_server.database, [station("这里", *HERE)])
    window = visit()
    window.base = amap
    page = window.page
    page.route(
        re.compile("^https://"),
        lambda route: route.fulfill(body=PIXEL, content_type="image/png"),
    )
    window.open(f"/?lon={HERE[0]}&lat={HERE[1]}")
    page.locator(".leaflet-marker-icon.pin").wait_for()
    page.locator("img.leaflet-tile-loaded").first.wait_for()
    outside = {one.url.split("/")[2] for one in window.requests if not one.url.startswith(amap)}
    assert outside <= {f"webrd0{n}.is.autonavi.com" for n in "1234"}
    assert outside
    assert window.console == []
    assert page.evaluate("window.brokenPolicies") == []
    assert "高德地图" in page.locator(".leaflet-control-attribution").inner_text()
    # The pin stands on the rider, both shifted; the table that fed it says by how much.
    pin, me = (page.locator(one).bounding_box() for one in (".leaflet-marker-icon.pin", ".me"))
    assert pin is not None
    assert me is not None
    assert abs(pin["x"] + pin["width"] / 2 - me["x"] - me["width"] / 2) <= 1
    assert abs(pin["y"] + pin["height"] / 2 - me["y"] - me["height"] / 2) <= 1
    (table,) = [one for one in window.requests if "/slim" in one.url]
    assert table.url.endswith("?crs=gcj02")
    row = table.response().json()["rows"][0]  # type: ignore[union-attr]
    assert distance_m(row[2], row[3], *from_wgs84(*HERE, "gcj02")) < 0.2
    assert distance_m(row[2], row[3], *HERE) > 300


@pytest.mark.parametrize(("network", "opacity"), [(True, "0"), (False, "1")])
def test_without_pictures_of_a_basemap_the_districts_are_the_ground(
    visit: Callable[..., Visit], live_server: LiveServer, amap: str, network: bool, opacity: str
) -> None:
    ensure_areas(live_server.database)
    window = visit()
    window.base = amap
    window.page.route(
        re.compile("^https://"),
        lambda route: (
            route.fulfill(body=PIXEL, content_type="image/png") if network else route.abort()
        ),
    )
    window.open("/")
    expect(window.page.locator("path.district").first).to_have_css("fill-opacity", opacity)
