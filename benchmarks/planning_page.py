"""A slider's move on the planning page: one request, and the page drawn anew; the whole city.

The product with its 713 demo stations and a layer of 131,044 cells (`coverage_city.py`), a planner
signed in, Chromium with the window of a desk. Each move is of another radius or another hour, so
that nothing is at hand for it but what a move before has left. Told is the time from the slider's
event to the end of the frame in which figures and cells are drawn; and, of that, the request alone.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from benchmarks.coverage_city import city
from benchmarks.goals import Goal
from benchmarks.servers import free_port, http_answers, running
from benchmarks.tools import ROOT, chromium

WANTED_MS: Final = 300.0
HEADS: Final = ("slider", "moves", "median ms", "slowest ms", "of it the request", "KB")
RADIUS: Final = "radius"
HOUR: Final = "hour"
_NAME: Final = "bench"
_SIGN_IN: Final = "four sliders on a long road 2026"

_MOVE: Final = """async ([name, value]) => {
  const box = document.getElementById('plan-map')
  const before = box.dataset.answered
  const slider = document.getElementById(name)
  performance.clearResourceTimings()
  const began = performance.now()
  const drawn = new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (box.dataset.answered === before) return
      watch.disconnect()
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => done(performance.now())
        port2.postMessage('')
      })
    })
    watch.observe(box, { attributes: true })
  })
  slider.value = value
  slider.dispatchEvent(new Event('input', { bubbles: true }))
  const took = await drawn - began
  // The browser may ask for its own icon whenever it likes.
  const asked = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/admin/'))
  return { took, requests: asked.map((one) => one.name), request: asked[0].duration, bytes: asked[0].encodedBodySize }
}"""


@dataclass(frozen=True, slots=True)
class Move:
    """One move: milliseconds with the drawing, those of the request, its bytes as sent."""

    slider: str
    took_ms: float
    request_ms: float
    size_bytes: int


def measure(folder: Path, moves: int, tell: Callable[[str], None]) -> list[Move]:
    """So many moves of each slider, in turns."""
    port = free_port()
    data = {"STATION_MAP_DATA_DIR": str(folder / "planning")}
    command = [sys.executable, "-m", "station_map", "up", "--port", str(port)]
    base = f"http://127.0.0.1:{port}"
    program = chromium()
    with (
        running(
            command,
            log=folder / "planning.log",
            environment=data,
            answers=lambda: http_answers(f"{base}/readyz"),
        ),
        sync_playwright() as playwright,
    ):
        _prepare(folder, data)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="zh-CN")
        _open(page, base)
        found = [one for n in range(moves) for one in _pair(page, n)]
        browser.close()
    tell(f"planning page: {middle(found):.0f} ms a move")
    return found


def _prepare(folder: Path, data: Mapping[str, str]) -> None:
    demand, _ = city()
    table = folder / "city.csv"
    rows = zip(demand.lonlat.tolist(), demand.weight.tolist(), strict=True)
    lines = (f"{lon:.6f},{lat:.6f},{weight:g}" for (lon, lat), weight in rows)
    table.write_text("\n".join(["lon_wgs84,lat_wgs84,weight", *lines]), encoding="utf-8")
    _run(data, "users", "add", _NAME, "--role", "planner", "--password-stdin", said=_SIGN_IN)
    _run(data, *("demand", "import", str(table), "--name", "city", "--unit", "人"))


def _run(data: Mapping[str, str], *arguments: str, said: str = "") -> None:
    subprocess.run(
        [sys.executable, "-m", "station_map", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **data},
        input=said,
        text=True,
        check=True,
        capture_output=True,
    )


def _open(page: Page, base: str) -> None:
    page.goto(f"{base}/admin/login")
    page.fill("[name=name]", _NAME)
    page.fill("[name=password]", _SIGN_IN)
    page.locator("main form button").first.click()
    page.wait_for_url(f"{base}/admin**")
    page.goto(f"{base}/admin/planning?demand=city&radius=500&when=hour&hour=12")
    page.locator("#plan-map[data-answered]").wait_for()


def _pair(page: Page, number: int) -> list[Move]:
    radius = 400 + 50 * (7 * number % 50)
    return [_move(page, RADIUS, radius), _move(page, HOUR, (37 * number + 5) % 168)]


def _move(page: Page, slider: str, value: int) -> Move:
    told: dict[str, Any] = page.evaluate(_MOVE, [slider, str(value)])
    if len(told["requests"]) != 1:
        raise RuntimeError(f"a move made more than one request: {told['requests']}")
    return Move(slider, told["took"], told["request"], int(told["bytes"]))


def middle(moves: Sequence[Move]) -> float:
    """Median milliseconds of a move."""
    return statistics.median(one.took_ms for one in moves)


def goals(moves: Sequence[Move]) -> list[Goal]:
    """What is wanted, if it was measured."""
    if not moves:
        return []
    what = "a slider's move on the planning page, request and drawing"
    return [Goal(what, WANTED_MS, middle(moves), at_least=False, unit=" ms")]


def lines(moves: Sequence[Move]) -> list[tuple[str, ...]]:
    """One row a slider."""
    found = []
    for slider in (RADIUS, HOUR):
        these = [one for one in moves if one.slider == slider]
        if these:
            found.append(
                (
                    slider,
                    f"{len(these)}",
                    f"{middle(these):.0f}",
                    f"{max(one.took_ms for one in these):.0f}",
                    f"{statistics.median(one.request_ms for one in these):.0f}",
                    f"{statistics.median(one.size_bytes for one in these) / 1000:.0f}",
                )
            )
    return found
