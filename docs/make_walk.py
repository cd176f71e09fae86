"""The rider's whole way in pictures: from the first tap to the report, with and without signal.

    python docs/make_walk.py http://127.0.0.1:8000

Needs Playwright, Pillow and the system's Chromium (`make test` installs them), and a server
with the demo data. `tests/browser/test_walk.py` walks the same way, so these steps hold.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
HERE = {"longitude": 116.798, "latitude": 33.956}  # 相山区
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
GAP_PX = 16
PAPER = (128, 126, 122)
_KEPT = """async () => {
    for (const name of await caches.keys())
        for (const one of await (await caches.open(name)).keys())
            if (one.url.includes('/stations/slim')) return true
    return false
}"""
# Playwright's own wait_for_function does not await a promise: it takes any for "yes".
_UNTIL = """async (holds) => {
    const end = Date.now() + 30000
    while (!(await holds())) {
        if (Date.now() > end) throw new Error('waited 30 s in vain')
        await new Promise((done) => setTimeout(done, 50))
    }
}"""


class Way(NamedTuple):
    """One visitor: what is set in the browser, and the file that the pictures go to."""

    name: str
    viewport: dict[str, int]
    language: str = "zh-CN"
    scheme: str = "light"


WAYS = (
    Way("walk-phone.webp", PHONE),
    Way("walk-phone-dark.webp", PHONE, scheme="dark"),
    Way("walk-phone-en.webp", PHONE, language="en"),
    Way("walk-desk.webp", DESK),
)


class WrongTurn(Exception):
    """A step did not lead where it should."""


def visitor(browser: Any, way: Way) -> BrowserContext:
    """A window at a made-up position in 相山区, that has never been here."""
    context: BrowserContext = browser.new_context(
        viewport=way.viewport,
        color_scheme=way.scheme,
        locale=way.language,
        geolocation=HERE,
        permissions=["geolocation"],
        reduced_motion="reduce",
        service_workers="allow",
    )
    return context


def wait_until(page: Page, holds: str) -> None:
    """Waits in the page until {holds}, an asynchronous JavaScript function, answers yes."""
    page.evaluate(f"({_UNTIL})({holds})")


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    """From the form to the start page."""
    page.goto(f"{address}/admin")
    page.get_by_label("帐号名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("navigation", name="管理")).to_be_visible()


def find(page: Page, look: Callable[[Page], None]) -> None:
    """Two taps: my position, hot meal and water. What is open comes first."""
    page.locator("#locate").click()
    expect(page.locator("#results .card .distance").first).to_be_visible()
    page.locator(".chips .chip:has(input[value=hot_meal])").click()
    expect(page.locator("#results .card .asked").first).to_be_visible()
    expect(page.locator("#results .card .state").first).to_have_class("state state-open")
    look(page)


def read(page: Page, look: Callable[[Page], None]) -> str:
    """The first station's page: how to get in, and where Amap would lead. Its name."""
    first = page.locator("#results .card").first
    name = first.locator(".name").inner_text()
    first.locator(".name a").click()
    page.wait_for_url("**/stations/*")
    expect(page.locator("#door")).to_be_visible()
    address = page.locator("#go").get_attribute("href") or ""
    if not address.startswith("https://uri.amap.com/navigation?to="):
        raise WrongTurn(f"this does not lead to Amap: {address}")
    look(page)
    return name


def report(page: Page, look: Callable[[Page], None]) -> None:
    """Say that the door is locked."""
    page.locator("a[data-report]:not([data-report=open]):visible").first.click()
    expect(page.locator("dialog .report-choices")).to_be_visible()
    look(page)
    page.locator("dialog button.choice[value=locked]").click()
    expect(page.locator(".report-thanks")).to_be_visible()
    look(page)
    # The page is read again, with what the report changed.
    with page.expect_navigation():
        page.locator("dialog [data-close]").first.click()


def walk(page: Page, address: str, look: Callable[[Page], None]) -> None:
    """With signal, then without; the report made without is sent when the signal returns.

    look: called at each step with the page as a visitor sees it.
    """
    page.goto(address)
    expect(page.locator("#results .card").first).to_be_visible()
    look(page)
    find(page, look)
    wait_until(page, _KEPT)
    found = page.url
    name = read(page, look)
    report(page, look)
    page.context.set_offline(True)
    page.goto(found)
    expect(page.locator("#results .age-note")).to_be_visible()
    look(page)
    if read(page, look) != name:
        raise WrongTurn("without signal another station comes first")
    report(page, look)
    page.context.set_offline(False)
    expect(page.locator(".toast")).to_contain_text("1")  # so many were sent, in any language
    look(page)


def strip(pictures: list[bytes]) -> Image.Image:
    """The pictures in rows of four or, wide ones, of two."""
    shots = [Image.open(BytesIO(one)).convert("RGB") for one in pictures]
    width, height = shots[0].size
    across = 5 if width < height else 2
    down = -(-len(shots) // across)
    size = (across * (width + GAP_PX) + GAP_PX, down * (height + GAP_PX) + GAP_PX)
    sheet = Image.new("RGB", size, PAPER)
    for at, shot in enumerate(shots):
        row, column = divmod(at, across)
        sheet.paste(shot, (GAP_PX + column * (width + GAP_PX), GAP_PX + row * (height + GAP_PX)))
    return sheet


def main(address: str) -> None:
    """Walk each way and keep its pictures."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        for way in WAYS:
            sheet = strip(pictures_of(browser, way, address))
            sheet.save(IMAGES / way.name, quality=80, method=6)
        browser.close()


def pictures_of(browser: Any, way: Way, address: str) -> list[bytes]:
    """Walk one way; a picture of each step."""
    pictures: list[bytes] = []
    context = visitor(browser, way)
    walk(context.new_page(), address, lambda page: pictures.append(settled(page)))
    context.close()
    return pictures


def settled(page: Page) -> bytes:
    """What is on the screen once nothing is on its way any more."""
    if page.evaluate("navigator.onLine"):
        page.wait_for_load_state("networkidle")
    return page.screenshot()


if __name__ == "__main__":
    main(sys.argv[1])
