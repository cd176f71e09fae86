"""Riders who read English, and riders who need more contrast, in a real browser."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from station_map.importers.demo import load_demo
from tests.browser.conftest import HERE, Visit
from tests.browser.test_access import in_each, violations, wider_than_the_screen
from tests.browser.test_hostile import NAMES
from tests.browser.test_offline import keep
from tests.conftest import LiveServer
from tests.web.stations import save, station

Visits = Callable[..., Visit]
PHONE = {"width": 360, "height": 740, "service_workers": "allow"}
AT_HERE = "/?lon=116.79800&lat=33.95600&lang=en"

# Text and names of the page that hold Chinese without being marked as such.
_UNMARKED = """(() => {
    const han = /[\\u3400-\\u9fff]/
    const found = []
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
        const { data, parentElement } = walk.currentNode
        if (parentElement.closest('script, style, template')) continue
        if (han.test(data) && !parentElement.closest('[lang]').getAttribute('lang').startsWith('zh')) found.push(data)
    }
    return found
})()"""


def assert_english(page: Page) -> None:
    assert page.evaluate(_UNMARKED) == []


WISHES = (
    {"color_scheme": "light"},
    {"color_scheme": "dark"},
    {"color_scheme": "light", "contrast": "more"},
    {"color_scheme": "dark", "contrast": "more"},
    {"forced_colors": "active"},
)


def test_a_page_takes_each_wish_without_being_loaded_anew(
    visit: Visits, live_server: LiveServer
) -> None:
    """What `in_each` rests on: each looks different, and as it does when it was opened so."""
    drawn = (
        "(({ backgroundColor, color }) => [backgroundColor, color,"
        " matchMedia('(forced-colors: active)').matches])(getComputedStyle(document.body))"
    )
    switched = visit(width=360, reduced_motion="reduce").open("/suggest")
    told = [switched.evaluate(drawn) for _ in in_each(switched, WISHES)]
    assert len({str(one) for one in told}) == len(WISHES)
    for wish, one in zip(WISHES, told, strict=True):
        assert visit(width=360, **wish).open("/suggest").evaluate(drawn) == one, wish


def assert_for_everyone(page: Page, where: str) -> None:
    for wish in in_each(page, WISHES):
        assert violations(page) == [], (where, wish)
    assert_english(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_in_english(visit: Visits, demo: LiveServer, width: int) -> None:
    window = visit(width=width, reduced_motion="reduce")
    page = window.open(f"{AT_HERE}&preset=toilet,open_24h")
    assert_for_everyone(page, "results")
    if width < 960:
        page.get_by_role("button", name="Map", exact=True).click()
    page.locator(".leaflet-marker-icon").first.wait_for()
    page.locator("#results .card").first.locator(".state").click()
    assert_for_everyone(page, "a station is chosen")
    page.locator("#results [data-report]").first.click()
    assert_for_everyone(page, "the sheet is open")
    for address in (
        "/stations/340602-D0001?lang=en",
        "/stations/340602-D0001/report?lang=en",
        "/suggest?lang=en",
        "/stations/none?lang=en",
        "/?q=nothing-like-this&lon=1&lang=en",
    ):
        window.open(address)
        assert_for_everyone(page, address)


@pytest.mark.parametrize("width", [320, 360, 768, 960, 1280])
def test_longer_words_fit(visit: Visits, demo: LiveServer, width: int) -> None:
    window = visit(width=width)
    for address in (
        f"{AT_HERE}&preset=toilet",
        "/stations/340602-D0001?lang=en",
        "/stations/340602-D0001/report?lang=en",
        "/suggest?lang=en",
        "/?q=zzz&lang=en",
        "/x?lang=en",
    ):
        page = window.open(address)
        assert wider_than_the_screen(page) == [], address
        # One line, 52 px, as in Chinese.
        assert page.locator(".bar").evaluate("bar => bar.offsetHeight") <= 56, address


def test_a_thumb_finds_the_switch(visit: Visits, demo: LiveServer) -> None:
    window = visit(width=360, height=740, has_touch=True, is_mobile=True)
    for address in ("/", AT_HERE, "/stations/340602-D0001", "/suggest", "/x"):
        box = window.open(address).locator("a.language").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


def test_the_switch_without_scripts(visit: Visits, demo: LiveServer) -> None:
    window = visit(width=360, java_script_enabled=False)
    page = window.page
    page.goto(f"{window.base}/?lon=116.79800&lat=33.95600&preset=toilet")
    names = page.locator("#results .card .name").all_inner_texts()
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/?lon=116.79800&lat=33.95600&preset=toilet&lang=en")
    assert page.locator("#results .card .name").all_inner_texts() == names
    page.get_by_role("link", name=re.compile("^Details")).first.click()
    expect(page.locator("#door")).to_have_text("How to get in")
    page.get_by_role("link", name="Back").click()
    expect(page.locator("#results-heading")).to_contain_text("The 10 stations nearest to you")
    page.get_by_label("Longitude").fill("116.9")
    page.get_by_role("button", name="Find").click()
    assert "lang=en" in page.url
    page.goto(f"{window.base}/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_the_switch_follows_what_the_rider_asked_since(visit: Visits, demo: LiveServer) -> None:
    window = visit(width=360)
    page = window.open()
    window.locate()
    page.locator(".chips .chip", has_text="卫生间").click()
    expect(page.locator("#results[aria-busy]")).to_have_count(0)
    page.get_by_role("link", name="English").click()
    expect(page.locator("#results-heading")).to_contain_text("The 10 stations nearest to you")
    assert "lon=116.798" in page.url
    assert "preset=toilet" in page.url
    assert "keep" not in page.url
    page.locator(".chips .chip", has_text="24 hours").click()
    expect(page.locator("#results[aria-busy]")).to_have_count(0)
    assert "lang=en" in page.url
    assert_english(page)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    window.assert_clean()


def test_a_report_in_english(visit: Visits, demo: LiveServer) -> None:
    window = visit(width=360)
    page = window.open(AT_HERE)
    page.locator("#results .card a[data-report]").first.click()
    page.get_by_role("button", name="Something is broken").click()
    expect(page.locator(".sheet-trouble")).to_have_text("First choose what is broken.")
    page.get_by_role("button", name="Locked").click()
    expect(page.locator(".report-thanks")).to_contain_text("Thank you, noted. If one more person")
    expect(page.locator("#sheet-title")).to_have_text("Noted")
    assert_english(page)
    page.get_by_role("button", name="OK").click()
    assert_english(page)
    window.assert_clean()


def test_denied_positions_and_lost_lists_speak_english(visit: Visits, demo: LiveServer) -> None:
    window = visit(width=360, position=None)
    page = window.open("/?lang=en")
    page.locator("#locate").click()
    expect(page.locator("#notices .notice")).to_contain_text("Choose a district")
    page.route("**/parts/**", lambda route: route.abort())
    page.locator(".chips .chip", has_text="Toilet").click()
    expect(page.locator(".trouble")).to_contain_text("The list did not come")
    assert_english(page)


@pytest.mark.parametrize("contrast", [None, "more"])
def test_chinese_pages_pay_nothing_for_english(
    visit: Visits, demo: LiveServer, contrast: str | None
) -> None:
    window = visit(**({"contrast": contrast} if contrast else {}))
    for address in ("/", "/stations/340602-D0001"):
        window.open(address)
    assert [one.url for one in window.requests if "words-" in one.url] == []
    window.open("/?lang=en")
    assert len([one.url for one in window.requests if "words-" in one.url]) == 1
    window.assert_clean()


def test_hostile_names_in_english(visit: Visits, live_server: LiveServer) -> None:
    names = [f"驿{name}站" for name in NAMES]
    stations = [
        station(name, HERE[0] + number / 2_000, HERE[1], address=name, hours_text=name)
        for number, name in enumerate(names)
    ]
    codes = save(live_server.database, stations)
    window = visit()
    page = window.open(AT_HERE)
    assert [name.strip() for name in window.names()] == names
    page.locator(".leaflet-marker-icon.pin").first.wait_for()
    for code, name in zip(codes, names, strict=True):
        page.locator(f'.card[data-code="{code}"] .state').click()
        chosen = page.locator(".leaflet-marker-icon.is-selected")
        expect(chosen).to_have_attribute("aria-label", f"{name}, Hours unknown")
        expect(chosen.locator(".pin-name")).to_have_text(name)
    assert page.evaluate("window.ran ?? 0") == 0
    assert page.locator("img[src=x]").count() == 0
    window.assert_clean()


# -- the road without signal -----------------------------------------------------------------


def prepared(visit: Visits, address: str) -> Visit:
    window = visit(**PHONE)
    window.open(address)
    keep(window.page, "/offline/en", "words-en.", "/kept-language")
    return window


def test_a_reload_without_signal_is_in_english(visit: Visits, demo: LiveServer) -> None:
    window = prepared(visit, AT_HERE)
    page = window.page
    names = window.names()
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#results .age-note")).to_have_text("Offline · data from just now")
    expect(page.locator("#results-heading")).to_contain_text(
        "The 10 stations nearest to this place"
    )
    assert window.names() == names
    assert_english(page)
    assert violations(page) == []
    # The address need not say it: the last page was in English.
    page.goto(f"{window.base}/")
    expect(page.locator("#results .age-note")).to_contain_text("Offline")
    page.locator("#results .card a[data-report]").first.click()
    page.get_by_role("button", name="Locked").click()
    expect(page.locator(".report-thanks")).to_have_text("Noted. It goes out when there is signal.")
    page.get_by_role("button", name="OK").click()
    page.goto(f"{window.base}/stations/NOWHERE?lang=en")
    expect(page.locator("#results-heading")).to_have_text("This station is not kept on this phone")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("#results-heading")).to_have_text("手机里没有这一站")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert page.evaluate("window.brokenPolicies") == []


def test_a_kept_station_is_kept_in_its_language(visit: Visits, demo: LiveServer) -> None:
    window = prepared(visit, AT_HERE)
    page = window.page
    code = str(page.locator("#results .card").first.get_attribute("data-code"))
    page.locator("#results .card .name a").first.click()
    page.wait_for_url("**/stations/**")
    keep(page, f"/stations/{code}?lang=en")
    page.context.set_offline(True)
    page.goto(f"{window.base}/stations/{code}?lang=en")
    expect(page.locator("#station .age-note")).to_have_text("Offline · data from just now")
    expect(page.locator("#door")).to_have_text("How to get in")
    assert_english(page)
    page.clock.set_fixed_time(dt.datetime.now(dt.UTC) + dt.timedelta(days=1, hours=1))
    page.reload()
    expect(page.locator(".age-note")).to_contain_text("; “today” on this page is")
    page.goto(f"{window.base}/stations/{code}?lang=zh")
    expect(page.locator("#results-heading")).to_have_text("这一站的详情没有存在手机上，只有这些")


def test_a_new_version_is_offered_in_english(visit: Visits, demo: LiveServer) -> None:
    window = prepared(visit, AT_HERE)
    save(demo.database, [station("甲")])
    window.page.evaluate("navigator.serviceWorker.ready.then((one) => one.update())")
    expect(window.page.locator(".toast")).to_contain_text("There is a new version.")
    expect(window.page.get_by_role("button", name="Update")).to_be_visible()


# -- contrast --------------------------------------------------------------------------------

_RATIOS = """(() => {
    const luminance = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((part) => {
            const one = part / 255
            return one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4
        })
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const probe = document.createElement('i')
    document.body.append(probe)
    const colour = (name) => {
        probe.style.setProperty('color', `var(${name})`)
        return luminance(getComputedStyle(probe).color)
    }
    const ratio = (one, other) => {
        const [a, b] = [colour(one), colour(other)].sort()
        return (b + 0.05) / (a + 0.05)
    }
    return Object.fromEntries(PAIRS.map(([one, other]) => [`${one} ${other}`, ratio(one, other)]))
})()"""
_TEXTS = ("--ink", "--ink-soft", "--accent-text", "--open", "--soon", "--closed", "--trouble")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("contrast", "least"), [("no-preference", 4.5), ("more", 7.0)])
def test_colours_of_every_theme(
    visit: Visits, live_server: LiveServer, scheme: str, contrast: str, least: float
) -> None:
    page = visit(color_scheme=scheme, contrast=contrast, bypass_csp=True).open("/")
    pairs = [[text, ground] for text in _TEXTS for ground in ("--paper", "--surface", "--sunken")]
    pairs += [
        ["--accent-ink", "--accent"],
        ["--demo-ink", "--demo"],
        ["--accent-text", "--accent-soft"],
    ]
    told = page.evaluate(_RATIOS.replace("PAIRS", str(pairs)))
    assert {pair: round(ratio, 2) for pair, ratio in told.items() if ratio < least} == {}
    marks = [[one, "--surface"] for one in ("--line-strong", "--focus", "--me", "--pin-hours")]
    told = page.evaluate(_RATIOS.replace("PAIRS", str(marks)))
    assert {pair: round(ratio, 2) for pair, ratio in told.items() if ratio < 3} == {}


def test_in_forced_colours_what_is_chosen_can_be_told(visit: Visits, demo: LiveServer) -> None:
    page = visit(width=360, forced_colors="active").open(f"{AT_HERE}&preset=toilet")
    chosen = page.locator(".chip:has(input:checked) span").last
    other = page.locator(".chip:not(:has(input:checked)) span").first
    background = "one => getComputedStyle(one).backgroundColor"
    assert chosen.evaluate(background) != other.evaluate(background)
    pressed, not_pressed = (
        page.locator(f".switch [aria-pressed={one}]") for one in ("true", "false")
    )
    assert pressed.evaluate(background) != not_pressed.evaluate(background)
    page.locator("#results .card .state").first.click()
    edge = "one => getComputedStyle(one).borderColor + getComputedStyle(one).borderWidth"
    cards = page.locator("#results .card")
    assert cards.nth(0).evaluate(edge) != cards.nth(1).evaluate(edge)


@pytest.mark.parametrize("contrast", ["no-preference", "more"])
def test_reduced_motion_leaves_nothing_moving(
    visit: Visits, live_server: LiveServer, contrast: str
) -> None:
    load_demo(live_server.database)
    window = visit(width=360, reduced_motion="reduce", contrast=contrast)
    for address in (AT_HERE, "/stations/340602-D0001", "/suggest"):
        page = window.open(address)
        moving = page.evaluate(
            "[...document.querySelectorAll('*')].filter((one) => { const style = getComputedStyle(one);"
            " return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none'"
            " || style.scrollBehavior === 'smooth' }).map((one) => one.outerHTML.slice(0, 80))"
        )
        assert moving == [], address
    page = window.open(AT_HERE)
    page.get_by_role("button", name="Map", exact=True).click()
    page.locator(".leaflet-marker-icon").first.wait_for()
    assert page.evaluate("document.getAnimations().length") == 0
