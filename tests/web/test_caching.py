"""Answers carry a validator, and a caller who holds the answer is told so."""

from __future__ import annotations

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from flask_compress import Compress
from werkzeug.wsgi import ClosingIterator

from station_map.web.caching import GEOJSON, answer

BODY = '{"name":"淮海路"}' * 100


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("probe")
    app.config["COMPRESS_MIMETYPES"] = [GEOJSON]
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    Compress(app)

    def view(text: str) -> Response:
        return answer(BODY + text, GEOJSON, max_age_s=20)

    app.add_url_rule("/<text>", view_func=view)
    return app.test_client()


def test_the_first_answer_is_whole(client: FlaskClient) -> None:
    got = client.get("/a")
    assert got.text == BODY + "a"
    assert got.mimetype == GEOJSON
    assert got.headers["Cache-Control"] == "public, max-age=20"
    assert got.headers["ETag"].startswith('W/"')


def test_other_bodies_have_other_validators(client: FlaskClient) -> None:
    assert client.get("/a").headers["ETag"] != client.get("/b").headers["ETag"]
    assert client.get("/a").headers["ETag"] == client.get("/a").headers["ETag"]


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
@pytest.mark.parametrize("form", ["{}", '"x", {}', "*", '{}, W/"y"'])
def test_what_the_caller_holds_is_not_sent_again(
    client: FlaskClient, encoding: str, form: str
) -> None:
    held = client.get("/a", headers={"Accept-Encoding": encoding}).headers["ETag"]
    again = client.get(
        "/a", headers={"Accept-Encoding": encoding, "If-None-Match": form.format(held)}
    )
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == held
    assert again.headers["Cache-Control"] == "public, max-age=20"
    assert "Accept-Encoding" in again.headers["Vary"]


@pytest.mark.parametrize("held", ['W/"other"', "", '"', "W/", "garbage, more"])
def test_what_the_caller_does_not_hold_is_sent(client: FlaskClient, held: str) -> None:
    assert client.get("/a", headers={"If-None-Match": held}).status_code == 200


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_text_is_compressed(client: FlaskClient, encoding: str) -> None:
    got = client.get("/a", headers={"Accept-Encoding": encoding})
    assert got.headers["Content-Encoding"] == encoding
    assert len(got.data) < len(BODY) / 10


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    got = client.head("/a")
    assert got.status_code == 200
    assert got.data == b""
    assert got.headers["ETag"] == client.get("/a").headers["ETag"]


def test_a_whole_answer_is_given_to_the_server_at_once() -> None:
    with Flask("probe").test_request_context("/") as context:
        given = answer(BODY, GEOJSON, max_age_s=20).get_app_iter(context.request.environ)
    assert given == [BODY.encode()]


def test_what_waits_for_the_end_of_an_answer_is_told_of_it() -> None:
    closed = []
    with Flask("probe").test_request_context("/") as context:
        response = answer(BODY, GEOJSON, max_age_s=20)
        response.call_on_close(lambda: closed.append(True))
        given = response.get_app_iter(context.request.environ)
    assert isinstance(given, ClosingIterator)
    assert b"".join(given) == BODY.encode()
    given.close()
    assert closed == [True]
