"""A contract reads raw query strings and tells everything that is wrong at once."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.web.contract import Contract, Entry, Parameter, RefusedQuery
from station_map.web.contract.parsers import integer, words

TEXT = Parameter(
    name="q",
    parse=words(64),
    schema={"type": "string"},
    allowed="text",
    allowed_zh="文字",
    example="淮海路",
    description="",
    also_called=("query",),
)
COUNT = Parameter(
    name="limit",
    parse=integer(1, 10),
    schema={"type": "integer"},
    allowed="1 to 10",
    allowed_zh="1 到 10",
    example="5",
    description="",
    required=True,
)
CONTRACT = Contract(TEXT, COUNT)


def refused(query: str) -> dict[str, Entry]:
    with pytest.raises(RefusedQuery) as caught:
        CONTRACT.read(query)
    return {entry.parameter: entry for entry in caught.value.entries}


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=64))
def test_text_arrives_as_it_was_sent(text: str) -> None:
    assert CONTRACT.read(urlencode({"q": text, "limit": "3"})) == {"q": text, "limit": 3}


def test_raw_utf8_bytes_are_read_too() -> None:
    raw = "limit=1&q=淮海路".encode().decode("latin-1")
    assert CONTRACT.read(raw)["q"] == "淮海路"


def test_plus_is_a_space() -> None:
    assert CONTRACT.read("limit=1&q=a+b")["q"] == "a b"


def test_empty_pairs_are_nothing() -> None:
    assert CONTRACT.read("&limit=1&&") == {"limit": 1}


def test_every_fault_is_told_with_what_is_allowed_and_an_example() -> None:
    entries = refused("limit=99&q=%20&foo=1")
    assert set(entries) == {"limit", "q", "foo"}
    assert entries["limit"].as_json() == {
        "parameter": "limit",
        "message": "99 is not between 1 and 10",
        "message_zh": "99 不在 1 到 10 之间",
        "allowed": "1 to 10",
        "example": "limit=5",
        "given": "99",
    }


def test_a_missing_parameter_is_told_once() -> None:
    entries = refused("")
    assert list(entries) == ["limit"]
    assert "given" not in entries["limit"].as_json()
    assert refused("limit=x").keys() == {"limit"}


@pytest.mark.parametrize("query", ["limit=1&limit=1", "limit=1&limit=2", "limit=1&li%6Dit=2"])
def test_a_repeated_parameter_is_refused(query: str) -> None:
    assert "more than once" in refused(query)["limit"].message


@pytest.mark.parametrize(
    ("wrong", "right"), [("limt", "limit"), ("Limit", "limit"), ("query", "q"), ("LIMITS", "limit")]
)
def test_a_misspelt_name_is_told_the_near_one(wrong: str, right: str) -> None:
    told = refused(f"limit=1&{wrong}=3")[wrong]
    assert f"did you mean {right}" in told.message
    assert f"是不是 {right}" in told.message_zh
    assert told.example.startswith(f"{right}=")


def test_a_strange_name_is_told_all_names() -> None:
    told = refused("limit=1&zzzzzz=3")["zzzzzz"]
    assert told.allowed == "q, limit"
    assert "did you mean" not in told.message


def test_a_contract_without_parameters_refuses_any() -> None:
    assert Contract().read("") == {}
    with pytest.raises(RefusedQuery) as caught:
        Contract().read("a=1")
    assert caught.value.allowed == "no parameter"


@pytest.mark.parametrize("query", ["limit=1&q=%FF", "limit=1&q=%C3%28", "limit=1&%FF=1"])
def test_what_is_not_utf8_is_refused(query: str) -> None:
    refused(query)


def test_values_and_errors_told_back_are_bounded() -> None:
    told = refused("&".join(f"x{number}={'y' * 50}" for number in range(60)))
    assert len(told) <= 20
    long = refused(f"limit={'9' * 3000}")["limit"]
    assert long.given is not None
    assert len(long.given) < 100
    assert len(long.message) < 200


@given(st.text(max_size=200))
def test_no_query_does_worse_than_a_refusal(query: str) -> None:
    with suppress(RefusedQuery):
        assert "limit" in CONTRACT.read(query)
