"""Who listens on a port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from station_map.cli.ports import claim, is_free, is_ours, shown_url
from tests.support.live import free_port


@pytest.fixture
def stranger() -> Iterator[int]:
    """The port of some other web server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'["hello"]')

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_port_that_nobody_uses_is_free_and_not_ours() -> None:
    port = free_port()
    assert is_free("127.0.0.1", port)
    assert not is_ours("127.0.0.1", port)


def test_a_port_with_another_program_is_neither(stranger: int) -> None:
    assert not is_free("127.0.0.1", stranger)
    assert not is_ours("127.0.0.1", stranger)


def test_a_port_shared_by_wish_is_taken_all_the_same() -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert not is_free("127.0.0.1", server.getsockname()[1])


def test_an_address_of_another_machine_is_not_free() -> None:
    assert not is_free("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 - told, not bound
        ("::1", "http://[::1]:8000"),
        ("map.example", "http://map.example:8000"),
    ],
)
def test_the_address_to_open(host: str, expected: str) -> None:
    assert shown_url(host, 8000) == expected


def test_an_address_is_claimed_once_and_given_back() -> None:
    port = free_port()
    with claim("127.0.0.1", port) as first, claim("127.0.0.1", port) as second:
        assert (first, second) == (True, False)
    with claim("127.0.0.1", port) as again:
        assert again
