"""The road without signal, in a real browser: list, filters, a station's page, reports."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote, urlencode

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from pyproj import Geod
from werkzeug.datastructures import MultiDict

from station_map.domain.hours import SHANGHAI
from station_map.domain.hours.wording import Language
from station_map.domain.vocabulary import PRESETS
from station_map.search.filters import StationFilter
from station_map.store.database import Database
from station_map.store.stations import Row, get_station
from station_map.web.api.slim import all_rows
from station_map.web.api.slim_hours import DAYS
from station_map.web.language import install as install_languages
from station_map.web.language import t, tn
from station_map.web.pages.cards import make_card
from station_map.web.pages.query import RiderQuery, read_query
from station_map.web.states import state_of
from tests.browser.conftest import HERE, Visit, found
from tests.conftest import LiveServer
from tests.web.stations import save, station

GEOD = Geod(ellps="WGS84")
Visits = Callable[..., Visit]
AT_HERE = "/?lon=116.79800&lat=33.95600"
PHONE = {"width": 360, "height": 740, "service_workers": "allow"}
HOSTILE = "{{7*7}}</script><img src=x onerror=alert(1)>`${alert(1)}`🚚{% raw"

# Waits in the page until what the worker keeps is there.
_KEPT = """(wanted) => new Promise((done, fail) => {
    const end = Date.now() + 30000
    const look = async () => {
        const all = []
        for (const name of await caches.keys()) {
            for (const one of await (await caches.open(name)).keys()) all.push(one.url)
        }
        if (wanted.every((part) => all.some((url) => url.includes(part)))) done(all)
        else if (Date.now() > end) fail(new Error(`only kept: ${all}; ${await worker()}`))
        else setTimeout(look, 20)
    }
    const worker = async () => {
        const one = await navigator.serviceWorker.getRegistration()
        const states = [one?.installing, one?.waiting, one?.active].map((one) => one?.state)
        const caches_ = await caches.keys()
        return `page ${document.readyState} ${document.visibilityState}, worker ${states}, ${caches_}`
    }
    look()
})"""
_EVERYTHING = """(async () => {
    const all = [JSON.stringify(localStorage)]
    for (const name of await caches.keys()) {
        const cache = await caches.open(name)
        for (const one of await cache.keys()) all.push(one.url, await (await cache.match(one)).text())
    }
    return all
})()"""


def keep(page: Page, *more: str) -> list[str]:
    """Wait until the city is kept on the phone, and addresses that hold `more`; all of them."""
    wanted = ["/offline", "/stations/slim", "/amenities", "/areas", *more]
    found: list[str] = page.evaluate(_KEPT, wanted)
    return found


def prepared(visit: Visits, address: str = "/", **options: object) -> Visit:
    """A window that has been here once, with signal."""
    window = visit(**(PHONE | options))
    window.open(address)
    keep(window.page)
    return window


def lose_signal(window: Visit) -> None:
    window.page.context.set_offline(True)


def find_signal(window: Visit) -> None:
    window.page.context.set_offline(False)


def kept_list(page: Page, words: str = "离线 · 数据是") -> None:
    expect(page.locator("#results .age-note")).to_contain_text(words)


def test_a_reload_without_signal_shows_the_list(visit: Visits, demo: LiveServer) -> None:
    window = prepared(visit)
    page = window.page
    window.locate()
    names = window.names()
    lose_signal(window)
    page.reload()
    kept_list(page)
    assert window.names() == names
    expect(page.locator(".age-note")).to_have_text("离线 · 数据是刚刚的")
    expect(page.locator(".demo-banner")).to_be_visible()
    # Started from the home screen, the last question is asked again.
    page.goto(window.base + "/")
    kept_list(page)
    assert window.names() == names
    assert page.url.endswith(AT_HERE)
    assert page.evaluate("window.brokenPolicies") == []
    # With signal again, the server's own list comes by itself.
    find_signal(window)
    expect(page.locator("#results-heading")).to_have_text(re.compile("^离你最近的 10 个驿站"))
    expect(page.locator(".age-note")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_cards_made_on_the_phone_say_what_the_servers_say(
    visit: Visits, demo: LiveServer, language: Language
) -> None:
    window = prepared(visit)
    lose_signal(window)
    speaker = Flask("speaker")
    install_languages(speaker)
    rows = {row.code: row for row in all_rows(demo.database, None, StationFilter())}
    now = dt.datetime.now(SHANGHAI).replace(second=0, microsecond=0)
    start = dt.datetime.combine(now, dt.time(), SHANGHAI)
    end = start + dt.timedelta(days=DAYS)
    seen = set()
    for hours, district in ((0, "340602"), (7, "340603"), (37, "340604"), (100, "340621")):
        moment = now + dt.timedelta(hours=hours, minutes=hours)
        window.page.clock.set_fixed_time(moment)
        asked = f"lon=116.798&lat=33.956&district={district}&n=100&lang={language}"
        window.page.goto(f"{window.base}/?{asked}")
        kept_list(window.page, {"zh": "离线 · 数据是", "en": "Offline · data from"}[language])
        cards = window.page.locator("#results .card").evaluate_all(_TOLD)
        assert len(cards) > 50
        for told in cards:
            with speaker.test_request_context(f"/?lang={language}"):
                assert told == expected(rows[told["code"]], moment, end)
            seen.add(told["look"])
    assert seen >= {"state-open", "state-closed", "state-unknown", "state-suspended"}


_TOLD = """(cards) => cards.map((card) => {
    const text = (name) => card.querySelector(name)?.textContent ?? ''
    return {
        code: card.dataset.code, has: card.dataset.has, name: text('.name'), words: text('.words'),
        look: card.querySelector('.state').classList[1], distance: text('.distance'),
        minutes: text('.minutes'), hours: text('.hours'), access: text('.access'),
        amenities: [...card.querySelectorAll('li.amenity')].map((one) => one.textContent),
        go: card.querySelector('.go').href, page: card.querySelector('.name a').pathname,
    }
})"""


def expected(row: Row, moment: dt.datetime, end: dt.datetime) -> dict:
    """The server's card in the same form; what lies beyond the kept days is not told."""
    minute = int(moment.timestamp()) // 60
    card = make_card(row, position=HERE, minute=minute)
    state = state_of(row, minute).state
    words = card.state.words
    if state.next is not None and state.next >= end:
        words = t("已关")
    if state.code == "open" and state.until is not None and state.until >= end:
        words = t("开放中")
    marks = [f"{mark.label}{' ' + mark.note if mark.note else ''}" for mark in card.amenities]
    return {
        "code": card.code,
        "has": " ".join(card.has),
        "name": card.name,
        "words": words,
        "look": f"state-{card.state.look}",
        "distance": card.distance,
        "minutes": card.minutes,
        "hours": card.hours,
        "access": f"{card.access} · {card.verified} {t('示例')}",
        "amenities": [
            *marks,
            *([f"+{card.further} {tn('样', card.further)}"] if card.further else []),
        ],
        "go": card.go,
        "page": f"/stations/{card.code}",
    }


@pytest.mark.parametrize("district", [None, "340603"])
@pytest.mark.parametrize(
    "presets",
    [["toilet"], ["hot_meal", "open_24h"], ["battery_swap"], ["open"], ["cool_rest", "open"]],
)
def test_the_same_chips_find_the_same_stations(
    visit: Visits, demo: LiveServer, presets: list[str], district: str | None
) -> None:
    window = prepared(visit, AT_HERE)
    page = window.page
    lose_signal(window)
    if district:
        page.locator("#district").select_option(district)
    for code in presets:
        page.locator(f".chips .chip:has(input[value={code}], input[name={code}])").click()
        kept_list(page)
    expect(page.locator("#results[aria-busy]")).to_have_count(0)
    chosen = tuple(preset for preset in PRESETS if preset.code in presets)
    asked = RiderQuery(HERE, district, presets=chosen, open_now="open" in presets)
    answer = found(demo, asked)
    names = [card.name for group in answer.groups for card in group.cards]
    assert window.names() == names
    page.reload()
    kept_list(page)
    assert window.names() == names
    chosen_again = page.locator(".chip input:checked").evaluate_all(
        "all => all.map((one) => (one.name === 'open' ? 'open' : one.value))"
    )
    assert sorted(chosen_again) == sorted(presets)
    titles = [group.title for group in answer.groups if group.title and group.cards]
    assert page.locator("#results .group-heading").all_inner_texts() == titles


@pytest.mark.parametrize(
    "query",
    [
        "",
        "n=40",
        "district=340621",
        "kind=driver_home,partner_station",
        "service_level=smart&access_method=qr_code,face&n=20",
        "audience=outdoor_workers&open=now",
        "audience=union_members&district=340603",
        "honour=model,national_most_beautiful",
        "seats=12&preset=toilet",
        "amenity=aed,wifi&seats=10",
        "amenity=toilet,locker&open=now&district=340603",
        "seats=9999",
    ],
)
def test_the_same_address_finds_the_same_stations_in_the_same_order(
    visit: Visits, demo: LiveServer, query: str
) -> None:
    """At different hours, with doors found locked and stations verified long ago or never."""
    with demo.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE station SET verified_at = now() - (id %% 4) * interval '200 days'"
            " WHERE id %% 5 > 0"
        )
        connection.exec_driver_sql("UPDATE station SET verified_at = NULL WHERE id %% 5 = 0")
        connection.exec_driver_sql("SELECT station_refresh(array_agg(id)) FROM station")
    window = prepared(visit, AT_HERE)
    page = window.page
    lose_signal(window)
    page.goto(f"{window.base}{AT_HERE}&{query}")
    kept_list(page)
    answer = found(demo, read_query(MultiDict(parse_qsl(f"{AT_HERE[2:]}&{query}"))))
    assert window.names() == [card.name for group in answer.groups for card in group.cards]
    titles = [group.title for group in answer.groups if group.title and group.cards]
    assert page.locator("#results .group-heading").all_inner_texts() == titles
    told = page.locator("#results-heading").inner_text().replace("离这个位置最近", "离你最近")
    assert told.removeprefix("濉溪县，").removeprefix("相山区，").endswith(answer.heading)
    ticked = page.locator("#further input:checked").count()
    seats = int("seats" in query)
    expect(page.locator("#tally b")).to_have_text(str(ticked + seats))


@pytest.mark.parametrize("text", ["淮海路", "司机之家", "淮海 驿站"])
def test_without_a_position_the_best_match_comes_first_there_too(
    visit: Visits, demo: LiveServer, text: str
) -> None:
    window = prepared(visit)
    page = window.page
    lose_signal(window)
    page.goto(f"{window.base}/?{urlencode({'q': text})}")
    kept_list(page)
    answer = found(demo, read_query(MultiDict({"q": text})))
    names = [card.name for group in answer.groups for card in group.cards]
    assert names
    assert window.names() == names
    expect(page.locator("#results-heading")).to_have_text(answer.heading)


def test_what_the_phone_cannot_search_for_is_told(visit: Visits, demo: LiveServer) -> None:
    window = prepared(visit)
    page = window.page
    lose_signal(window)
    page.get_by_role("searchbox").fill("huaihai")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("#results .hint")).to_contain_text("不认拼音")


def test_words_and_districts_are_found_without_signal(visit: Visits, demo: LiveServer) -> None:
    window = prepared(visit)
    page = window.page
    lose_signal(window)
    page.locator("#district").select_option("340604")
    kept_list(page)
    assert page.locator("#results .card").count() == 10
    expect(page.locator("#results-heading")).to_have_text(re.compile("^烈山区，[0-9]+ 个驿站$"))
    page.locator("[data-more]").click()
    expect(page.locator("#results .card")).to_have_count(20)
    name = window.names()[3]
    page.locator("#district").select_option("")
    page.get_by_role("searchbox").fill(name)
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("#results .card .name").first).to_have_text(name)


def test_distances_on_the_phone_are_those_of_the_spheroid(visit: Visits, demo: LiveServer) -> None:
    page = visit().open()
    ends = [[116.798 + dx, 33.956 + dy] for dx in (-0.9, -0.01, 0, 0.4) for dy in (-0.6, 0, 1e-4)]
    ends += [[87.6, 43.8], [121.5, 31.2], [116.7981, 33.956]]
    told = page.evaluate(
        "([from, ends]) => ends.map((to) => window.stationMapOffline.distance(from, to))",
        [list(HERE), ends],
    )
    for (lon, lat), metres in zip(ends, told, strict=True):
        true = GEOD.inv(*HERE, lon, lat)[2]
        assert metres == pytest.approx(true, rel=2e-5, abs=0.01)


def test_how_old_the_data_is_and_when_it_no_longer_says_anything(
    visit: Visits, demo: LiveServer
) -> None:
    window = prepared(visit, AT_HERE)
    page = window.page
    lose_signal(window)
    for later, told in (
        (dt.timedelta(minutes=40), "离线 · 数据是 40 分钟前的"),
        (dt.timedelta(hours=3, minutes=5), "离线 · 数据是 3 小时前的"),
        (dt.timedelta(days=5, hours=1), "离线 · 数据是 5 天前的"),
    ):
        page.clock.set_fixed_time(dt.datetime.now(dt.UTC) + later)
        page.reload()
        expect(page.locator(".age-note")).to_have_text(told)
    assert page.locator(".state-open, .state-closed, .state-soon").count() > 0
    page.clock.set_fixed_time(dt.datetime.now(dt.UTC) + dt.timedelta(days=DAYS, minutes=1))
    page.reload()
    kept_list(page)
    looks = page.locator("#results .state").evaluate_all(
        "all => all.map((one) => one.classList[1])"
    )
    assert looks == ["state-unknown"] * 10


def test_a_station_that_was_looked_at_is_there_with_its_state_of_now(
    visit: Visits, demo: LiveServer
) -> None:
    window = prepared(visit, AT_HERE)
    page = window.page
    code = str(page.locator("#results .card").first.get_attribute("data-code"))
    page.locator("#results .card .name a").first.click()
    page.wait_for_url("**/stations/**")
    keep(page, f"/stations/{code}")
    lose_signal(window)
    row = get_station(demo.database, code)
    now = dt.datetime.now(SHANGHAI).replace(second=0, microsecond=0)
    for hours in (0, 5, 11, 26):
        moment = now + dt.timedelta(hours=hours)
        page.clock.set_fixed_time(moment)
        page.goto(f"{window.base}/stations/{code}?lon=116.798&lat=33.956")
        expect(page.locator("#station .age-note")).to_be_visible()
        words = make_card(row, minute=int(moment.timestamp()) // 60).state.words
        expect(page.locator("#station .lead .state .words")).to_have_text(words)
    expect(page.locator(".age-note")).to_contain_text("页里说的今天是")
    expect(page.locator(".week .mark")).to_have_count(0)


def test_a_station_never_looked_at_is_told_in_brief(visit: Visits, demo: LiveServer) -> None:
    window = prepared(visit)
    page = window.page
    lose_signal(window)
    row = all_rows(demo.database, None, StationFilter())[7]
    page.goto(f"{window.base}/stations/{row.code}")
    kept_list(page)
    assert window.names() == [json.loads(row.card)["name"]]
    expect(page.locator("#results-heading")).to_have_text("这一站的详情没有存在手机上，只有这些")
    find_signal(window)
    expect(page.locator("#station h1")).to_contain_text(json.loads(row.card)["name"])
    lose_signal(window)
    page.goto(f"{window.base}/stations/NOWHERE")
    expect(page.locator("#results-heading")).to_have_text("手机里没有这一站")


def test_the_map_is_drawn_without_signal(visit: Visits, demo: LiveServer) -> None:
    window = prepared(visit, AT_HERE)
    page = window.page
    lose_signal(window)
    page.reload()
    kept_list(page)
    page.get_by_role("button", name="地图", exact=True).click()
    page.locator(".leaflet-marker-icon.pin").first.wait_for()
    expect(page.locator(".me")).to_be_visible()
    listed = set(window.names())
    pins = page.locator(".leaflet-marker-icon.pin").evaluate_all(
        "all => all.map((one) => one.ariaLabel)"
    )
    label = next(str(one) for one in pins if str(one).split("，")[0] not in listed)
    page.locator(f".leaflet-marker-icon.pin[aria-label='{label}']").dispatch_event("click")
    expect(page.locator("#picked .card .name")).to_have_text(label.split("，")[0])


def test_nothing_kept_tells_where_somebody_was_but_the_last_question(
    visit: Visits, demo: LiveServer
) -> None:
    window = prepared(visit, "/?lon=116.81234&lat=33.94321")
    page = window.page
    code = str(page.locator("#results .card").first.get_attribute("data-code"))
    page.locator("#results .card .name a").first.click()
    page.wait_for_url("**/stations/**")
    keep(page, f"/stations/{code}")
    page.goto(window.base + "/?lon=116.79876&lat=33.95678")
    everything = page.evaluate(_EVERYTHING)
    assert len(everything) > 10
    assert not [text for text in everything if "116.81234" in text or "33.94321" in text]
    assert [text[:40] for text in everything if "116.79876" in text] == [everything[0][:40]]


def test_errors_are_not_kept(visit: Visits, demo: LiveServer) -> None:
    window = prepared(visit)
    page = window.page
    page.goto(window.base + "/stations/NOWHERE")
    expect(page.locator("#error")).to_be_visible()
    page.evaluate("fetch('/api/v1/stations/slim?crs=nonsense').then((got) => got.text())")
    page.evaluate("fetch('/api/v1/areas?crs=gcj02').then((got) => got.text())")
    kept = keep(page, "/areas?crs=gcj02")
    assert not [url for url in kept if "NOWHERE" in url or "nonsense" in url]


def test_names_are_text_on_the_phone_too(visit: Visits, live_server: LiveServer) -> None:
    save(live_server.database, [station(HOSTILE, address=HOSTILE, hours_text=HOSTILE)])
    window = prepared(visit)
    page = window.page
    lose_signal(window)
    page.reload()
    kept_list(page)
    assert window.names() == [HOSTILE]
    expect(page.locator("#results .card .address")).to_have_text(HOSTILE)
    assert page.locator("#results img").count() == 0
    assert HOSTILE in unquote(str(page.locator(".go").first.get_attribute("href")))
    assert page.evaluate("window.brokenPolicies") == []


# -- reports --------------------------------------------------------------------------------


def reports_of(database: Database) -> list[tuple]:
    return list(database.rows("SELECT id, kind FROM report ORDER BY received_at"))


def report_locked(page: Page) -> None:
    page.locator("#results .card a[data-report]").first.click()
    page.get_by_role("button", name="锁门").click()


@pytest.fixture
def rider(visit: Visits, demo: LiveServer) -> Visit:
    """A phone at a list, prepared for the road, under the worker's care."""
    return prepared(visit, AT_HERE)


def test_a_report_without_signal_is_sent_once_when_it_returns(
    rider: Visit, demo: LiveServer
) -> None:
    page = rider.page
    lose_signal(rider)
    report_locked(page)
    expect(page.locator(".report-thanks")).to_have_text("已记下，有信号就发出。")
    assert reports_of(demo.database) == []
    find_signal(rider)
    expect(page.locator(".toast")).to_contain_text("之前记下的 1 条发出去了。")
    assert [kind for _, kind in reports_of(demo.database)] == ["locked"]
    # Nothing is left to be sent by the next start.
    page.reload()
    page.evaluate("navigator.serviceWorker.controller.postMessage('flush')")
    rider.settle()
    assert len(reports_of(demo.database)) == 1


ON_TOP = """(line) => {
  const { left, top, width, height } = line.getBoundingClientRect()
  const hit = document.elementFromPoint(left + width / 2, top + height / 2)
  return innerHeight >= top + height && top >= 0 && line.contains(hit)
}"""


@pytest.mark.parametrize("forced", ["none", "active"])
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800)])
def test_what_is_told_meanwhile_stands_above_an_open_sheet(
    visit: Visits, demo: LiveServer, width: int, height: int, forced: str
) -> None:
    window = prepared(visit, AT_HERE, width=width, height=height, forced_colors=forced)
    page = window.page
    lose_signal(window)
    report_locked(page)
    sheet, line = page.locator("dialog[open]"), page.locator(".toast[role=status]")
    find_signal(window)
    expect(line).to_contain_text("之前记下的 1 条发出去了。")
    assert line.evaluate(ON_TOP)
    # The sheet's own button can still be pressed, and closing it leaves the line.
    sheet.get_by_role("button", name="好", exact=True).and_(page.locator(".primary")).click()
    expect(sheet).to_have_count(0)
    assert line.evaluate(ON_TOP)
    # A sheet that opens later takes it along; there it can be put away.
    page.locator("#results a[data-report]").first.click()
    expect(sheet).to_be_visible()
    assert line.evaluate(ON_TOP)
    line.get_by_role("button", name="好", exact=True).click()
    expect(line).to_have_count(0)
    expect(sheet).to_be_visible()


def test_a_report_whose_answer_was_lost_is_stored_once(rider: Visit, demo: LiveServer) -> None:
    page, context = rider.page, rider.page.context
    lost = []

    def lose_the_answer(route) -> None:
        route.fetch()
        lost.append(route.request.post_data)
        route.abort()

    context.route("**/reports", lose_the_answer, times=1)
    report_locked(page)
    expect(page.locator(".report-thanks")).to_have_text("已记下，有信号就发出。")
    assert len(lost) == 1
    [first] = reports_of(demo.database)
    page.reload()
    expect(page.locator(".toast")).to_contain_text("之前记下的 1 条发出去了。")
    assert reports_of(demo.database) == [first]


def test_reports_wait_while_the_server_is_away_and_go_on_a_later_start(
    rider: Visit, demo: LiveServer
) -> None:
    page, context = rider.page, rider.page.context
    context.route("**/reports", lambda route: route.fulfill(status=503, body="{}"))
    report_locked(page)
    expect(page.locator(".report-thanks")).to_have_text("已记下，有信号就发出。")
    page.close()
    context.unroute("**/reports")
    again = context.new_page()
    again.goto(rider.base + "/")
    expect(again.locator(".toast")).to_contain_text("之前记下的 1 条发出去了。")
    assert len(reports_of(demo.database)) == 1


def test_a_report_that_is_refused_is_told_and_not_sent_for_ever(
    rider: Visit, demo: LiveServer
) -> None:
    page = rider.page
    lose_signal(rider)
    report_locked(page)
    expect(page.locator(".report-thanks")).to_be_visible()
    with demo.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM station")
    find_signal(rider)
    expect(page.locator(".toast")).to_contain_text("有 1 条没有收下")
    assert reports_of(demo.database) == []


def test_the_servers_no_is_the_pages_own(rider: Visit, demo: LiveServer) -> None:
    page = rider.page
    rider.page.context.route(
        "**/reports", lambda route: route.fulfill(status=429, body="{}"), times=1
    )
    report_locked(page)
    expect(page.locator(".sheet-trouble")).to_have_text("反映得太多了，过一会儿再试。")


@pytest.mark.parametrize("lost", ["**/sw.js", "**/offline"])
def test_preparing_is_tried_again_when_the_signal_broke_off(
    visit: Visits, demo: LiveServer, lost: str
) -> None:
    window = visit(**PHONE)
    broken = []

    def break_off(route: Route) -> None:
        broken.append(route.request.url)
        route.abort()

    window.page.context.route(lost, break_off, times=1)
    window.open(AT_HERE)
    keep(window.page)
    assert len(broken) == 1
    lose_signal(window)
    window.page.reload()
    kept_list(window.page)


# -- a new version ----------------------------------------------------------------------------


def test_a_new_version_waits_until_it_is_asked_for(rider: Visit, demo: LiveServer) -> None:
    page = rider.page
    page.evaluate("caches.open('station-map-stations-older').then(() => {})")
    # The page's banner says something else now, so the page that phones keep is a new one.
    save(demo.database, [station("甲")])
    page.evaluate("window.before = true; navigator.serviceWorker.ready.then((one) => one.update())")
    expect(page.locator(".toast")).to_contain_text("有新版本。")
    assert page.evaluate("window.before") is True
    with page.expect_navigation():
        page.get_by_role("button", name="点一下更新").click()
    assert page.evaluate("window.before") is None
    keep(page)
    assert "station-map-stations-older" not in page.evaluate("caches.keys()")
    expect(page.locator("#results-heading")).to_contain_text("最近的 10 个驿站")


def test_the_manifest_is_what_a_home_screen_needs(rider: Visit, demo: LiveServer) -> None:
    """Chromium's own words on whether it could be installed."""
    wire = rider.page.context.new_cdp_session(rider.page)
    assert wire.send("Page.getAppManifest")["errors"] == []
    told = wire.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A window of a test is a private one, which installs nothing.
    assert [one["errorId"] for one in told if one["errorId"] != "in-incognito"] == []
