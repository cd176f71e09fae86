"""Who else may read an answer: pages of every other site, where anybody may read it at all.

CORS is for what is public, is read and depends on nobody's cookie. What is written, what a token
opens and what operators see is no other site's business: those routes say nothing of it, and
browsers refuse.
"""

from __future__ import annotations

from typing import Final

from station_map.web.access import ACCESS, WRITING, Access

type Headers = list[tuple[str, str]]

_ROOMS: Final = frozenset({"api", "ogc", "tiles"})
_MORE: Final = frozenset(
    {
        "pages.station_calendar",
        "pages.area_calendar",
        "pages.photo_file",
        "pages.changes_feed",
        "oembed.oembed",
        "embed.script",
    }
)
PREFIXES: Final = ("/api/", "/ogc/", "/tiles/")

_EXPOSED: Final = (
    "Content-Crs, Content-Disposition, Deprecation, ETag, Link, Location, RateLimit,"
    " RateLimit-Policy, Retry-After, Sunset, X-Request-ID"
)
EVERYBODY: Final[Headers] = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", _EXPOSED),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
]
PREFLIGHT: Final[Headers] = [
    *EVERYBODY,
    ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
    ("Access-Control-Allow-Headers", "Accept, If-None-Match, X-Request-ID"),
    ("Access-Control-Max-Age", "86400"),
]


def shared(endpoint: str) -> bool:
    """Whether pages of other sites may read what this endpoint answers."""
    if ACCESS.get(endpoint) is not Access.PUBLIC or endpoint in WRITING:
        return False
    return endpoint.partition(".")[0] in _ROOMS or endpoint in _MORE
