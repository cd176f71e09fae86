"""A web editor's way in pictures: the map of 相山区, meal heating fixed, in a plain page, on a phone.

    python docs/make_embed.py http://127.0.0.1:8000

The server has the demo data, and `STATION_MAP_EMBED_ORIGINS=http://127.0.0.1:8090`: that is where
this script puts the editor's own page. Needs what `make_walk.py` needs.
`tests/browser/test_embed.py` walks the same steps.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from make_walk import DESK, HERE, IMAGES, PHONE, WrongTurn, settled, strip
from playwright.sync_api import FrameLocator, Page, expect, sync_playwright

PORT = 8090
# What the how-to tells the editor to paste (docs/how-to/embed.md), but for the address.
ELEMENT = """\
<script src="https://你的网址/embed.js" async></script>
<station-map area="340603" preset="hot_meal" lock="area,preset" title="相山区能热饭的驿站"></station-map>
"""
PAGE = """\
<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>相山区总工会 · 户外劳动者驿站</title>
<style>
  body {{ margin: 0 auto; max-width: 960px; padding: 0 12px; font: 16px/1.6 sans-serif; }}
  h1 {{ font-size: 22px; }}
</style>
<h1>相山区总工会</h1>
<p>累了、渴了、饭凉了，就近找一个驿站。下面都是能热饭的。</p>
{element}
<p>驿站由各级工会和共建单位开办。</p>
"""
LOOKS = {
    "embed-side.webp": "area=340603",
    "embed-dark.webp": "area=340603&theme=dark",
    "embed-contrast.webp": "area=340603&theme=contrast&kiosk=1",
}

type Look = Callable[[Page], None]


def written(address: str) -> str:
    """The editor's page, with the map of the server at this address."""
    return PAGE.format(element=ELEMENT.replace("https://你的网址", address))


def embedded(page: Page) -> FrameLocator:
    """What is in the frame."""
    return page.frame_locator("station-map iframe")


def way(page: Page, own_page: str, look: Look) -> str:
    """From the union's page to a station with meal heating near by; its name."""
    page.goto(own_page)
    inside = embedded(page)
    expect(inside.locator(".chip.fixed")).to_have_text(
        ["相山区，固定的条件", "热饭饮水，固定的条件"]
    )
    expect(inside.locator(".leaflet-marker-icon").first).to_be_visible()
    page.wait_for_function("document.querySelector('station-map iframe').offsetHeight > 1000")
    look(page)
    inside.get_by_role("button", name="用我的位置").click()
    expect(inside.locator("#heading")).to_contain_text("离你最近的")
    scroll_to(page, inside)
    look(page)
    inside.get_by_role("link", name="手机充电").click()
    expect(inside.locator(".chip.on")).to_have_count(1)
    expect(inside.locator(".chip.fixed")).to_have_count(2)
    look(page)
    first = inside.locator(".card").first
    if first.locator(".amenity.asked.yes").count() < 2:
        raise WrongTurn("the first one is not known to heat meals")
    name = first.locator(".name a").inner_text()
    first.locator(".name a").click()
    expect(inside.locator(".opened h1")).to_contain_text(name)
    look(page)
    return name


def scroll_to(page: Page, inside: FrameLocator) -> None:
    """The list at the top of the screen; the page around moves, not the frame."""
    inside.locator(".tools").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.querySelector('station-map').offsetTop + 300)")


@contextmanager
def own_site(folder: Path, port: int, text: str) -> Iterator[str]:
    """The editor's own site with one page; its address."""
    (folder / "index.html").write_text(text, "utf-8")
    (folder / "favicon.ico").touch()
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/index.html"
    finally:
        server.shutdown()
        server.server_close()


def main(address: str) -> None:
    """Walk it on a phone, look at it on a desk, and keep the pictures."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        with own_site(Path(folder), PORT, written(address)) as own_page:
            pictures: list[bytes] = []
            page = browser.new_page(
                viewport=PHONE, locale="zh-CN", geolocation=HERE, permissions=["geolocation"]
            )
            way(page, own_page, lambda page: pictures.append(settled(page)))
            strip(pictures).save(IMAGES / "embed-phone.webp", quality=80)
            page = browser.new_page(viewport=DESK, locale="zh-CN")
            for name, query in LOOKS.items():
                page.goto(f"{address}/embed/v1/?{query}")
                expect(page.locator(".leaflet-marker-icon").first).to_be_visible()
                strip([settled(page)]).save(IMAGES / name, quality=80)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
