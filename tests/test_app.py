"""Tests about the application itself: every route, every answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.app import create_app
from station_map.settings import Settings
from station_map.store import migrate
from station_map.store.database import Database
from station_map.web.access import ACCESS, WRITING
from station_map.web.api.models import ProblemDetails


def test_every_route_has_an_access_rule_and_the_other_way_round(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ACCESS)


def test_every_route_reads_only_but_those_that_say_so(app: Flask) -> None:
    writing = set()
    for rule in app.url_map.iter_rules():
        assert rule.methods is not None
        if not rule.methods <= {"GET", "HEAD", "OPTIONS"}:
            assert rule.methods <= {"POST", "OPTIONS"}, rule
            writing.add(rule.endpoint)
    assert writing == WRITING


def test_two_applications_do_not_share_their_database(
    database: Database, fresh_database: Database, tmp_path: Path
) -> None:
    from station_map.web.runtime import database as current

    for one in (database, fresh_database):
        with create_app(Settings(data_dir=tmp_path), one).app_context():
            assert current() is one


def test_alive_and_ready(client: FlaskClient) -> None:
    for path, state in (("/healthz", "alive"), ("/readyz", "ready")):
        got = client.get(path)
        assert got.status_code == 200
        assert got.json == {"status": state}
        assert got.headers["Cache-Control"] == "no-store"


def test_not_ready_with_an_older_schema(fresh_database: Database, tmp_path: Path) -> None:
    client = create_app(Settings(data_dir=tmp_path), fresh_database).test_client()
    assert client.get("/readyz").status_code == 200
    migrate.downgrade(fresh_database.url, "-1")
    got = client.get("/readyz")
    assert got.status_code == 503
    assert ProblemDetails.model_validate_json(got.data).type.endswith(":unavailable")
    assert client.get("/healthz").status_code == 200


def test_a_database_that_is_gone_is_told_without_details(
    fresh_database: Database, tmp_path: Path
) -> None:
    client = create_app(Settings(data_dir=tmp_path), fresh_database).test_client()
    fresh_database.close()
    for path in ("/readyz", "/api/v1/stations/nearest?lon=116.8&lat=33.9", "/api/v1/stations"):
        got = client.get(path)
        assert got.status_code == 503, got.text
        assert got.headers["Retry-After"]
        told = ProblemDetails.model_validate_json(got.data)
        assert "pool" not in told.detail
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/api/v1/amenities",
        "/api/v1/stations",
        "/api/v1/nothing",
        "/api/v1/stations?x=1",
    ],
)
def test_every_answer_is_named_and_secured(client: FlaskClient, path: str) -> None:
    got = client.get(path)
    assert got.headers["X-Request-ID"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in got.headers["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: FlaskClient, method: str) -> None:
    got = getattr(client, method)("/api/v1/stations")
    assert got.status_code == 405
    assert got.mimetype == "application/problem+json"
    assert "GET" in got.headers["Allow"]


@pytest.mark.parametrize("code", ["%00", "%FF", "x" * 70, "驿站", "{{7*7}}"])
def test_people_who_ask_for_no_station_get_a_page(client: FlaskClient, code: str) -> None:
    got = client.get(f"/stations/{code}")
    assert got.status_code == 404
    assert got.mimetype == "text/html"


def test_a_long_query_is_refused(client: FlaskClient) -> None:
    got = client.get("/api/v1/stations?q=" + "x" * 5000)
    assert got.status_code == 414
    assert got.mimetype == "application/problem+json"


def test_json_is_utf8_as_people_read_it(client: FlaskClient) -> None:
    assert "手机充电" in client.get("/api/v1/amenities").text


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_answers_are_compressed_and_still_validated(client: FlaskClient, encoding: str) -> None:
    sent = {"Accept-Encoding": encoding}
    got = client.get("/api/v1/amenities", headers=sent)
    assert got.headers["Content-Encoding"] == encoding
    again = client.get("/api/v1/amenities", headers=sent | {"If-None-Match": got.headers["ETag"]})
    assert again.status_code == 304
