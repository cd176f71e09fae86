"""A planner's way: a layer loaded, coverage by day and by night, the best 20 sites, before and after, files opened."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import openpyxl
import pypdfium2
from playwright.sync_api import Browser, Page

from station_map.domain.accounts import Role
from station_map.planning import runs
from tests.conftest import REPOSITORY, LiveServer
from tests.docs import pages
from tests.store.merging import rows
from tests.support import people

# GDAL blocks the interpreter while it works: not in this process.
LAYERS = "import pyogrio, sys; print(*sorted(n for n, _ in pyogrio.list_layers(sys.argv[1])))"


def test_the_whole_way(chromium: Browser, demo: LiveServer, tmp_path: Path) -> None:
    """`docs/make_plan.py` takes the pictures of the same steps."""
    script = pages.script(REPOSITORY / "docs/make_plan.py")
    database = demo.database
    people.account(database, "wang", Role.PLANNER)
    seen: Counter[str] = Counter()

    def looks(part: str):  # type: ignore[no-untyped-def]
        def look(page: Page) -> None:
            seen[part] += 1
            assert page.locator("#error").count() == 0
            if part != "layer":  # its stations are made, and it says so
                assert page.get_by_text("示例").count() > 0

        return look

    page = chromium.new_page(viewport=script.DESK, locale="zh-CN", reduced_motion="reduce")
    script.sign_in(page, demo.base_url, "wang", people.PASSWORD)
    files = script.plan(
        page, demo.base_url, looks, tmp_path, lambda number: runs.execute(database, number)
    )
    page.close()

    assert seen == {"layer": 3, "coverage": 4, "siting": 4}
    layer = rows(
        database,
        "SELECT name, unit, as_of, cells > 2000, actor FROM demand_layer WHERE NOT synthetic",
    )
    assert layer == [(script.LAYER, "单/日", "2026-10", True, "wang")]
    assert rows(database, "SELECT DISTINCT answer ->> 'unit' FROM planning_run") == [("单/日",)]
    asked = rows(database, "SELECT kind, state, asked ->> 'hours' FROM planning_run ORDER BY id")
    assert asked == [
        ("coverage", "done", "day"),
        ("coverage", "done", "night"),
        ("siting", "done", None),
        ("coverage", "done", None),
    ]
    ((opened, added),) = rows(
        database,
        "SELECT (SELECT jsonb_array_length(answer -> 'sites') FROM planning_run WHERE kind ="
        " 'siting'), (SELECT jsonb_array_length(asked -> 'added') FROM planning_run ORDER BY id"
        " DESC LIMIT 1)",
    )
    assert opened == added == 20
    assert len(pypdfium2.PdfDocument(files["pdf"])) > 3
    assert len(openpyxl.load_workbook(files["xlsx"]).sheetnames) > 10
    told = subprocess.run(
        [sys.executable, "-c", LAYERS, str(files["gpkg"])],
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"cells", "districts", "gaps", "stations"} <= set(told.stdout.split())
