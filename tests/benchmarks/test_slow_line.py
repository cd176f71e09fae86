"""The slow line carries what it is given, and only that."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import slow_line


@contextmanager
def echoing() -> Iterator[int]:
    """A server that sends back what it gets, until its one caller has said all."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            caller, _ = server.accept()
            with caller:
                while got := caller.recv(4096):
                    caller.sendall(got)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_all_bytes_arrive_in_order() -> None:
    sent = bytes(range(256)) * 64
    with (
        echoing() as port,
        slow_line.slow_line(port) as slow,
        socket.create_connection(("127.0.0.1", slow)) as line,
    ):
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        got = b"".join(iter(lambda: line.recv(4096), b""))
    assert got == sent
