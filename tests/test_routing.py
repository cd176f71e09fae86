"""A request leads where Flask's own routing would lead it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask, Request
from werkzeug.exceptions import HTTPException
from werkzeug.test import create_environ


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


@pytest.mark.parametrize(
    "path", ["/healthz", "//healthz", "/api//v1", "/a/", "/\xff", "/\xe9\xa9\xbf", ""]
)
@pytest.mark.parametrize(
    "host",
    ["a.cn", "A.cn:8000", "a.cn:80", "xn--fiqs8s", "中国", "a b", "x" * 64 + ".cn", "a..b", ""],
)
@pytest.mark.parametrize("script_name", ["", "/maps"])
def test_a_request_is_bound_as_flask_binds_it(
    app: Flask, path: str, host: str, script_name: str
) -> None:
    environ = create_environ(path="/", query_string="q=\xe9")
    environ |= {"PATH_INFO": path, "HTTP_HOST": host, "SCRIPT_NAME": script_name}
    assert _bound(app.create_url_adapter, app, environ) == _bound(
        partial(Flask.create_url_adapter, app), app, environ
    )


def _bound(bind: Callable[[Request], Any], app: Flask, environ: dict[str, Any]) -> object:
    """Where the request leads and what its adapter would build, or how it is refused."""
    try:
        adapter = bind(app.request_class(environ))
    except HTTPException as refusal:
        return type(refusal)
    try:
        leads: object = adapter.match()
    except HTTPException as refusal:
        leads = refusal.code, getattr(refusal, "new_url", None)
    return leads, adapter.build("health.alive", force_external=True), adapter.query_args
