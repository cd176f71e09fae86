"""Codes of stations that were merged into others: who asks by one is led to the station.

Reading: 301 to the same address with the code of now, whatever else it says (`?from=door` of a
plate), kept for as long as a station's page, because a merge can be taken back. Writing: taken in
as if it had come with the code of now, because devices and pages without signal do not follow.
Operators' forms are not: they were filled in for a station that is no more.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import Flask, Response, current_app, redirect, request, url_for

from station_map.errors import NotFound
from station_map.store import former
from station_map.web import problems
from station_map.web.caching import JSON, NO_STORE
from station_map.web.runtime import database

MOVED: Final = 301
_CACHE: Final = "public, max-age=60"
_READING: Final = frozenset({"GET", "HEAD"})
_TAKES_IN: Final = frozenset({"api.report", "api.live_push", "pages.report_send"})
_ARGUMENTS: Final = ("code", "other")


def install(app: Flask) -> None:
    """Lead on whoever asks `app` for a station by a former code."""
    app.register_error_handler(NotFound, _follow)
    for endpoint in _TAKES_IN:
        app.view_functions[endpoint] = _by_any_code(app.view_functions[endpoint])


def _by_any_code(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, which is given the code of now whatever code it was asked for."""

    @wraps(view)
    def asked(code: str, **more: Any) -> Any:
        return view(former.current(database(), code) or code, **more)

    return asked


def _follow(error: NotFound) -> Response:
    current = _current() if request.method in _READING else {}
    if not current:
        return problems.respond(error)
    values = {**(request.view_args or {}), **current}
    query = request.query_string.decode("latin-1")
    address = url_for(str(request.endpoint), **values) + (f"?{query}" if query else "")
    return _moved(address, current.get("code"))


def _current() -> dict[str, str]:
    """The codes in the address that lead elsewhere now, by argument."""
    told: dict[str, Any] = request.view_args or {}
    found = {
        name: former.current(database(), told[name])
        for name in _ARGUMENTS
        if isinstance(told.get(name), str)
    }
    return {name: code for name, code in found.items() if code is not None}


def _moved(address: str, code: str | None) -> Response:
    answer: Response = current_app.make_response(redirect(address, MOVED))
    if problems.wants_json():
        answer.set_data(json.dumps({"status": MOVED, "code": code, "href": answer.location}))
        answer.mimetype = JSON
    answer.headers["Cache-Control"] = NO_STORE if request.blueprint == "admin" else _CACHE
    return answer
