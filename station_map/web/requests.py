"""Bounds on what a request may send."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Flask, request
from werkzeug.exceptions import NotFound, RequestEntityTooLarge, RequestURITooLarge

from station_map.web.runtime import settings

if TYPE_CHECKING:
    from station_map.settings import Settings

MAX_QUERY: Final = 4_096  # characters, percent-encoded
MAX_PATH: Final = 1_024
MAX_BODY: Final = 64 * 1024  # bytes; a route that takes files has its own (`allow`)

_LARGER: Final[dict[str, Callable[[Settings], int]]] = {}


def install(app: Flask) -> None:
    """Refuse what is too large before `app` looks at it."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.before_request(_measure)


def allow(blueprint: Blueprint, function: str, more: Callable[[Settings], int]) -> None:
    """Let the bodies of one route be larger, by so many bytes as the settings say."""
    _LARGER[f"{blueprint.name}.{function}"] = more


def _measure() -> None:
    environ = request.environ
    if len(environ.get("QUERY_STRING", "")) > MAX_QUERY or len(environ["PATH_INFO"]) > MAX_PATH:
        raise RequestURITooLarge
    if "\0" in environ["PATH_INFO"]:
        raise NotFound  # nothing of ours is called so, and PostgreSQL would refuse it with an error
    length = environ.get("CONTENT_LENGTH")
    if length and request.endpoint in _LARGER:
        request.max_content_length = MAX_BODY + _LARGER[request.endpoint](settings())
    if length and _above(length, request.max_content_length):
        raise RequestEntityTooLarge


def _above(length: str, bound: int | None) -> bool:
    return bound is not None and not (length.isdecimal() and int(length[:20]) <= bound)
