"""The panel of further filters, and a position without permission, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from station_map.domain.vocabulary import Audience, Honour, Kind
from tests.browser.conftest import Visit
from tests.browser.test_access import in_each, violations, wider_than_the_screen
from tests.conftest import LiveServer
from tests.web.stations import HOSTILE_NAMES, having, save, station

Visits = Callable[..., Visit]
AT_HERE = "/?lon=116.79800&lat=33.95600"


def tick(page: Page, words: str) -> None:
    page.locator("#further .chip", has_text=words).first.click()
    expect(page.locator("#results[aria-busy]")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_panel_is_for_everyone(visit: Visits, demo: LiveServer, width: int) -> None:
    window = visit(width=width, height=740, reduced_motion="reduce")
    page = window.open(AT_HERE + "&kind=driver_home")
    page.locator("#further summary").click()
    for scheme in in_each(page):
        assert violations(page) == [], scheme
        assert wider_than_the_screen(page) == [], scheme
        small = page.locator(
            "#panel .chip, #panel .button, #panel select, #further summary"
        ).evaluate_all(
            "all => all.filter((one) => one.offsetHeight < 44 || one.offsetWidth < 44)"
            ".map((one) => one.textContent)"
        )
        assert small == [], scheme
    panel = page.locator("#panel").bounding_box()
    assert panel is not None
    assert panel["y"] + panel["height"] <= 740, "its end cannot be reached"


def test_what_is_ticked_is_asked_counted_and_in_the_address(
    visit: Visits, demo: LiveServer
) -> None:
    window = visit(width=360, height=740)
    page = window.open(AT_HERE)
    summary = page.locator("#further summary")
    expect(page.locator("#tally")).to_be_hidden()
    summary.click()
    tick(page, "推门即进")
    tick(page, "扫码开门")
    tick(page, "AED")
    page.locator("#seats").select_option("4")
    expect(page.locator("#results[aria-busy]")).to_have_count(0)
    expect(summary).to_have_text(re.compile(r"筛选，选了 4 项"))
    asked = "&access_method=open_door,qr_code&amenity=aed&seats=4"
    assert page.url.endswith(AT_HERE + asked)
    names = window.names()
    assert names
    page.get_by_role("button", name="看结果").click()
    expect(page.locator("#panel")).to_be_hidden()
    for one in page.locator("#results ul.cards").first.locator(".card").all():
        expect(one.locator(".amenity.asked")).to_contain_text("AED")
    # Whoever gets the address sees the same.
    other = visit(width=360, height=740)
    other.open(AT_HERE + asked)
    assert other.names() == names
    assert other.page.locator("#further input:checked").count() == 3
    summary.click()
    page.get_by_role("link", name="全部清掉").click()
    expect(page.locator("#tally")).to_be_hidden()
    assert page.url.endswith(AT_HERE)
    assert page.locator("#further input:checked").count() == 0
    window.assert_clean()


def test_the_panel_closes_as_panels_do(visit: Visits, demo: LiveServer) -> None:
    page = visit().open(AT_HERE)
    summary = page.locator("#further summary")
    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.mouse.click(900, 400),
    ):
        summary.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#panel")).to_be_visible()
        page.keyboard.press("Tab")
        leave()
        expect(page.locator("#panel")).to_be_hidden()


def test_the_map_obeys_the_same_filters(visit: Visits, live_server: LiveServer) -> None:
    every, model = Audience.EVERYONE, (Honour.MODEL,)
    wanted, *_ = save(
        live_server.database,
        [
            station("要的", seats=20, audience=every, honours=model, kind=Kind.DRIVER_HOME),
            station("座位少", 116.81, seats=4, audience=every, honours=model),
            station("不清楚", 116.82),
            station("没有", 116.83, seats=20, amenities=having(wifi="no")),
        ],
    )
    window = visit()
    for query in ("seats=10&audience=everyone", "honour=model,AAA&seats=20", "kind=driver_home"):
        page = window.open(f"{AT_HERE}&{query}")
        page.locator(".leaflet-marker-icon.pin").first.wait_for()
        pins = page.locator(".leaflet-marker-icon.pin").evaluate_all(
            "all => all.map((one) => one.ariaLabel)"
        )
        assert pins == ["要的，时间未知"], query
        assert page.locator("#results .card").get_attribute("data-code") == wanted
    window.assert_clean()


def test_without_scripts_every_filter_is_a_field(visit: Visits, demo: LiveServer) -> None:
    window = visit(width=360, height=740, java_script_enabled=False)
    page = window.page
    page.goto(window.base + AT_HERE)
    page.locator("#further summary").click()
    page.locator("#further .chip", has_text="找工作人员").click()
    page.locator("#further .chip", has_text="AED").click()
    page.locator("#seats").select_option("4")
    page.get_by_role("button", name="看结果").click()
    page.wait_for_url(re.compile("access_method=staff"))
    assert "amenity=aed" in page.url
    assert "seats=4" in page.url
    expect(page.locator("#tally b")).to_have_text("3")
    assert page.locator("#further input:checked").count() == 2
    page.locator("#further summary").click()
    page.get_by_role("link", name="全部清掉").click()
    page.wait_for_url(window.base + AT_HERE)


def test_hostile_words_and_names_stay_text(visit: Visits, live_server: LiveServer) -> None:
    names = [name for name in HOSTILE_NAMES if len(name) < 60]
    save(live_server.database, [station(name, 116.8 + n / 100) for n, name in enumerate(names)])
    window = visit()
    page = window.open(AT_HERE)
    for name in names:
        page.get_by_role("searchbox").fill(name)
        page.get_by_role("searchbox").press("Enter")
        expect(page.locator("#results[aria-busy]")).to_have_count(0)
        assert page.locator("#results .card").count() >= 1, name
        assert page.locator("#results img, #results script").count() == 0
    window.open("/?kind={{7*7}}&amenity=%3C/script%3E&seats=${alert(1)}&audience='")
    assert page.locator("#further input:checked").count() == 0
    window.assert_clean()


def test_words_and_a_position_go_together(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open("/?q=驿站")
    window.locate()
    expect(page.get_by_role("searchbox")).to_have_value("驿站")
    expect(page.locator("#results-heading")).to_have_text("“驿站”，离你最近的 10 个驿站")
    assert "lon=116.79800" in page.url
    window.assert_clean()


def asked_for_permission(window: Visit) -> int:
    found: int = window.page.evaluate("window.asked")
    return found


def test_a_second_tap_leaves_one_question(visit: Visits, demo: LiveServer) -> None:
    """The popup of the first tap fades; its buttons must not stay beside those of the second."""
    page = visit(position=None).open()
    page.locator(".leaflet-marker-icon").first.wait_for()
    ground = page.locator("#map_stations")
    question = page.get_by_role("button", name="在这里找")
    ground.click(button="right", position={"x": 300, "y": 620})
    expect(question).to_be_visible()
    ground.click(button="right", position={"x": 500, "y": 120})
    assert question.count() == 1


def gone_there(page: Page) -> None:
    """The list of a place that the address already names is there; the map moves with it."""
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")


def test_a_place_can_be_picked_without_permission(visit: Visits, demo: LiveServer) -> None:
    """By a tap, by a long press, by keys; and nothing asks for the rider's own position."""
    window = visit(position=None, reduced_motion="reduce")
    window.page.add_init_script(
        "window.asked = 0; for (const name of ['getCurrentPosition', 'watchPosition'])"
        " Geolocation.prototype[name] = () => { window.asked += 1 }"
    )
    page = window.open()
    page.locator(".leaflet-marker-icon").first.wait_for()
    ground = page.locator("#map_stations")
    ground.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="在这里找")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("lon="))
    first = page.url
    expect(page.locator("#results .card .distance").first).to_be_visible()
    gone_there(page)
    ground.click(button="right", position={"x": 300, "y": 620})
    page.get_by_role("button", name="在这里找").click()
    expect(page).not_to_have_url(first)
    second = page.url
    gone_there(page)
    ground.click(position={"x": 500, "y": 120})
    page.get_by_role("button", name="在这里找").click()
    expect(page).not_to_have_url(second)
    page.locator("#district").select_option(label="杜集区")
    expect(page.locator("#results-heading")).to_contain_text("杜集区，离你最近的")
    page.get_by_role("searchbox").fill("驿站")
    page.get_by_role("searchbox").press("Enter")
    page.locator("#further summary").click()
    tick(page, "推门即进")
    assert asked_for_permission(window) == 0
    page.locator("#locate").click()
    assert asked_for_permission(window) == 1
