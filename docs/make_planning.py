"""Takes the pictures of the planning page, from a server with the demo data.

    python docs/make_planning.py http://127.0.0.1:8000 NAME PASSWORD

NAME is a planner's account on that server (`station-map users add`). Nothing is saved there. Needs
Playwright and the system's Chromium (`make test` installs both).
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from make_walk import sign_in
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 360, "height": 740}


def ask(page: Page, address: str, query: str) -> None:
    """The page with its map drawn."""
    page.goto(f"{address}/planning?{query}")
    expect(page.locator("#plan-map[data-answered]")).to_be_visible(timeout=60_000)
    expect(page.locator("canvas.plan-cells[data-drawn]")).to_be_visible()
    page.wait_for_load_state("networkidle")


def add_in_a_gap(page: Page) -> None:
    """Fly to the second largest gap and try a station in its middle."""
    drawn = page.locator("canvas.plan-cells").get_attribute("data-drawn")
    page.locator("[data-gap]").nth(1).click()
    expect(page.locator("canvas.plan-cells")).not_to_have_attribute("data-drawn", drawn or "")
    page.locator("#plan-map").click()
    expect(page.locator("#plan-effect")).to_contain_text("新覆盖")


def keep(page: Page, name: str) -> None:
    """The window as a picture."""
    picture = Image.open(BytesIO(page.screenshot()))
    picture.convert("RGB").save(IMAGES / name, "WEBP", quality=78, method=6)


def take(browser: Browser, address: str, name: str, password: str) -> None:
    """All of them."""
    page = browser.new_page(viewport=DESK, locale="zh-CN")
    sign_in(page, address, name, password)
    ask(page, address, "radius=500&when=night")
    keep(page, "planning-desk.webp")
    ask(page, address, "radius=1000&when=night")
    add_in_a_gap(page)
    page.locator("#plan-layer").select_option("change")
    keep(page, "planning-added.webp")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    ask(page, address, "radius=1000&when=24h")
    page.locator("#plan-layer").select_option("distance")
    page.locator("#plan-map").scroll_into_view_if_needed()
    keep(page, "planning-phone-dark.webp")


def main() -> None:
    """Take them all."""
    address, name, password = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        take(browser, address.rstrip("/"), name, password)
        browser.close()


if __name__ == "__main__":
    main()
