"""No request is larger than it may be."""

from __future__ import annotations

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from station_map.web import problems, requests


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("probe")
    requests.install(app)
    problems.install(app)

    def echo(rest: str = "") -> str:
        return str(len(request.get_data()))

    app.add_url_rule("/api/echo", view_func=echo, methods=["GET", "POST"])
    app.add_url_rule("/api/echo/<path:rest>", "deep", view_func=echo)
    return app.test_client()


def test_a_long_query_is_refused(client: FlaskClient) -> None:
    longest = "a=" + "x" * (requests.MAX_QUERY - 2)
    assert client.get(f"/api/echo?{longest}").status_code == 200
    refused = client.get(f"/api/echo?{longest}x")
    assert refused.status_code == 414
    assert refused.mimetype == "application/problem+json"


def test_a_long_path_is_refused(client: FlaskClient) -> None:
    assert client.get("/api/echo/" + "x" * requests.MAX_PATH).status_code == 414


def test_a_large_body_is_refused_before_it_is_read(client: FlaskClient) -> None:
    assert client.post("/api/echo", data=b"x" * requests.MAX_BODY).text == str(requests.MAX_BODY)
    assert client.post("/api/echo", data=b"x" * (requests.MAX_BODY + 1)).status_code == 413
    assert (
        client.get("/api/echo", environ_overrides={"CONTENT_LENGTH": "9" * 30}).status_code == 413
    )
