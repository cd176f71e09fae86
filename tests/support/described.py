"""A test client that holds every answer from /api/ to the OpenAPI description.

Every test of the product uses it without knowing (tests/conftest.py), so an answer that nobody
described fails the test that first gets it.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from flask.testing import FlaskClient
from jsonschema_rs import Draft202012Validator
from werkzeug.test import TestResponse

from station_map.web.api.openapi import document

PREFIX = "/api/"
PAGES = frozenset({"/api/docs"})  # for people: no description tells it
UNROUTED = frozenset({404, 405, 400, 414, 421})  # what is no operation at all


class Undescribed(AssertionError):
    """An answer that the description does not know."""


class DescribedClient(FlaskClient):
    """FlaskClient whose answers from the API are checked before a test sees them."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        if self.application.name == "station_map":
            check(answer)
        return answer


def check(answer: TestResponse) -> None:
    """Raise Undescribed unless the description allows this answer."""
    asked = answer.request
    if not asked.path.startswith(PREFIX) or asked.path in PAGES:
        return
    method = "get" if asked.method == "HEAD" else asked.method.lower()
    path = _template(asked.path)
    where = f"{asked.method} {asked.path}?{asked.query_string[:200]!r}: {answer.status_code}"
    if asked.method == "OPTIONS":
        return
    operation = (told()["paths"].get(path or "") or {}).get(method)
    if operation is None:
        _require(answer.status_code in UNROUTED, f"{where} of no operation")
        _problem(answer, where, asked.method)
        return
    described = operation["responses"].get(str(answer.status_code))
    _require(described is not None, f"{where} is not described")
    if "$ref" in described:
        described = told()["components"]["responses"][described["$ref"].rpartition("/")[2]]
    _headers(answer, described, where)
    if asked.method != "HEAD" and answer.status_code != 304:
        _content(answer, described["content"], where)


def _content(answer: TestResponse, content: dict[str, Any], where: str) -> None:
    _require(answer.mimetype in content, f"{where} is {answer.mimetype}, not {list(content)}")
    schema = content[answer.mimetype].get("schema")
    if schema is None or answer.content_encoding:
        return
    _hold(schema, json.loads(answer.data), where)


def _headers(answer: TestResponse, described: dict[str, Any], where: str) -> None:
    for name, reference in described["headers"].items():
        header = told()["components"]["headers"][reference["$ref"].rpartition("/")[2]]
        given = answer.headers.get(name)
        _require(given is not None or not header.get("required"), f"{where} has no {name}")
        if given is not None:
            _hold(header["schema"], given, f"{where}, header {name}")


def _problem(answer: TestResponse, where: str, method: str) -> None:
    _require(answer.mimetype == "application/problem+json", f"{where} is no problem")
    if method != "HEAD":
        _hold({"$ref": "#/components/schemas/ProblemDetails"}, json.loads(answer.data), where)


def _hold(schema: dict[str, Any], instance: Any, where: str) -> None:
    error = next(_validator(json.dumps(schema)).iter_errors(instance), None)
    if error is not None:
        raise Undescribed(f"{where}: {error.message[:500]} at {error.instance_path}")


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise Undescribed(message)


@cache
def told() -> dict[str, Any]:
    """The description."""
    return json.loads(json.dumps(document()))  # type: ignore[no-any-return]


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": told()["components"]})


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Addresses without parameters come first, as the router has it."""
    paths = sorted(told()["paths"], key=lambda path: (path.count("{"), path))
    return [(re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), path) for path in paths]


def _template(path: str) -> str | None:
    return next((told for pattern, told in _patterns() if pattern.fullmatch(path)), None)
