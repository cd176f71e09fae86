"""More stations than one answer tells: the phone keeps those around the rider, and comes to rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from station_map.store.database import Database
from tests.browser.conftest import HERE, Visit
from tests.browser.test_offline import PHONE, keep, kept_list, lose_signal
from tests.support import live
from tests.web.stations import save, station

Visits = Callable[..., Visit]
MOST = 12
NEAR, FAR, BETWEEN = 10, 8, 6
AWAY = (117.9, 33.956)  # more than a hundred kilometres east
AT_HERE = f"/?lon={HERE[0]}&lat={HERE[1]}"
AT_AWAY = f"/?lon={AWAY[0]}&lat={AWAY[1]}"
WHOLE = "/api/v1/stations/slim?crs=wgs84"


@pytest.fixture
def many(database: Database, tmp_path: Path) -> Iterator[str]:
    """A server that tells at most MOST stations at once; NEAR are here, FAR far away.

    With BETWEEN others, those are too many for the largest rectangle that is tried.
    """
    near = [station(f"近站{n}", HERE[0] + n * 1e-3, HERE[1]) for n in range(NEAR)]
    far = [station(f"远站{n}", AWAY[0] + n * 1e-3, AWAY[1]) for n in range(FAR)]
    others = [station(f"中站{n}", 117.4 + n * 1e-3, AWAY[1]) for n in range(BETWEEN)]
    save(database, near + far + others)
    port = live.free_port()
    settings = {
        "STATION_MAP_DATABASE_URL": database.url,
        "STATION_MAP_PORT": str(port),
        "STATION_MAP_DATA_DIR": str(tmp_path),
        "STATION_MAP_SLIM_MAX_STATIONS": str(MOST),
        "STATION_MAP_WORKERS": "1",
    }
    with live.serving(["serve"], settings, tmp_path / "log", port):
        yield f"http://127.0.0.1:{port}"


def opened(visit: Visits, address: str, path: str) -> Visit:
    window = visit(**PHONE)
    window.base = address
    window.open(path)
    return window


def whole_asked(window: Visit) -> int:
    return sum(one.url.endswith(WHOLE) for one in window.requests)


def test_the_part_around_the_rider_is_kept_and_is_the_list_without_signal(
    visit: Visits, many: str
) -> None:
    window = opened(visit, many, AT_HERE)
    page = window.page
    keep(page, "/kept-partly")
    names = window.names()
    lose_signal(window)
    page.reload()
    kept_list(page)
    assert window.names() == names
    expect(page.locator("#results")).to_contain_text("驿站太多，手机里只存了上次那一带的。")
    # What is kept knows nothing of another place, and does not pretend to.
    page.goto(many + AT_AWAY)
    expect(page.get_by_role("alert")).to_contain_text("列表没有拿到")
    assert window.names() == []


def test_what_the_server_cannot_tell_is_asked_for_once(visit: Visits, many: str) -> None:
    window = opened(visit, many, "/")
    page = window.page
    page.evaluate("""() => new Promise((done) => {
        const look = async () => ((await caches.match('/kept-partly')) ? done() : setTimeout(look, 20))
        look()
    })""")
    window.settle()
    assert whole_asked(window) == 1
    page.goto(many + AT_HERE)
    keep(page)
    window.settle()
    assert whole_asked(window) == 1
    # Another place is kept as soon as it is asked about, although what is kept is fresh.
    with page.expect_response(lambda got: "bbox=117.25,33.25,118.5,34.5" in got.url) as part:
        page.goto(many + AT_AWAY)
    assert part.value.status == 413
    window.settle()
    parts = [one.url for one in window.requests if "bbox=" in one.url]
    assert parts[-1].endswith("bbox=117.5,33.5,118.25,34.25")
    page.reload()
    window.settle()
    assert [one.url for one in window.requests if "bbox=" in one.url] == parts
    assert whole_asked(window) == 1
    names = window.names()
    assert [name[0] for name in names] == ["远"] * FAR + ["中"] * 2
    lose_signal(window)
    page.reload()
    kept_list(page)
    assert window.names() == names[:FAR]
