"""A station's page in a real browser: every size, theme and kind; map, share, copy, print."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from playwright.sync_api import expect

from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import AccessMethod, Kind, Status
from tests.browser.conftest import HERE, Visit
from tests.browser.test_access import in_each, violations, wider_than_the_screen
from tests.browser.test_hostile import NAMES, assert_nothing_ran
from tests.conftest import LiveServer
from tests.web.stations import having, save, station

Visits = Callable[..., Visit]
WEIGHT_LIMIT = 45 * 1024  # what is needed to read it, first visit
LON, LAT = HERE
LONG = "相山区相山北路邮政支局户外劳动者二十四小时智能工会驿站暨司机之家"


@pytest.fixture
def stations(live_server: LiveServer) -> dict[str, str]:
    """One station of each kind that looks different; codes by a short name."""
    kinds = {
        "plain": station(
            "淮海路驿站",
            opening_hours="Mo-Fr 08:30-12:00,14:30-18:00; PH off",
            staffed_hours="Mo-Fr 09:00-11:30",
            address="淮海路 1 号",
            phone="0561-0000000",
            access_method=AccessMethod.QR_CODE,
            amenities=having("microwave", "toilet", wifi="broken", aed="no", shower="partial"),
        ),
        "always": station(LONG, LON, LAT + 0.002, opening_hours="24/7"),
        "unknown": station("时间不明驿站", LON, LAT + 0.004, hours_text="同银行"),
        "suspended": station(
            "暂停的驿站", LON, LAT + 0.006, status=Status.SUSPENDED, status_reason="装修"
        ),
        "driver": station(
            "高速路口司机之家",
            LON,
            LAT + 0.008,
            kind=Kind.DRIVER_HOME,
            bays_total=30,
            opening_hours="22:00-06:00",
            amenities={"shower": AmenityFact("yes", 1, fee="10元")},
        ),
        "far": station("海上驿站", 125.0, 30.0),
    }
    return dict(zip(kinds, save(live_server.database, list(kinds.values())), strict=True))


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_kind_of_station_is_for_everyone(
    visit: Visits, stations: dict[str, str], width: int
) -> None:
    window = visit(width=width, reduced_motion="reduce")
    for kind, code in stations.items():
        page = window.open(f"/stations/{code}?lon={LON}&lat={LAT}")
        if page.locator("#small-map").count():
            page.locator("#small-map").scroll_into_view_if_needed()
            page.locator("#small-map.is-ready").wait_for()
        page.locator("details.have summary").click()
        for scheme in in_each(page):
            assert violations(page) == [], (kind, scheme)
            assert wider_than_the_screen(page) == [], (kind, scheme)
    window.assert_clean()


def test_a_thumb_finds_every_target(visit: Visits, stations: dict[str, str]) -> None:
    window = visit(width=360, height=740, has_touch=True, is_mobile=True)
    for code in stations.values():
        page = window.open(f"/stations/{code}")
        small = page.evaluate(
            "[...document.querySelectorAll('button, summary, .button, .brand a, .facts a')]"
            ".filter((one) => one.checkVisibility())"
            ".filter((one) => { const box = one.getBoundingClientRect();"
            " return box.height < 44 || box.width < 44 }).map((one) => one.outerHTML.slice(0, 99))"
        )
        assert small == []


def test_the_keyboard_goes_through_the_page_in_its_order(
    visit: Visits, stations: dict[str, str]
) -> None:
    window = visit()
    page = window.open(f"/stations/{stations['plain']}")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#station")).to_be_focused()
    for name in ("去这里", "确认开着", "报告问题", "分享"):
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text(name)
    page.locator("details.have summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.have li").first).to_be_visible()


def test_the_map_comes_when_it_is_looked_at(visit: Visits, stations: dict[str, str]) -> None:
    window = visit(width=360, height=740)
    page = window.open(f"/stations/{stations['plain']}")
    assert not [one.url for one in window.requests if "leaflet" in one.url]
    expect(page.locator(".outline")).to_have_count(1)
    page.locator("#small-map").scroll_into_view_if_needed()
    page.locator("#small-map.is-ready").wait_for()
    expect(page.locator(".outline")).to_be_hidden()
    expect(page.locator(".pin.is-selected")).to_have_count(1)
    names = page.locator(".pin-name").all_text_contents()
    assert {LONG, "时间不明驿站", "高速路口司机之家"} <= set(names)
    shown = page.locator(".pin-name:not(:empty):not(.is-crowded)").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().toJSON())"
    )
    assert shown
    for one, other in combinations(shown, 2):
        beside = one["right"] <= other["left"] or other["right"] <= one["left"]
        assert beside or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]
    pin, box = (page.locator(one).bounding_box() for one in (".pin.is-selected", "#small-map"))
    assert pin is not None
    assert box is not None
    assert box["x"] < pin["x"] < box["x"] + box["width"]
    assert box["y"] < pin["y"] < box["y"] + box["height"]
    assert not [one.url for one in window.requests if "/slim" in one.url]
    window.assert_clean()


def test_the_drawing_stays_when_the_map_does_not_come(
    visit: Visits, stations: dict[str, str]
) -> None:
    window = visit(width=360, height=740)
    window.page.route("**/static/leaflet.*.js", lambda route: route.abort())
    page = window.open(f"/stations/{stations['plain']}")
    page.locator("#small-map").scroll_into_view_if_needed()
    window.settle()
    expect(page.locator(".outline")).to_be_visible()
    expect(page.locator("#small-map.is-ready")).to_have_count(0)


def test_where_there_is_nothing_to_draw_there_is_no_map(
    visit: Visits, stations: dict[str, str]
) -> None:
    page = visit().open(f"/stations/{stations['far']}")
    expect(page.locator("#small-map")).to_have_count(0)


def test_without_scripts_the_page_is_whole(visit: Visits, stations: dict[str, str]) -> None:
    window = visit(width=360, java_script_enabled=False)
    page = window.page
    page.goto(f"{window.base}/stations/{stations['plain']}")
    expect(page.locator(".outline")).to_be_visible()
    expect(page.locator("#share")).to_be_hidden()
    expect(page.locator("[data-copy]")).to_be_hidden()
    expect(page.locator("#go")).to_be_visible()
    expect(page.locator("table.week tbody tr")).to_have_count(8)
    page.locator("details.have summary").click()
    expect(page.locator("details.have li").first).to_be_visible()
    page.get_by_role("link", name="时间不明驿站").click()
    expect(page.locator("h1")).to_have_text("时间不明驿站")


def test_the_address_is_copied(visit: Visits, stations: dict[str, str]) -> None:
    window = visit(permissions=["clipboard-read", "clipboard-write"], position=None)
    page = window.open(f"/stations/{stations['plain']}")
    page.get_by_role("button", name="复制地址").click()
    expect(page.locator("#said")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == "淮海路 1 号"


def test_where_there_is_no_share_sheet_the_address_of_the_page_is_copied(
    visit: Visits, stations: dict[str, str]
) -> None:
    window = visit(permissions=["clipboard-read", "clipboard-write"], position=None)
    window.page.add_init_script("delete Navigator.prototype.share")
    page = window.open(f"/stations/{stations['plain']}?lon={LON}&lat={LAT}")
    page.locator("#share").click()
    expect(page.locator("#said")).to_have_text("网址已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    # The rider's position is nobody else's business.
    assert copied == f"{window.base}/stations/{stations['plain']}"


def test_the_systems_share_sheet_is_used_and_may_be_closed(
    visit: Visits, stations: dict[str, str]
) -> None:
    window = visit()
    window.page.add_init_script(
        "window.shared = [];"
        "navigator.share = (what) => { window.shared.push(what);"
        " return Promise.reject(new DOMException('closed', 'AbortError')) }"
    )
    page = window.open(f"/stations/{stations['plain']}")
    page.locator("#share").click()
    assert page.evaluate("window.shared") == [
        {"title": "淮海路驿站", "url": f"{window.base}/stations/{stations['plain']}"}
    ]
    expect(page.locator("#said")).to_be_empty()
    window.assert_clean()


@pytest.mark.parametrize(
    ("agent", "host"), [("MicroMessenger/8.0", "apis.map.qq.com"), ("Mozilla/5.0", "uri.amap.com")]
)
def test_inside_wechat_another_map_is_opened(
    visit: Visits, stations: dict[str, str], agent: str, host: str
) -> None:
    page = visit(user_agent=agent).open(f"/stations/{stations['plain']}")
    assert str(page.locator("#go").get_attribute("href")).startswith(f"https://{host}/")


def test_hostile_names_run_nowhere(visit: Visits, live_server: LiveServer) -> None:
    around = [
        station(name, LON, LAT + number / 3_000, address=name, brand=name, rules=name)
        for number, name in enumerate(NAMES)
    ]
    window = visit()
    for code, name in zip(save(live_server.database, around), NAMES, strict=True):
        page = window.open(f"/stations/{code}")
        expect(page.locator("h1")).to_have_text(name)
        page.locator("#small-map").scroll_into_view_if_needed()
        page.locator("#small-map.is-ready").wait_for()
        assert_nothing_ran(page)
        page.locator("[data-copy]").click()
        assert_nothing_ran(page)
    window.assert_clean()


def test_paper_holds_what_matters(visit: Visits, stations: dict[str, str]) -> None:
    window = visit()
    page = window.open(f"/stations/{stations['plain']}")
    page.locator("#small-map.is-ready").wait_for()
    page.emulate_media(media="print")
    for shown in ("h1", ".state", ".facts", "table.week", ".outline", ".print-only"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in ("#go", "#share", ".apps", ".skip", ".leaflet-container", "[data-copy]"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".print-only")).to_have_text(f"{window.base}/stations/{stations['plain']}")


def test_what_is_needed_to_read_it_weighs_little(visit: Visits, stations: dict[str, str]) -> None:
    window = visit(width=360, height=740)
    wire = window.page.context.new_cdp_session(window.page)
    wire.send("Network.enable")
    received: list[int] = []
    wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    window.open(f"/stations/{stations['plain']}")
    assert len(received) >= 4
    assert sum(received) <= WEIGHT_LIMIT


def test_a_wrong_code_leads_on(visit: Visits, stations: dict[str, str]) -> None:
    window = visit(width=360)
    page = window.page
    page.goto(f"{window.base}/stations/none")
    assert violations(page) == []
    page.get_by_label("搜站名、地址").fill("淮海路")
    page.get_by_role("button", name="找", exact=True).click()
    expect(page.locator("#results .card .name").first).to_have_text("淮海路驿站")
