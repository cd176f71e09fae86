"""How soon a rider sees a list: on a slow line, with a slow phone, at the first visit and later.

Chromium, a window of a phone, a line like Fast 3G (`slow_line.py`) and a processor slowed
down to a quarter. Three ways to come: for the first time; again, with all that the first visit left; again
without any signal. Told is the moment at which the first card of the list is drawn.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.goals import Goal
from benchmarks.servers import free_port, http_answers, running
from benchmarks.slow_line import slow_line
from benchmarks.tools import chromium

FIRST: Final = "first visit"
AGAIN: Final = "next visit"
WITHOUT: Final = "next visit, no signal"
WAYS: Final = (FIRST, AGAIN, WITHOUT)
WANTED_S: Final = {FIRST: 2.5, AGAIN: 1.0}
HEADS: Final = ("visit", "median", "slowest", "first paint")
SLOWER: Final = 4
_ADDRESS: Final = "/?lon=116.798&lat=33.956"

# The end of the first frame with a card in it; frames come once the style sheets are there.
_WATCH: Final = """
let shown
window.firstCard = new Promise((done) => { shown = done })
const look = () => {
  const name = document.querySelector('#results .card .name')
  if (name && name.getBoundingClientRect().height) {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => shown(performance.now())
    port2.postMessage('')
  } else requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""
_FIRST_PAINT: Final = """() => new Promise((done) => new PerformanceObserver((list) => {
  for (const one of list.getEntriesByName('first-contentful-paint')) done(one.startTime)
}).observe({ type: 'paint', buffered: true }))"""
_KEPT: Final = """() => new Promise((done) => {
  const look = async () => {
    const kept = await caches.match('/api/v1/stations/slim?crs=wgs84')
    if (kept && await caches.match('/api/v1/amenities')) done()
    else setTimeout(look, 100)
  }
  look()
})"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One opening of the page. first_card_s: since the address was asked for."""

    how: str
    first_card_s: float
    first_paint_s: float


def measure(folder: Path, rounds: int, tell: Callable[[str], None]) -> list[Visit]:
    """Visits of all three kinds, with the 713 demo stations; each round is another phone."""
    port = free_port()
    command = [sys.executable, "-m", "station_map", "up", "--port", str(port)]
    data = {"STATION_MAP_DATA_DIR": str(folder / "page")}
    health = f"http://127.0.0.1:{port}/readyz"
    visits: list[Visit] = []
    program = chromium()
    with (
        running(
            command, log=folder / "page.log", environment=data, answers=lambda: http_answers(health)
        ),
        slow_line(port) as slow,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for number in range(rounds):
            visits += _phone(browser, f"http://127.0.0.1:{slow}")
            tell(f"page {number + 1}/{rounds}: {_words(visits[-3:])}")
        browser.close()
    return visits


def _phone(browser: Browser, base: str) -> list[Visit]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, locale="zh-CN"
    )
    context.add_init_script(_WATCH)
    first = _visit(context.new_page(), base, FIRST, stay=True)
    again = _visit(context.new_page(), base, AGAIN, stay=False)
    context.set_offline(True)
    without = _visit(context.new_page(), base, WITHOUT, stay=False)
    context.close()
    return [first, again, without]


def _visit(page: Page, base: str, how: str, *, stay: bool) -> Visit:
    wire = page.context.new_cdp_session(page)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(base + _ADDRESS, wait_until="commit")
    card = page.evaluate("window.firstCard")
    paint = page.evaluate(_FIRST_PAINT)
    if stay:
        page.evaluate(_KEPT)
    page.close()
    return Visit(how, card / 1000, paint / 1000)


def middle(visits: Sequence[Visit], how: str) -> float:
    """Median seconds until the first card, of the visits of one kind."""
    return statistics.median(one.first_card_s for one in visits if one.how == how)


def _words(visits: Sequence[Visit]) -> str:
    return ", ".join(f"{one.how} {one.first_card_s:.2f} s" for one in visits)


def goals(visits: Sequence[Visit]) -> list[Goal]:
    """What was wanted of each kind of visit."""
    return [
        Goal(
            f"first card on Fast 3G, CPU ×{SLOWER} slower: {how}",
            wanted,
            middle(visits, how),
            at_least=False,
            unit=" s",
        )
        for how, wanted in WANTED_S.items()
    ]


def lines(visits: Sequence[Visit]) -> list[tuple[str, ...]]:
    """One row a kind of visit: median, slowest, median of the first paint."""
    rows = []
    for how in WAYS:
        some = [one for one in visits if one.how == how]
        if some:
            slowest = max(one.first_card_s for one in some)
            paint = statistics.median(one.first_paint_s for one in some)
            figures = (middle(visits, how), slowest, paint)
            rows.append((how, *(f"{figure:.2f}" for figure in figures)))
    return rows
