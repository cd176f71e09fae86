"""Headers that every answer carries, and the policy of what a page may load and run."""

from __future__ import annotations

import secrets
from typing import Final

from flask import Flask, Response, g

from station_map.maps.basemaps import tile_hosts
from station_map.web import envelope
from station_map.web.runtime import settings

_NONCE_BYTES: Final = 16

# Answers that are not pages load nothing and run nothing, wherever they are opened.
DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"

COMMON: Final[dict[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    # Tile servers ask who is asking; they learn the host, never the position in the address.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def install(app: Flask) -> None:
    """Put the headers on every answer of `app`, and `csp_nonce()` into its templates."""
    envelope.install(app, {**COMMON, "Content-Security-Policy": DATA_POLICY})
    app.after_request(_allow_page)
    app.add_template_global(csp_nonce)


def csp_nonce() -> str:
    """The nonce of the current request's page: an inline script without it does not run."""
    nonce: str | None = g.get("csp_nonce")
    if nonce is None:
        nonce = g.csp_nonce = secrets.token_urlsafe(_NONCE_BYTES)
    return nonce


def page_policy(nonce: str | None, image_hosts: tuple[str, ...]) -> str:
    """The Content-Security-Policy of a page.

    image_hosts: origins of the basemap that the operator configured; all else is this host.
    """
    # Leaflet gives up on a tile by showing an empty picture that stands in its own code.
    pictures = ("'self'", *image_hosts, "data:") if image_hosts else ("'self'",)
    scripts = "'self'" if nonce is None else f"'self' 'nonce-{nonce}'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "style-src 'self'",
            f"img-src {' '.join(pictures)}",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _allow_page(response: Response) -> Response:
    # A view that needs another policy (the API's own documentation) has set it already.
    page = response.headers.get("Content-Type", "").startswith("text/html")
    if page and "Content-Security-Policy" not in response.headers:
        hosts = tile_hosts(settings().basemap)
        response.headers["Content-Security-Policy"] = page_policy(g.get("csp_nonce"), hosts)
    return response
