"""Very many stations: the map is gathered by the server, and does what it does for few."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from station_map.store.database import Database
from tests.browser.conftest import HERE, Visit
from tests.support import live
from tests.web.stations import save, station

Visits = Callable[..., Visit]
PIN = ".leaflet-marker-icon.pin"
CLUSTER = ".leaflet-marker-icon.cluster"
HOSTILE = "</script><script>alert(1)</script>"
MANY = 60


@pytest.fixture
def many(database: Database, tmp_path: Path) -> Iterator[str]:
    """The address of a server that thinks more than ten stations many; there are MANY."""
    near = [
        station(f"密集驿站{n}", HERE[0] + n % 10 * 2e-4, HERE[1] + n // 10 * 2e-4)
        for n in range(MANY - 2)
    ]
    alone = [
        station("烈山孤站", 116.95, 33.80, opening_hours="24/7"),
        station(HOSTILE, 116.6, 34.1),
    ]
    save(database, near + alone)
    port = live.free_port()
    settings = {
        "STATION_MAP_DATABASE_URL": database.url,
        "STATION_MAP_PORT": str(port),
        "STATION_MAP_DATA_DIR": str(tmp_path),
        "STATION_MAP_MAP_TILES_FROM": "10",
        "STATION_MAP_WORKERS": "1",
    }
    with live.serving(["serve"], settings, tmp_path / "log", port):
        yield f"http://127.0.0.1:{port}"


def shown(window: Visit) -> int:
    """Stations on the map, in clusters and alone."""
    counts = [int(text) for text in window.page.locator(CLUSTER).all_inner_texts()]
    return sum(counts) + window.page.locator(PIN).count()


def opened(visit: Visits, address: str, path: str = "/", **options: object) -> Visit:
    window = visit(**options)
    window.base = address
    window.open(path)
    window.page.locator(f"{CLUSTER}, {PIN}").first.wait_for()
    return window


def test_the_map_asks_for_tiles_and_shows_every_station(visit: Visits, many: str) -> None:
    window = opened(visit, many)
    asked = [one.url for one in window.requests]
    assert any("/tiles/stations/" in url for url in asked)
    assert not any("/stations/slim" in url for url in asked)
    assert shown(window) == MANY
    window.assert_clean()


def test_a_tap_on_a_cluster_zooms_until_its_stations_stand_alone(visit: Visits, many: str) -> None:
    window = opened(visit, many)
    page = window.page
    page.locator(CLUSTER).first.click()
    expect(page.locator(CLUSTER)).to_have_count(0)
    assert page.locator(PIN).count() > 1
    window.assert_clean()


def test_a_tap_on_a_station_opens_its_card(visit: Visits, many: str) -> None:
    window = opened(visit, many)
    window.page.get_by_role("button", name="烈山孤站").click()
    expect(window.page.locator("#results .card.is-selected .name")).to_have_text("烈山孤站")
    expect(window.page.locator(f"{PIN}.is-selected")).to_have_count(1)
    window.assert_clean()


def test_keys_do_what_taps_do(visit: Visits, many: str) -> None:
    window = opened(visit, many)
    page = window.page
    expect(page.locator(CLUSTER).first).to_have_attribute(
        "aria-label", re.compile(r"\d+ 个驿站，0 个现在开着，放大看")
    )
    page.locator(CLUSTER).first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(CLUSTER)).to_have_count(0)
    expect(page.locator(".leaflet-container")).to_be_focused()


def test_filters_are_those_of_the_list(visit: Visits, many: str) -> None:
    window = opened(visit, many, "/?preset=open_24h&kind=nonsense")
    expect(window.page.locator(CLUSTER)).to_have_count(0)
    expect(window.page.locator(PIN)).to_have_count(1)
    window.page.goto(f"{many}/?open=now")
    window.settle()
    expect(window.page.locator(PIN)).to_have_count(1)
    window.assert_clean()


def test_the_selected_station_is_on_the_map_wherever_it_is(visit: Visits, many: str) -> None:
    window = opened(visit, many, f"/?lon={HERE[0]}&lat={HERE[1]}")
    window.page.locator("#results .card").first.click()
    expect(window.page.locator(f"{PIN}.is-selected")).to_have_count(1)


def test_hostile_names_are_text(visit: Visits, many: str) -> None:
    window = opened(visit, many)
    window.page.get_by_role("button", name=HOSTILE).hover()
    expect(window.page.locator(".pin-tip")).to_have_text(HOSTILE)
    window.assert_clean()
