"""The planning page in a real browser: sliders, a click that adds a station, and without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from station_map.domain.accounts import Role
from tests.browser.conftest import Visit
from tests.browser.test_access import violations, wider_than_the_screen
from tests.browser.test_queue import HOSTILE, sign_in
from tests.browser.test_reports import too_small
from tests.conftest import LiveServer
from tests.planning.live_help import town
from tests.support import people

Visits = Callable[..., Visit]
PAGE = "/admin/planning"


@pytest.fixture
def codes(live_server: LiveServer) -> list[str]:
    people.account(live_server.database, "planner-x", Role.PLANNER)
    return town(live_server.database, extra=HOSTILE)


def opened(window: Visit, query: str = "?radius=500") -> Page:
    page = sign_in(window, "planner-x", PAGE)
    window.open(PAGE + query)
    expect(page.locator("#plan-map[data-answered]")).to_be_visible()
    return page


def moves(page: Page) -> int:
    return int(page.locator("#plan-map").get_attribute("data-answered") or 0)


def figure(page: Page) -> str:
    return page.locator(".plan-figure strong").inner_text()


def asked(window: Visit) -> list[str]:
    return [one.url for one in window.requests if "/admin/planning/" in one.url]


def test_a_move_of_the_slider_is_one_request(visit: Visits, codes: list[str]) -> None:
    window = visit()
    page = opened(window)
    first, before = figure(page), len(asked(window))
    drawn = page.locator("canvas.plan-cells").get_attribute("data-drawn")
    page.locator("#radius").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#radius-said")).to_have_text("550 米")
    expect(page).to_have_url(f"{window.base}{PAGE}?radius=550")
    expect(page.locator("#plan-question")).to_have_text("550 米内的人")
    assert figure(page) != first
    assert page.locator("canvas.plan-cells").get_attribute("data-drawn") != drawn
    assert len(asked(window)) == before + 1
    page.locator("#when").select_option("hour")
    expect(page.locator("#hour")).to_be_visible()
    page.locator("#hour").fill("26")
    expect(page.locator("#hour-said")).to_have_text("周二 2 时")
    expect(page.locator("#plan-question")).to_contain_text("周二 2 时开着")
    assert page.locator(".plan-curve .mark").count() == 1
    # The address is the state: whoever opens it sees the same.
    told = figure(page)
    window.open(page.url.removeprefix(window.base))
    expect(page.locator("#plan-map[data-answered]")).to_be_visible()
    assert figure(page) == told
    window.assert_clean()


def test_a_click_adds_a_station_and_dragging_it_tells(visit: Visits, codes: list[str]) -> None:
    window = visit()
    page = opened(window, "?radius=300")
    box = page.locator("#plan-map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.3)
    expect(page.locator("#plan-effect")).to_contain_text("新覆盖")
    marker = page.locator(".spot-accepted")
    expect(marker).to_be_visible()
    added = page.url
    assert "add=" in added
    place = marker.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 22, place["y"] + 22)
    page.mouse.down()
    page.mouse.move(place["x"] + 60, place["y"] + 80, steps=6)
    page.mouse.up()
    expect(page).not_to_have_url(added)
    expect(marker).to_have_count(1)
    assert violations(page) == []
    page.get_by_role("button", name="撤销一步").click()
    expect(page).to_have_url(added)
    page.get_by_role("button", name="撤销一步").click()
    expect(marker).to_have_count(0)
    expect(page.locator("#plan-effect")).to_have_text("")
    # The same by typing, for those who have no mouse; a station closes by its dot.
    page.locator("#add").fill("116.81, 33.968")
    page.keyboard.press("Enter")
    expect(marker).to_have_count(1)
    page.locator("#add").fill("nowhere")
    page.keyboard.press("Enter")
    expect(page.locator("#plan-note")).to_contain_text("经度,纬度")
    expect(page.locator("#plan-kept input")).to_have_count(1)
    (refused,) = window.console
    assert "400" in refused
    window.console.clear()
    page.locator(".plan-door.yes").first.click()
    expect(page.locator("#plan-note")).to_be_hidden()
    expect(page.locator(".plan-changes")).to_contain_text("关闭")
    expect(page.locator(".plan-door.shut")).to_have_count(1)
    page.locator("#plan-layer").select_option("change")
    expect(page.locator(".keys-change")).to_be_visible()
    page.get_by_role("button", name="去掉").click()
    page.get_by_role("button", name="恢复").click()
    expect(page).to_have_url(f"{window.base}{PAGE}?radius=300")
    window.assert_clean()


def test_a_scenario_is_kept_and_compared(visit: Visits, codes: list[str]) -> None:
    window = visit()
    page = opened(window, f"?radius=300&close={codes[1]}")
    page.locator("#add").fill("116.81,33.968")
    page.keyboard.press("Enter")
    expect(page.locator(".plan-changes li")).to_have_count(2)
    page.locator("#name").fill("关一个加一个" + HOSTILE[:40])
    page.get_by_role("button", name="存下").click()
    expect(page.locator("label[for=name]")).to_contain_text("关一个加一个")
    window.open("/admin/planning/scenarios")
    assert violations(page) == []
    page.get_by_role("button", name="比一比").click()
    expect(page.locator("#plan-map[data-answered]")).to_be_visible()
    table = page.locator("table[data-sorts]").first
    table.get_by_role("button", name="新覆盖").click()
    expect(table.locator("th[aria-sort=descending]")).to_have_text("新覆盖")
    page.locator("[data-gap]").first.click()
    expect(page.locator("#plan-map")).to_be_in_viewport()
    window.assert_clean()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_by_everybody(visit: Visits, codes: list[str], scheme: str) -> None:
    window = visit(width=360, height=740, color_scheme=scheme)
    page = opened(window, f"?radius=300&when=night&add=116.81,33.968&close={codes[0]}")
    expect(page.locator("#plan-strip")).to_contain_text("覆盖")
    for summary in page.locator("#plan-answer summary").all():
        summary.click()
    assert violations(page) == []
    assert wider_than_the_screen(page) == []
    small = [
        one for one in too_small(page) if 'type="radio"' not in one and 'type="checkbox"' not in one
    ]
    assert [one for one in small if "leaflet" not in one] == []
    window.assert_clean()


def test_without_javascript_the_form_works(visit: Visits, codes: list[str]) -> None:
    window = visit(java_script_enabled=False)
    page = sign_in(window, "planner-x", PAGE)
    page.locator("#when").select_option("night")
    page.locator("#add").fill("116.81,33.968")
    page.get_by_role("button", name="看结果").click()
    assert "when=night" in page.url
    expect(page.locator("#plan-question")).to_contain_text("夜里开着")
    expect(page.get_by_label("新设 116.81,33.968")).to_be_checked()
    expect(page.get_by_role("heading", name="最大的缺口")).to_be_visible()
    page.get_by_text("看数字").last.click()
    expect(page.get_by_role("columnheader", name="周日")).to_be_visible()
