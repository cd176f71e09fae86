"""Who receives notices in tests: a mail server and a programme behind a webhook, on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.live import free_port


@dataclass
class Postbox:
    """A mail server that keeps what it gets. refusal: what it says to each receiver instead."""

    port: int = 0
    refusal: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.receivers += envelope.rcpt_tos
        return "250 OK"


@contextmanager
def postbox(**more: Any) -> Iterator[Postbox]:
    box = Postbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Hook:
    """A programme behind a webhook that keeps what it gets, and answers with `status`."""

    url: str = ""
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)
    told: list[Mapping[str, str]] = field(default_factory=list)
    silent: threading.Event | None = None


@contextmanager
def hook() -> Iterator[Hook]:
    kept = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            kept.told.append(dict(self.headers))
            if kept.silent is not None:
                kept.silent.wait()
            self.send_response(kept.status)
            for name, words in kept.headers.items():
                self.send_header(name, words)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.url = f"http://127.0.0.1:{server.server_port}/in"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield kept
    finally:
        if kept.silent is not None:
            kept.silent.set()
        server.shutdown()
        thread.join()
        server.server_close()
