"""The JavaScript of the documentation: in a page of another origin, against the real server."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.conftest import LiveServer
from tests.support.hosting import hosting
from tests.web.stations import HOSTILE_NAMES, save, station

CLIENTS = Path(__file__).resolve().parents[2] / "docs/clients"
ASK = """async ([server, filters]) => {
  const { nearest, draw } = await import('/nearest.js')
  document.body.innerHTML = '<ul id="stations"></ul>'
  const found = await nearest(server, 116.798, 33.956, filters)
  draw(document.getElementById('stations'), found)
  return found
}"""


def test_it_asks_from_another_origin_and_draws_names_as_text(
    live_server: LiveServer, chromium: Browser
) -> None:
    names = ["甲站", *HOSTILE_NAMES]
    save(
        live_server.database,
        [station(name, 116.798 + n / 1000, opening_hours="24/7") for n, name in enumerate(names)],
    )
    page = chromium.new_page()
    with hosting(CLIENTS) as site:
        page.goto(f"{site}/nearest.js")
        found = page.evaluate(ASK, [live_server.base_url, {"open": "now", "k": "20"}])
        assert [one["name"] for one in found] == names
        assert found[0]["metres"] < found[-1]["metres"]
        items = page.locator("#stations li")
        expect(items).to_have_count(len(names))
        assert items.nth(1).locator("a").text_content() == HOSTILE_NAMES[0]
        assert page.evaluate("document.querySelectorAll('#stations :not(li, a)').length") == 0
        # What is wrong is told in the API's words.
        with pytest.raises(Error, match="none"):
            page.evaluate(ASK, [live_server.base_url, {"amenity": "none"}])
    page.close()


def test_it_is_short() -> None:
    lines = (CLIENTS / "nearest.js").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
