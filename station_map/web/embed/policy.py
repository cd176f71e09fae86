"""Who may frame an embed, and what it may load. On these paths only: all others refuse frames."""

from __future__ import annotations

import base64
from hashlib import sha256


def headers(
    origins: str,
    *,
    script: str,
    image_hosts: tuple[str, ...],
    locate: bool,
    kiosk: bool,
) -> dict[str, str]:
    """The headers of an embed's page.

    origins: who may frame it, the setting `embed_origins`. script: its one inline script ("" for
    none), allowed by its digest: a nonce would make every answer another one, and none could be
    kept. image_hosts: of the basemap.
    """
    return {
        "Content-Security-Policy": "; ".join(_policy(origins, script, image_hosts, kiosk=kiosk)),
        # Ours to use where the page around it lets us; without the option nobody asks for it.
        "Permissions-Policy": f"geolocation={'(self)' if locate else '()'}, camera=(),"
        " microphone=(), payment=(), usb=()",
        # So that a page that isolates itself (COEP) may frame it too.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


def ancestors(origins: str) -> tuple[str, ...]:
    """Who may frame: this site itself, and the operator's list."""
    given = origins.split()
    return ("*",) if "*" in given else ("'self'", *given)


def _policy(origins: str, script: str, image_hosts: tuple[str, ...], *, kiosk: bool) -> list[str]:
    digest = base64.b64encode(sha256(script.encode()).digest()).decode()
    pictures = ("'self'", *image_hosts, "data:") if image_hosts else ("'self'",)
    return [
        "default-src 'none'",
        f"script-src 'self'{f" 'sha256-{digest}'" if script else ''}",
        "style-src 'self'",
        f"img-src {' '.join(pictures)}",
        "connect-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        f"frame-ancestors {' '.join(ancestors(origins))}",
        # No window, no tab and no other page around it: the browser itself keeps the visitor in.
        *(["sandbox allow-scripts allow-same-origin"] if kiosk else []),
    ]
