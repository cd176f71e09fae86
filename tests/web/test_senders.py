"""Which address a request comes from: the last entries that our own proxies wrote, no others."""

from __future__ import annotations

import pytest

from station_map.web.senders import client_address

PEER = "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, PEER),
        ("198.51.100.1", 0, PEER),
        ("", 1, PEER),
        ("198.51.100.1", 1, "198.51.100.1"),
        ("1.1.1.1, 2.2.2.2, 198.51.100.1", 1, "198.51.100.1"),
        ("1.1.1.1, 198.51.100.1,10.0.0.2", 2, "198.51.100.1"),
        ("198.51.100.1", 2, PEER),
        ("1.1.1.1, unknown", 1, PEER),
        ("1.1.1.1, ", 1, PEER),
        ("198.51.100.1:4711", 1, "198.51.100.1"),
        ("[2001:db8::1]:4711", 1, "2001:db8::1"),
        ("2001:db8::1", 1, "2001:db8::1"),
        ("2001:DB8:0:0::1", 1, "2001:db8::1"),
    ],
)
def test_so_many_entries_are_believed_as_there_are_proxies(
    forwarded: str, proxies: int, address: str
) -> None:
    assert client_address(PEER, forwarded, proxies) == address
