from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, Response, render_template_string

from station_map.settings import Settings
from station_map.web import headers
from station_map.web.runtime import Runtime, attach


@pytest.fixture
def small_app(request: pytest.FixtureRequest, tmp_path: Path) -> Flask:
    """An application with one page, one page with a script, one answer for programs."""
    basemap = getattr(request, "param", "none")
    app = Flask("small", static_folder=None)
    attach(app, Runtime(Settings(data_dir=tmp_path, basemap=basemap), None))  # type: ignore[arg-type]
    headers.install(app)
    app.add_url_rule("/page", view_func=lambda: "<p>plain</p>", endpoint="page")
    app.add_url_rule(
        "/script",
        view_func=lambda: render_template_string("{{ csp_nonce() }} {{ csp_nonce() }}"),
        endpoint="script",
    )
    app.add_url_rule("/data", view_func=lambda: {"a": 1}, endpoint="data")
    app.add_url_rule("/own", view_func=own_policy, endpoint="own")
    return app


def own_policy() -> Response:
    return Response("x", headers={"Content-Security-Policy": "default-src 'self'"})


def policy(app: Flask, path: str) -> dict[str, str]:
    told = app.test_client().get(path).headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in told.split(";"))


def test_a_page_may_load_from_here_only(small_app: Flask) -> None:
    assert policy(small_app, "/page") == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_an_inline_script_runs_by_a_nonce_that_is_new_each_time(small_app: Flask) -> None:
    client = small_app.test_client()
    seen = set()
    for _ in range(3):
        got = client.get("/script")
        first, second = got.text.split()
        assert first == second
        assert f"script-src 'self' 'nonce-{first}';" in got.headers["Content-Security-Policy"]
        seen.add(first)
    assert len(seen) == 3
    assert all(len(nonce) >= 20 for nonce in seen)


@pytest.mark.parametrize(
    ("small_app", "hosts"),
    [
        ("none", "'self'"),
        ("osm", "'self' https://tile.openstreetmap.org data:"),
        (
            "amap",
            "'self' " + " ".join(f"https://webrd0{n}.is.autonavi.com" for n in "1234") + " data:",
        ),
        (
            "tianditu",
            "'self' " + " ".join(f"https://t{n}.tianditu.gov.cn" for n in "01234567") + " data:",
        ),
    ],
    indirect=["small_app"],
)
def test_pictures_come_from_the_configured_basemap_too(small_app: Flask, hosts: str) -> None:
    assert policy(small_app, "/page")["img-src"] == hosts
    assert "unsafe" not in str(policy(small_app, "/page"))


def test_answers_for_programs_load_nothing(small_app: Flask) -> None:
    assert policy(small_app, "/data") == {"default-src": "'none'", "frame-ancestors": "'none'"}


def test_a_view_may_bring_its_own_policy(small_app: Flask) -> None:
    assert policy(small_app, "/own") == {"default-src": "'self'"}


@pytest.mark.parametrize("path", ["/page", "/data", "/own", "/nowhere"])
def test_every_answer_carries_the_common_headers(small_app: Flask, path: str) -> None:
    told = small_app.test_client().get(path).headers
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "geolocation=(self)" in told["Permissions-Policy"]
    assert told["Cross-Origin-Opener-Policy"] == "same-origin"
