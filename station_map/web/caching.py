"""Answers that a browser or a proxy may keep, and how it asks whether they still hold."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from flask import Response, request

from station_map.web.compression import VARY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Headers

GEOJSON: Final = "application/geo+json"
JSON: Final = "application/json"
NO_STORE: Final = "no-store"
_TAG_DIGITS: Final = 24
_STEP: Final = 1 << 16
_OK: Final = 200


class Ready(Response):
    """A response whose headers are as they will be sent.

    Werkzeug copies and checks all of them once more before sending; here none can need it.
    """

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:  # noqa: ARG002 - Werkzeug's own signature
        """The headers, as they are."""
        return self.headers

    def get_app_iter(self, environ: WSGIEnvironment) -> Iterable[bytes]:
        """A whole body as the list it is, which the server sends at once.

        Anything else goes piece by piece from thread to thread, which took a tenth of its time.
        """
        body: Any = self.response  # bytes: `answer` encodes what it is given
        if (
            isinstance(body, list)
            and self.status_code == _OK
            and environ["REQUEST_METHOD"] == "GET"
            and not self._on_close
        ):
            return body
        return super().get_app_iter(environ)


def answer(
    body: str | bytes,
    mimetype: str,
    *,
    max_age_s: int,
    shared: bool = True,
    same_as: str | None = None,
) -> Response:
    """`body` with a validator; 304 without a body when the caller holds it already.

    max_age_s: seconds for which it may be used without asking. shared: whether caches between
    us and the caller may keep it; not so when its address tells where a person is. same_as: what the
    validator is made of, where the body also tells when it was made. The validator is weak, because
    the compressed and the plain form of one answer share it.
    """
    data = body.encode() if isinstance(body, str) else body
    # Processors have instructions for this one: half the time of any other digest here.
    told = data if same_as is None else same_as.encode()
    etag = f'W/"{sha256(told).hexdigest()[:_TAG_DIGITS]}"'
    headers = [
        ("ETag", etag),
        ("Cache-Control", f"{'public' if shared else 'private'}, max-age={max_age_s}"),
        ("Vary", VARY),
    ]
    held = request.environ.get("HTTP_IF_NONE_MATCH")
    if held is not None and _holds(held, etag):
        return Ready(status=304, headers=headers, content_type=mimetype)
    return Ready(data, headers=headers, content_type=mimetype)


def file_answer(file: BinaryIO, content_type: str, *, max_age_s: int) -> Response:
    """What `file` holds from its beginning, sent piece by piece; the file is closed with it.

    With a validator as `answer` makes it, and 304 for whoever holds it.
    """
    file.seek(0)
    digest = file_digest(file, "sha256").hexdigest()[:_TAG_DIGITS]  # type: ignore[arg-type]
    size = file.tell()
    file.seek(0)
    etag = f'W/"{digest}"'
    headers = [("ETag", etag), ("Cache-Control", f"public, max-age={max_age_s}"), ("Vary", VARY)]
    held = request.environ.get("HTTP_IF_NONE_MATCH")
    if held is not None and _holds(held, etag):
        file.close()
        return Response(status=304, headers=headers, content_type=content_type)
    if request.method == "HEAD":  # nothing will read it, nor close it
        file.close()
        response = Response(headers=headers, content_type=content_type)
    else:
        response = Response(_blocks(file), headers=headers, content_type=content_type)
        response.call_on_close(file.close)
    response.content_length = size
    return response


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(_STEP):
            yield block


def _holds(if_none_match: str, etag: str) -> bool:
    """RFC 9110 section 13.1.2: weak comparison, any of a list, or anything by "*"."""
    if if_none_match.strip() == "*":
        return True
    opaque = etag.removeprefix("W/")
    return any(held.strip().removeprefix("W/") == opaque for held in if_none_match.split(","))
