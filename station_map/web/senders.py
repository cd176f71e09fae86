"""Who sends something: a network address that cannot be chosen freely, as hashes.

A proxy adds the address it was asked from to the end of `X-Forwarded-For`; what stands before
that was sent by the client and may be anything. So as many entries are believed, from the
end, as there are proxies of our own (`STATION_MAP_TRUSTED_PROXIES`), and none without one.
"""

from __future__ import annotations

import datetime as dt
from ipaddress import ip_address
from typing import Final

from flask import request

from station_map.domain.reports import Sender, sender_of
from station_map.store.secret import secret_of
from station_map.web.runtime import settings

_AGENT_LONGEST: Final = 512


def secret() -> bytes:
    """The installation's secret. Raises EnvironmentFault."""
    chosen = settings()
    return secret_of(chosen.report_key, chosen.data_dir)


def current_sender(now: dt.datetime) -> Sender:
    """The sender of the current request, as hashes. Raises EnvironmentFault."""
    address = client_address(
        request.environ.get("REMOTE_ADDR", ""),
        request.environ.get("HTTP_X_FORWARDED_FOR", ""),
        settings().trusted_proxies,
    )
    agent = request.environ.get("HTTP_USER_AGENT", "")[:_AGENT_LONGEST]
    return sender_of(secret(), address, agent, now)


def client_address(peer: str, forwarded_for: str, proxies: int) -> str:
    """The address of the client behind `proxies` proxies of our own.

    peer: who opened the connection. forwarded_for: the header. A header that is too short for
    so many proxies, or holds no address there, did not come through them: then it is `peer`.
    """
    if not proxies:
        return peer
    told = [part.strip() for part in forwarded_for.split(",")]
    if len(told) < proxies:
        return peer
    return _address(told[-proxies]) or peer


def _address(text: str) -> str:
    """An address without brackets and port, or "" when `text` is none."""
    plain = text.removeprefix("[").partition("]")[0] if text.startswith("[") else text
    if plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        return str(ip_address(plain))
    except ValueError:
        return ""
