"""Parsers take what is meant and refuse everything else, whatever the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.web.contract import Refused, parsers

CHOICES = {"open": 1, "closed": 2, "delisted": 3}
ALL: dict[str, Callable[[str], Any]] = {
    "number": parsers.number(-5, 5),
    "integer": parsers.integer(1, 100),
    "one_of": parsers.one_of(CHOICES),
    "several": parsers.several(CHOICES),
    "words": parsers.words(8),
    "matching": parsers.matching(r"\d{6}", "six digits", "六位数字"),
    "box": parsers.box,
    "to_number": parsers.to_number,
}


def refusal_of(parse: Callable[[str], Any], text: str) -> Refused | None:
    try:
        parse(text)
    except Refused as refusal:
        return refusal
    return None


@pytest.mark.parametrize("name", ALL)
@given(text=st.text(max_size=40))
def test_any_text_gives_a_value_or_a_refusal_in_both_languages(name: str, text: str) -> None:
    refusal = refusal_of(ALL[name], text)
    if refusal is not None:
        assert refusal.message
        assert any("\u4e00" <= char <= "\u9fff" for char in refusal.message_zh)


@given(st.floats(-5, 5).map(lambda value: round(value, 9)))
def test_number_reads_what_python_writes(value: float) -> None:
    assert parsers.number(-5, 5)(repr(value)) == value


@pytest.mark.parametrize(
    "text",
    ["", " ", "nan", "inf", "-inf", "1e999", "１", "1_0", "0x1", "1,5", "1 ", "\x00", "--1", "٣"],
)
def test_number_refuses_what_float_would_take(text: str) -> None:
    with pytest.raises(Refused):
        parsers.to_number(text)


@pytest.mark.parametrize("text", ["5.000001", "-6", "1e9", "9" * 20])
def test_number_refuses_what_is_out_of_range(text: str) -> None:
    with pytest.raises(Refused, match="between -5 and 5"):
        parsers.number(-5, 5)(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_is_read(value: float) -> None:
    assert parsers.to_number(repr(value)) == value


@pytest.mark.parametrize("text", ["0", "101", "-1", "1.0", "１０", "1e1", "", "99999999999999999"])
def test_integer_refuses(text: str) -> None:
    with pytest.raises(Refused):
        parsers.integer(1, 100)(text)


def test_integer_takes_both_ends() -> None:
    assert [parsers.integer(1, 100)(text) for text in ("1", "007", "100")] == [1, 7, 100]


def test_several_keeps_order_and_drops_doubles() -> None:
    assert parsers.several(CHOICES)("closed,open,closed") == (2, 1)
    assert parsers.several(CHOICES)("open") == (1,)


@pytest.mark.parametrize("text", ["", ",", "open,", ",open", "open,,closed", "Open", "open closed"])
def test_several_refuses(text: str) -> None:
    with pytest.raises(Refused):
        parsers.several(CHOICES)(text)


def test_a_misspelt_code_is_told_the_near_one() -> None:
    with pytest.raises(Refused) as caught:
        parsers.several(CHOICES)("open,delistet")
    assert "did you mean delisted" in caught.value.message
    assert "是不是 delisted" in caught.value.message_zh


def test_one_of_may_mean_false() -> None:
    assert parsers.one_of({"false": False, "true": True})("false") is False


def test_words_are_trimmed_and_bounded() -> None:
    assert parsers.words(3)(" 淮海路 ") == "淮海路"
    with pytest.raises(Refused, match="longer than 3"):
        parsers.words(3)("淮海路口")


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "a\nb", "\u202eabc", "a\ud800"])
def test_words_refuse_nothing_and_control_characters(text: str) -> None:
    with pytest.raises(Refused):
        parsers.words(64)(text)


def test_a_box_is_four_numbers() -> None:
    assert parsers.box("116.6,33.7,117.1,34.1") == (116.6, 33.7, 117.1, 34.1)


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "1,2,3,nan", "1;2;3;4", "1,2,,4"])
def test_a_box_refuses(text: str) -> None:
    with pytest.raises(Refused):
        parsers.box(text)
