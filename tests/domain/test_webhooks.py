"""Where webhooks may lead, and how what goes there is signed."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.webhooks import checked_url, is_public, signature
from station_map.errors import InputError
from tests.web.stations import HOSTILE_NAMES

FINE = ("https://hooks.example.org/a?b=c", "https://hooks.example.org:8443", "https://8.8.8.8/x")
INSIDE = (
    "http://hooks.example.org/a",
    "https://localhost/a",
    "https://a.localhost/",
    "https://db.internal/",
    "https://127.0.0.1/",
    "https://10.0.0.8:5432/",
    "https://192.168.1.1/",
    "https://172.16.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://[::1]/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
    "https://[::ffff:127.0.0.1]/",
)
NEVER = (
    "",
    "hooks.example.org",
    "ftp://hooks.example.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://",
    "https://user:secret@hooks.example.org/",
    "https://hooks.example.org/#part",
    "https://hooks.example.org\\@127.0.0.1/",
    "https://hooks.example.org/\r\nHost: x",
    "https://hooks.example.org:99999/",
    "https://hooks.example.org:0/",
    "https://[::1/",
    "https://例.org/",
    "https://hooks.example.org/" + "x" * 500,
)


@pytest.mark.parametrize("url", FINE)
def test_a_public_address_is_kept_as_it_is(url: str) -> None:
    assert checked_url(f" {url} ", allow_private=False) == url


@pytest.mark.parametrize("url", [*INSIDE, *NEVER, *HOSTILE_NAMES])
def test_what_leads_inside_or_nowhere_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="https"):
        checked_url(url, allow_private=False)


@pytest.mark.parametrize("url", INSIDE)
def test_inside_may_be_allowed(url: str) -> None:
    assert checked_url(url, allow_private=True) == url


@pytest.mark.parametrize("url", NEVER)
def test_and_the_rest_never(url: str) -> None:
    with pytest.raises(InputError):
        checked_url(url, allow_private=True)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.1.2.3", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),  # 6to4 of 127.0.0.1
        ("64:ff9b::7f00:1", False),  # NAT64 of 127.0.0.1
        ("64:ff9b::808:808", True),
    ],
)
def test_an_address_in_disguise_is_seen(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_no_disguise_of_a_private_address_is_public(address: object) -> None:
    for disguise in (f"{address}", f"::ffff:{address}", f"64:ff9b::{address}"):
        assert not is_public(ip_address(disguise))


def test_the_signature_is_hmac_sha256_of_moment_and_body() -> None:
    expected = hmac.new(b"whs_x", b'1700000000.{"a": 1}', "sha256").hexdigest()
    assert signature("whs_x", "1700000000", b'{"a": 1}') == expected
