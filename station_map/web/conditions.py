"""What holds for a route whatever it answers: who may read it, how often, how long it will be.

Said in headers of every answer, errors too. One hook before each request and one list that the
envelope sends: the hot route pays two microseconds for all of it.
"""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import Flask, request

from station_map.errors import TooOften
from station_map.web import sharing
from station_map.web.access import ACCESS, Access
from station_map.web.envelope import MORE
from station_map.web.limits import WINDOW_S, Taken, counted
from station_map.web.runtime import Runtime, runtime
from station_map.web.senders import client_address, secret

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from station_map.settings import Settings
    from station_map.web.sharing import Headers

API: Final = "api"
FILES: Final = "files"
TILES: Final = "tiles"
TOKENS: Final = "tokens"
_COUNTED: Final = "station_map.counted"  # as a request of its token
_FILES: Final = frozenset({"api.export"})
_ROOMS: Final = {"api": API, "ogc": API, "tiles": TILES}


class Condition(NamedTuple):
    """headers: of every answer of the route. limit: the kind of limit that counts it, or ""."""

    headers: Headers
    limit: str


def condition_of(endpoint: str) -> Condition:
    """What holds for one endpoint."""
    headers = list(sharing.EVERYBODY) if sharing.shared(endpoint) else []
    retiring = _retiring().get(endpoint)
    if retiring is not None:
        headers += retiring
    if endpoint in _FILES:
        return Condition(headers, FILES)
    known = ACCESS.get(endpoint) in {Access.PUBLIC, Access.TOKEN}
    return Condition(headers, _ROOMS.get(endpoint.partition(".")[0], "") if known else "")


def _retiring() -> dict[str, Headers]:
    from station_map.web.api.operations import OPERATIONS

    return {one.endpoint: one.retiring.headers for one in OPERATIONS if one.retiring}


_CONDITIONS: Final[dict[str, Condition]] = {}


def install(app: Flask) -> None:
    """Apply what holds for each route of `app`, before anything else of a request."""
    app.before_request(_apply)


def _apply() -> None:
    asked = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - once, not at each word
    environ, rule = asked.environ, asked.url_rule
    if rule is None:  # nothing is there, or not for this method
        if asked.path.startswith(sharing.PREFIXES):
            environ[MORE] = sharing.EVERYBODY
        return
    condition = _CONDITIONS.get(rule.endpoint)
    if condition is None:
        condition = _CONDITIONS[rule.endpoint] = condition_of(rule.endpoint)
    if asked.method == "OPTIONS":
        environ[MORE] = sharing.PREFLIGHT if sharing.shared(rule.endpoint) else []
    elif condition.limit:
        _count(environ, condition)
    else:
        environ[MORE] = condition.headers


def _count(environ: WSGIEnvironment, condition: Condition) -> None:
    """Count the request for its sender's address. Raises TooOften."""
    running = runtime()
    limit = _limit(running.settings, condition.limit)
    environ[MORE] = condition.headers
    if not limit:
        return
    who = counted(
        client_address(
            environ.get("REMOTE_ADDR", ""),
            environ.get("HTTP_X_FORWARDED_FOR", ""),
            running.settings.trusted_proxies,
        )
    )
    if who:
        _take(environ, running, condition.limit, who, limit)


def count_token(number: int) -> None:
    """Count the current request for the token of this number, once. Raises TooOften."""
    running, environ = runtime(), request.environ
    limit = _limit(running.settings, TOKENS)
    if limit and _COUNTED not in environ:
        environ[_COUNTED] = True
        _take(environ, running, TOKENS, str(number), limit)


def _limit(settings: Settings, kind: str) -> int:
    if kind == API:
        return settings.limit_api
    if kind == TILES:
        return settings.limit_tiles
    return settings.limit_files if kind == FILES else settings.limit_tokens


def _take(environ: WSGIEnvironment, running: Runtime, kind: str, who: str, limit: int) -> None:
    taken = running.limits.take(kind, who, limit, _opened)
    environ[MORE] = [*environ.get(MORE, ()), *_told(kind, limit, taken)]
    if taken.wait_s:
        raise TooOften(
            f"一分钟最多 {limit} 次。 At most {limit} requests a minute.",
            retry_after_s=ceil(taken.wait_s),
        )


def _told(kind: str, limit: int, taken: Taken) -> Headers:
    """As the IETF's draft on RateLimit header fields writes them (structured fields)."""
    return [
        ("RateLimit-Policy", f'"{kind}";q={limit};w={WINDOW_S}'),
        ("RateLimit", f'"{kind}";r={taken.left};t={ceil(taken.reset_s)}'),
    ]


def _opened() -> tuple[Path, bytes]:
    return runtime().settings.data_dir, secret()
