"""The mini-program of the documentation: run in Chromium with a `wx` that asks the real server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import LiveServer
from tests.web.stations import save, station

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/wechat.md"
# What WeChat's own objects do with their arguments, as far as the page uses them.
WX = """
window.wx = {
  getLocation: ({type, success}) => type === 'gcj02' && success({longitude: 116.8038, latitude: 33.9551}),
  request: ({url, data, success}) => fetch(`${url}?${new URLSearchParams(data)}`)
    .then(async (got) => success({statusCode: got.status, data: await got.json()})),
  openLocation: (given) => { window.opened = given; },
};
"""


def test_its_code_asks_and_opens_in_gcj02(live_server: LiveServer, chromium: Browser) -> None:
    save(live_server.database, [station("甲站", opening_hours="24/7")])
    [code] = re.findall(r"```js\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    code = code.replace("https://stations.example.org", live_server.base_url)
    page = chromium.new_page()
    page.goto(f"{live_server.base_url}/data")
    run = f"() => {{ {WX} {code} return new Promise((done) => nearest((found) => {{ show(found[0]); done(found); }})); }}"
    [found] = page.evaluate(run)
    opened = page.evaluate("() => window.opened")
    page.close()
    assert opened["name"] == "甲站"
    assert [opened["longitude"], opened["latitude"]] == found["geometry"]["coordinates"]
    # 116.798, 33.956 in WGS-84 lies some 550 m further east and 100 m south in GCJ-02.
    assert (opened["longitude"], opened["latitude"]) == pytest.approx((116.804, 33.955), abs=2e-3)
    assert found["properties"]["distance_m"] < 300
