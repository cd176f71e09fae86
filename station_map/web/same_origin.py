"""Only our own pages may make a visitor's browser send something.

Nobody logs in here, so a foreign page could not act in anyone's name. But it could make its
own visitors' browsers send reports, each from another address, and so a few visitors would
look like independent riders. Browsers say where a request comes from, in headers that
pages cannot set: `Sec-Fetch-Site` (to https and this machine), `Origin` (with every POST).
Old ones that say neither are asked for a token from our form (`form_token`).

The token is a keyed hash of the sender's own hash, so a foreign page cannot fetch one that
would hold for its visitors: what it gets holds for its own server's address and browser, for
which it could have sent the report itself. It needs no cookie and no login, and a form that
was kept for a day still holds one that is good.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from hmac import compare_digest
from typing import Final
from urllib.parse import urlsplit

from flask import request

from station_map.domain.reports import Sender

_OURS: Final = frozenset({"same-origin", "none"})  # none: typed or from a bookmark
_DAYS: Final = 2  # today's token and yesterday's are good


def foreign() -> bool:
    """Whether the browser says that another site's page sends the current request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in _OURS
    origin = request.headers.get("Origin")
    return origin is not None and not _is_here(origin)


def known_as_ours() -> bool:
    """Whether the browser says that one of our own pages sends the current request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and _is_here(origin)


def _is_here(origin: str) -> bool:
    """Whether an Origin names the host that was asked; a proxy may have taken off the TLS."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc == request.host


def form_token(secret: bytes, sender: Sender) -> str:
    """What our form carries for this sender."""
    return next(_tokens(secret, sender))


def token_holds(secret: bytes, sender: Sender, given: str) -> bool:
    """Whether `given` is a token that our form gave this sender today or yesterday."""
    told = given.encode("utf-8", "surrogatepass")
    return any(compare_digest(token.encode(), told) for token in _tokens(secret, sender))


def _tokens(secret: bytes, sender: Sender) -> Iterator[str]:
    key = blake2b(secret, person=b"form token").digest()
    for told in sender.hashes[:_DAYS]:
        yield blake2b(told, key=key, digest_size=16).hexdigest()
