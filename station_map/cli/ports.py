"""Who listens on a port: nobody, ourselves, or some other program."""

from __future__ import annotations

import http.client
import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ASK_TIMEOUT_S = 2.0
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - named, not bound


def is_free(host: str, port: int) -> bool:
    """True when this program could listen there now, alone."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # As servers do, so that connections that have just ended do not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError:
        return False
    return True


@contextmanager
def claim(host: str, port: int) -> Iterator[bool]:
    """Hold an address for this process and its children, from before they listen there.

    Yields False when another station map holds it. Two that start at the same moment both
    find the port free, and the servers' sockets would then share it. The claim is a name
    in the kernel (an abstract socket), gone with its process however that ends.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as name:
        try:
            if sys.platform == "linux":
                name.bind(f"\0station-map:{host}:{port}")
        except OSError:
            yield False
        else:
            yield True


def is_ours(host: str, port: int) -> bool:
    """True when a station map answers there."""
    connection = http.client.HTTPConnection(_ANY.get(host, host), port, timeout=ASK_TIMEOUT_S)
    try:
        connection.request("GET", "/healthz")
        said = json.loads(connection.getresponse().read(1000))
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return bool(isinstance(said, dict) and said.get("status") == "alive")


def shown_url(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    name = _ANY.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
