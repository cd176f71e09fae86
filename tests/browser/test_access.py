"""For everyone: small screens, keyboards, no scripts, few bytes, assistive technology."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.conftest import LiveServer

Visits = Callable[..., Visit]

AXE = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
WEIGHT_LIMIT = 200 * 1024
SCHEMES = ({"color_scheme": "light"}, {"color_scheme": "dark"})
_PLAIN = {"color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"}


def in_each(
    page: Page, wishes: Iterable[Mapping[str, str]] = SCHEMES
) -> Iterator[Mapping[str, str]]:
    """The page as it stands, for one wish of the rider's device after the other; then plain again.

    Only style sheets know of them, so a page need not be loaded anew for each.
    """
    for wish in wishes:
        page.emulate_media(**{**_PLAIN, **wish})  # type: ignore[arg-type]
        yield wish
    page.emulate_media(**_PLAIN)  # type: ignore[arg-type]


def violations(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def wider_than_the_screen(page: Page) -> list[str]:
    """What makes the page scroll sideways (chips scroll inside their own row)."""
    if page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        return []
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('body *')].filter((one) =>"
        " one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.chips'))"
        ".map((one) => one.outerHTML.slice(0, 120))"
    )
    return found or ["the page itself"]


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(visit: Visits, demo: LiveServer, width: int) -> None:
    window = visit(width=width, reduced_motion="reduce")
    page = window.open("/?preset=toilet,open_24h")
    window.locate()
    for scheme in in_each(page):
        assert violations(page) == [], scheme
    if width < 960:
        page.get_by_role("button", name="地图", exact=True).click()
    page.locator(".leaflet-marker-icon").first.wait_for()
    page.locator("#results .card").first.locator(".state").click()
    for scheme in in_each(page):
        assert violations(page) == [], scheme
    code = page.locator("#results .card").first.get_attribute("data-code")
    for address in (f"/stations/{code}", "/stations/none", "/?q=nothing-like-this&lon=1"):
        window.open(address)
        for scheme in in_each(page):
            assert violations(page) == [], (address, scheme)


@pytest.mark.parametrize("width", [320, 360, 768, 960, 1280])
def test_nothing_is_wider_than_the_screen(visit: Visits, demo: LiveServer, width: int) -> None:
    window = visit(width=width)
    for address in (
        "/?lon=116.798&lat=33.956&preset=toilet",
        "/stations/340602-D0001",
        "/?q=zzz",
        "/x",
    ):
        assert wider_than_the_screen(window.open(address)) == [], address


def test_a_thumb_finds_every_target(visit: Visits, demo: LiveServer) -> None:
    window = visit(width=360, height=740, has_touch=True, is_mobile=True)
    page = window.open("/?lon=116.798&lat=33.956")
    small = page.evaluate(
        "[...document.querySelectorAll('button, select, input:not([type=hidden]), .button, .brand a')]"
        ".filter((one) => one.checkVisibility() && !one.closest('.chip') && one.id !== 'handle')"
        ".filter((one) => { const box = one.getBoundingClientRect();"
        " return box.height < 44 || box.width < 44 }).map((one) => one.outerHTML.slice(0, 100))"
    )
    assert small == []
    chips = page.locator(".chips .chip").evaluate_all(
        "all => all.map((one) => Math.min(one.offsetHeight, one.offsetWidth))"
    )
    assert min(chips) >= 44


def test_the_keyboard_reaches_list_then_map(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open("/?lon=116.798&lat=33.956")
    page.locator(".leaflet-marker-icon").first.wait_for()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#results .card .name a").first).to_be_focused()
    order = page.evaluate(
        "document.getElementById('list').compareDocumentPosition(document.getElementById('map'))"
        " & Node.DOCUMENT_POSITION_FOLLOWING"
    )
    assert order
    page.locator(".chip input[name=preset]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#results[aria-busy]")).to_have_count(0)
    assert "preset=hot_meal" in page.url
    pin = page.locator(".leaflet-marker-icon.pin").first
    pin.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".card.is-selected")).to_have_count(1)


def test_focus_can_be_seen(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open("/?lon=116.798&lat=33.956")
    for _ in range(14):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "(() => { const one = document.activeElement;"
            " const shown = one.matches('.chip input') ? one.nextElementSibling : one;"
            " const style = getComputedStyle(shown);"
            " return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2"
            " ? '' : one.outerHTML.slice(0, 100) })()"
        )
        assert seen == ""


def test_without_scripts_the_form_finds_the_nearest(visit: Visits, demo: LiveServer) -> None:
    with_scripts = visit()
    with_scripts.open("/?lon=116.798&lat=33.956&preset=toilet")
    window = visit(width=360, java_script_enabled=False)
    page = window.page
    page.goto(window.base + "/")
    assert page.locator("#results .card").count() == 10
    expect(page.locator("#locate")).to_be_hidden()
    page.get_by_label("经度").fill("116.798")
    page.get_by_label("纬度").fill("33.956")
    page.locator(".chips .chip", has_text="卫生间").click()
    page.get_by_role("button", name="查找").click()
    expect(page.locator("#results-heading")).to_have_text(re.compile("^离你最近的 10 个驿站"))
    assert page.locator("#results .card .name").all_inner_texts() == with_scripts.names()
    page.locator("[data-more]").click()
    expect(page.locator("#results-heading")).to_have_text(re.compile("^离你最近的 20 个驿站"))
    first = page.locator("#results .card .name").first.inner_text()
    page.locator("#results .card").first.get_by_role("link", name="详情").click()
    expect(page.locator("h1")).to_contain_text(first)


def test_the_first_visit_weighs_little(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.page
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    received: list[int] = []
    wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    window.open("/")
    page.locator(".leaflet-marker-icon").first.wait_for()
    drawn = page.evaluate(
        "[...document.querySelectorAll('.cluster span')].reduce((sum, one) => sum + +one.textContent,"
        " document.querySelectorAll('.leaflet-marker-icon.pin').length)"
    )
    assert drawn > 600, "the map's stations are part of what is weighed"
    assert len(received) >= 7
    assert sum(received) <= WEIGHT_LIMIT


def test_reduced_motion_is_heeded(visit: Visits, demo: LiveServer) -> None:
    page = visit(reduced_motion="reduce").open("/?lon=116.798&lat=33.956")
    moving = page.evaluate(
        "[...document.querySelectorAll('.card, .chip span, .button')]"
        ".filter((one) => parseFloat(getComputedStyle(one).transitionDuration) > 0).length"
    )
    assert moving == 0


def test_pins_keep_their_drawing_in_forced_colours(visit: Visits, demo: LiveServer) -> None:
    """With the system's colours alone, three of the four kinds would be the same ring."""
    window = visit(width=1280, forced_colors="active")
    page = window.open("/")
    window.locate()
    pins = page.locator(".legend .pin")
    expect(pins).to_have_count(4)
    adjusted = pins.evaluate_all(
        "(pins) => pins.map((pin) => getComputedStyle(pin, '::before').forcedColorAdjust)"
    )
    assert set(adjusted) == {"none"}
