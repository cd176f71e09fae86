"""Planning runs in a real browser: asked for, watched, read, sorted, flown to, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from station_map.domain.accounts import Role
from station_map.domain.planning_runs import RunKind
from station_map.planning import runs
from station_map.planning.asked import CoverageAsked, SitingAsked
from station_map.store.database import Database
from tests.browser.conftest import Visit
from tests.browser.test_access import in_each, violations, wider_than_the_screen
from tests.browser.test_queue import sign_in, too_small
from tests.conftest import LiveServer
from tests.support import people
from tests.support.planning import ask, town
from tests.web.stations import HOSTILE_NAMES

Visits = Callable[..., Visit]
LIST = "/admin/planning/runs"
COVERAGE = CoverageAsked(radii=(400, 900), minutes=(), amenities=("microwave",))
SITING = SitingAsked(goal="relocate", close=1, open=3, radius=700, cells=40)


@pytest.fixture
def planner(live_server: LiveServer) -> Database:
    people.account(live_server.database, "wang", Role.PLANNER, title="淮北市总工会 规划")
    town(live_server.database)
    return live_server.database


def done(database: Database, asked: CoverageAsked | SitingAsked, title: str = "") -> int:
    kind = RunKind.COVERAGE if isinstance(asked, CoverageAsked) else RunKind.SITING
    number = ask(database, kind, asked.model_dump(mode="json"), title=title or None)
    runs.execute(database, number)
    return number


def test_a_planner_asks_watches_and_reads(visit: Visits, planner: Database) -> None:
    window = visit()
    page = sign_in(window, "wang")
    window.open(LIST)
    page.get_by_role("link", name="算覆盖").click()
    page.get_by_label("多少米以内").fill("400, 900")
    page.locator("label", has_text="夜里").click()
    page.get_by_label("名称").fill(HOSTILE_NAMES[3])
    page.get_by_role("button", name="开始算").click()
    expect(page.locator("[data-words]")).to_have_text("排队等着算")
    runs.execute(planner, int(page.url.rpartition("/")[2]))
    # The page goes on by itself.
    expect(page.locator(".figure strong")).to_be_visible()
    expect(page.locator("h1")).to_contain_text(HOSTILE_NAMES[3])
    page.locator("#results-map.is-ready[data-stations]").wait_for()
    window.settle()
    assert page.locator("main script").count() == 1  # the map's own
    window.assert_clean()


def column(page: Page, table: str, number: int) -> list[str]:
    found: list[str] = page.locator(f"#{table} tbody tr > :nth-child({number})").all_inner_texts()
    return [words.strip() for words in found]


def test_tables_sort_and_rows_fly_the_map_there(visit: Visits, planner: Database) -> None:
    number = done(planner, COVERAGE)
    window = visit(reduced_motion="reduce")
    page = sign_in(window, "wang")
    window.open(f"{LIST}/{number}")
    page.locator("#results-map.is-ready[data-stations]").wait_for()
    before = column(page, "amenities-1", 1)
    head = page.locator("#amenities-1").get_by_role("button", name="设施")
    head.click()
    sorted_up = column(page, "amenities-1", 1)
    head.click()
    expect(page.locator("#amenities-1 th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    assert column(page, "amenities-1", 1) == sorted_up[::-1]
    assert sorted(sorted_up) == sorted(before)
    # The whole stays the last, whichever way.
    for _ in range(2):
        page.locator("#districts-1").get_by_role("button", name="人数").click()
        assert column(page, "districts-1", 1)[-1] == "全部"
    mark = page.locator(".mark-gap", has_text="2")
    before_it = mark.bounding_box()
    page.locator("#gaps-1").get_by_role("button", name=re.compile(r"^2\.")).click()
    expect(page.locator(".mark.is-lit")).to_have_text("2")
    expect(page.locator("#results-map")).to_be_in_viewport()
    middle, box = mark.bounding_box(), page.locator("#results-map").bounding_box()
    assert middle is not None
    assert box is not None
    assert middle != before_it
    for start, size in (("x", "width"), ("y", "height")):
        off = middle[start] + middle[size] / 2 - box[start] - box[size] / 2
        assert abs(off) < box[size] / 4
    window.assert_clean()


def test_names_on_the_map_are_text(visit: Visits, planner: Database) -> None:
    number = done(planner, SITING, HOSTILE_NAMES[0])
    window = visit()
    page = sign_in(window, "wang")
    window.open(f"{LIST}/{number}")
    page.locator("#results-map.is-ready[data-stations]").wait_for()
    dots = page.locator(".station-dot")
    told = set()
    for place in range(dots.count()):
        dots.nth(place).dispatch_event("mouseover")
        told.add(page.locator(".pin-tip").last.inner_text())
        dots.nth(place).dispatch_event("mouseout")
    assert HOSTILE_NAMES[0] in told
    expect(page.locator("h1")).to_contain_text(HOSTILE_NAMES[0])
    expect(page.locator(".mark-closed")).to_have_count(1)
    assert page.evaluate("window.ran ?? 0") == 0
    window.assert_clean()


def test_all_of_it_works_without_a_script(visit: Visits, planner: Database) -> None:
    window = visit(width=360, java_script_enabled=False)
    page = window.page
    page.goto(f"{window.base}/admin/login?next={LIST}/new/siting")
    page.get_by_label("帐号名").fill("wang")
    page.get_by_label("密码").fill(people.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_label("要让百分之多少的人够得着").check()
    page.get_by_label("覆盖率（%）").fill("150")
    page.get_by_role("button", name="开始算").click()
    expect(page.locator("#share-wrong")).to_contain_text("0 到 100")
    page.get_by_label("覆盖率（%）").fill("60")
    page.get_by_role("button", name="开始算").click()
    expect(page.locator("[data-words]")).to_have_text("排队等着算")
    number = int(page.url.rpartition("/")[2])
    runs.execute(planner, number)
    page.goto(f"{window.base}{LIST}/{number}")
    expect(page.locator(".proof")).to_contain_text("已证明")
    expect(page.locator("#sites-1 tbody tr").first).to_contain_text("1.")
    page.get_by_role("button", name="看开了以后的覆盖").click()
    page.get_by_role("button", name="停下来").click()
    expect(page.locator(".notice")).to_contain_text("停下来了")


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_is_too_small(
    visit: Visits, planner: Database, width: int
) -> None:
    first = done(planner, COVERAGE, "很长的名字" * 20)
    second = done(planner, COVERAGE.model_copy(update={"added": SITING_ADDED}))
    site = done(planner, SITING)
    waiting = ask(planner, RunKind.SITING, SITING.model_dump(mode="json"))
    window = visit(width=width, height=740, reduced_motion="reduce")
    page = sign_in(window, "wang")
    pages = ("", "/method", "/new/coverage", "/new/siting", f"/{first}", f"/{second}", f"/{site}")
    for address in (*pages, f"/compare?before={first}&after={second}", f"/{waiting}"):
        page.goto(window.base + LIST + address)
        if address == f"/{waiting}":
            expect(page.locator("progress")).to_be_visible()
        else:
            window.settle()
        for summary in page.locator("summary").all():
            summary.click()
        for scheme in in_each(page):
            assert violations(page) == [], (address, scheme)
        assert wider_than_the_screen(page) == [], address
        small = [one for one in too_small(page) if 'type="radio"' not in one]
        assert small == [], address
    window.assert_clean()


SITING_ADDED = CoverageAsked.model_validate(
    {"added": [{"lon": 116.82, "lat": 33.96}, {"lon": 116.84, "lat": 33.98}]}
).added
