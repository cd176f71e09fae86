"""NIST SP 800-63B-4, and what is kept of a password."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station_map.domain.accounts import passwords
from station_map.errors import InputError
from tests.support.people import PASSWORD, password_hash

GOOD = [
    PASSWORD,
    "我家的猫叫小花，她最喜欢晒太阳",  # 15 code points
    "correct horse battery staple",
    "vK9#mQ2$pL5&nR8",
    "🛵🌧️雨天也要送到的第三单热汤面呀",
    "пятнадцать слов про дождь",
]


@pytest.mark.parametrize("password", GOOD)
def test_long_and_odd_ones_of_any_script_are_taken(password: str) -> None:
    assert len(password) >= passwords.SHORTEST
    passwords.check_password(password, names=["zhang"])


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "太短"),
        ("vK9#mQ2$pL5&nR", "太短"),
        ("password123456789", "太常见"),
        ("iloveyouiloveyou1", "太常见"),
        ("qwertyuiopasdfghjkl", "太常见"),
        ("aaaaaaaaaaaaaaaaaaaaaaa", "太常见"),
        ("123456789012345678", "太常见"),
        ("P@ssw0rdP@ssw0rd", "太常见"),
        ("x" * 257, "最多"),
        ("Zhang-San likes noodle soup", "帐号名"),
        ("ＺＨＡＮＧ-san likes noodle soup", "帐号名"),
        ("my Station-Map is never late", "本站"),
        ("每天都打开歇脚地图看看哪里有热水喝", "本站"),
        ("seven cats \ud800 in the rain", "字符"),
        ("seven cats \0 in the rain", "字符"),
    ],
)
def test_short_common_and_expected_ones_are_refused_in_words(password: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        passwords.check_password(password, names=["zhang-san"])
    assert refused.value.parameter == "password"
    assert password not in str(refused.value) or not password


def test_a_short_name_inside_is_no_reason() -> None:
    passwords.check_password(PASSWORD, names=["to", "n", ""])


def test_there_are_no_rules_about_classes_of_signs() -> None:
    for password in ("mqzplfhwxkvbtrd", "739206418537264", "   雨   伞   面   车   "):
        passwords.check_password(password)


def test_length_counts_code_points_and_64_are_possible() -> None:
    passwords.check_password("雨伞热汤面第七只猫骑着旧车过桥")
    long = "七只猫在雨里骑车 " * 29
    passwords.check_password(long[:256])
    stored = passwords.hashed(long[:256])
    assert passwords.is_right(long[:256], stored)
    assert not passwords.is_right(long[:255], stored)  # nothing is cut off


def test_the_same_signs_composed_otherwise_are_the_same_password() -> None:
    stored = passwords.hashed("Ångström ﬁve 热汤面 is fine")
    assert passwords.is_right(unicodedata.normalize("NFD", "Ångström ﬁve 热汤面 is fine"), stored)
    assert not passwords.is_right("angström five 热汤面 is fine", stored)


def test_a_hash_says_nothing_and_is_argon2id() -> None:
    first, second = passwords.hashed(PASSWORD), password_hash()
    assert first != second  # each has a salt of its own
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in first
    assert not passwords.is_outdated(first)
    assert passwords.is_outdated("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$MrCpJKLqfJOPvAfEeIjs8w")


@settings(max_examples=8, deadline=None)
@given(st.text(max_size=300))
def test_anything_else_is_wrong_and_never_an_error(given_password: str) -> None:
    assert passwords.is_right(given_password, password_hash()) is (
        passwords.normalized(given_password) == passwords.normalized(PASSWORD)
    )
    assert not passwords.is_right(given_password, None)


@pytest.mark.parametrize("stored", [None, "", "$argon2id$broken", "plain"])
def test_without_a_usable_hash_nothing_is_right(stored: str | None) -> None:
    assert not passwords.is_right("\0 no password at all", stored)
    assert not passwords.is_right("", stored)
    assert not passwords.is_right("\ud800", stored)


def test_an_unknown_account_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[int, ...]] = []

    class Counting:
        def __init__(self, real: object) -> None:
            self.real = real

        def verify(self, stored: str, told: bytes) -> bool:
            done.append(tuple(stored.count(sign) for sign in "$,"))
            parameters = stored.split("$")[3]
            assert parameters == "m=65536,t=3,p=4"
            return bool(self.real.verify(stored, told))  # type: ignore[attr-defined]

        def hash(self, told: str) -> str:
            return str(self.real.hash(told))  # type: ignore[attr-defined]

    monkeypatch.setattr(passwords, "_HASHER", Counting(passwords._HASHER))
    passwords.is_right("wrong", password_hash())
    passwords.is_right("wrong", None)
    passwords.is_right("x" * 10_000, None)
    assert len(done) == 3
    assert len(set(done)) == 1


@given(st.text(max_size=40))
def test_checking_raises_nothing_but_its_own_error(password: str) -> None:
    with suppress(InputError):
        passwords.check_password(password)
        assert len(passwords.normalized(password)) >= passwords.SHORTEST
