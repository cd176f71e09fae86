"""The queue in a real browser: a locked door answered on a phone, wishes on a map."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from station_map.domain.accounts import Role
from station_map.domain.reports import ReportKind
from station_map.domain.station import AmenityFact
from tests.browser.conftest import Visit
from tests.browser.test_access import in_each, violations, wider_than_the_screen
from tests.browser.test_reports import too_small
from tests.conftest import LiveServer
from tests.store.merging import value
from tests.store.queue_help import locked_by_two, tell, wish
from tests.support import people
from tests.web.stations import save, station

Visits = Callable[..., Visit]
HOSTILE = "{{7*7}}</script><img src=x onerror=alert(1)>`${alert(1)}`🚚{% raw"


@pytest.fixture
def code(live_server: LiveServer) -> str:
    """A station with a hostile name, whose door two riders found locked."""
    (made,) = save(
        live_server.database,
        [
            station(
                HOSTILE,
                address="相山区淮海中路与孟山路交叉口东北角中国邮政储蓄银行一楼大厅",
                amenities={"microwave": AmenityFact("yes")},
                hours_text="每天 8:30-18:00",
            )
        ],
    )
    locked_by_two(live_server.database, made)
    tell(live_server.database, made, note=HOSTILE, position=(116.8, 33.957))
    return made


def sign_in(window: Visit, name: str, onward: str = "/admin") -> Page:
    page = window.open(f"/admin/login?next={onward}")
    page.get_by_label("帐号名").fill(name)
    page.get_by_label("密码").fill(people.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    window.settle()
    return page


def test_an_editor_on_a_phone_answers_a_locked_door(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    people.account(live_server.database, "editor-x", Role.EDITOR, areas=("340603",))
    rider = visit(width=360, height=740)
    rider.open(f"/stations/{code}")
    expect(rider.page.locator("main")).to_contain_text("有人反映锁门")
    window = visit(width=360, height=740)
    page = sign_in(window, "editor-x")
    page.get_by_role("navigation").get_by_role("link", name="反映").click()
    page.get_by_role("link", name="锁门").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(HOSTILE)
    expect(page.locator(".spot")).not_to_have_count(0)  # station and reporter on the map
    page.get_by_role("button", name="我来处理").click()
    expect(page.get_by_role("status").first).to_have_text("分好了。")
    page.get_by_text("门开着，一切正常").click()
    page.get_by_role("button", name="一切正常").click()
    expect(page.get_by_role("status").first).to_contain_text("骑手看到的已经跟着变")
    expect(page.get_by_text("改了锁门标记、核实")).to_be_visible()
    rider.open(f"/stations/{code}")
    expect(rider.page.locator("main")).not_to_contain_text("有人反映锁门")
    expect(rider.page.locator("main")).to_contain_text("（工会巡查）")
    assert value(live_server.database, "SELECT verified_by FROM station") == "工会巡查"
    window.assert_clean()


def test_a_broken_thing_is_told_to_riders(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    tell(live_server.database, code, ReportKind.BROKEN, amenity="microwave")
    people.account(live_server.database, "boss")
    window = visit()
    page = sign_in(window, "boss", "/admin/cases/2")
    page.get_by_text("把设备标成坏了").click()
    expect(page.get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="标成坏了").click()
    expect(page.get_by_role("status").first).to_contain_text("答复好了")
    window.open(f"/stations/{code}")
    expect(page.locator("main")).to_contain_text("坏了")
    window.assert_clean()


def test_a_planner_finds_wishes_on_the_map(visit: Visits, live_server: LiveServer) -> None:
    people.account(live_server.database, "planner-one", Role.PLANNER)
    for number in range(5):
        wish(live_server.database, 116.8 + number / 10_000, 33.95, note=f"{number} {HOSTILE}")
    wish(live_server.database, 116.9, 33.8)
    window = visit()
    page = sign_in(window, "planner-one", "/admin/wishes")
    expect(page.locator(".spot-cluster")).to_have_text("5")
    page.locator(".spot-new").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("想要驿站")
    page.get_by_label("不采纳").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("不采纳要写理由")
    page.get_by_label("理由").fill("两百米外已有驿站")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_have_text("答复好了。")
    assert [one for one in window.console if " 400 " not in one] == []
    assert page.evaluate("window.brokenPolicies ?? []") == []


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_is_too_small(
    visit: Visits, live_server: LiveServer, code: str, width: int
) -> None:
    people.account(live_server.database, "boss", title="淮北市总工会 帐号管理")
    tell(live_server.database, code, ReportKind.BROKEN, amenity="microwave")
    wish(live_server.database, note=HOSTILE, amenities=("toilet",))
    window = visit(width=width, height=740, reduced_motion="reduce")
    page = sign_in(window, "boss")
    for address in (
        "/admin/cases",
        "/admin/cases/1",
        "/admin/cases/2",
        "/admin/rules",
        "/admin/round",
        f"/admin/round/{code}",
        "/admin/wishes",
        "/admin/wishes/1",
    ):
        window.open(address)
        for summary in page.locator("summary").all():
            summary.click()
        for scheme in in_each(page):
            assert violations(page) == [], (address, scheme)
            assert wider_than_the_screen(page) == [], (address, scheme)
            small = [one for one in too_small(page) if 'type="radio"' not in one]
            assert small == [], (address, scheme)
    window.assert_clean()
