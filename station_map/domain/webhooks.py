"""Addresses of other programmes: which are allowed, and the signature of what is sent there."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from station_map.errors import InputError

LONGEST: Final = 500
_SIGNS: Final = re.compile(r"[!-~]+", re.ASCII)
_PORTS: Final = {"https": 443, "http": 80}


def checked_url(given: str, *, allow_private: bool) -> str:
    """An address without what could mislead: no user, no fragment. Raises InputError.

    Where its name leads is looked at when something is sent, each time.
    """
    url = given.strip()
    try:
        parts = urlsplit(url)
        fine = (
            len(url) <= LONGEST
            and _SIGNS.fullmatch(url) is not None
            and parts.scheme in (_PORTS if allow_private else {"https"})
            and bool(parts.hostname)
            and parts.username is None
            and parts.password is None
            and not parts.fragment
            and "\\" not in url
            and parts.port != 0
        )
    except ValueError:
        fine = False
    if fine and not allow_private and _is_inside(urlsplit(url).hostname or ""):
        fine = False
    if not fine:
        raise InputError(
            "要一个公网上的 https 地址，不带用户名和 #。"
            " An https address in the public network, without user name and fragment.",
            parameter="url",
            allowed="https://…",
            example="https://hooks.example.org/station-map",
        )
    return url


def _is_inside(host: str) -> bool:
    """Whether the host is plainly of this machine or network; names are resolved later."""
    try:
        return not is_public(ip_address(host))
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the whole network, and not one in disguise."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None and not is_public(inner):
            return False
        # The prefix by which IPv6 networks reach IPv4 ones (RFC 6052).
        if address in _NAT64 and not is_public(IPv4Address(int(address) & 0xFFFFFFFF)):
            return False
    return address.is_global and not address.is_multicast


class _Network:
    def __contains__(self, address: IPv6Address) -> bool:
        return int(address) >> 32 == 0x0064FF9B << 64


_NAT64: Final = _Network()


def signature(secret: str, moment: str, body: bytes) -> str:
    """HMAC-SHA256 over the moment, a dot and the body, in hexadecimal digits."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, sha256).hexdigest()
