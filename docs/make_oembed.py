"""Pictures of shared links, the builder of embeds and an article with one pasted into it.

    python docs/make_oembed.py http://127.0.0.1:8000

The server holds the demo data and was started with
STATION_MAP_EMBED_ORIGINS=http://127.0.0.1:8199, where the article lies while this runs.
Needs what `make_walk.py` needs.
"""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from make_walk import IMAGES, PHONE, settled
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PORT = 8199
AREA = "area=340603&preset=hot_meal"
STATION = "340603-D0116"


def drawn(address: str) -> None:
    """The pictures of a station and of an area, as crawlers get them."""
    wanted = {
        "oembed-station.png": f"stations/{STATION}/card.png",
        "oembed-area.png": f"card.png?{AREA}",
    }
    for name, path in wanted.items():
        with urllib.request.urlopen(f"{address}/{path}") as answer:  # noqa: S310 - our own server
            (IMAGES / name).write_bytes(answer.read())


def seen(browser: Browser, name: str, url: str, frame: str) -> None:
    """A phone's look at a page, once what is in its frame was drawn."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, locale="zh-CN")
    page = context.new_page()
    page.goto(url)
    page.frame_locator(frame).locator("li").first.wait_for()
    page.locator(frame).scroll_into_view_if_needed()
    settled(page)
    picture = Image.open(BytesIO(page.screenshot()))
    picture.save(IMAGES / name, quality=80)
    context.close()


def main(address: str) -> None:
    """Take all of them from the server at `address`."""
    IMAGES.mkdir(exist_ok=True)
    drawn(address)
    article = [sys.executable, "-m", "tests.support.oembed_consumer", str(PORT)]
    reader = subprocess.Popen(article, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        if reader.stdout is not None:
            reader.stdout.readline()  # it answers now
        home = quote(f"{address}/?{AREA}&lock=all", safe="")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
            seen(
                browser,
                "oembed-builder-phone.webp",
                f"{address}/embed/builder?{AREA}&lock=all",
                "#made iframe",
            )
            told = f"http://127.0.0.1:{PORT}/?url={home}&trusted=1"
            seen(browser, "oembed-pasted-phone.webp", told, "iframe")
            browser.close()
    finally:
        reader.terminate()
        reader.wait()


if __name__ == "__main__":
    main(sys.argv[1])
