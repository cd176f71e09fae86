"""Signing in, changing a password and signing out, with a real browser on a phone and a desk."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from station_map.domain.accounts import Role
from tests.browser.conftest import Visit
from tests.browser.test_access import in_each, violations, wider_than_the_screen
from tests.browser.test_reports import too_small
from tests.conftest import LiveServer
from tests.store.merging import value
from tests.support import people
from tests.web.stations import HOSTILE_NAMES, save, station

Visits = Callable[..., Visit]
CHOSEN = "第三碗面加了两个荷包蛋 at noon"


@pytest.fixture
def boss(live_server: LiveServer) -> int:
    return people.account(live_server.database, "boss", title="淮北市总工会 帐号管理")


def sign_in(window: Visit, password: str = people.PASSWORD, name: str = "boss") -> Page:
    page = window.open("/admin")
    page.get_by_label("帐号名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    window.settle()
    return page


@pytest.mark.parametrize("width", [360, 1280])
def test_in_a_new_password_and_out(
    visit: Visits, live_server: LiveServer, boss: int, width: int
) -> None:
    window = visit(width=width, height=740)
    page = sign_in(window)
    expect(page.locator("h1")).to_have_text("淮北市总工会 帐号管理")
    page.get_by_role("navigation").get_by_role("link", name="我的帐号").click()
    page.get_by_label("现在的密码").fill(people.PASSWORD)
    page.get_by_label("新密码").fill("too short")
    page.get_by_label("再写一次").fill("too short")
    page.get_by_role("button", name="改密码").click()
    expect(page.get_by_role("alert")).to_contain_text("密码太短")
    page.get_by_role("alert").get_by_role("link", name="新密码").click()
    expect(page.locator("#password")).to_have_attribute("aria-invalid", "true")
    for label, text in (("现在的密码", people.PASSWORD), ("新密码", CHOSEN), ("再写一次", CHOSEN)):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="改密码").click()
    expect(page.get_by_role("status")).to_contain_text("密码改好了")
    page.get_by_role("button", name="退出", exact=True).first.click()
    expect(page.get_by_role("status")).to_have_text("已经退出。")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/admin/login"))  # nothing of it was kept
    sign_in(window)
    expect(page.get_by_role("alert")).to_contain_text("帐号名或密码不对")
    sign_in(window, CHOSEN)
    expect(page.get_by_role("navigation")).to_be_visible()
    window_complaints = [one for one in window.console if " 401 " not in one and " 400 " not in one]
    assert window_complaints == []
    assert page.evaluate("window.brokenPolicies ?? []") == []


def test_the_cookie_goes_to_admin_alone(visit: Visits, live_server: LiveServer, boss: int) -> None:
    window = visit()
    page = sign_in(window)
    (cookie,) = page.context.cookies()
    assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == ("/admin", True, "Lax")
    assert cookie["expires"] == -1
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.headers.get("cookie", "")))
    window.open("/")
    assert sent
    assert set(sent) == {""}


@pytest.mark.parametrize("width", [360, 1280])
def test_an_account_is_made_and_its_link_used(
    visit: Visits, live_server: LiveServer, boss: int, width: int
) -> None:
    codes = save(live_server.database, [station("甲")])
    window = visit(width=width, height=740)
    page = sign_in(window)
    page.get_by_role("navigation").get_by_role("link", name="帐号", exact=True).click()
    page.get_by_label("帐号名").fill("li")
    page.get_by_label("站点管理员", exact=True).check()
    page.get_by_label("称呼").fill("{{7*7}}</script>")
    page.get_by_label("站点管理员管的驿站").fill(codes[0])
    page.get_by_role("button", name="开帐号").click()
    link = page.locator("code.secret").inner_text()
    assert link.startswith(window.base + "/admin/welcome/")
    other = visit(width=width, height=740)
    theirs = other.open(link.removeprefix(other.base))
    theirs.get_by_label("密码").fill(CHOSEN)
    theirs.get_by_label("再写一次").fill(CHOSEN)
    theirs.get_by_role("button", name="设好并登录").click()
    expect(theirs.locator("h1")).to_have_text("{{7*7}}</script>")
    expect(theirs.get_by_role("link", name=codes[0])).to_be_visible()
    other.assert_clean()
    page.get_by_role("button", name="停用").click()
    expect(page.get_by_role("status")).to_contain_text("已经停用")
    theirs.reload()
    expect(theirs).to_have_url(re.compile(r"/admin/login"))
    window.assert_clean()


def test_a_token_is_shown_once(visit: Visits, live_server: LiveServer, boss: int) -> None:
    window = visit(width=360, height=740)
    page = sign_in(window)
    page.get_by_role("navigation").get_by_role("link", name="我的帐号").click()
    page.get_by_label("用在哪里").fill("一号站的屏")
    page.get_by_label("发送实时数据").check()
    page.get_by_role("button", name="建令牌").click()
    token = page.locator("code.secret").inner_text()
    answer = page.context.request.get(
        f"{window.base}/api/v1/me", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.json()["token"]["scopes"] == ["live:write"]
    window.open("/admin/account")
    expect(page.locator("main")).not_to_contain_text(token)
    page.get_by_role("button", name="作废 一号站的屏").click()
    expect(page.get_by_role("status")).to_contain_text("作废")
    assert value(live_server.database, "SELECT revoked_at IS NOT NULL FROM api_token")
    window.assert_clean()


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_is_too_small(
    visit: Visits, live_server: LiveServer, boss: int, width: int
) -> None:
    name = max((name for name in HOSTILE_NAMES if len(name) < 60), key=len)
    number = people.account(
        live_server.database, "x" * 40, Role.EDITOR, title=name, areas=("340602",)
    )
    window = visit(width=width, height=740, reduced_motion="reduce")
    page = window.open("/admin/login")
    for scheme in in_each(page):
        assert violations(page) == [], scheme
        assert wider_than_the_screen(page) == [], scheme
    sign_in(window, "wrong")
    for scheme in in_each(page):
        assert violations(page) == [], scheme
    sign_in(window)
    for address in (
        "/admin",
        "/admin/account",
        "/admin/users",
        f"/admin/users/{number}",
        "/admin/events",
    ):
        window.open(address)
        for scheme in in_each(page):
            assert violations(page) == [], (address, scheme)
            assert wider_than_the_screen(page) == [], (address, scheme)
            small = [one for one in too_small(page) if 'type="radio"' not in one]
            assert small == [], (address, scheme)
    window.open("/admin/users")
    page.get_by_label("帐号名").fill("no name")
    page.get_by_role("button", name="开帐号").click()
    expect(page.get_by_role("alert")).to_be_visible()
    for scheme in in_each(page):
        assert violations(page) == [], scheme
        assert wider_than_the_screen(page) == [], scheme
