"""Telling that a door is locked, in a real browser: one tap, twice, without a signal, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import HERE, Visit
from tests.browser.test_access import in_each, violations, wider_than_the_screen
from tests.browser.test_hostile import NAMES
from tests.conftest import LiveServer
from tests.store.merging import rows, value
from tests.web.stations import having, save, station

Visits = Callable[..., Visit]
LIST = f"/?lon={HERE[0]}&lat={HERE[1]}"


@pytest.fixture
def code(live_server: LiveServer) -> str:
    (code,) = save(
        live_server.database,
        [station("城东驿站", HERE[0] + 0.001, HERE[1], amenities=having("microwave", "toilet"))],
    )
    return code


def open_sheet(window: Visit) -> Page:
    page = window.open(LIST)
    page.locator("#results a[data-report]").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    return page


def stored(server: LiveServer) -> list[tuple[str, str | None, str | None]]:
    return rows(  # type: ignore[return-value]
        server.database,
        "SELECT kind, a.code, note FROM report r LEFT JOIN amenity a ON a.id = amenity_id"
        " ORDER BY r.id",
    )


def tell_locked(window: Visit) -> Page:
    page = open_sheet(window)
    page.locator("dialog").get_by_role("button", name="锁门了").click()
    expect(page.locator("dialog .report-thanks")).to_be_visible()
    return page


def test_two_riders_mark_the_card_and_a_third_clears_it(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    first = visit(width=360, height=740, user_agent="rider 1")
    page = tell_locked(first)
    expect(page.locator(".report-thanks")).to_contain_text("再有一个人也说锁门")
    page.get_by_role("button", name="好", exact=True).click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(".reported-locked")).to_have_count(0)
    second = visit(user_agent="rider 2")
    page = tell_locked(second)
    page.keyboard.press("Escape")
    expect(page.locator("#results .card .reported-locked")).to_have_text("!有人反映锁门")
    third = visit(user_agent="rider 3")
    page = open_sheet(third)
    expect(page.locator("#results .reported-locked")).to_be_visible()
    page.locator("dialog").get_by_role("button", name="开着").click()
    page.get_by_role("button", name="好", exact=True).click()
    expect(page.locator("#results .card .access")).to_contain_text("今天有人核实")
    expect(page.locator(".reported-locked")).to_have_count(0)
    assert [kind for kind, *_ in stored(live_server)] == ["locked", "locked", "open"]
    for window in (first, second, third):
        window.assert_clean()


def test_a_stations_own_page_confirms_with_one_tap(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    for rider in ("1", "2"):
        window = visit(width=360, height=740, user_agent=f"rider {rider}")
        page = window.open(f"/stations/{code}")
        page.get_by_role("link", name="报告问题").click()
        page.locator("dialog").get_by_role("button", name="锁门了").click()
        expect(page.locator("dialog .report-thanks")).to_be_visible()
    page.get_by_role("button", name="好", exact=True).click()
    expect(page.locator(".reported-locked")).to_have_text("!有人反映锁门")
    page.get_by_role("link", name="确认开着").click()
    expect(page.locator("dialog .report-thanks")).to_contain_text("今天有人核实")
    page.get_by_role("button", name="好", exact=True).click()
    expect(page.locator(".reported-locked")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("今天有人核实")
    assert [kind for kind, *_ in stored(live_server)] == ["locked", "locked", "open"]
    window.assert_clean()


def test_what_is_broken_is_chosen_and_that_sends_it(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    page = open_sheet(visit())
    dialog = page.locator("dialog")
    dialog.locator("summary").click()
    dialog.get_by_label("想说的").fill("</script><script>window.ran = 1</script>")
    dialog.get_by_role("button", name="设备坏了").click()
    expect(dialog.get_by_role("alert")).to_have_text("先选哪样坏了。")
    which = dialog.get_by_label("哪样坏了")
    expect(which).to_be_focused()
    assert which.locator("optgroup").first.locator("option").all_inner_texts() == ["热饭", "卫生间"]
    which.select_option("microwave")
    expect(dialog.locator(".report-thanks")).to_contain_text("核实")
    assert page.evaluate("window.ran ?? 0") == 0
    assert stored(live_server) == [
        ("broken", "microwave", "</script><script>window.ran = 1</script>")
    ]


def test_without_a_signal_nothing_is_lost_and_sent_again_it_is_stored_once(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    window = visit()
    page = open_sheet(window)
    ids: list[str] = []

    def lose_the_answer(route) -> None:  # type: ignore[no-untyped-def]
        ids.append(route.request.post_data_json["id"])
        route.fetch()
        route.abort("internetdisconnected")

    page.route("**/reports", lose_the_answer, times=1)
    locked = page.locator("dialog").get_by_role("button", name="锁门了")
    locked.click()
    expect(page.locator("dialog").get_by_role("alert")).to_contain_text("没发出去")
    page.on("request", lambda one: "/reports" in one.url and ids.append(one.post_data_json["id"]))
    locked.click()
    expect(page.locator("dialog .report-thanks")).to_be_visible()
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert len(stored(live_server)) == 1


def test_a_photo_is_made_small_before_it_leaves_the_phone(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    out = BytesIO()
    told = Image.Exif()
    told[ExifTags.Base.Make] = "Phone X"
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(out, "JPEG", quality=95, exif=told)
    page = open_sheet(visit())
    sent: list[str] = []
    page.on("request", lambda one: "/reports" in one.url and sent.append(str(one.post_data)))
    page.locator("dialog summary").click()
    page.locator("dialog input[type=file]").set_input_files(
        {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    )
    page.locator("dialog").get_by_role("button", name="已经没有了").click()
    expect(page.locator("dialog .report-thanks")).to_be_visible(timeout=15_000)
    assert len(sent[0]) < len(out.getvalue())
    assert re.fullmatch("[0-9a-f]{32}", value(live_server.database, "SELECT photo FROM report"))


def test_the_keyboard_alone_reports_and_comes_back(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    page = visit().open(LIST)
    opener = page.locator("#results a[data-report]").first
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog h2")).to_be_focused()
    for name in ("关闭", None, "开着", "锁门了"):
        page.keyboard.press("Tab")
        if name:
            expect(page.locator("dialog").get_by_role("button", name=name)).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("dialog").get_by_role("button", name="锁门了").focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog h2")).to_be_focused()
    page.get_by_role("button", name="好", exact=True).press("Enter")
    expect(page.locator("#results a[data-report]").first).to_be_focused()


def test_without_scripts_the_link_is_a_form(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    window = visit(width=360, java_script_enabled=False)
    page = window.page
    page.goto(window.base + LIST)
    page.locator("#results a[data-report]").first.click()
    page.get_by_role("button", name="信息不对").click()
    expect(page.get_by_role("alert")).to_have_text("请说明是哪一项。")
    page.get_by_label("哪条不对").select_option("phone")
    page.get_by_role("button", name="信息不对").click()
    expect(page.get_by_role("status")).to_contain_text("核实")
    page.locator("header").get_by_role("link", name="回到驿站").click()
    expect(page.locator("h1")).to_contain_text("城东驿站")
    assert [kind for kind, *_ in stored(live_server)] == ["wrong"]
    page.goto(window.base + "/suggest")
    page.get_by_label("经度").fill("116.798")
    page.get_by_label("纬度").fill("33.956")
    page.get_by_role("button", name="告诉工会").click()
    expect(page.get_by_role("status")).to_contain_text("规划新驿站")


@pytest.mark.parametrize("button", ["left", "right"])
def test_a_place_on_the_map_is_wished_for(
    visit: Visits, live_server: LiveServer, code: str, button: str
) -> None:
    window = visit()
    page = window.open(LIST)
    page.locator(".leaflet-marker-icon.pin").first.wait_for()
    page.locator("#map_stations").click(position={"x": 300, "y": 620}, button=button)  # type: ignore[arg-type]
    page.locator(".ask-popup").get_by_role("button", name="这里需要一个驿站").click()
    page.locator("dialog .chip", has_text="热饭").click()
    page.locator("dialog textarea").fill("中午没地方热饭")
    page.get_by_role("button", name="告诉工会").click()
    expect(page.locator("dialog .report-thanks")).to_contain_text("规划新驿站")
    assert rows(live_server.database, "SELECT note, amenity_ids FROM suggestion") == [
        ("中午没地方热饭", [3])
    ]
    window.assert_clean()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_middle_of_the_map_is_wished_for_by_a_button(
    visit: Visits, live_server: LiveServer, code: str, width: int
) -> None:
    page = visit(width=width, height=640).open(LIST)
    if width < 960:
        page.get_by_role("button", name="地图", exact=True).click()
    page.locator(".leaflet-marker-icon.pin").first.wait_for()
    page.get_by_role("button", name="地图中间这里需要一个驿站").click()
    page.get_by_role("button", name="告诉工会").click()
    expect(page.locator("dialog .report-thanks")).to_be_visible()
    ((lon, lat),) = rows(
        live_server.database,
        "SELECT ST_X(position::geometry), ST_Y(position::geometry) FROM suggestion",
    )
    assert abs(lon - HERE[0]) < 0.01
    assert abs(lat - HERE[1]) < 0.01


@pytest.mark.parametrize("name", [name for name in NAMES if len(name) < 100])
def test_hostile_names_are_text_in_the_sheet_and_on_the_form(
    visit: Visits, live_server: LiveServer, name: str
) -> None:
    (code,) = save(live_server.database, [station(name, *HERE)])
    window = visit()
    page = open_sheet(window)
    expect(page.locator("dialog h2")).to_have_text(name)
    page.keyboard.press("Escape")
    window.open(f"/stations/{code}/report")
    expect(page.locator("h1")).to_have_text(name)
    assert page.evaluate("window.ran ?? 0") == 0
    assert page.locator("img[src=x]").count() == 0
    window.assert_clean()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_axe_finds_nothing_and_nothing_is_too_small(
    visit: Visits, live_server: LiveServer, code: str, width: int
) -> None:
    window = visit(width=width, height=740, reduced_motion="reduce")
    page = open_sheet(window)
    page.locator("dialog summary").click()
    page.locator("dialog").get_by_role("button", name="设备坏了").click()
    page.keyboard.press("Escape")
    for step in ("asking", "thanking"):
        for scheme in in_each(page):
            assert violations(page) == [], (step, scheme)
            assert wider_than_the_screen(page) == [], (step, scheme)
            assert too_small(page) == [], (step, scheme)
        if step == "asking":
            page.locator("dialog button[value=locked]").click()
            expect(page.locator("dialog .report-thanks")).to_be_visible()
    for address in (
        f"/stations/{code}/report",
        f"/stations/{code}/report?done=open",
        "/suggest",
        "/suggest?done=1",
    ):
        window.open(address)
        for scheme in in_each(page):
            assert violations(page) == [], (address, scheme)
            assert wider_than_the_screen(page) == [], (address, scheme)
            assert too_small(page) == [], (address, scheme)


def too_small(page: Page) -> list[str]:
    """Targets under 44 px in what is in front."""
    found: list[str] = page.evaluate(
        "[...(document.querySelector('dialog[open]') ?? document).querySelectorAll("
        "'button, select, textarea, summary, input:not([type=hidden]):not([type=checkbox]), .button, .chip')]"
        ".filter((one) => one.checkVisibility())"
        ".filter((one) => { const box = one.getBoundingClientRect();"
        " return box.height < 44 || box.width < 44 }).map((one) => one.outerHTML.slice(0, 100))"
    )
    return found
