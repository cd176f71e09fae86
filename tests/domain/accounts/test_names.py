"""Names of accounts, titles, addresses."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.accounts.names import (
    checked_email,
    checked_name,
    checked_title,
    name_key,
)
from station_map.errors import InputError
from tests.web.stations import HOSTILE_NAMES


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("zhang", "zhang"),
        (" Zhang.San-2 ", "Zhang.San-2"),
        ("张三", "张三"),
        ("ｚｈａｎｇ", "zhang"),
        ("li@xiangshan", "li@xiangshan"),
        ("Zoë", "Zoë"),
    ],
)
def test_words_are_names(told: str, name: str) -> None:
    assert checked_name(told) == name


@pytest.mark.parametrize(
    "told",
    [
        "",
        "a",
        "x" * 41,
        "two words",
        "a\nb",
        "-a-",
        "a.",
        "a/b",
        "(nobody)",
        "cli:root",
        "🛵🛵",
        "a\u202eb",
        "a\u200bb",
        *HOSTILE_NAMES,
    ],
)
def test_nothing_else_is(told: str) -> None:
    with pytest.raises(InputError) as refused:
        checked_name(told)
    assert refused.value.parameter == "name"


@given(st.text(max_size=50))
def test_a_name_is_one_harmless_word(told: str) -> None:
    try:
        name = checked_name(told)
    except InputError:
        return
    assert checked_name(name) == name
    assert name_key(name) == name_key(told) == name_key(name.upper().lower())
    assert not any(unicodedata.category(sign)[0] in "CZ" for sign in name)
    assert not set(name) & set("<>&\"'`{}$%:()\\/")


def test_case_and_width_make_no_other_name() -> None:
    assert name_key("ZHANG") == name_key("zhang") == name_key("Ｚhang ")
    assert name_key("straße") == name_key("STRASSE")


def test_a_title_is_one_line_of_anything() -> None:
    assert checked_title("  相山区\n总工会 ") == "相山区 总工会"
    assert checked_title("") == ""
    assert checked_title("{{7*7}}</script>") == "{{7*7}}</script>"
    for told in ("x" * 101, "a\u202eb", "a\0b"):
        with pytest.raises(InputError):
            checked_title(told)


def test_an_address_is_lower_case_or_nothing() -> None:
    assert checked_email(" Li@Example.ORG ") == "li@example.org"
    assert checked_email("  ") is None
    for told in ("li", "li@", "@x.y", "li@x", "a b@x.y", "a@b.c\nBcc: d@e.f", "x" * 250 + "@x.yz"):
        with pytest.raises(InputError):
            checked_email(told)
