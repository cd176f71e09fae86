"""One POST to another programme: only where it may go, once, and not for long."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from station_map.domain.webhooks import checked_url, is_public, signature

STEP_TIMEOUT_S: Final = 10
WHOLE_TIMEOUT_S: Final = 20
ANSWER_LONGEST: Final = 4_096
_DONE: Final = range(200, 300)


class NotTaken(Exception):
    """The receiver did not take it, or may not be spoken to; tried again later."""


class _ToAddress(http.client.HTTPConnection):
    """Connects to an address that was looked at, whatever the name would lead to by now."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        self._secure = parts.scheme == "https"
        port = parts.port or (443 if self._secure else 80)
        super().__init__(parts.hostname or "", port, timeout=STEP_TIMEOUT_S)
        self._address = address

    def connect(self) -> None:
        raw = socket.create_connection((self._address, self.port), STEP_TIMEOUT_S)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=self.host)
        else:
            self.sock = raw

    def break_off(self) -> None:
        """End it from another thread, whatever it waits for."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def post(
    url: str, secret: str, told: Mapping[str, Any], delivery: str, *, allow_private: bool
) -> None:
    """Send `told` as JSON, signed. Raises NotTaken for whatever is no success.

    Redirects are not followed: where they lead nobody has looked at.
    """
    parts = urlsplit(checked_url(url, allow_private=allow_private))
    body = json.dumps(told, ensure_ascii=False).encode()
    moment = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "station-map",
        "Station-Map-Delivery": delivery,
        "Station-Map-Timestamp": moment,
        "Station-Map-Signature": f"v1={signature(secret, moment, body)}",
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _ToAddress(parts, _address(parts, allow_private=allow_private))
    watch = threading.Timer(WHOLE_TIMEOUT_S, connection.break_off)
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read(ANSWER_LONGEST)
    except (OSError, http.client.HTTPException) as error:
        raise NotTaken(type(error).__name__) from error
    finally:
        watch.cancel()
        connection.close()
    if answer.status not in _DONE:
        raise NotTaken(f"status {answer.status}")


def _address(parts: SplitResult, *, allow_private: bool) -> str:
    """The first of the host's addresses, if none of them leads inside. Raises NotTaken."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotTaken("the name leads nowhere") from error
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not allow_private and not all(is_public(ip_address(one)) for one in addresses):
        raise NotTaken("the name leads to an address inside")
    return addresses[0]
