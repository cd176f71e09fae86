"""What devices say, on cards in a real browser: shown with its age, older while one looks, then gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from station_map.store.embedded.locks import wait_until
from tests.browser.conftest import HERE, Visit
from tests.browser.test_access import violations, wider_than_the_screen
from tests.conftest import LiveServer
from tests.support import people
from tests.web.stations import save, station

Visits = Callable[..., Visit]
LIST = f"/?lon={HERE[0]}&lat={HERE[1]}"
# No other test's: the server's processes keep what they read for seconds.
CODE = "live-0001"
SEEN_WITHIN_S = 60


@pytest.fixture
def code(live_server: LiveServer) -> str:
    there = station("城东停车场", HERE[0] + 0.001, HERE[1], code=CODE)
    assert save(live_server.database, [there]) == [CODE]
    for quantity, said in (("bays_free", "12"), ("door", "locked"), ("occupancy", "7")):
        people.execute(
            live_server.database,
            "INSERT INTO station_live SELECT id, %s, %s, now() - interval '3 minutes' FROM station",
            quantity,
            said,
        )
    return CODE


def open_when_told(window: Visit, address: str, lines: str) -> Page:
    """The page as soon as the process that answers it has read what was said."""

    def told() -> bool:
        return window.open(address).locator(lines).count() > 0

    assert wait_until(told, SEEN_WITHIN_S)
    return window.page


@pytest.mark.parametrize("width", [360, 1280])
def test_a_card_says_it_with_its_age(visit: Visits, code: str, width: int) -> None:
    window = visit(width=width, height=740)
    where = f'.card[data-code="{code}"] .live'
    page = open_when_told(window, LIST, where)
    lines = page.locator(where)
    expect(lines).to_have_count(3)
    expect(lines.nth(0)).to_contain_text("设备说门锁着")
    expect(lines.nth(1)).to_have_text("空车位 12 个 · 3 分钟前")
    assert not wider_than_the_screen(page)
    assert violations(page) == []
    window.assert_clean()


def test_it_grows_older_on_an_open_page_and_goes(visit: Visits, code: str) -> None:
    window = visit(width=360, height=740)
    window.page.clock.install()
    page = open_when_told(window, f"/stations/{code}", ".lead .live")
    free = page.locator(".lead .live", has_text="空车位")
    expect(free).to_have_text("空车位 12 个 · 3 分钟前")
    page.clock.run_for(5 * 60_000)
    expect(free).to_have_text("空车位 12 个 · 8 分钟前")
    page.clock.run_for(8 * 60_000)
    expect(page.locator(".live")).to_have_count(0)
    window.assert_clean()
