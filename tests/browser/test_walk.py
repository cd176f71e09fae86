"""The rider's whole way: found in two taps, read, reported; then again without signal."""

from __future__ import annotations

from types import ModuleType

import pytest
from playwright.sync_api import Browser

from tests.conftest import REPOSITORY, LiveServer
from tests.docs import pages
from tests.store.merging import rows


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """`docs/make_walk.py`, which takes the pictures of the same steps."""
    return pages.script(REPOSITORY / "docs/make_walk.py")


@pytest.mark.parametrize("number", range(4))
def test_the_whole_way_with_and_without_signal(
    script: ModuleType, chromium: Browser, demo: LiveServer, number: int
) -> None:
    seen = []
    context = script.visitor(chromium, script.WAYS[number])
    try:
        script.walk(context.new_page(), demo.base_url, lambda page: seen.append(page.url))
    finally:
        context.close()
    assert len(seen) == 10
    kinds = rows(demo.database, "SELECT kind FROM report ORDER BY id")
    assert kinds == [("locked",), ("locked",)]
