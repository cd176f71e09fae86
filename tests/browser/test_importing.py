"""An import with a real browser, on a phone and at a desk: a wrong column, the datum, the rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from station_map.domain.accounts import Role
from tests.browser.conftest import Visit
from tests.browser.test_access import violations, wider_than_the_screen
from tests.browser.test_admin import sign_in
from tests.browser.test_reports import too_small
from tests.conftest import LiveServer
from tests.importers import files
from tests.importers.test_job import renamed_baidu
from tests.importers.test_ledgers import check_station, stored, truth_of
from tests.support import people
from tests.web.stations import HOSTILE_NAMES

Visits = Callable[..., Visit]
STEP_MS = 120_000  # a process is started for each step, on a machine that may be busy


@pytest.fixture
def editor(live_server: LiveServer) -> int:
    return people.account(
        live_server.database, "boss", Role.EDITOR, title="淮北市总工会", areas=("340600",)
    )


def looks_right(page: Page) -> None:
    assert violations(page) == []
    assert wider_than_the_screen(page) == []
    ticks = ('type="radio"', 'type="checkbox"', "folium")
    assert [one for one in too_small(page) if not any(tick in one for tick in ticks)] == []


def upload(window: Visit, path: Path) -> Page:
    page = window.page
    page.get_by_role("navigation", name="管理").get_by_role("link", name="导入").click()
    page.get_by_label("文件").set_input_files(path)
    page.get_by_role("button", name="上传").click()
    expect(page.locator("h1")).to_have_text("每一列是什么", timeout=STEP_MS)
    return page


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_a_ledger_with_a_column_that_nobody_knows(
    visit: Visits,
    live_server: LiveServer,
    editor: int,
    shared_data: Path,
    tmp_path: Path,
    width: int,
    scheme: str,
) -> None:
    window = visit(width=width, height=740, color_scheme=scheme, reduced_motion="reduce")
    sign_in(window)
    page = upload(window, renamed_baidu(shared_data, tmp_path))
    looks_right(page)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("alert")).to_contain_text("还缺名称或坐标")
    looks_right(page)
    page.get_by_label("某某点").select_option(label="坐标（经纬度在一格）")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("h1")).to_have_text("坐标是哪种坐标系", timeout=STEP_MS)
    expect(page.locator("#import-map.is-ready")).to_be_visible()
    assert page.locator("#import-map .reading-bd09").count() == 130
    page.get_by_role("button", name="看下一行").click()
    expect(page.locator("[data-where]")).to_have_text("第 1 个，共 130 个")
    looks_right(page)
    page.get_by_role("group", name=re.compile("百度台账")).get_by_label(
        re.compile("BD-09 百度坐标")
    ).check()
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("h1")).to_have_text("每一行会怎样", timeout=STEP_MS)
    expect(page.locator(".import-rows > li")).to_have_count(50)
    looks_right(page)
    page.get_by_label("名称、原因、编号里有").fill("银行")
    page.get_by_role("button", name="筛选").last.click()
    expect(page.locator(".import-rows > li").first).to_contain_text("银行")
    page.get_by_role("button", name="导入选中的行").click()
    expect(page.get_by_role("status")).to_contain_text("新建 260 个", timeout=STEP_MS)
    looks_right(page)
    truth = truth_of(shared_data, "ledger_b_baidu_gbk.csv")
    found = stored(live_server.database)
    assert found.keys() == truth["stations"].keys()
    for name, station in truth["stations"].items():
        check_station(found[name], station, "bd09")
    page.get_by_role("link", name="回到导入台账").click()
    expect(page.get_by_role("link", name="百度台账.csv").first).to_be_visible()
    looks_right(page)
    assert [one for one in window.console if " 400 " not in one] == []
    assert page.evaluate("window.brokenPolicies ?? []") == []


def test_without_a_script_and_with_hostile_words(
    visit: Visits, live_server: LiveServer, editor: int, tmp_path: Path
) -> None:
    window = visit(width=360, height=740, java_script_enabled=False)
    sign_in(window)
    rows = [
        ["名称", "GPS经度", "GPS纬度", "说明"],
        *([n[:60], 116.7 + i / 100, 33.95, n] for i, n in enumerate(HOSTILE_NAMES)),
    ]
    page = upload(window, files.write_csv(tmp_path / "{{7~7}}<b>.csv", rows))
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("h1")).to_have_text("坐标是哪种坐标系", timeout=STEP_MS)
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("h1")).to_have_text("每一行会怎样", timeout=STEP_MS)
    expect(page.locator("main")).to_contain_text("</script><script>alert(1)</script>")
    expect(page.locator("main")).to_contain_text("{{7*7}}")
    page.get_by_role("button", name="导入选中的行").click()
    expect(page.get_by_role("status")).to_contain_text("导入好了", timeout=STEP_MS)
    assert "{{7*7}}" in stored(live_server.database)
