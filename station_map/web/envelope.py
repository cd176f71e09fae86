"""The outermost layer: what every answer carries, whoever made it.

It works on the list that WSGI sends rather than on a response object: setting ten
headers there one by one took longer than reading the query and joining the answer.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUEST_ID: Final = "station_map.request_id"
FRAMED: Final = "station_map.framed"
"""Set in `environ` by a view whose own policy says who may frame its answer (web/embed)."""
_NO_FRAMES: Final = "X-Frame-Options"
_GIVEN_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
_ID_HEADER: Final = "X-Request-ID"


class Envelope:
    """Names each request and adds `headers` to its answer, unless it carries them already.

    The id is in `environ[REQUEST_ID]`; one that the caller sent is kept if it is harmless.
    """

    def __init__(self, application: WSGIApplication, headers: Mapping[str, str]) -> None:
        self._application = application
        self._headers = list(headers.items())
        self._names = frozenset(headers)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID")
        named = given if given and _GIVEN_ID.fullmatch(given) else os.urandom(16).hex()
        environ[REQUEST_ID] = named

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            own = self._names.intersection([name for name, _ in headers])
            added = [pair for pair in self._headers if pair[0] not in own] if own else self._headers
            if FRAMED in environ:
                added = [pair for pair in added if pair[0] != _NO_FRAMES]
            return start_response(status, [*headers, *added, (_ID_HEADER, named)], exc_info)

        return self._application(environ, start)


def install(app: Flask, headers: Mapping[str, str]) -> None:
    """Put the envelope around `app`."""
    app.wsgi_app = Envelope(app.wsgi_app, headers)  # type: ignore[method-assign]
