"""The installable application: its manifest, its service worker, the page it keeps.

The worker is built with the other scripts; what it is to keep depends on this server's build,
districts and basemap, so the list is put before its text here. Any change of it is a new worker.
"""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from flask import Response, g, request

from station_map.domain.hours.wording import Language
from station_map.errors import NotFound
from station_map.resources import static_dir
from station_map.store.freshness import latest_revision
from station_map.web.assets import assets
from station_map.web.caching import answer
from station_map.web.language import (
    LANGUAGES,
    PARAMETER,
    TAGS,
    in_language,
    read_tag,
    speaking,
    t,
)
from station_map.web.pages.views import blueprint, shell_page
from station_map.web.runtime import database, remembered

SHELL: Final = "/offline"
KEPT: Final = (
    "app.css",
    "station.css",
    "leaflet.css",
    "leaflet.js",
    "rider.js",
    "station.js",
    "small-map.js",
    "report.js",
    "offline.js",
    "words-en.js",
    "favicon.svg",
)
"""What the kept pages load, by the names of the build."""

_JAVASCRIPT: Final = "text/javascript"
_MANIFEST: Final = "application/manifest+json"
_MANIFEST_MAX_AGE_S: Final = 3_600
_REVISION_DIGITS: Final = 16
# A worker is governed by the policy of its own script: it fetches from here and nowhere else.
_WORKER_POLICY: Final = "default-src 'none'; connect-src 'self'; script-src 'self'"
_NO_NONCE: Final = "-"


@blueprint.get("/sw.js")
def service_worker() -> Response:
    """The worker, at the root so that it may answer for every page; asked for again each time."""
    response = answer(_worker_text(), _JAVASCRIPT, max_age_s=0)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = _WORKER_POLICY
    return response


@blueprint.get("/manifest.webmanifest")
def web_manifest() -> Response:
    """Name, colours and icons for the home screen."""
    # Asked for by address alone: what caches keep may not depend on who asked first.
    chosen = read_tag(request.args.get(PARAMETER, "")) or "zh"
    with speaking(chosen):
        told = json.dumps(_manifest(chosen), ensure_ascii=False)
    return answer(told, _MANIFEST, max_age_s=_MANIFEST_MAX_AGE_S)


@blueprint.get(SHELL)
@blueprint.get(f"{SHELL}/<tag>")
def offline_shell(tag: str = "zh") -> Response:
    """The rider's page without a list, which its script fills from what the phone has kept.

    Its language is its address's alone: a phone keeps one of each. Raises NotFound.
    """
    chosen = next((one for one in LANGUAGES if one == tag), None)
    if chosen is None or request.path != shell_address(chosen):
        raise NotFound("language", tag)
    with speaking(chosen):
        response = shell_page()
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _worker_text() -> str:
    kept = precached()
    # Kept pages of another build would ask for files that are gone.
    build = sha256("".join(str(one["url"]) for one in kept).encode()).hexdigest()
    shells = {one: shell_address(one) for one in LANGUAGES}
    known = {"build": build[:_REVISION_DIGITS], "shells": shells, "precache": kept}
    told = json.dumps(known, separators=(",", ":"))
    return f"self.STATION_MAP={told};\n{_built_worker(assets().files['sw.js'])}"


def precached() -> list[dict[str, str | None]]:
    """What the worker keeps from the start; a file named after its content needs no revision."""
    built = assets()
    files: list[dict[str, str | None]] = [
        {"url": built.url(name), "revision": None} for name in KEPT
    ]
    shells: list[dict[str, str | None]] = [
        {"url": shell_address(one), "revision": _shell_revision(one)} for one in LANGUAGES
    ]
    return [*files, *shells]


def shell_address(chosen: Language) -> str:
    """Where the kept page of that language is."""
    return SHELL if chosen == "zh" else f"{SHELL}/{chosen}"


def _shell_revision(chosen: Language) -> str:
    """Changes when the kept page does, but for what is new in every answer."""

    def make() -> str:
        # Pages of this request would carry it; the worker's own answer is none.
        g.csp_nonce = _NO_NONCE
        with speaking(chosen):
            return sha256(shell_page().get_data()).hexdigest()[:_REVISION_DIGITS]

    return remembered().get(("shell", chosen), latest_revision(database()), make)


@lru_cache(maxsize=4)
def _built_worker(name: str) -> str:
    return (static_dir() / name).read_text("utf-8")


def _manifest(chosen: Language) -> dict[str, Any]:
    built = assets()
    return {
        "id": "/",
        "name": t("歇脚地图：附近的工会驿站"),
        "short_name": t("歇脚地图"),
        "description": t("找附近的工会驿站：能不能进、有什么、怎么去。没信号也能看。"),
        "lang": TAGS[chosen],
        "dir": "ltr",
        "start_url": in_language("/", chosen),
        "scope": "/",
        "display": "standalone",
        "theme_color": "#f7f5f1",
        "background_color": "#f7f5f1",
        "categories": ["navigation", "utilities"],
        "icons": [
            _icon(built.url("favicon.svg"), "any", "image/svg+xml", "any"),
            _icon(built.url("icon-192.png"), "192x192"),
            _icon(built.url("icon-512.png"), "512x512"),
            _icon(built.url("maskable-192.png"), "192x192", purpose="maskable"),
            _icon(built.url("maskable-512.png"), "512x512", purpose="maskable"),
        ],
    }


def _icon(src: str, sizes: str, kind: str = "image/png", purpose: str = "any") -> dict[str, str]:
    return {"src": src, "sizes": sizes, "type": kind, "purpose": purpose}
