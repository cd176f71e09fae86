"""Counting a visit: only where the operator wants it, only by a tap, and nobody is known by it."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from station_map.app import create_app
from station_map.settings import Settings
from station_map.store.database import Database
from tests.store.merging import rows, value
from tests.web.stations import HOSTILE_NAMES, save, station

HERE = {"Sec-Fetch-Site": "same-origin"}
AGENT = "Mozilla/5.0 (Linux; a telephone like no other)"
WHO = "203.0.113.5"


@pytest.fixture
def counting(database: Database, tmp_path: Path) -> Flask:
    application = create_app(Settings(data_dir=tmp_path, count_visits=True), database)
    application.testing = True
    return application


@pytest.fixture
def visitor(counting: Flask) -> FlaskClient:
    return counting.test_client()


@pytest.fixture
def code(database: Database) -> str:
    (code,) = save(database, [station("城东驿站")])
    return code


def press(
    client: FlaskClient,
    code: str,
    *,
    headers: dict[str, str] | None = None,
    who: str = WHO,
    agent: str = AGENT,
    **fields: str,
) -> TestResponse:
    return client.post(
        f"/stations/{code}/visit",
        data=fields,
        headers={"User-Agent": agent} | (HERE if headers is None else headers),
        environ_overrides={"REMOTE_ADDR": who},
    )


def counted(database: Database) -> int:
    return value(database, "SELECT coalesce(sum(visits), 0)::integer FROM visit_hourly")  # type: ignore[no-any-return]


def test_it_is_off_until_the_operator_wants_it(
    client: FlaskClient, database: Database, code: str
) -> None:
    assert "/visit" not in client.get(f"/stations/{code}?from=door").text
    assert client.get(f"/stations/{code}/visit").status_code == 404
    assert press(client, code).status_code == 404
    assert counted(database) == 0


def test_it_is_offered_at_the_door_and_not_elsewhere(visitor: FlaskClient, code: str) -> None:
    assert "/visit" not in visitor.get(f"/stations/{code}").text
    page = visitor.get(f"/stations/{code}?from=door").text
    assert f'<form class="visit" method="post" action="/stations/{code}/visit">' in page
    assert "不记你是谁" in page


def test_opening_pages_counts_nothing(visitor: FlaskClient, database: Database, code: str) -> None:
    for address in (f"/stations/{code}?from=door", f"/stations/{code}/visit", f"/stations/{code}"):
        for _ in range(2):
            assert visitor.get(address).status_code == 200
            assert visitor.head(address).status_code == 200
    assert counted(database) == 0


def test_one_tap_counts_once_without_a_cookie(
    visitor: FlaskClient, database: Database, code: str
) -> None:
    first = press(visitor, code)
    assert first.status_code == 303
    assert first.headers["Location"] == f"/stations/{code}/visit?done=1"
    again = press(visitor, code)
    assert (again.status_code, again.headers["Location"]) == (303, first.headers["Location"])
    assert counted(database) == 1
    thanks = visitor.get(first.headers["Location"])
    assert 'role="status"' in thanks.text
    for answer in (first, again, thanks):
        assert "Set-Cookie" not in answer.headers
    assert press(visitor, code, agent="another telephone").status_code == 303
    assert counted(database) == 2


def test_nothing_of_the_visitor_is_in_the_database_or_in_a_log(
    visitor: FlaskClient, database: Database, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    press(visitor, code)
    tables = rows(
        database,
        "SELECT c.relname::text FROM pg_class c WHERE relkind = 'r' AND"
        " relnamespace = 'public'::regnamespace AND has_table_privilege(c.oid, 'SELECT')",
    )
    assert ("visit_hourly",) in tables
    for (table,) in tables:
        if table == "spatial_ref_sys":
            continue
        held = repr(rows(database, f"SELECT t::text FROM {table} t"))  # type: ignore[arg-type]
        assert WHO not in held, table
        assert "like no other" not in held, table
    assert value(database, "SELECT count(*) FROM sender") == 0
    assert WHO not in caplog.text


def test_a_browser_that_says_nothing_presses_twice(
    visitor: FlaskClient, database: Database, code: str
) -> None:
    got = press(visitor, code, headers={})
    assert got.status_code == 403
    assert "请再按一次" in got.text
    assert counted(database) == 0
    (token,) = re.findall(r'name="token" value="([^"]+)"', got.text)
    assert press(visitor, code, headers={}, token=token).status_code == 303
    assert counted(database) == 1
    # Another visitor's token is none.
    assert press(visitor, code, headers={}, who="203.0.113.9", token=token).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_make_its_visitors_count(
    visitor: FlaskClient, database: Database, code: str, headers: dict[str, str]
) -> None:
    assert press(visitor, code, headers=headers).status_code == 403
    assert counted(database) == 0


@pytest.mark.parametrize("unknown", ["none", "%00", "a%20b", "站", "..%2f..%2fetc"])
def test_no_station_no_count(visitor: FlaskClient, database: Database, unknown: str) -> None:
    for got in (visitor.get(f"/stations/{unknown}/visit"), press(visitor, unknown)):
        assert got.status_code == 404
        assert got.mimetype == "text/html"
    assert counted(database) == 0


def test_it_speaks_english_and_stays_in_it(visitor: FlaskClient, code: str) -> None:
    page = visitor.get(f"/stations/{code}?from=door&lang=en").text
    assert "I am here, count my visit" in page
    assert f'action="/stations/{code}/visit?lang=en"' in page
    done = visitor.post(f"/stations/{code}/visit?lang=en", headers=HERE)
    assert done.headers["Location"] == f"/stations/{code}/visit?lang=en&done=1"
    thanks = visitor.get(done.headers["Location"]).text
    assert "it counts once" in thanks
    assert f'href="/stations/{code}?lang=en"' in thanks


def test_where_the_visitor_is_goes_no_further(visitor: FlaskClient, code: str) -> None:
    page = visitor.get(f"/stations/{code}?from=door&lon=116.8&lat=33.9").text
    assert f'action="/stations/{code}/visit"' in page


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_stay_text(visitor: FlaskClient, database: Database, name: str) -> None:
    (code,) = save(database, [station(name)])
    page = visitor.get(f"/stations/{code}/visit").text
    assert escape(name).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
    assert "<script>alert(1)" not in page
