"""Takes the pictures of the pages for operators, from a server with the demo data.

    python docs/make_admin_pictures.py http://127.0.0.1:8000 NAME PASSWORD

NAME is an administrator's account on that server (`station-map users add`). Each picture is a
function in PICTURES that brings the page to what is to be seen; nothing is saved. Needs
Playwright and the system's Chromium (`make test` installs both).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from make_walk import sign_in
from playwright.sync_api import Browser, Page, expect, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


def find(page: Page) -> None:
    """Stations, as they are found by the sound of a name."""
    page.get_by_role("navigation").get_by_role("link", name="驿站").click()
    page.get_by_label("站名、地址、拼音或编号").fill("youzheng")
    page.get_by_role("button", name="找", exact=True).click()


def station(page: Page) -> None:
    """One of them, with all that is known."""
    find(page)
    page.locator(".stations a").first.click()


def place(page: Page) -> None:
    """Its position; what pasted figures mean in each datum."""
    station(page)
    page.get_by_role("link", name="改位置").click()
    expect(page.locator(".leaflet-marker-draggable")).to_be_visible()
    page.locator("#edit-map").scroll_into_view_if_needed()


def hours(page: Page) -> None:
    """The week as a table."""
    station(page)
    page.get_by_role("link", name="改开放时间").click()
    page.get_by_label("开放时间", exact=True).fill(
        "周一至周五8:30-12:00,14:30-18:00，周末9:00-16:00"
    )
    expect(page.locator("#preview-expression")).to_contain_text("Sa-Su")
    page.locator("#week-grid").scroll_into_view_if_needed()


def amenities(page: Page) -> None:
    """The switches."""
    station(page)
    page.get_by_role("link", name="改有什么").click()


PICTURES: dict[str, tuple[dict[str, int], Callable[[Page], None]]] = {
    "edit-find-phone.png": (PHONE, find),
    "edit-station-phone.png": (PHONE, station),
    "edit-place-phone.png": (PHONE, place),
    "edit-hours-desk.png": (DESK, hours),
    "edit-amenities-phone.png": (PHONE, amenities),
}


def take(browser: Browser, address: str, name: str, password: str) -> None:
    """Every picture, each in a window of its own."""
    for file, (viewport, show) in PICTURES.items():
        context = browser.new_context(
            viewport=viewport,  # type: ignore[arg-type]
            locale="zh-CN",
            reduced_motion="reduce",
        )
        page = context.new_page()
        sign_in(page, address, name, password)
        show(page)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / file)
        context.close()


def main(address: str, name: str, password: str) -> None:
    """Take every picture."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        take(browser, address, name, password)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])
