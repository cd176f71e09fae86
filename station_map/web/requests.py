"""What holds for every request: an id, and bounds on what is sent."""

from __future__ import annotations

import re
from typing import Final
from uuid import uuid4

from flask import Flask, Response, g, request
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge

MAX_QUERY: Final = 4_096  # characters, percent-encoded
MAX_PATH: Final = 1_024
MAX_BODY: Final = 64 * 1024  # bytes; a route that takes files raises its own bound

_GIVEN_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
_ID_HEADER: Final = "X-Request-ID"


def install(app: Flask) -> None:
    """Give each request of `app` an id and refuse the oversized."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.before_request(_begin)
    app.after_request(_name)


def _begin() -> None:
    environ = request.environ
    given = environ.get("HTTP_X_REQUEST_ID")
    g.request_id = given if given and _GIVEN_ID.fullmatch(given) else uuid4().hex
    if len(environ.get("QUERY_STRING", "")) > MAX_QUERY or len(request.path) > MAX_PATH:
        raise RequestURITooLarge
    length = environ.get("CONTENT_LENGTH")
    if length and request.max_content_length is not None and _above(length):
        raise RequestEntityTooLarge


def _above(length: str) -> bool:
    return not length.isdecimal() or int(length[:20]) > (request.max_content_length or 0)


def _name(response: Response) -> Response:
    # A request that the router refused outright never reached `_begin`.
    response.headers[_ID_HEADER] = g.get("request_id") or uuid4().hex
    return response
