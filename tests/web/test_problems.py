"""The one table from exception to status, and the one shape of an error."""

from __future__ import annotations

import inspect

import psycopg
import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from psycopg_pool import PoolTimeout

from station_map import errors
from station_map.web import envelope, language, problems
from station_map.web.api.models import ProblemDetails
from station_map.web.contract import Entry, RefusedQuery

SECRET = "password=hunter2 in /srv/secret.py"
ENTRY = Entry(
    parameter="k", message="is odd", message_zh="是单数", allowed="2, 4", example="k=2", given="3"
)

RAISED: dict[str, tuple[BaseException, int, str]] = {
    "input": (
        errors.InputError("no", parameter="x", allowed="y", example="z"),
        400,
        "bad-parameter",
    ),
    "query": (RefusedQuery([ENTRY]), 400, "bad-parameter"),
    "outside": (errors.OutOfServiceArea("far away"), 400, "out-of-service-area"),
    "file": (errors.FileRefused("no"), 422, "file-refused"),
    "datum": (errors.DatumUnknown("which"), 422, "file-refused"),
    "limit": (errors.LimitExceeded("large"), 413, "too-large"),
    "missing": (errors.NotFound("station", "x"), 404, "not-found"),
    "conflict": (errors.Conflict("changed"), 409, "conflict"),
    "environment": (errors.EnvironmentFault(SECRET), 503, "unavailable"),
    "database": (errors.DatabaseUnusable(SECRET), 503, "unavailable"),
    "gone": (psycopg.OperationalError(SECRET), 503, "unavailable"),
    "busy": (PoolTimeout(SECRET), 503, "unavailable"),
    "ours": (errors.StationMapError(SECRET), 500, "internal"),
    "bug": (ZeroDivisionError(SECRET), 500, "internal"),
}


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("probe")
    language.install(app)
    problems.install(app)
    envelope.install(app, {})

    def fail(name: str) -> str:
        if name.isdigit():
            abort(int(name))
        raise RAISED[name][0]

    app.add_url_rule("/api/fail/<name>", "api_fail", fail)
    app.add_url_rule("/fail/<name>", "page_fail", fail)
    return app.test_client()


@pytest.mark.parametrize("name", RAISED)
def test_each_exception_has_its_status_and_type(client: FlaskClient, name: str) -> None:
    _, status, slug = RAISED[name]
    answer = client.get(f"/api/fail/{name}")
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    told = ProblemDetails.model_validate_json(answer.data)
    assert told.status == status
    assert told.type == f"urn:station-map:problem:{slug}"
    assert told.instance == f"/api/fail/{name}"
    assert told.request_id == answer.headers["X-Request-ID"]
    assert any("\u4e00" <= char <= "\u9fff" for char in told.detail)


@pytest.mark.parametrize("place", ["/api/fail", "/fail"])
@pytest.mark.parametrize("name", [n for n, (_, status, _) in RAISED.items() if status >= 500])
def test_what_broke_inside_is_logged_and_never_told(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, place: str, name: str
) -> None:
    answer = client.get(f"{place}/{name}")
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["X-Request-ID"] in caplog.text
    assert "hunter2" in caplog.text


def test_the_whole_tree_of_errors_has_a_row() -> None:
    tree = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.StationMapError)
    ]
    internal = [kind.__name__ for kind in tree if problems.kind_of(kind) is problems.INTERNAL]
    assert internal == ["StationMapError"]


def test_entries_are_told(client: FlaskClient) -> None:
    told = client.get("/api/fail/query").json
    assert told is not None
    assert told["errors"] == [ENTRY.as_json()]
    assert "k: is odd" in told["detail"]


def test_the_parameter_of_an_input_error_is_told(client: FlaskClient) -> None:
    told = client.get("/api/fail/input").json
    assert told is not None
    (entry,) = told["errors"]
    assert (entry["parameter"], entry["allowed"], entry["example"]) == ("x", "y", "z")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 414, 415, 429, 500, 503])
def test_http_errors_have_the_same_shape(client: FlaskClient, status: int) -> None:
    answer = client.get(f"/api/fail/{status}")
    assert answer.status_code == status
    assert ProblemDetails.model_validate_json(answer.data).status == status


def test_unavailable_says_when_to_come_again(client: FlaskClient) -> None:
    assert int(client.get("/api/fail/database").headers["Retry-After"]) > 0


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.post("/api/fail/x")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.mimetype == "application/problem+json"


def test_a_route_that_is_not_there(client: FlaskClient) -> None:
    assert client.get("/api/nothing").mimetype == "application/problem+json"
    assert client.get("/nothing").mimetype == "text/html"


@pytest.mark.parametrize("name", ["missing", "404", "bug"])
def test_people_get_a_page_in_chinese(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/fail/{name}")
    assert answer.mimetype == "text/html"
    assert 'lang="zh' in answer.text
    assert 'href="/"' in answer.text


def test_a_page_shows_hostile_text_as_text(client: FlaskClient) -> None:
    RAISED["hostile"] = (errors.NotFound("station", "<script>{{7*7}}"), 404, "not-found")
    try:
        page = client.get("/fail/hostile").text
    finally:
        del RAISED["hostile"]
    assert "<script>" not in page
    assert "&lt;script&gt;{{7*7}}" in page
