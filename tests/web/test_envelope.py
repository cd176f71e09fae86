"""What every answer carries, whoever made it."""

from __future__ import annotations

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from station_map.web import envelope

HEADERS = {"X-Frame-Options": "DENY", "Content-Security-Policy": "default-src 'none'"}


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("probe")
    envelope.install(app, HEADERS)

    def echo() -> str:
        return str(request.environ[envelope.REQUEST_ID])

    def own() -> Response:
        return Response("own", headers={"Content-Security-Policy": "default-src 'self'"})

    app.add_url_rule("/echo", view_func=echo)
    app.add_url_rule("/own", view_func=own)
    return app.test_client()


@pytest.mark.parametrize("path", ["/echo", "/nothing"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    got = client.get(path)
    for name, value in HEADERS.items():
        assert got.headers.getlist(name) == [value]


def test_an_answer_that_has_its_own_keeps_it(client: FlaskClient) -> None:
    got = client.get("/own")
    assert got.headers.getlist("Content-Security-Policy") == ["default-src 'self'"]
    assert got.headers.getlist("X-Frame-Options") == ["DENY"]


def test_the_view_knows_the_id(client: FlaskClient) -> None:
    got = client.get("/echo")
    assert got.text == got.headers["X-Request-ID"]


def test_each_answer_has_an_id_of_its_own(client: FlaskClient) -> None:
    first, second = (client.get("/echo").headers["X-Request-ID"] for _ in range(2))
    assert first != second
    assert len(first) == 32


def test_a_given_id_is_kept_when_it_is_harmless(client: FlaskClient) -> None:
    def named(given: str) -> str:
        return client.get("/echo", headers={"X-Request-ID": given}).headers["X-Request-ID"]

    assert named("proxy-0123456789") == "proxy-0123456789"
    for bad in ("short", "x" * 65, "a b c d e f g", "<script>alert(1)", "１２３４５６７８９"):
        assert named(bad.encode().decode("latin-1")) != bad
