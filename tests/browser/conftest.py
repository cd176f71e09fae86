"""A visitor with a real browser, and what the browser complained of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect
from playwright.sync_api import TimeoutError as NotInTime

from station_map.app import create_app
from station_map.importers.demo import load_demo
from station_map.settings import Settings
from station_map.web.pages.query import RiderQuery
from station_map.web.pages.results import Results, find
from tests.conftest import LiveServer

HERE = (116.798, 33.956)
QUIET_MS = 15_000
HELD_MS = 45_000  # its own patience with its cache is 20 s
# A busy machine needs longer than the usual 5 s for a page of the service worker.
expect.set_options(timeout=QUIET_MS)
_NO_WORKER = "Service Worker registration blocked by Playwright"

# The page's own words for a broken policy; the console tells them as well.
_WATCH_POLICY = """
window.brokenPolicies = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.brokenPolicies.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Visit:
    """One browser window at the live server."""

    page: Page
    base: str
    console: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    pending: set[Request] = field(default_factory=set)

    def open(self, address: str = "/") -> Page:
        self.page.goto(self.base + address)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the page has asked for nothing for half a second.

        Chromium now and then never says so although every request has ended (seen once in
        some hundred pages). Then the requests themselves are looked at.
        """
        try:
            self.page.wait_for_load_state("networkidle", timeout=QUIET_MS)
        except NotInTime:
            if self.pending:  # Chromium may hold a request for an address it is still storing
                self.page.wait_for_event(
                    "requestfinished", lambda one: self.pending <= {one}, timeout=HELD_MS
                )

    def locate(self) -> None:
        self.page.locator("#locate").click()
        self.page.locator("#results-heading", has_text="离你最近的").wait_for()
        self.settle()

    def names(self) -> list[str]:
        return self.page.locator("#results .card .name").all_inner_texts()

    def assert_clean(self) -> None:
        """Nothing left this host, broke the policy, or was complained of."""
        outside = [one.url for one in self.requests if not one.url.startswith(self.base + "/")]
        assert outside == []
        assert self.console == []
        assert self.page.evaluate("window.brokenPolicies ?? []") == []


class Held:
    """Requests that wait until they are let go, and all later ones that go on at once."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._routes: list[Route] | None = []
        page.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self._routes is None:
            route.continue_()
        else:
            self._routes.append(route)

    def let_go(self) -> None:
        """Answer them."""
        waiting, self._routes = self._routes or [], None
        for route in waiting:
            route.continue_()


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Visit]]:
    """Opens windows of a width, at a position (lon, lat); other options go to the context."""
    with ExitStack() as windows:

        def start(
            *,
            width: int = 1280,
            height: int = 800,
            position: tuple[float, float] | None = HERE,
            **options: Any,
        ) -> Visit:
            if position is not None:
                options["geolocation"] = {"longitude": position[0], "latitude": position[1]}
                options["permissions"] = ["geolocation"]
            # One window, one matter: the worker of the road without signal has its own tests.
            options.setdefault("service_workers", "block")
            context = chromium.new_context(
                viewport={"width": width, "height": height}, locale="zh-CN", **options
            )
            windows.callback(context.close)
            context.add_init_script(_WATCH_POLICY)
            page = context.new_page()
            opened = Visit(page, live_server.base_url)
            page.on("request", partial(_count, opened))
            page.on("requestfinished", partial(_end, opened))
            page.on("requestfailed", partial(_end, opened))
            page.on("pageerror", lambda error: opened.console.append(str(error)))
            page.on("console", lambda message: _note(opened, message.type, message.text))
            return opened

        yield start


def _count(visit: Visit, request: Request) -> None:
    visit.requests.append(request)
    visit.pending.add(request)


def _end(visit: Visit, request: Request) -> None:
    visit.pending.discard(request)


def _note(visit: Visit, kind: str, text: str) -> None:
    if kind in {"error", "warning"} and text != _NO_WORKER:
        visit.console.append(f"{kind}: {text}")


@pytest.fixture
def demo(live_server: LiveServer) -> LiveServer:
    """The live server with the 713 demo stations."""
    load_demo(live_server.database)
    return live_server


def found(demo: LiveServer, asked: RiderQuery) -> Results:
    """What the server's own search shows for the same question."""
    with create_app(Settings(), demo.database).app_context():
        return find(demo.database, asked, None)
