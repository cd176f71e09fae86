"""Compressed answers for those who take them.

Files of the front end are compressed when they are built; this is for what is made anew.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request
from flask_compress import Compress

MIMETYPES: Final = (
    "application/geo+json",
    "application/atom+xml",
    "application/gpx+xml",
    "application/json",
    "application/openapi+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json",
    "application/vnd.mapbox-vector-tile",
    "application/vnd.google-earth.kml+xml",
    "application/xml",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/plain",
)
ALGORITHMS: Final = ("br", "gzip")
MIN_SIZE: Final = 500  # bytes; below that a packet is a packet
VARY: Final = "Accept-Encoding"


def install(app: Flask) -> None:
    """Compress the answers of `app`.

    A caller who takes nothing compressed is not made to pay for finding that out.
    """
    app.config["COMPRESS_MIMETYPES"] = list(MIMETYPES)
    app.config["COMPRESS_ALGORITHM"] = list(ALGORITHMS)
    app.config["COMPRESS_ALGORITHM_STREAMING"] = list(ALGORITHMS)
    app.config["COMPRESS_MIN_SIZE"] = MIN_SIZE
    app.config["COMPRESS_REGISTER"] = False
    compress = Compress(app)

    def compress_if_taken(response: Response) -> Response:
        if "HTTP_ACCEPT_ENCODING" in request.environ:
            return compress.after_request(response)
        if "Vary" not in response.headers:
            response.headers["Vary"] = VARY
        return response

    app.after_request(compress_if_taken)
