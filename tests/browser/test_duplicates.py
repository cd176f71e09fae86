"""Duplicates in a real browser: on a phone, by keyboard, without JavaScript; looked at by axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from station_map.domain.accounts import Role
from station_map.domain.station import AmenityFact
from tests.browser.conftest import Visit
from tests.browser.test_access import violations, wider_than_the_screen
from tests.browser.test_queue import HOSTILE, sign_in
from tests.browser.test_reports import too_small
from tests.conftest import LiveServer
from tests.store.merging import value
from tests.support import people
from tests.web.stations import save, station

Visits = Callable[..., Visit]


@pytest.fixture
def codes(live_server: LiveServer) -> list[str]:
    """Two that may be one, with a hostile name, and two that are behind one door perhaps."""
    people.account(live_server.database, "editor-x", Role.EDITOR, areas=("340603",))
    return save(
        live_server.database,
        [
            station(
                "淮海路邮政工会驿站" + HOSTILE,
                address="相山区淮海中路与孟山路交叉口东北角中国邮政储蓄银行一楼大厅",
                amenities={"microwave": AmenityFact("yes")},
                hours_text="每天 8:30-18:00",
                phone="0561-3012345",
            ),
            station(
                "怀海路邮政驿站" + HOSTILE,
                116.79808,
                seats=12,
                opening_hours="Mo-Su 08:30-18:00",
                rules=HOSTILE,
            ),
            station("孟山路银行驿站", 116.81, 33.96, code="340603-00077"),
            station("孟山路银行服务站", 116.8101, 33.96, code="340603-00078"),
        ],
    )


def test_two_are_merged_on_a_phone_and_taken_apart_again(
    visit: Visits, live_server: LiveServer, codes: list[str]
) -> None:
    window = visit(width=360, height=740)
    page = sign_in(window, "editor-x", "/admin/duplicates")
    expect(page.locator(".spot").first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="怀海路").click()
    expect(page.locator(".spot-first")).to_be_visible()
    expect(page.locator(".spot-second")).to_be_visible()
    assert violations(page) == []
    assert wider_than_the_screen(page) == []
    radios = page.locator(".pair-line .option").evaluate_all(
        "all => all.filter((one) => one.getBoundingClientRect().height < 44).length"
    )
    assert radios == 0  # a radio is as large as its label
    assert [one for one in too_small(page) if 'type="radio"' not in one] == []
    page.get_by_role("group", name="座位").get_by_label("乙").check()
    page.locator("[name=reason_merge]").fill("去看过，是同一个门")
    page.get_by_role("button", name="合并这两个").click()
    expect(page.get_by_role("status").first).to_contain_text("合并好了")
    assert violations(page) == []
    assert wider_than_the_screen(page) == []
    rider = visit(width=360, height=740, service_workers="allow")
    rider.open("/")
    rider.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    rider.open("/")  # from here on the worker answers
    rider.open(f"/stations/{codes[1]}?from=door")
    assert rider.page.url.endswith(f"/stations/{codes[0]}?from=door")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("status").first).to_contain_text("撤销了")
    assert value(live_server.database, "SELECT count(*) FROM station") == 4
    window.assert_clean()


def test_by_keyboard_and_without_javascript(
    visit: Visits, live_server: LiveServer, codes: list[str]
) -> None:
    window = visit(width=1280, height=900, java_script_enabled=False)
    page = sign_in(window, "editor-x", f"/admin/duplicates/{codes[2]}/{codes[3]}")
    door = page.locator("details", has=page.locator("summary", has_text="两块牌子，一个门"))
    door.locator("summary").press("Enter")
    door.get_by_label("为什么").fill("两块牌子")
    door.get_by_label("为什么").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("两块牌子一个门")
    page.goto(f"{live_server.base_url}/stations/{codes[2]}")
    expect(page.locator("main")).to_contain_text("同一个门里还有")
    assert value(live_server.database, "SELECT count(*) FROM station_door") == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_desk_the_pages_are_clean(visit: Visits, codes: list[str], scheme: str) -> None:
    window = visit(width=1280, height=900, color_scheme=scheme)
    page = sign_in(window, "editor-x", "/admin/duplicates")
    for address in (
        "/admin/duplicates",
        f"/admin/duplicates/{codes[0]}/{codes[1]}",
        "/admin/duplicates/answers",
    ):
        window.open(address)
        window.settle()
        assert violations(page) == []
        assert wider_than_the_screen(page) == []
    window.assert_clean()
