"""A round of verification on a phone without signal: kept, answered, sent once, erased."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from station_map.domain.accounts import Role
from tests.browser.conftest import Visit
from tests.browser.test_queue import HOSTILE, sign_in
from tests.conftest import LiveServer
from tests.store.merging import rows, value
from tests.support import people
from tests.support.people import execute
from tests.web.stations import save, station

Visits = Callable[..., Visit]
PHONE = {"width": 360, "height": 740, "service_workers": "allow"}

# Waits until the phone holds the page for the road, and the list.
_READY = """() => new Promise((done, fail) => {
  const end = Date.now() + 30000
  const look = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('station-map-round-'))
    const worker = await navigator.serviceWorker.getRegistration('/admin/round')
    const kept = document.getElementById('round-note').dataset.waiting !== undefined
    if (names.length && worker?.active?.state === 'activated' && kept) done(names)
    else if (Date.now() > end) fail(new Error(`${names} ${worker?.active?.state}`))
    else setTimeout(look, 20)
  }
  look()
})"""
_HELD = """async () => ({
  bases: (await indexedDB.databases()).map((one) => one.name),
  caches: (await caches.keys()).filter((name) => name.startsWith('station-map-round-')),
  workers: (await navigator.serviceWorker.getRegistrations())
    .map((one) => new URL(one.scope).pathname).filter((path) => path.startsWith('/admin')),
})"""


@pytest.fixture
def codes(live_server: LiveServer) -> list[str]:
    """Three stations of one keeper."""
    made = save(
        live_server.database,
        [
            station("甲站", hours_text="每天 8:00-18:00", address="淮海路 1 号"),
            station(HOSTILE, 116.80, 33.957),
            station("丙站", 116.81, 33.957),
        ],
    )
    people.account(live_server.database, "keeper-a", Role.KEEPER, stations=tuple(made))
    return made


@pytest.fixture
def phone(visit: Visits, codes: list[str]) -> Visit:
    """The keeper's phone, with the round kept on it."""
    window = visit(**PHONE)
    page = sign_in(window, "keeper-a", "/admin/round")
    expect(page.get_by_text("今天 0 / 3")).to_be_visible()
    page.evaluate(_READY)
    return window


def go(page: Page, code: str) -> None:
    page.get_by_role("link", name=code, exact=True).click()


def test_a_round_without_signal_is_sent_once_when_it_returns(
    phone: Visit, live_server: LiveServer, codes: list[str]
) -> None:
    page, context = phone.page, phone.page.context
    context.set_offline(True)
    page.goto(f"{phone.base}/admin/round")
    expect(page.locator("#round-note")).to_contain_text("没有信号")
    expect(page.get_by_text("今天 0 / 3")).to_be_visible()
    go(page, "甲站")
    expect(page.get_by_role("heading", level=1)).to_have_text("甲站")
    expect(page.get_by_text("每天 8:00-18:00")).to_be_visible()
    page.get_by_role("button", name="都对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page.locator("#round-note")).to_contain_text("还有 1 条没发出")
    page.get_by_text("不在了，或者关了").click()
    page.get_by_label("说明").fill("门上贴着转让")
    page.get_by_role("button", name="不在了或关了").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("丙站")
    expect(page.get_by_text("今天 2 / 3")).to_be_visible()
    assert value(live_server.database, "SELECT count(*) FROM round_answer") == 0

    # The first answer arrives, and what the server says of it is lost: it is sent again.
    sent: list[str] = []

    def lose_the_first(route) -> None:  # type: ignore[no-untyped-def]
        sent.append(route.request.url)
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    def is_answer(url: str) -> bool:
        return any(url.endswith(f"/admin/round/{code}") for code in codes)

    page.route(
        is_answer,
        lambda route: (
            lose_the_first(route) if route.request.method == "POST" else route.continue_()
        ),
    )
    with page.expect_event("requestfailed", lambda one: one.method == "POST"):
        context.set_offline(False)
    assert value(live_server.database, "SELECT count(*) FROM round_answer") == 1
    expect(page.locator("#round-note")).to_contain_text("还有 2 条没发出")
    page.goto(f"{phone.base}/admin/round")
    expect(page.locator("#round-note")).to_contain_text("发出了 2 条")
    assert len(sent) == 3
    assert rows(
        live_server.database,
        "SELECT s.name, r.answer, r.note FROM round_answer r JOIN station s ON s.id = r.station_id"
        " ORDER BY r.seen_at",
    ) == [("甲站", "right", None), (HOSTILE, "gone", "门上贴着转让")]
    assert value(live_server.database, "SELECT count(*) FROM case_event") == 1
    assert (
        value(live_server.database, "SELECT count(*) FROM revision WHERE actor = 'keeper-a'") == 1
    )
    page.goto(f"{phone.base}/admin/round")
    expect(page.get_by_text("今天 2 / 3")).to_be_visible()
    assert page.evaluate("window.brokenPolicies ?? []") == []


def test_without_a_session_answers_wait_and_the_page_says_so(
    phone: Visit, live_server: LiveServer
) -> None:
    page, context = phone.page, phone.page.context
    context.set_offline(True)
    page.goto(f"{phone.base}/admin/round")
    go(page, "甲站")
    page.get_by_role("button", name="都对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    execute(live_server.database, "DELETE FROM account_session")
    context.set_offline(False)
    expect(page.locator("#round-note")).to_contain_text("要登录才能发出")
    assert value(live_server.database, "SELECT count(*) FROM round_answer") == 0
    page.get_by_role("link", name="去登录").click()
    page.get_by_label("帐号名").fill("keeper-a")
    page.get_by_label("密码").fill(people.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("#round-note")).to_contain_text("发出了 1 条")
    assert value(live_server.database, "SELECT count(*) FROM round_answer") == 1


def test_another_account_neither_sees_nor_sends_what_waits(
    phone: Visit, live_server: LiveServer, codes: list[str]
) -> None:
    page, context = phone.page, phone.page.context
    context.set_offline(True)
    page.goto(f"{phone.base}/admin/round")
    go(page, "甲站")
    page.get_by_role("button", name="都对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    execute(live_server.database, "DELETE FROM account_session")
    people.account(live_server.database, "keeper-b", Role.KEEPER, stations=(codes[2],))
    context.set_offline(False)
    sign_in(phone, "keeper-b", "/admin/round")
    expect(page.locator("#round-note")).to_contain_text("另一个帐号有 1 条没发出")
    assert value(live_server.database, "SELECT count(*) FROM round_answer") == 0
    context.set_offline(True)
    page.goto(f"{phone.base}/admin/round")
    expect(page.get_by_text("今天 0 / 1")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("甲站")


def test_signing_out_erases_what_was_kept(phone: Visit, live_server: LiveServer) -> None:
    page, context = phone.page, phone.page.context
    held = page.evaluate(_HELD)
    assert held["bases"] == ["station-map-round"]
    assert held["workers"] == ["/admin/round"]
    phone.open("/admin")  # a page without a script
    page.get_by_role("button", name="退出", exact=True).click()
    page.locator("html.is-forgotten").wait_for()
    assert page.evaluate(_HELD) == {"bases": [], "caches": [], "workers": []}
    context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(f"{phone.base}/admin/round")


def test_whoever_signs_out_with_unsent_answers_is_asked(
    phone: Visit, live_server: LiveServer
) -> None:
    page, context = phone.page, phone.page.context
    page.get_by_role("link", name="甲站", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("甲站")
    context.set_offline(True)
    page.get_by_role("button", name="都对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    page.route(
        "**/admin/round/*",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    context.set_offline(False)
    page.goto(f"{phone.base}/admin/round")
    expect(page.locator("#round-note")).to_contain_text("还有 1 条没发出")
    asked: list[str] = []

    def stay(dialog) -> None:  # type: ignore[no-untyped-def]
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    with page.expect_event("dialog"):
        page.get_by_role("button", name="退出", exact=True).click()
    expect(page.locator("#round-note")).to_contain_text("还有 1 条没发出")
    assert asked == ["还有 1 条核实没发出，退出就没有了。还要退出吗？"]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="退出", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("已经退出。")
    assert page.evaluate(_HELD) == {"bases": [], "caches": [], "workers": []}
    assert value(live_server.database, "SELECT count(*) FROM round_answer") == 0
