"""A planner's way in pictures: a layer loaded, coverage by day and by night, the best 20 sites, before and after.

    python docs/make_plan.py http://127.0.0.1:8000 NAME PASSWORD

NAME is a planner's account on a new server with the demo data (`station-map users add`), where a
worker is at work, as under `station-map up`. Needs what `make_walk.py` needs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import exp, hypot
from pathlib import Path
from tempfile import TemporaryDirectory

from make_walk import DESK, IMAGES, WrongTurn, settled, sign_in, strip
from playwright.sync_api import Page, expect, sync_playwright

PICTURES = {
    "layer": "plan-layer.webp",
    "coverage": "plan-coverage.webp",
    "siting": "plan-siting.webp",
}
RUNS = "/admin/planning/runs"
LAYERS = "/admin/planning/layers"
# Middles of where people are, and how wide they are spread, in degrees; made, and called so.
LAYER = "合成订单"
CENTRES = (
    (116.79, 33.96, 0.03),
    (116.83, 34.0, 0.02),
    (116.81, 33.88, 0.02),
    (116.76, 33.91, 0.02),
)
SIDE, STEP = 60, 0.004
FORMS = ("pdf", "xlsx", "gpkg")
NEED = "热饭"
LONG_MS = 240_000

type Look = Callable[[Page], None]
type Work = Callable[[int], None]


def begin(page: Page, work: Work) -> int:
    """Press the button, and see the run through; its number."""
    page.get_by_role("button", name="开始算").click()
    page.wait_for_url(f"**{RUNS}/*")
    return ended(page, work)


def ended(page: Page, work: Work) -> int:
    """Its number, when the page shows its answer."""
    number = int(page.url.rpartition("/")[2].partition("?")[0])
    work(number)
    expect(page.locator(".figure strong, .proof").first).to_be_visible(timeout=LONG_MS)
    return number


def orders() -> str:
    """A table as a delivery service would hand it over: places and orders a day."""
    rows = ["经度,纬度,订单数"]
    for number in range(SIDE * SIDE):
        lon = 116.68 + number % SIDE * STEP
        lat = 33.82 + number // SIDE * STEP
        near = ((hypot(lon - east, lat - north) / wide) ** 2 for east, north, wide in CENTRES)
        rows.append(f"{lon:.4f},{lat:.4f},{round(400 * sum(exp(-one / 2) for one in near))}")
    return "\n".join(rows)


def load(page: Page, address: str, look: Look) -> None:
    """A layer of demand from a file: sent, told of, looked at on a map, kept."""
    page.goto(f"{address}{LAYERS}")
    page.get_by_label("文件", exact=True).set_input_files(
        {"name": "订单.csv", "mimeType": "text/csv", "buffer": orders().encode()}
    )
    page.get_by_role("button", name="上传").click()
    page.wait_for_url("**/facts", timeout=LONG_MS)
    page.get_by_label("单位").fill("单/日")
    page.get_by_label("标题").fill("外卖订单（合成的例子）")
    page.get_by_label("名字").fill(LAYER)
    page.get_by_label("数据的日期").fill("2026-10")
    page.get_by_label("GPS、天地图").check()
    look(page)
    page.get_by_role("button", name="先看一看").click()
    page.wait_for_url("**/preview", timeout=LONG_MS)
    page.locator("#layers-map.is-ready").wait_for()
    look(page)
    page.get_by_role("button", name="存下来").click()
    page.wait_for_url("**/layers?done=kept", timeout=LONG_MS)
    look(page)


def coverage(page: Page, address: str, when: str, work: Work) -> int:
    """Who is within 500 m and 1 km of a station with meal heating."""
    page.goto(f"{address}{RUNS}/new/coverage")
    page.get_by_label("多少米以内").fill("500, 1000")
    page.locator("label", has_text=when).first.click()
    page.locator("label", has_text=NEED).first.click()
    page.get_by_label("名称").fill(f"{NEED}，{when}")
    return begin(page, work)


def siting(page: Page, address: str, work: Work) -> int:
    """Where the next 20 do most, with a proof of how good that is."""
    page.goto(f"{address}{RUNS}/new/siting")
    page.get_by_label("再开几个，让够得着的人最多").check()
    page.locator("#count").fill("20")
    page.get_by_label("名称").fill("2027 年 20 个")
    number = begin(page, work)
    expect(page.locator(".proof")).to_contain_text("已证明")
    return number


def see(page: Page, look: Look, *places: str) -> None:
    """The page from its top, and where it holds these."""
    page.evaluate("scrollTo(0, 0)")
    look(page)
    for place in places:
        page.locator(place).first.scroll_into_view_if_needed()
        look(page)


def take_along(page: Page, folder: Path) -> dict[str, Path]:
    """The files of the run that the page shows, by form."""
    found = {}
    for form in FORMS:
        with page.expect_download(timeout=LONG_MS) as waiting:
            page.locator(f"a[href$='/files/{form}']").first.click()
        found[form] = folder / f"plan.{form}"
        waiting.value.save_as(found[form])
        if found[form].stat().st_size == 0:
            raise WrongTurn(f"the {form} is empty")
    return found


def plan(
    page: Page, address: str, looks: Callable[[str], Look], folder: Path, work: Work
) -> dict[str, Path]:
    """The whole way; the files that were taken along.

    looks: what to do at each step of the part named. work: sees to it that a run is computed.
    """
    load(page, address, looks("layer"))
    day = coverage(page, address, "白天", work)
    night = coverage(page, address, "夜里", work)
    see(page, looks("coverage"), "#gaps-1", "#districts-1")
    page.goto(f"{address}{RUNS}/compare?before={day}&after={night}")
    expect(page.locator(".figure strong").first).to_be_visible()
    see(page, looks("coverage"))
    siting(page, address, work)
    page.locator("#results-map.is-ready[data-stations]").wait_for()
    see(page, looks("siting"), "#sites-1", "#results-map")
    page.get_by_role("button", name="看开了以后的覆盖").click()
    page.wait_for_url(f"**{RUNS}/*")
    ended(page, work)
    see(page, looks("siting"))
    return take_along(page, folder)


def main(address: str, name: str, password: str) -> None:
    """Walk it and keep its pictures."""
    pictures: dict[str, list[bytes]] = {}

    def looks(part: str) -> Look:
        return lambda page: pictures.setdefault(part, []).append(settled(page))

    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=DESK, locale="zh-CN", reduced_motion="reduce")
        sign_in(page, address, name, password)
        plan(page, address.rstrip("/"), looks, Path(folder), lambda _number: None)
        browser.close()
    for part, shots in pictures.items():
        strip(shots).save(IMAGES / PICTURES[part], quality=70, method=6)


if __name__ == "__main__":
    main(*sys.argv[1:4])
