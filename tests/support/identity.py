"""A real OpenID Connect provider on loopback, and ways for it to misbehave."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import oidc_provider_mock
import requests
from flask import Flask, Response, request
from werkzeug.serving import make_server


@dataclass
class Provider:
    """A running provider. asked: forms that came for a token. forge: changes its answers."""

    issuer: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    forge: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)

    def knows(self, subject: str, **claims: object) -> None:
        answer = requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=10)
        assert answer.status_code == 204

    def consent(self, address: str, subject: str, **form: str) -> str:
        """Where the browser is sent after `subject` has agreed at `address`; path and query."""
        sent = form or {"sub": subject}
        answer = requests.post(address, data=sent, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"


@contextmanager
def running(**options: Any) -> Iterator[Provider]:
    provider = Provider()
    server = make_server("localhost", 0, _watched(provider, **options), threaded=True)
    provider.issuer = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _watched(provider: Provider, **options: Any) -> Flask:
    app = oidc_provider_mock.app(**options)

    @app.after_request
    def _watch(response: Response) -> Response:
        if request.path == "/oauth2/token":
            provider.asked.append(request.form.to_dict())
        change = provider.forge.get(request.path)
        if change is not None:
            response.set_data(json.dumps(change(json.loads(response.get_data()))))
        return response

    return app
