"""What is kept of who tries, where one goes on, what a log may hold."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.accounts.signing_in import (
    DEVICE_LONGEST,
    account_hash,
    device_words,
    one_line,
    safe_next,
)

KEY = b"0123456789abcdef"


@pytest.mark.parametrize(
    "address",
    ["/admin", "/admin/", "/admin/users", "/admin/users/7?done=changed", "/admin/a-b_c?x=1&y=2,3"],
)
def test_our_own_pages_are_gone_on_to(address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "/",
        "//evil.example",
        "/admin//evil.example",
        "/adminevil",
        "/admin/../stations/1",
        "/admin\\evil",
        "https://evil.example/admin",
        "javascript:alert(1)",
        "/admin/%2f%2fevil.example",
        "/admin?next=//evil.example",
        "/admin\n",
        "/admin\r\nSet-Cookie: a=b",
        "/admin#x",
        "@evil.example/admin",
        "/admin/@evil.example",
    ],
)
def test_nothing_else_is(address: str | None) -> None:
    assert safe_next(address) is None


@given(st.text(alphabet="/adminevl.%\\@:?#&=- \t\n", max_size=30).map(lambda end: "/admin" + end))
def test_whatever_is_let_through_stays_here(address: str) -> None:
    onward = safe_next(address)
    if onward is not None:
        parts = urlsplit("http://here.example" + onward)
        assert (parts.netloc, parts.path[:6]) == ("here.example", "/admin")
        assert urlsplit(onward).netloc == ""
        assert ".." not in parts.path


def test_a_tried_name_is_kept_as_a_keyed_hash() -> None:
    assert account_hash(KEY, "Zhang ") == account_hash(KEY, "ｚhang")
    assert account_hash(KEY, "zhang") != account_hash(KEY, "zhan")
    assert account_hash(KEY, "zhang") != account_hash(KEY * 2, "zhang")
    assert len(account_hash(KEY, "\ud800" * 10_000)) == 16


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0",
            "微信 · iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Firefox/130.0", "Firefox · Windows"),
        ("", "不认识的浏览器"),
        ("<script>alert(1)</script>", "不认识的浏览器"),
    ],
)
def test_a_device_is_told_in_words_of_ours(agent: str, words: str) -> None:
    assert device_words(agent) == words


@given(st.text())
def test_a_device_is_short_and_a_log_has_one_line(text: str) -> None:
    assert len(device_words(text)) <= DEVICE_LONGEST
    assert len(one_line(text).splitlines()) <= 1
    assert len(one_line(text)) <= 200
