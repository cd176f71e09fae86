"""Bounds on what a request may send."""

from __future__ import annotations

from typing import Final

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge

MAX_QUERY: Final = 4_096  # characters, percent-encoded
MAX_PATH: Final = 1_024
MAX_BODY: Final = 64 * 1024  # bytes; a route that takes files raises its own bound


def install(app: Flask) -> None:
    """Refuse what is too large before `app` looks at it."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.before_request(_measure)


def _measure() -> None:
    environ = request.environ
    if len(environ.get("QUERY_STRING", "")) > MAX_QUERY or len(environ["PATH_INFO"]) > MAX_PATH:
        raise RequestURITooLarge
    length = environ.get("CONTENT_LENGTH")
    if length and _above(length, request.max_content_length):
        raise RequestEntityTooLarge


def _above(length: str, bound: int | None) -> bool:
    return bound is not None and not (length.isdecimal() and int(length[:20]) <= bound)
