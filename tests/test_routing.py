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
