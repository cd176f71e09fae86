"""The filter "open now" in a real browser: list, map and address together."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable

from playwright.sync_api import expect

from station_map.domain.hours import SHANGHAI, Hours, StateCode, state_at
from station_map.resources import geodata_dir
from tests.browser.conftest import Visit
from tests.conftest import LiveServer

Visits = Callable[..., Visit]
PIN = ".leaflet-marker-icon.pin"
CHIP = ".chip:has(input[name=open])"


def open_names(*moments: dt.datetime) -> set[str]:
    """Demo stations in use that are open at one of the moments."""
    text = (geodata_dir() / "demo" / "stations.geojson").read_text("utf-8")
    facts = [one["properties"] for one in json.loads(text)["features"]]
    return {
        one["name"]
        for one in facts
        if one["status"] == "open"
        for moment in moments
        if state_at(Hours(expression=one["opening_hours"]), moment).code
        in {StateCode.OPEN, StateCode.CLOSING_SOON}
    }


def test_open_now_narrows_list_and_map_together(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open()
    window.locate()
    before = dt.datetime.now(SHANGHAI)
    with page.expect_response(lambda got: "slim" in got.url and "open=now" in got.url) as slim:
        page.locator(CHIP).click()
    assert slim.value.ok
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    assert page.url.endswith("&open=now")
    certain = page.locator("#results .cards").first.locator(".card .name").all_inner_texts()
    may_be = open_names(before, dt.datetime.now(SHANGHAI))
    assert certain
    assert set(certain) <= may_be
    labels = page.locator(PIN).evaluate_all("all => all.map((one) => one.ariaLabel)")
    assert {str(label).rsplit("，", 1)[0] for label in labels} <= may_be
    window.assert_clean()


def test_the_address_brings_it_back_and_it_can_be_taken_off(
    visit: Visits, demo: LiveServer
) -> None:
    window = visit()
    page = window.open("/?lon=116.798&lat=33.956&open=now")
    expect(page.locator(f"{CHIP} input")).to_be_checked()
    page.locator(CHIP).click()
    expect(page.locator("#results-heading")).to_have_text(re.compile("^离你最近的 10 个驿站"))
    assert "open=now" not in page.url
    window.assert_clean()
