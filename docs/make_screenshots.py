"""Takes the pictures of the documentation from a running server.

    python docs/make_screenshots.py http://127.0.0.1:8000

Needs Playwright and the system's Chromium (`make test` installs both). The server should
hold the demo data, so that the pictures say so.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
HERE = {"longitude": 116.798, "latitude": 33.956}


def open_page(browser: Browser, width: int, height: int, scheme: str = "light") -> Page:
    """Give a window whose rider stands in the middle of Huaibei."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        geolocation=HERE,
        permissions=["geolocation"],
        locale="zh-CN",
        reduced_motion="reduce",
    )
    return context.new_page()


def locate(page: Page, address: str) -> None:
    """Open the page and use the rider's position and one filter."""
    page.goto(address)
    page.locator("#locate").click()
    page.locator("#results-heading", has_text="离你最近的").wait_for()
    page.locator(".chip", has_text="热饭饮水").click()
    page.locator(".amenity.asked").first.wait_for()
    page.wait_for_load_state("networkidle")


def desk(browser: Browser, address: str) -> None:
    """List and map side by side, one station chosen."""
    for scheme, name in (("light", "rider-desk.png"), ("dark", "rider-desk-dark.png")):
        page = open_page(browser, 1280, 800, scheme)
        locate(page, address)
        page.locator(".leaflet-marker-icon.pin").first.wait_for()
        page.locator("#results .card .state").first.click()
        page.locator(".leaflet-marker-icon.is-selected").wait_for()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / name)


def phone(browser: Browser, address: str) -> None:
    """Show list, then map, on a small screen."""
    page = open_page(browser, 360, 740)
    locate(page, address)
    page.screenshot(path=IMAGES / "rider-phone-list.png")
    page.get_by_role("button", name="地图", exact=True).click()
    page.locator(".leaflet-marker-icon.pin").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "rider-phone-map.png")


def station(browser: Browser, address: str) -> None:
    """A station's page, and what a rider can tell about it."""
    page = open_page(browser, 360, 740)
    locate(page, address)
    page.locator("#results .card .name a").first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "station-phone.png")
    page.goto(page.url.partition("?")[0] + "/report")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "report-phone.png")


def main(address: str) -> None:
    """Take every picture."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        desk(browser, address)
        phone(browser, address)
        station(browser, address)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
