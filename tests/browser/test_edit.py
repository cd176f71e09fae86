"""Keeping a station true with a real browser: on a phone and a desk, with and without a script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from station_map.domain.station import AmenityFact
from station_map.store.edits import snapshot
from tests.browser.conftest import Visit
from tests.browser.test_access import in_each, violations, wider_than_the_screen
from tests.browser.test_reports import too_small
from tests.conftest import LiveServer
from tests.support import people
from tests.web.stations import save, station

Visits = Callable[..., Visit]
NAME = "淮海路邮政储蓄银行户外劳动者暖心工会驿站"


@pytest.fixture
def code(live_server: LiveServer) -> str:
    people.account(live_server.database, "boss", title="淮北市总工会")
    told = {
        "address": "淮海路 1 号",
        "opening_hours": "Mo-Fr 08:30-17:30",
        "amenities": {"hot_water": AmenityFact("yes", quantity=2, note="自带杯子")},
    }
    return save(live_server.database, [station(NAME, **told)])[0]


def sign_in(window: Visit) -> Page:
    page = window.open("/admin")
    page.get_by_label("帐号名").fill("boss")
    page.get_by_label("密码").fill(people.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    window.settle()
    return page


def draft_is_kept(page: Page) -> None:
    """Nothing is on its way any more when the test ends and its tables are emptied."""
    expect(page.locator("#draft-words")).to_contain_text("草稿存在服务器上了")


def open_form(page: Page, code: str, subject: str) -> None:
    page.goto(re.sub(r"/admin.*", f"/admin/stations/{code}/edit/{subject}", page.url))


@pytest.mark.parametrize("width", [360, 1280])
def test_find_move_set_hours_flip_an_amenity_and_riders_see_it(
    visit: Visits, live_server: LiveServer, code: str, width: int
) -> None:
    window = visit(width=width, height=740, has_touch=width == 360)
    page = sign_in(window)
    find_and_move(page)
    set_hours(page)
    flip_and_verify(page)

    told = snapshot(live_server.database, code).document
    assert told["lon"] > 116.7985
    assert told["opening_hours"] == "Mo-Su 09:00-21:00"
    assert told["amenities"]["wifi"] == {"state": "broken"}
    assert told["amenities"]["hot_water"]["note"] == "自带杯子"
    page.get_by_role("link", name="骑手看到的页面").click()
    expect(page.locator("main")).to_contain_text("09:00–21:00")
    expect(page.locator("main")).to_contain_text("无线网络")
    complaints = [one for one in window.console if " 400 " not in one]
    assert complaints == []
    assert page.evaluate("window.brokenPolicies ?? []") == []


def find_and_move(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name="驿站").click()
    page.get_by_label("站名、地址、拼音或编号").fill("huaihailu")
    page.get_by_role("button", name="找", exact=True).click()
    page.get_by_role("link", name=NAME).click()

    page.get_by_role("link", name="改位置").click()
    pin = page.locator(".leaflet-marker-draggable")
    pin.scroll_into_view_if_needed()
    box = pin.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 22, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 62, box["y"] + 10, steps=6)
    page.mouse.up()
    expect(page.locator("#position-words")).to_contain_text("离原来")
    expect(page.get_by_label("WGS-84")).to_be_checked()
    expect(page.locator("#save-words")).to_contain_text("坐标")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#reason-wrong")).to_contain_text("超过 200 米")
    page.get_by_label("为什么改").fill("搬到路东了")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_contain_text("存好了")


def set_hours(page: Page) -> None:
    page.get_by_role("link", name="改开放时间").click()
    monday = page.get_by_role("group", name="周一")
    saturday = page.get_by_role("group", name="周六")
    expect(monday.get_by_label("周一 第一段开始")).to_have_value("08:30")
    monday.get_by_label("周一 第一段结束").fill("12:00")
    monday.get_by_label("周一 第二段开始").fill("14:30")
    monday.get_by_label("周一 第二段结束").fill("18:00")
    page.get_by_role("button", name="周二到周五照周一").click()
    saturday.get_by_label("全天").check()
    hours = page.get_by_label("开放时间", exact=True)
    expect(hours).to_have_value("Mo-Fr 08:30-12:00,14:30-18:00; Sa 00:00-24:00")
    expect(page.locator("#preview-days tbody tr")).to_have_count(14)
    expect(page.locator("#preview-days")).to_contain_text("08:30–12:00、14:30–18:00")
    hours.fill("每天9点到21点")
    expect(page.get_by_role("group", name="周日").get_by_label("周日 第一段开始")).to_have_value(
        "09:00"
    )
    expect(page.locator("#preview-expression")).to_have_text("Mo-Su 09:00-21:00")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_contain_text("存好了")


def flip_and_verify(page: Page) -> None:
    page.get_by_role("link", name="改有什么").click()
    wifi = page.get_by_role("group", name="无线网络")
    wifi.get_by_label("坏了").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_contain_text("存好了")
    page.get_by_role("button", name="我去过，都对").click()
    expect(page.get_by_role("status").first).to_contain_text("记下了")


def test_the_telephone_tells_where_it_is_and_how_well(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    window = visit(width=360, position=(116.7985, 33.9563))
    page = sign_in(window)
    open_form(page, code, "place")
    page.get_by_role("button", name="用手机现在的位置").click()
    expect(page.get_by_label("坐标", exact=True)).to_have_value("116.7985000, 33.9563000")
    expect(page.locator("#position-words")).to_contain_text("离原来 57 米")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_contain_text("存好了")
    told = snapshot(live_server.database, code).document
    assert told["position_source"] == "手机定位"
    assert told["position_precision_m"] is not None
    window.assert_clean()


def test_pasted_figures_are_shown_in_every_datum_and_one_is_chosen(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    window = visit(width=360)
    page = sign_in(window)
    open_form(page, code, "place")
    page.get_by_label("坐标", exact=True).fill("116.8040, 33.9550")
    expect(page.locator(".reading").first).to_contain_text("相山区")
    expect(page.locator(".pin-unknown")).to_have_count(3)
    page.get_by_label("GCJ-02").check()
    expect(page.locator(".pin-unknown")).to_have_count(0)
    expect(page.locator("#position-words")).to_contain_text("离原来")
    # Other figures take the choice back.
    page.get_by_label("坐标", exact=True).fill("116.8041, 33.9550")
    expect(page.locator("input[name=datum]:checked")).to_have_count(0)
    draft_is_kept(page)
    window.assert_clean()


def test_the_pin_is_moved_by_keys(visit: Visits, live_server: LiveServer, code: str) -> None:
    window = visit(width=1280)
    page = sign_in(window)
    open_form(page, code, "place")
    page.locator(".leaflet-marker-draggable").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#position-words")).to_contain_text("离原来")
    draft_is_kept(page)
    window.assert_clean()


def test_a_draft_survives_the_window_and_the_browser(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    window = visit(width=360)
    page = sign_in(window)
    open_form(page, code, "door")
    page.get_by_label("收费").fill("一元 {{7*7}}")
    draft_is_kept(page)
    page.context.close()
    other = visit(width=1280)
    theirs = sign_in(other)
    theirs.goto(f"{other.base}/admin/stations/{code}")
    expect(theirs.locator("#door")).to_contain_text("草稿")
    theirs.get_by_role("link", name="改怎么进").click()
    expect(theirs.get_by_label("收费")).to_have_value("一元 {{7*7}}")
    theirs.get_by_role("button", name="扔掉草稿").click()
    expect(theirs.get_by_label("收费")).to_have_value("")
    other.assert_clean()


def test_two_windows_one_station(visit: Visits, live_server: LiveServer, code: str) -> None:
    first, second = visit(width=360), visit(width=1280)
    mine, theirs = sign_in(first), sign_in(second)
    for page in (mine, theirs):
        open_form(page, code, "door")
    theirs.get_by_label("收费").fill("一元")
    theirs.get_by_role("button", name="保存").click()
    expect(theirs.get_by_role("status").first).to_contain_text("存好了")
    mine.get_by_label("收费").fill("两元")
    mine.get_by_label("扫码开门").check()
    mine.get_by_role("button", name="保存").click()
    expect(mine.locator("h1")).to_contain_text("有人也在改")
    assert violations(mine) == []
    assert wider_than_the_screen(mine) == []
    mine.get_by_label("用我的").check()
    mine.get_by_role("button", name="照选的保存").click()
    expect(mine.get_by_role("status").first).to_contain_text("存好了")
    told = snapshot(live_server.database, code).document
    assert (told["price"], told["access_method"]) == ("两元", "qr_code")


def test_all_works_without_a_script(visit: Visits, live_server: LiveServer, code: str) -> None:
    window = visit(width=360, java_script_enabled=False)
    page = sign_in(window)
    open_form(page, code, "place")
    expect(page.locator("#edit-map")).to_be_hidden()
    page.get_by_label("坐标", exact=True).fill("116.7985, 33.9563")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#datum-wrong")).to_be_visible()
    page.get_by_label("WGS-84").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_contain_text("存好了")
    open_form(page, code, "hours")
    expect(page.locator("#week-grid")).to_be_hidden()
    page.get_by_label("开放时间", exact=True).fill("每天9点到21点")
    page.get_by_role("button", name="看看接下来 14 天").click()
    expect(page.locator("#preview-days")).to_contain_text("09:00–21:00")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_contain_text("存好了")
    expect(page.locator("main")).not_to_contain_text("草稿")


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_is_too_small(
    visit: Visits, live_server: LiveServer, code: str, width: int
) -> None:
    window = visit(width=width, height=740, reduced_motion="reduce")
    page = sign_in(window)
    subjects = ("name", "place", "door", "hours", "amenities", "status", "truck", "source")
    for address in (
        "/admin/stations?go=1",
        f"/admin/stations/{code}",
        f"/admin/stations/{code}/photos",
        "/admin/stations/new",
        *(f"/admin/stations/{code}/edit/{subject}" for subject in subjects),
    ):
        window.open(address)
        for scheme in in_each(page):
            assert violations(page) == [], (address, scheme)
            assert wider_than_the_screen(page) == [], (address, scheme)
            small = [one for one in too_small(page) if 'type="radio"' not in one]
            assert small == [], (address, scheme)
    window.assert_clean()
