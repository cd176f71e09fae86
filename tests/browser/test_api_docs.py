"""/api/docs in a real browser: narrow and wide, light and dark, without scripts, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_access import Visits, in_each, violations, wider_than_the_screen


@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_clean_open_and_closed(visit: Visits, width: int) -> None:
    window = visit(width=width, reduced_motion="reduce", java_script_enabled=True)
    page = window.open("/api/docs")
    expect(page.get_by_role("heading", level=1)).to_contain_text("开放接口")
    for scheme in in_each(page):
        assert violations(page) == [], scheme
    assert wider_than_the_screen(page) == []
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    for scheme in in_each(page):
        assert violations(page) == [], scheme
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    window.assert_clean()
    assert len(window.requests) <= 4


def test_it_needs_no_script(visit: Visits) -> None:
    page = visit(width=360, java_script_enabled=False).open("/api/docs")
    page.locator("summary", has_text="/api/v1/stations/nearest").click()
    expect(page.locator("#nearest")).to_contain_text("max_distance_m")
    page.get_by_role("link", name="openapi.json").first.click()
    expect(page.locator("body")).to_contain_text('"openapi":"3.1.0"')


def test_the_front_page_leads_there(visit: Visits) -> None:
    page = visit(width=360).open("/")
    page.get_by_role("link", name="开放接口").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("开放接口")
