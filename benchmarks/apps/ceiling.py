"""What the server could do at most: a Flask view that does nothing."""

from __future__ import annotations

from flask import Flask, Response

app = Flask(__name__, static_folder=None)


@app.get("/")
def nothing() -> Response:
    """Two bytes."""
    return Response("ok", content_type="text/plain")
