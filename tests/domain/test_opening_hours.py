from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import validate

from station_map.domain.opening_hours import (
    EXAMPLE,
    MAX_LENGTH,
    check_opening_hours,
    is_always_open,
)
from station_map.errors import InputError


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("24/7", "24/7"),
        (" Mo-Fr  8:00-17:30 ", "Mo-Fr 08:00-17:30"),
        ("mo-fr 08:00-17:00; ph closed", "Mo-Fr 08:00-17:00; PH off"),
        ("18:00-06:00", "18:00-06:00"),
        ("08:30-12:00,14:30-18:00", "08:30-12:00,14:30-18:00"),
        ("may 1-sep 30 08:00-19:00", "May 1-Sep 30 08:00-19:00"),
        ('08:00-18:00 "closed mo  mornings"; Su off', '08:00-18:00 "closed mo mornings"; Su off'),
        ('"by appointment"', '"by appointment"'),
        (EXAMPLE, EXAMPLE),
    ],
)
def test_valid_text_is_kept_in_one_spelling(text: str, kept: str) -> None:
    assert check_opening_hours(text) == kept
    assert check_opening_hours(kept) == kept


@pytest.mark.parametrize(
    "text", ["", " ", "08:00", "周一至周五 9:00-17:00", "Mo-Xx 08:00-09:00", "foo"]
)
def test_invalid_text_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match="不是有效的开放时间写法") as caught:
        check_opening_hours(text)
    assert caught.value.parameter == "opening_hours"
    assert caught.value.example == EXAMPLE


def test_the_refusal_says_where() -> None:
    with pytest.raises(InputError, match="character 7"):
        check_opening_hours("Mo-Fr foo")


def test_endless_text_is_refused() -> None:
    with pytest.raises(InputError, match=str(MAX_LENGTH)):
        check_opening_hours("08:00-09:00," * MAX_LENGTH)


@given(st.text(alphabet='0123456789:-,;/ MoTuFrSaPHofcl"+周', max_size=40))
def test_whatever_is_accepted_is_valid(text: str) -> None:
    try:
        kept = check_opening_hours(text)
    except InputError:
        return
    assert validate(kept)
    assert check_opening_hours(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "24/7",
        "00:00-24:00",
        "Mo-Su 00:00-24:00",
        "Mo-Fr 00:00-24:00; Sa-Su 00:00-24:00",
        '24/7 "scan the code"',
        "Mo-Su,PH 00:00-24:00",
    ],
)
def test_always_open(text: str) -> None:
    assert is_always_open(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24/7; PH off",
        "24/7; Su 09:00-17:00",
        "24/7 unknown",
        "off",
        '"by appointment"',
        "00:00-23:59",
        "Mo-Sa 00:00-24:00",
        "not hours",
    ],
)
def test_not_always_open(text: str) -> None:
    assert not is_always_open(text)
