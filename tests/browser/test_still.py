"""Nothing moves when the scripts come, and what they would take away is there without them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Held, Visit
from tests.conftest import LiveServer

Visits = Callable[..., Visit]
BOXES = """[...document.querySelectorAll('header, header *, #list, #list > *, #results *')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .map((one) => [one, one.getBoundingClientRect()])
  .map(([one, box]) => [one.tagName, one.id, box.x, box.y, box.width, box.height].join(' '))"""

# Read to its end and styled; the scripts that wait for that have not run.
DRESSED = """() => document.readyState === 'interactive'
  && document.styleSheets.length === document.querySelectorAll('link[rel=stylesheet]').length"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("address", ["/", "/?lon=116.798&lat=33.956", "/stations/340602-D0001"])
def test_nothing_moves_when_the_scripts_come(
    visit: Visits, demo: LiveServer, width: int, address: str
) -> None:
    window = visit(width=width)
    page = window.page
    held = Held(page, "**/static/*.js")
    page.goto(window.base + address, wait_until="commit")
    page.wait_for_function(DRESSED)
    before = page.evaluate(BOXES)
    assert not page.evaluate("document.documentElement.classList.contains('js')")
    held.let_go()
    page.locator("html.js").wait_for(state="attached")
    # What was seen stands where it stood; buttons have joined it.
    assert [one for one in before if one not in set(page.evaluate(BOXES))] == []
    assert len(before) > 3


def test_without_scripts_a_position_can_be_typed(visit: Visits, demo: LiveServer) -> None:
    page = visit(width=360, java_script_enabled=False).open("/")
    expect(page.locator(".position input").first).to_be_visible()
    expect(page.locator("#locate")).to_be_hidden()
    with_scripts = visit(width=360).open("/")
    expect(with_scripts.locator(".position input").first).to_be_hidden()
    expect(with_scripts.locator("#locate")).to_be_visible()
