"""Names and questions that try to be code are text everywhere and run nowhere."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import HERE, Visit
from tests.conftest import LiveServer
from tests.web.stations import save, station

Visits = Callable[..., Visit]

NAMES = (
    "{{7*7}}",
    "{% raw %}{{ config }}",
    "${alert(1)}",
    "</script><script>window.ran = 1</script>",
    "`${window.ran = 1}`",
    "<img src=x onerror=window.ran=1>",
    "';window.ran=1;//",
    "javascript:window.ran=1",
    "&lt;b&gt;&amp;#x27;",
    "😀" * 1024,
)


@pytest.fixture
def hostile(live_server: LiveServer) -> list[str]:
    """Stations with such names, side by side; their codes."""
    stations = [
        station(name, HERE[0] + number / 2_000, HERE[1], address=name, hours_text=name)
        for number, name in enumerate(NAMES)
    ]
    return save(live_server.database, stations)


def assert_nothing_ran(page: Page) -> None:
    assert page.evaluate("window.ran ?? 0") == 0
    assert page.locator("img[src=x]").count() == 0
    assert "49" not in page.locator("main").inner_text()


def test_list_map_tooltip_and_selection_show_text(visit: Visits, hostile: list[str]) -> None:
    window = visit()
    page = window.open()
    window.locate()
    assert [name.strip() for name in window.names()] == list(NAMES)
    page.locator(".leaflet-marker-icon.pin").first.wait_for()
    for code, name in zip(hostile, NAMES, strict=True):
        page.locator(f'.card[data-code="{code}"] .state').click()
        chosen = page.locator(".leaflet-marker-icon.is-selected")
        expect(chosen).to_have_attribute("aria-label", f"{name}，时间未知")
        chosen.dispatch_event("mouseover")
        expect(page.locator(".pin-tip")).to_have_text(name)
        assert page.locator(".pin-tip *").count() == 1
    assert_nothing_ran(page)
    window.assert_clean()


def test_each_stations_own_page_shows_text(visit: Visits, hostile: list[str]) -> None:
    window = visit()
    for code, name in zip(hostile, NAMES, strict=True):
        page = window.open(f"/stations/{code}")
        expect(page.locator("h1")).to_have_text(name)
        assert_nothing_ran(page)
    window.assert_clean()


@pytest.mark.parametrize("name", [name for name in NAMES if len(name) < 100])
def test_what_is_typed_comes_back_as_text(visit: Visits, hostile: list[str], name: str) -> None:
    window = visit()
    page = window.open(f"/?q={quote(name)}&preset={quote(name)}&n={quote(name)}")
    expect(page.get_by_label("搜站名、地址")).to_have_value(name)
    expect(page.locator("#results-heading")).to_contain_text(f"“{name}”")
    page.get_by_label("搜站名、地址").press("Enter")
    expect(page.locator("#results[aria-busy]")).to_have_count(0)
    assert_nothing_ran(page)
    window.assert_clean()
