"""A station's photos and the question at its door, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from station_map.store.pictures import PhotoLimits
from station_map.store.station_photo_files import prepare
from station_map.store.station_photos import add_photos
from tests.browser.conftest import Held, Visit
from tests.browser.test_access import in_each, violations, wider_than_the_screen
from tests.conftest import LiveServer
from tests.store.merging import rows
from tests.support.pictures import encoded, picture
from tests.web.stations import HOSTILE_NAMES, save, station

Visits = Callable[..., Visit]
LIMITS = PhotoLimits(max_bytes=5_000_000, max_pixels=6_000_000)
SIZES = ((1200, 900), (600, 1200), (300, 200))
BOXES = """[...document.querySelectorAll('main *')].filter((one) => one.checkVisibility()).map((one) => {
  const box = one.getBoundingClientRect()
  return [box.x, box.y + scrollY, box.width, box.height]
})"""
DRAWN = """() => [...document.querySelectorAll('.photos img')]
  .every((one) => one.complete && one.naturalWidth > 0)"""


@pytest.fixture
def code(live_server: LiveServer) -> str:
    """A station with three photos, one of them with a caption that is long and hostile."""
    (code,) = save(live_server.database, [station("淮海路驿站", opening_hours="24/7")])
    captions = (HOSTILE_NAMES[3], None, "长" * 200)
    for number, (size, caption) in enumerate(zip(SIZES, captions, strict=True)):
        made = prepare(encoded(picture(size, colour=(80 * number, 0, 0))), LIMITS)
        add_photos(live_server.database, live_server.data_dir, code, [made], caption, actor="test")
    return code


def look(page: Page) -> None:
    """Scroll to the photos and wait until they are drawn."""
    page.locator(".photos").scroll_into_view_if_needed()
    page.locator(".photos li").last.scroll_into_view_if_needed()
    page.wait_for_function(DRAWN)


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_when_the_pictures_come(visit: Visits, code: str, width: int) -> None:
    window = visit(width=width)
    page = window.page
    held = Held(page, "**/photos/**")
    # The map is another thing that comes late.
    page.route("**/static/leaflet*", lambda route: route.abort())
    page.goto(f"{window.base}/stations/{code}", wait_until="load")
    page.locator(".photos li").last.scroll_into_view_if_needed()
    before = page.evaluate(BOXES)
    assert page.evaluate(DRAWN) is False
    held.let_go()
    look(page)
    assert page.evaluate(BOXES) == before
    assert len(before) > 50


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_at_the_door(visit: Visits, code: str, width: int) -> None:
    window = visit(width=width, reduced_motion="reduce")
    page = window.open(f"/stations/{code}?from=door")
    look(page)
    for scheme in in_each(page):
        assert violations(page) == [], scheme
        assert wider_than_the_screen(page) == [], scheme
    window.assert_clean()


def test_without_scripts_the_pictures_are_there(visit: Visits, code: str) -> None:
    window = visit(width=360, java_script_enabled=False)
    page = window.open(f"/stations/{code}")
    page.locator(".photos li").last.scroll_into_view_if_needed()
    window.settle()
    drawn = {one.url.rpartition("/")[2] for one in window.requests if "/photos/" in one.url}
    assert len(drawn) == len(SIZES)
    assert all(".webp?" in name for name in drawn)
    page.locator(".photos a").first.click()
    assert page.locator("img").count() == 1


def test_a_small_phone_fetches_small_pictures(visit: Visits, code: str) -> None:
    window = visit(width=360)
    look(window.open(f"/stations/{code}"))
    found = sorted(one.url for one in window.requests if "/photos/" in one.url)
    assert ["size=480" in one for one in found] == [True, True, False]


def test_one_tap_at_the_door_tells_that_it_is_locked(
    visit: Visits, live_server: LiveServer, code: str
) -> None:
    page = visit(width=360).open(f"/stations/{code}?from=door")
    page.get_by_role("link", name="锁门了").click()
    expect(page.locator(".report-thanks")).to_contain_text("谢谢")
    told = rows(
        live_server.database,
        "SELECT s.code, r.kind FROM report r JOIN station s ON s.id = r.station_id",
    )
    assert told == [(code, "locked")]
