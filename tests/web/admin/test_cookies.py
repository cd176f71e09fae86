"""One cookie, under /admin, as tight as the way it came allows; and none anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.settings import Settings
from station_map.store.database import Database
from tests.support import people
from tests.web.stations import save, station

Make = Callable[..., FlaskClient]


@pytest.fixture
def make(composed: Callable[[Settings], Flask], tmp_path: Path) -> Make:
    def client(**settings: object) -> FlaskClient:
        return composed(Settings(data_dir=tmp_path, **settings)).test_client()  # type: ignore[arg-type]

    return client


def set_cookies(client: FlaskClient, address: str, **options: object) -> list[str]:
    return client.get(address, **options).headers.getlist("Set-Cookie")  # type: ignore[arg-type]


def test_plain_http_gets_it_for_admin_only(make: Make) -> None:
    (told,) = set_cookies(make(), "/admin/login")
    name, _, rest = told.partition("=")
    assert name == "station_map_admin"
    parts = set(rest.split("; ")[1:])
    assert parts == {"HttpOnly", "Path=/admin", "SameSite=Lax"}


@pytest.mark.parametrize(
    ("settings", "headers", "secure"),
    [
        ({"public_url": "https://a.example"}, {}, True),
        ({"trusted_proxies": 1}, {"X-Forwarded-Proto": "https"}, True),
        ({"trusted_proxies": 1}, {"X-Forwarded-Proto": "https, http"}, False),
        ({"trusted_proxies": 1}, {}, False),
        ({}, {"X-Forwarded-Proto": "https"}, False),
    ],
    ids=str,
)
def test_https_gets_it_for_https_only(
    make: Make, settings: dict[str, object], headers: dict[str, str], secure: bool
) -> None:
    (told,) = set_cookies(make(**settings), "/admin/login", headers=headers)
    assert told.startswith("__Secure-station_map_admin=") is secure
    assert ("; Secure" in told) is secure
    assert "Domain" not in told


def test_below_a_proxy_s_prefix_it_is_below_that(make: Make) -> None:
    (told,) = set_cookies(make(), "/admin/login", environ_overrides={"SCRIPT_NAME": "/maps"})
    assert "Path=/maps/admin" in told


def test_nothing_of_a_rider_sets_or_reads_one(make: Make, database: Database) -> None:
    (code,) = save(database, [station("甲")])
    client = make()
    people.account(database)
    people.by_password(client)
    for address in (
        "/",
        f"/stations/{code}",
        f"/stations/{code}/report",
        "/suggest",
        "/offline",
        "/api/v1/stations",
        "/api/v1/stations/nearest?lon=116.8&lat=33.95",
        "/api/v1/me",
        "/sitemap.xml",
        "/healthz",
        "/none",
    ):
        answer = client.get(address, headers={"Cookie": "station_map_admin=x; session=y"})
        assert answer.headers.getlist("Set-Cookie") == [], address
        # A page depends on one: that of its language.
        if answer.mimetype != "text/html":
            assert "Cookie" not in answer.headers.get("Vary", ""), address


def test_answers_of_admin_are_kept_nowhere_and_load_nothing(make: Make, database: Database) -> None:
    client = make(basemap="osm")
    people.account(database)
    people.by_password(client)
    for address in ("/admin", "/admin/login", "/admin/account", "/admin/users", "/admin/users/9"):
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "no-store", address
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Frame-Options"] == "DENY"
        if answer.status_code in {200, 404}:
            policy = answer.headers["Content-Security-Policy"]
            assert "script-src 'self';" in policy
            assert "unsafe" not in policy
            assert "openstreetmap" not in policy
            assert "frame-ancestors 'none'" in policy
