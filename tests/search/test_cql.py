from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.errors import InputError
from station_map.search import cql


def test_and_goes_before_or() -> None:
    told = cql.parse("a = 1 OR b = 2 AND NOT (c = 'it''s')")
    assert told["op"] == "or"
    assert told["args"][1]["op"] == "and"
    assert told["args"][1]["args"][1]["args"][0]["args"] == [{"property": "c"}, "it's"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  ", "nothing"),
        ("a = 1 b", "character 7, expected"),
        ("x" * (cql.LONGEST + 1), "longer than"),
        ("(" * 25 + "a = 1" + ")" * 25, "levels"),
        ("NOT " * 9 + "a", "levels"),
        ("NOT NOT\tNOT NOT NOT NOT\nNOT NOT a", "levels"),
        (" OR ".join(["a"] * 401), "parts"),
        ("a = 'x\0'", "no text"),
    ],
)
def test_what_is_too_much_or_nothing_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        cql.parse(text)
    assert refused.value.parameter == "filter"
    assert refused.value.example == cql.EXAMPLE
    cql.parse(cql.EXAMPLE)


def test_parentheses_in_quotes_are_text() -> None:
    told = cql.parse("a = '" + "(" * 60 + "'")
    assert told["args"][1] == "(" * 60


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InputError):
        assert cql.parse(text) is not None


@given(st.integers(1, 24))
def test_what_is_allowed_to_be_deep_is_read(depth: int) -> None:
    assert cql.parse("(" * depth + "a = 1" + ")" * depth)["op"] == "="
