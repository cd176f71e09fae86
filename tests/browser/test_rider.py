"""The rider's page in a real browser: position, filters, selection, both views."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import parse_qsl

from playwright.sync_api import expect
from pyproj import Geod
from werkzeug.datastructures import MultiDict

from station_map.resources import geodata_dir
from station_map.web.pages.order import OPEN_AT_LEAST
from station_map.web.pages.query import read_query
from tests.browser.conftest import HERE, Visit, found
from tests.conftest import LiveServer

GEOD = Geod(ellps="WGS84")
Visits = Callable[..., Visit]
PIN = ".leaflet-marker-icon.pin"


def demo_stations() -> list[dict]:
    text = (geodata_dir() / "demo" / "stations.geojson").read_text("utf-8")
    found: list[dict] = json.loads(text)["features"]
    return found


def nearest_by_force(
    lon: float, lat: float, wanted: Callable[[dict], bool] = lambda _: True
) -> list[str]:
    """Names of the open demo stations, nearest first, without index or database."""
    stations = [
        (GEOD.inv(lon, lat, *one["geometry"]["coordinates"])[2], one["properties"]["name"])
        for one in demo_stations()
        if one["properties"]["status"] == "open" and wanted(one["properties"])
    ]
    return [name for _, name in sorted(stations)]


def answer(demo: LiveServer, query: str) -> list[str]:
    """Names as the server's search gives them, in the order of the list."""
    asked = read_query(MultiDict(parse_qsl(query)))
    groups = found(demo, asked).groups
    return [card.name for group in groups for card in group.cards]


def near(window: Visit, count: int, *place: float) -> list[str]:
    """The names listed for a place: the nearest are all there, and few others, that are open."""
    lon, lat = place or HERE
    names = window.names()
    assert set(nearest_by_force(lon, lat)[:count]) <= set(names)
    assert len(names) <= count + OPEN_AT_LEAST
    return names


def test_the_riders_position_gives_the_nearest_the_open_ones_first(
    visit: Visits, demo: LiveServer
) -> None:
    window = visit()
    window.open()
    window.locate()
    assert near(window, 10) == answer(demo, "lon=116.798&lat=33.956")
    assert "lon=116.79800&lat=33.95600" in window.page.url
    expect(window.page.locator(".me")).to_be_visible()
    expect(window.page.locator("#said")).to_have_text(re.compile("^离你最近的 10 个驿站"))
    window.assert_clean()


def test_permission_is_asked_only_when_the_button_is_pressed(
    visit: Visits, demo: LiveServer
) -> None:
    window = visit()
    window.page.add_init_script(
        "window.asked = 0; const ask = navigator.geolocation.getCurrentPosition;"
        "Geolocation.prototype.getCurrentPosition = function (...rest) {"
        " window.asked += 1; return ask.apply(this, rest) };"
        "Geolocation.prototype.watchPosition = () => { window.asked += 1 }"
    )
    window.open()
    assert window.page.evaluate("window.asked") == 0
    window.locate()
    assert window.page.evaluate("window.asked") == 1


def test_without_permission_the_page_goes_on(visit: Visits, demo: LiveServer) -> None:
    window = visit(position=None)
    page = window.open()
    page.locator("#locate").click()
    expect(page.locator(".notice")).to_contain_text("没有得到位置许可")
    expect(page.locator("#district")).to_be_focused()
    page.locator("#district").select_option(label="杜集区")
    expect(page.locator("#results-heading")).to_contain_text("杜集区，")
    expect(page.locator(".notice")).to_have_count(0)
    assert "district=340602" in page.url
    window.assert_clean()


def test_filters_narrow_list_and_map_together(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open()
    window.locate()
    page.locator(".chips .chip", has_text="热饭饮水").click()
    page.locator(".chips .chip", has_text="24小时").click()
    page.wait_for_load_state("networkidle")

    def wanted(facts: dict) -> bool:
        have = facts["amenities"]
        return facts["opening_hours"] == "24/7" and all(
            have.get(code) == "yes" for code in ("microwave", "drinking_water")
        )

    expect(page.locator("#results[aria-busy]")).to_have_count(0)
    # They never close, so that only a door found locked, or unverified, may change places.
    assert set(window.names()) == set(nearest_by_force(*HERE, wanted)[:10])
    assert window.names() == answer(demo, "lon=116.798&lat=33.956&preset=hot_meal,open_24h")
    assert "preset=hot_meal,open_24h" in page.url
    labels = page.locator(PIN).evaluate_all("all => all.map((one) => one.ariaLabel)")
    on_map = {str(label).rsplit("，", 1)[0] for label in labels}
    assert on_map
    assert on_map <= {
        one["properties"]["name"] for one in demo_stations() if wanted(one["properties"])
    }
    window.assert_clean()


def test_the_address_brings_back_what_was_asked(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open("/?lon=116.798&lat=33.956&preset=toilet,hot_meal")
    assert page.locator(".chip input:checked").evaluate_all(
        "all => all.map((one) => one.value)"
    ) == [
        "hot_meal",
        "toilet",
    ]
    before = window.names()
    page.reload()
    page.wait_for_load_state("networkidle")
    assert window.names() == before
    expect(page.locator(".me")).to_be_visible()


def test_words_are_searched_when_sent(visit: Visits, demo: LiveServer) -> None:
    name = demo_stations()[42]["properties"]["name"]
    window = visit()
    page = window.open()
    page.get_by_label("搜站名、地址").fill(name)
    page.get_by_label("搜站名、地址").press("Enter")
    expect(page.locator("#results .card .name").first).to_have_text(name)
    window.assert_clean()


def test_a_card_and_its_pin_are_one(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open()
    window.locate()
    card = page.locator("#results .card").nth(1)
    name = card.locator(".name").inner_text()
    card.locator(".state").click()
    expect(card).to_have_attribute("aria-current", "true")
    chosen = page.locator(f"{PIN}.is-selected")
    expect(chosen).to_have_count(1)
    assert str(chosen.get_attribute("aria-label")).startswith(name)
    window.assert_clean()


def test_a_pin_that_is_not_listed_shows_its_card(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open()
    window.locate()
    page.locator(PIN).first.wait_for()
    listed = set(window.names())
    pins = page.locator(PIN).evaluate_all("all => all.map((one) => one.ariaLabel)")
    place = next(n for n, label in enumerate(pins) if str(label).split("，")[0] not in listed)
    page.locator(PIN).nth(place).dispatch_event("click")
    picked = page.locator("#picked .card")
    expect(picked.locator(".name")).to_have_text(str(pins[place]).split("，")[0])
    expect(picked).to_have_attribute("aria-current", "true")
    expect(picked.locator(".distance")).to_be_visible()
    window.assert_clean()


def test_pointing_at_a_card_lights_its_pin_and_the_reverse(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open()
    window.locate()
    page.locator(PIN).first.wait_for()
    page.locator("#results .card").first.hover()
    expect(page.locator(".map .is-lit")).to_have_count(1)
    lit = str(page.locator(".map .is-lit").get_attribute("aria-label")).split("，")[0]
    assert lit == window.names()[0]
    page.mouse.move(640, 790)
    page.locator(f'{PIN}[aria-label^="{lit}"]').hover()
    expect(page.locator(".card.is-lit .name")).to_have_text(lit)


def test_search_from_a_place_on_the_map(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open()
    window.locate()
    page.locator("#map_stations").click(position={"x": 300, "y": 620})
    page.get_by_role("button", name="在这里找").click()
    page.wait_for_url(re.compile(r"lon=(?!116\.79800)"))
    expect(page.locator("#results[aria-busy]")).to_have_count(0)
    found = re.search(r"lon=([\d.]+)&lat=([\d.]+)", page.url)
    assert found is not None
    near(window, 10, float(found[1]), float(found[2]))
    window.assert_clean()


def test_more_adds_to_the_list_and_keeps_the_place(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open()
    window.locate()
    before = near(window, 10)
    page.locator("[data-more]").click()
    expect(page.locator("#results-heading")).to_have_text(re.compile("最近的 20 个"))
    after = near(window, 20)
    first_new = next(name for name in after if name not in before)
    expect(page.get_by_role("link", name=first_new, exact=True)).to_be_focused()


def test_dropping_a_filter_where_nothing_was_found(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open("/?district=340603&preset=toilet,shower_laundry")
    assert window.names() == []
    page.get_by_role("link", name="不要“淋浴洗衣”").click()
    expect(page.locator("#results .card")).to_have_count(10)
    assert page.url.endswith("/?district=340603&preset=toilet")
    expect(page.locator(".chip input:checked")).to_have_count(1)
    window.assert_clean()


def test_a_lost_connection_is_told_with_one_button(visit: Visits, demo: LiveServer) -> None:
    window = visit()
    page = window.open()
    window.locate()
    page.context.set_offline(True)
    page.locator(".chips .chip", has_text="换电").click()
    expect(page.locator(".trouble")).to_contain_text("可能是网络断了")
    page.context.set_offline(False)
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator("#results-heading")).to_be_visible()


def test_on_a_phone_the_map_is_loaded_when_it_is_looked_at(visit: Visits, demo: LiveServer) -> None:
    window = visit(width=360, height=740, has_touch=True, is_mobile=True)
    page = window.open()
    window.locate()
    assert not [one for one in window.requests if "/slim" in one.url]
    expect(page.locator("#map")).to_be_hidden()
    page.get_by_role("button", name="地图", exact=True).click()
    page.locator(".leaflet-marker-icon").first.wait_for()
    expect(page.locator("#map")).to_be_visible()
    expect(page.locator(".me")).to_be_in_viewport()
    sheet = page.locator("#list").bounding_box()
    dot = page.locator(".me").bounding_box()
    assert sheet is not None
    assert dot is not None
    assert dot["y"] + dot["height"] < sheet["y"], "the sheet hides the rider's own place"
    handle = page.locator("#handle")
    for step in ("full", "peek", "half"):
        handle.press("Enter")
        expect(page.locator("body")).to_have_attribute("data-sheet", step)
    page.get_by_role("button", name="列表", exact=True).click()
    expect(page.locator("#map")).to_be_hidden()
    window.assert_clean()
