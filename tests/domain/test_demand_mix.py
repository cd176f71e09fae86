"""Mixes of demand: read, refused with words, and written as they are read."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.demand_mix import FILTERS, MOST_TERMS, Mix, Term, parse_mix
from station_map.errors import InputError

NAMES = st.from_regex(r"[a-z常住订单][a-z0-9_常住订单-]{0,39}", fullmatch=True).filter(
    lambda name: name not in FILTERS
)
SHARES = st.decimals("0.000001", "999999", places=6)


@st.composite
def mixes(draw: st.DrawFn) -> Mix:
    names = draw(st.lists(NAMES, min_size=1, max_size=MOST_TERMS, unique=True))
    by_shares = draw(st.booleans())
    return Mix(
        tuple(
            Term(
                name,
                draw(SHARES) if by_shares else None,
                draw(st.none() | st.integers(1, 999_999_999)),
            )
            for name in names
        )
    )


@given(mixes())
def test_a_mix_reads_back_as_itself(mix: Mix) -> None:
    assert parse_mix(str(mix)) == mix


@given(mixes())
def test_shares_add_up_to_one_exactly(mix: Mix) -> None:
    if mix.by_shares:
        assert sum(mix.shares) == 1
        assert min(mix.shares) > 0


@given(st.text(max_size=80))
def test_any_text_is_a_mix_or_an_error(text: str) -> None:
    with suppress(InputError):
        mix = parse_mix(text)
        assert parse_mix(str(mix)) == mix


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("residents", "residents"),
        ("  Residents + WORKERS ", "residents + workers"),
        ("0.5 residents + 0.5 orders", "0.5 residents + 0.5 orders"),
        ("50% residents+50%orders", "0.5 residents + 0.5 orders"),
        ("0.7×常住人口＋.3*订单", "0.7 常住人口 + 0.3 订单"),
        ("residents@3", "residents@3"),
        ("2 wishes:accepted,new + 1 orders@2", "2 wishes:new,accepted + 1 orders@2"),
        ("reports:gone", "reports:gone"),
    ],
)
def test_ways_of_writing(text: str, written: str) -> None:
    assert str(parse_mix(text)) == written


def test_numbers_are_shares_whatever_they_add_up_to() -> None:
    mix = parse_mix("1 residents + 3 orders")
    assert mix.shares == (Fraction(1, 4), Fraction(3, 4))
    assert [term.share for term in mix.terms] == [Decimal(1), Decimal(3)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "读不懂"),
        ("residents orders", "读不懂"),
        ("0.5 residents - 0.5 orders", "读不懂"),
        ("0.5", "读不懂"),
        ("residents +", "读不懂"),
        ("{{7*7}}", "读不懂"),
        ("</script>", "读不懂"),
        ("0.5 residents + orders", "要么每个图层前都写份额"),
        ("0 residents", "份额是 0"),
        ("residents + residents@2", "写了两次"),
        ("wishes:hoped", "没有“hoped”"),
        ("orders:new", "没有“new”"),
        ("wishes@2", "没有版本"),
        ("0.000000001% a", "小数"),
        ("+".join(f"a{n}" for n in range(9)), "最多 8 个图层"),
        ("a" * 501, "太长"),
    ],
)
def test_what_is_wrong_is_said(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        parse_mix(text)
    assert refused.value.parameter == "demand"
    assert refused.value.example
