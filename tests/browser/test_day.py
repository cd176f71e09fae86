"""An operator's whole day: an editor's on a phone and a desk, a keeper's round, and nobody's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import REPOSITORY, LiveServer
from tests.docs import pages
from tests.store.merging import rows, value
from tests.support import people

# Leaflet's grey beyond the district, where no style of ours says better. Asked again on the next
# page, should this one be left meanwhile.
_NO_GREY = """() => [...document.querySelectorAll('.leaflet-container')]
    .every((one) => getComputedStyle(one).backgroundColor !== 'rgb(221, 221, 221)')"""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """`docs/make_day.py`, which takes the pictures of the same steps."""
    return pages.script(REPOSITORY / "docs/make_day.py")


@pytest.mark.parametrize("way", ["phone", "desk"])
def test_the_whole_day(
    script: ModuleType,
    chromium: Browser,
    demo: LiveServer,
    shared_data: Path,
    tmp_path: Path,
    way: str,
) -> None:
    database = demo.database
    people.account(database, "boss")
    place = "SELECT ST_AsText(position) FROM station WHERE code = %s"
    before = value(database, place, script.SHIFTED)
    seen: Counter[str] = Counter()

    def looks(part: str):  # type: ignore[no-untyped-def]
        def look(page: Page) -> None:
            seen[part] += 1
            page.wait_for_function(_NO_GREY)

        return look

    ledger = script.misread(shared_data / "ledgers" / "ledger_b_baidu_gbk.csv", tmp_path)
    site = script.Site(chromium, demo.base_url, script.WAYS[way])
    script.day(site, "boss", people.PASSWORD, ledger, looks)

    assert seen == {"morning": 8, "noon": 8, "evening": 7, "round": 7, "refused": 2}
    assert rows(database, "SELECT kind, answer FROM report_case ORDER BY id") == [
        ("locked", "fixed"),
        ("gone", None),
    ]
    banks = value(database, "SELECT count(*) FROM station WHERE host_type = 'bank'")
    assert value(database, "SELECT count(*) FROM station_hours_exception") == banks == 68
    assert value(database, "SELECT count(*) FROM station") == 713 + 260 + 1
    moved = "SELECT count(*) FROM revision r JOIN station s ON s.id = r.station_id"
    moved += " WHERE s.code = %s AND r.changes ? 'lon'"
    assert value(database, moved, script.SHIFTED) == 2
    assert value(database, place, script.SHIFTED) == before
    answers = rows(database, "SELECT answer FROM round_answer ORDER BY seen_at")
    assert answers == [("right",), ("right",), ("gone",)]
