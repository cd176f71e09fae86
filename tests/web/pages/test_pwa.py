"""The installable application: what its manifest, worker and kept page say."""

from __future__ import annotations

import json
import re
import struct
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.importers.demo import load_demo
from station_map.resources import static_dir
from station_map.settings import Settings
from station_map.store.database import Database
from station_map.web.pages import pwa
from tests.web.stations import save, station

PAPER = (0xF7, 0xF5, 0xF1)


def manifest(client: FlaskClient) -> dict[str, Any]:
    got = client.get("/manifest.webmanifest")
    assert got.status_code == 200
    assert got.mimetype == "application/manifest+json"
    told: dict[str, Any] = json.loads(got.data)
    return told


def told_to_worker(client: FlaskClient) -> dict[str, Any]:
    first, _, rest = client.get("/sw.js").text.partition("\n")
    assert len(rest) > 10_000
    told: dict[str, Any] = json.loads(first.removeprefix("self.STATION_MAP=").removesuffix(";"))
    return told


def test_the_manifest_names_the_application_in_chinese(client: FlaskClient) -> None:
    told = manifest(client)
    assert told["short_name"] == "歇脚地图"
    assert told["lang"] == "zh-CN"
    assert told["start_url"] == told["scope"] == told["id"] == "/"
    assert told["display"] == "standalone"
    page = client.get("/").text
    assert f'content="{told["theme_color"]}"' in page
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page


def test_every_icon_is_there_and_as_large_as_it_says(client: FlaskClient) -> None:
    told = manifest(client)["icons"]
    assert {one["purpose"] for one in told} == {"any", "maskable"}
    for one in told:
        with client.get(one["src"]) as got:
            assert got.status_code == 200
            assert got.mimetype == one["type"]
            if one["type"] == "image/png":
                assert one["sizes"] == "{}x{}".format(*_size(got.data))
    touch = re.search(r'<link rel="apple-touch-icon" href="([^"]+)">', client.get("/").text)
    assert touch is not None
    with client.get(touch[1]) as got:
        assert _size(got.data) == (180, 180)


def _size(png: bytes) -> tuple[int, ...]:
    return struct.unpack(">II", png[16:24])


@pytest.mark.parametrize("name", ["maskable-192.png", "maskable-512.png", "touch.png"])
def test_a_maskable_icon_is_opaque_and_its_mark_stays_in_the_middle(name: str) -> None:
    """https://www.w3.org/TR/appmanifest/#icon-masks: a circle of 40 % of the side is safe."""
    from PIL import Image

    [path] = static_dir().glob(name.replace(".png", ".*.png"))
    with Image.open(path) as drawn:
        picture = drawn.convert("RGBA")
    side = picture.width
    marked = 0
    for y in range(side):
        for x in range(side):
            red, green, blue, alpha = picture.getpixel((x, y))
            assert alpha == 255
            if (red, green, blue) != PAPER:
                marked += 1
                assert (x - side / 2) ** 2 + (y - side / 2) ** 2 <= (0.4 * side + 1) ** 2
    assert marked > side * side / 20


def test_the_worker_answers_for_every_page_and_is_asked_for_each_time(client: FlaskClient) -> None:
    got = client.get("/sw.js")
    assert got.status_code == 200
    assert got.mimetype == "text/javascript"
    assert got.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self'" in got.headers["Content-Security-Policy"]
    assert "default-src 'none'" in got.headers["Content-Security-Policy"]
    again = client.get("/sw.js", headers={"If-None-Match": got.headers["ETag"]})
    assert again.status_code == 304


def test_pages_may_start_a_worker_and_read_the_manifest(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy


def test_the_worker_keeps_all_that_the_kept_page_loads(client: FlaskClient) -> None:
    kept = {one["url"]: one["revision"] for one in told_to_worker(client)["precache"]}
    loaded: set[str] = set()
    for shell in (pwa.SHELL, f"{pwa.SHELL}/en"):
        assert kept.pop(shell)
        page = client.get(shell).text
        loaded |= set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"', page))
    assert len(loaded) >= 6
    assert loaded <= set(kept)
    assert set(kept.values()) == {None}
    for url in kept:
        with client.get(url) as got:
            assert got.status_code == 200


def test_what_the_worker_keeps_at_first_is_small() -> None:
    from station_map.web.assets import assets

    files = [assets().files[name] for name in (*pwa.KEPT, "sw.js")]
    weights = [path for name in files for path in static_dir().glob(f"{name}.br")]
    assert len(weights) == len(files)
    assert sum(path.stat().st_size for path in weights) < 110_000


def test_a_change_of_the_kept_page_is_a_new_worker(app: Flask, database: Database) -> None:
    client = app.test_client()
    load_demo(database)
    before = told_to_worker(client)
    assert told_to_worker(client) == before
    save(database, [station("甲")])
    after = told_to_worker(client)
    assert after != before
    assert after["build"] == before["build"]


def test_the_kept_page_has_no_list_and_nothing_of_anybody(
    client: FlaskClient, database: Database
) -> None:
    load_demo(database)
    got = client.get(pwa.SHELL + "?lon=116.81234&lat=33.94321&q=secret")
    assert got.status_code == 200
    assert got.headers["Cache-Control"] == "private, no-cache"
    assert got.headers["X-Robots-Tag"] == "noindex"
    assert "data-shell" in got.text
    assert "card skeleton" in got.text
    assert "data-code=" not in got.text
    for part in ("116.81234", "33.94321", "secret"):
        assert part not in got.text
    assert "data-shell" not in client.get("/").text


def test_pages_without_scripts_are_as_before(client: FlaskClient, database: Database) -> None:
    load_demo(database)
    page = client.get("/").text
    assert page.count("data-code=") >= 10
    assert "data-kept" not in page


def test_the_settings_basemap_is_in_the_kept_page(database: Database, tmp_path: Any) -> None:
    from station_map.app import create_app

    made = create_app(Settings(data_dir=tmp_path, basemap="amap"), database)
    assert "autonavi.com" in made.test_client().get(pwa.SHELL).text
