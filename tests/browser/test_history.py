"""As an editor, on a phone and a desk: Spring Festival for all banks and back; a mistake undone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from station_map.domain.accounts import Role
from station_map.domain.vocabulary import HostType
from tests.browser.conftest import HERE, Visit
from tests.browser.test_access import in_each, violations, wider_than_the_screen
from tests.browser.test_admin import sign_in
from tests.browser.test_hostile import NAMES, assert_nothing_ran
from tests.browser.test_reports import too_small
from tests.conftest import LiveServer
from tests.store.merging import merge, rows, station, value
from tests.store.test_change_sets import documents, edit
from tests.support import people

Visits = Callable[..., Visit]
BANK = HostType.BANK
LONG = "淮北市相山区淮海中路邮政储蓄银行营业部户外劳动者工会驿站（共建）"


@pytest.fixture
def editor(live_server: LiveServer) -> LiveServer:
    """Banks and a post office in 相山区, a bank elsewhere, and an editor of the former."""
    merge(
        live_server.database,
        station(LONG, *HERE, host_type=BANK, opening_hours="Mo-Fr 08:30-17:00"),
        station("建设银行驿站", HERE[0] + 0.01, HERE[1], host_type=BANK),
        station("邮政驿站", HERE[0], HERE[1] + 0.01, host_type=HostType.POST),
        station("濉溪银行驿站", 116.6, 33.75, host_type=BANK),
    )
    people.account(live_server.database, "wang", Role.EDITOR, title="王编辑", areas=("340603",))
    return live_server


def enter(visit: Visits, width: int, **options: Any) -> tuple[Visit, Page]:
    window = visit(width=width, height=740, **options)
    return window, sign_in(window, name="wang")


@pytest.mark.parametrize("width", [360, 1280])
def test_spring_festival_for_all_banks(visit: Visits, editor: LiveServer, width: int) -> None:
    before = documents(editor.database)
    window, page = enter(visit, width)
    page.get_by_role("navigation").get_by_role("link", name="批量修改").click()
    page.get_by_label("银行", exact=True).check()
    page.get_by_role("button", name="找出来").click()
    expect(page.locator("#found-heading")).to_have_text("选中 2 个")
    expect(page.get_by_text("还有 1 个也符合，但不在你的范围里")).to_be_visible()
    expect(page.get_by_label("第一天")).to_be_hidden()
    page.get_by_label("特别日子").check()
    page.get_by_label("第一天").fill("2027-02-05")
    page.get_by_label("最后一天").fill("2027-02-12")
    page.get_by_label("那几天的时间").fill("看心情")
    page.get_by_label("春节", exact=True).check()
    page.get_by_role("button", name="看看会怎样").click()
    expect(page.get_by_role("alert")).to_contain_text("看不懂这个时间")
    page.get_by_label("那几天的时间").fill("9:00-16:00")
    page.get_by_role("button", name="看看会怎样").click()
    expect(page.locator(".entries > li")).to_have_count(2)
    expect(page.locator(".entries")).to_contain_text("2027-02-05 至 2027-02-12 每天 09:00–16:00")
    page.get_by_label("为什么改").fill("市里的春节通知")
    page.get_by_role("button", name="改这 2 个驿站").click()
    expect(page.get_by_role("status")).to_contain_text("改好了")
    assert value(editor.database, "SELECT count(*) FROM station_hours_exception") == 2
    # Riders see it at once.
    code = value(editor.database, "SELECT code FROM station WHERE name = %s", LONG)
    answer = page.request.get(f"{window.base}/api/v1/stations/{code}").json()
    [told] = answer["properties"]["hours_exceptions"]
    assert (told["first_day"], told["reason"]) == ("2027-02-05", "春节")
    page.get_by_label("为什么撤销").fill("通知改了")
    page.get_by_role("button", name="撤销这一批").click()
    expect(page.get_by_role("status")).to_contain_text("撤销好了")
    assert documents(editor.database) == before
    complaints = [one for one in window.console if " 400 " not in one]
    assert complaints == []
    assert page.evaluate("window.brokenPolicies ?? []") == []


@pytest.mark.parametrize("width", [360, 1280])
def test_a_mistake_is_taken_back(visit: Visits, editor: LiveServer, width: int) -> None:
    [(number, code)] = rows(editor.database, "SELECT id, code FROM station WHERE name = %s", LONG)
    before = documents(editor.database)
    fields = {
        "lon": HERE[0] + 0.02,
        "opening_hours": "24/7",
        "amenities": {"wifi": {"state": "no"}},
    }
    edit(editor.database, {number: fields})
    edit(editor.database, {number: {"amenities": {"wifi": {"state": "broken"}}}})
    window, page = enter(visit, width)
    window.open(f"/stations/{code}/history")  # as somebody types it
    expect(page).to_have_url(re.compile(rf"/admin/stations/{code}/history$"))
    expect(page.locator("#moves-map.is-ready .move-spot")).to_have_count(2)
    expect(page.locator(".entries")).to_contain_text("24 小时开放")
    page.get_by_role("link", name="看这一次，或者撤销").nth(1).click()
    expect(page.get_by_role("heading", name="后来还改过这些")).to_be_visible()
    keep = page.get_by_role("checkbox", name="无线网络")
    expect(keep).not_to_be_checked()
    page.get_by_role("button", name="撤销这次改动").click()
    expect(page.get_by_role("status")).to_contain_text("撤销好了")
    now = documents(editor.database)[code]
    assert {**now, "amenities": {}} == before[code]
    assert now["amenities"] == {"wifi": {"state": "broken"}}
    # The undoing is undone where it is shown.
    page.get_by_role("button", name="撤销这一批").click()
    expect(page.get_by_role("status")).to_contain_text("撤销好了")
    assert documents(editor.database)[code]["opening_hours"] == "24/7"
    window.assert_clean()


@pytest.mark.parametrize("touch", [True, False])
def test_an_outline_is_tapped(visit: Visits, editor: LiveServer, *, touch: bool) -> None:
    window, page = enter(visit, 360 if touch else 1280, has_touch=touch)
    window.open("/admin/bulk")
    box = page.locator("#bulk-map")
    page.locator("#outline-drawing[data-ready]").wait_for()
    box.scroll_into_view_if_needed()
    page.locator("#bulk-map .district").first.wait_for()
    size = box.bounding_box()
    assert size is not None
    for x, y in ((0.1, 0.1), (0.7, 0.1), (0.7, 0.8), (0.4, 0.85), (0.1, 0.8)):
        place = {"x": size["width"] * x, "y": size["height"] * y}
        if touch:
            box.tap(position=place)  # type: ignore[arg-type]
        else:
            box.click(position=place)  # type: ignore[arg-type]
    expect(page.locator(".outline-corner")).to_have_count(5)
    page.get_by_role("button", name="去掉上一个角").click()
    expect(page.locator(".outline-corner")).to_have_count(4)
    drawn = json.loads(page.get_by_label("地图上的范围").input_value())
    assert len(drawn["coordinates"][0]) == 5
    page.get_by_role("button", name="找出来").click()
    # The whole city lies in it.
    expect(page.locator("#found-heading")).to_have_text("选中 3 个")
    expect(page.locator(".bulk-point")).to_have_count(3)
    expect(page.locator(".outline-corner")).to_have_count(4)
    page.get_by_role("button", name="不要范围").click()
    expect(page.get_by_label("地图上的范围")).to_have_value("")
    window.assert_clean()


def test_all_of_it_works_without_a_script(visit: Visits, editor: LiveServer) -> None:
    window, page = enter(visit, 360, java_script_enabled=False)
    page.goto(window.base + "/admin/bulk")
    expect(page.locator("#outline-drawing")).to_be_hidden()
    ring = [[116.79, 33.95], [116.81, 33.95], [116.81, 33.96], [116.79, 33.95]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    page.get_by_label("地图上的范围").fill(json.dumps(polygon))
    page.get_by_role("button", name="找出来").click()
    expect(page.locator("#found-heading")).to_contain_text("选中")
    page.get_by_label("一样设施").check()
    page.get_by_label("设施", exact=True).select_option("wifi")
    page.get_by_label("坏了", exact=True).check()
    page.get_by_role("button", name="看看会怎样").click()
    page.get_by_role("button", name=re.compile("改这 . 个驿站")).click()
    expect(page.get_by_role("status")).to_contain_text("改好了")
    page.get_by_role("button", name="撤销这一批").click()
    expect(page.get_by_role("status")).to_contain_text("撤销好了")
    assert value(editor.database, "SELECT count(*) FROM station_amenity") == 0


def test_hostile_names_are_text(visit: Visits, editor: LiveServer) -> None:
    database = editor.database
    merge(
        database,
        *(
            station(name, HERE[0] + n / 2_000, HERE[1] - 0.002, host_type=BANK, brand=name)
            for n, name in enumerate(NAMES)
        ),
    )
    found = rows(database, "SELECT id, code FROM station WHERE name = ANY (%s)", list(NAMES))
    made = edit(
        database, {number: {"address": NAMES[3], "lat": HERE[1] + 0.003} for number, _ in found}
    )
    window, page = enter(visit, 1280)
    for address in ("/admin/history", f"/admin/history/sets/{made}"):
        window.open(address)
        assert_nothing_ran(page)
        expect(page.locator("main")).to_contain_text(NAMES[0])
    window.open(f"/admin/stations/{found[0][1]}/history")
    page.locator("#moves-map.is-ready").wait_for()
    assert_nothing_ran(page)
    window.open("/admin/bulk")
    page.get_by_label("银行", exact=True).check()
    page.get_by_role("button", name="找出来").click()
    page.get_by_text("是哪些").click()
    assert_nothing_ran(page)
    window.assert_clean()


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_is_too_small(
    visit: Visits, editor: LiveServer, width: int
) -> None:
    database = editor.database
    [(number, code)] = rows(database, "SELECT id, code FROM station WHERE name = %s", LONG)
    much = {
        "lon": HERE[0] + 0.02,
        "address": LONG * 4,
        "seats": 3,
        "amenities": {"wifi": {"state": "broken", "note": LONG}, "aed": {"state": "no"}},
        "status": "suspended",
        "status_reason": "装修",
    }
    made = edit(database, {number: much})
    first = value(database, "SELECT max(id) FROM revision")
    edit(database, {number: {"seats": 4, "amenities": {}}})
    window, page = enter(visit, width, reduced_motion="reduce")

    def look(where: str) -> None:
        for scheme in in_each(page):
            assert violations(page) == [], (where, scheme)
            assert wider_than_the_screen(page) == [], (where, scheme)
            small = [one for one in too_small(page) if 'type="radio"' not in one]
            small = [one for one in small if "leaflet-control-attribution" not in one]
            assert small == [], (where, scheme)

    for address in (
        f"/admin/stations/{code}/history",
        "/admin/history?origin=magic",
        f"/admin/history/revisions/{first}",
        f"/admin/history/sets/{made}",
        f"/admin/history/imports/{value(database, 'SELECT id FROM import_run')}",
        "/admin/bulk",
    ):
        window.open(address)
        look(address)
    page.get_by_label("银行", exact=True).check()
    page.get_by_role("button", name="找出来").click()
    window.settle()
    for change in ("特别日子", "平时的开放时间", "状态", "一样设施"):
        page.get_by_role("radio", name=change).check()
        look(change)
    page.get_by_role("radio", name="平时的开放时间").check()
    page.get_by_label("开放时间", exact=True).fill("周一至周五 8:30-12:00，14:30-18:00")
    page.get_by_role("button", name="看看会怎样").click()
    window.settle()
    look("preview")
