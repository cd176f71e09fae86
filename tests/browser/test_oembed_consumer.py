"""A site on another origin embeds what a web editor pastes: 相山区 with hot meals, locked."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from station_map.importers.demo import load_demo
from station_map.store.database import Database
from tests.browser.test_access import in_each, violations, wider_than_the_screen
from tests.conftest import REPOSITORY
from tests.support import live
from tests.support.live import free_port

XIANGSHAN = "340603"
ASKED = f"/?area={XIANGSHAN}&preset=hot_meal&lock=all"
PHONE = {"width": 360, "height": 740}


@contextmanager
def reader(port: int) -> Iterator[str]:
    """The consumer as a process of its own."""
    command = [sys.executable, "-m", "tests.support.oembed_consumer", str(port)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture
def sites(database: Database, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Addresses of the product, which lets the consumer embed it, and of the consumer."""
    load_demo(database)
    port, other = free_port(), free_port()
    settings = {
        "STATION_MAP_DATABASE_URL": database.url,
        "STATION_MAP_DATA_DIR": str(tmp_path / "data"),
        "STATION_MAP_EMBED_ORIGINS": f"http://127.0.0.1:{other}",
    }
    log = tmp_path / "server.log"
    with live.serving(["serve", "--port", str(port)], settings, log, port), reader(other) as site:
        yield f"http://127.0.0.1:{port}", site


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        viewport=PHONE, reduced_motion="reduce", locale="zh-CN", has_touch=True
    )
    yield context.new_page()
    context.close()


def inside(page: Page) -> Frame:
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame is not None
    return frame


@pytest.mark.parametrize("trusted", ["&trusted=1", ""], ids=["trusted", "stranger"])
def test_what_is_pasted_is_the_locked_list_on_a_phone(
    sites: tuple[str, str], phone: Page, trusted: str
) -> None:
    product, site = sites
    phone.goto(f"{site}/?url={quote(product + ASKED, safe='')}{trusted}")
    frame = phone.frame_locator("iframe")
    phone.locator("iframe").scroll_into_view_if_needed()
    expect(frame.get_by_role("link").first).to_be_attached()
    told = dict(parse_qsl(urlsplit(inside(phone).url).query))
    assert told == {"area": XIANGSHAN, "preset": "hot_meal", "lock": "area,preset"}
    assert f"{product}/embed/v1/" == inside(phone).url.partition("?")[0]
    expect(frame.locator("body")).to_contain_text("相山区")
    expect(frame.locator("body")).to_contain_text("热饭")
    assert wider_than_the_screen(phone) == []
    assert (
        phone.locator("iframe").get_attribute("title") == "相山区的工会驿站 · 热饭饮水 · 歇脚地图"
    )
    assert phone.locator("iframe").bounding_box()["width"] <= PHONE["width"]  # type: ignore[index]


def test_a_stations_address_is_that_station(
    sites: tuple[str, str], phone: Page, database: Database
) -> None:
    product, site = sites
    [(code, name)] = database.rows(
        "SELECT code, name FROM station WHERE adcode = '340603' ORDER BY code LIMIT 1"
    )
    phone.goto(f"{site}/?url={quote(f'{product}/stations/{code}', safe='')}&trusted=1")
    phone.locator("iframe").scroll_into_view_if_needed()
    expect(phone.frame_locator("iframe").locator("body")).to_contain_text(str(name))


def test_the_builder_shows_what_it_makes(sites: tuple[str, str], phone: Page) -> None:
    product, _ = sites
    broken: list[str] = []
    phone.on("console", lambda one: broken.append(one.text) if one.type == "error" else None)
    phone.goto(f"{product}/embed/builder")
    phone.get_by_label("地区", exact=True).select_option(XIANGSHAN)
    phone.get_by_label("热饭饮水", exact=True).check()
    phone.get_by_label("锁住：看的人不能去掉地区和这些条件").check()
    expect(phone.locator("#made textarea").first).to_have_value(
        re.compile(f"area={XIANGSHAN}&amp;preset=hot_meal&amp;lock=area,preset")
    )
    assert "preset=hot_meal" in phone.url
    phone.locator("#made iframe").scroll_into_view_if_needed()
    frame = phone.frame_locator("#made iframe")
    expect(frame.locator("body")).to_contain_text("相山区")
    assert wider_than_the_screen(phone) == []
    for scheme in in_each(phone):
        assert violations(phone) == [], scheme
    assert broken == []


def test_the_builder_on_a_desk_leaves_room_for_its_preview(
    sites: tuple[str, str], phone: Page
) -> None:
    product, _ = sites
    phone.set_viewport_size({"width": 1280, "height": 860})
    phone.goto(f"{product}/embed/builder?area={XIANGSHAN}")
    expect(phone.frame_locator("#made iframe").locator("body")).to_contain_text("相山区")
    box = phone.locator("#made .stage").bounding_box()
    assert box is not None
    assert box["height"] > 300
    expect(phone.locator("#made textarea").first).to_be_in_viewport()
