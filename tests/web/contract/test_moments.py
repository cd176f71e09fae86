"""Moments in a query: what is meant is read, everything else refused."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.hours import SHANGHAI
from station_map.web.contract import Refused
from station_map.web.contract.moments import ARRIVAL, NOW, local_time, moment

read = moment(NOW, ARRIVAL)


@given(offset=st.integers(-399 * 1440, 399 * 1440))
def test_what_is_told_is_read_again(offset: int) -> None:
    minute = int(time.time()) // 60 + offset
    assert read(local_time(minute)) == minute
    utc = dt.datetime.fromtimestamp(minute * 60, dt.UTC)
    assert read(f"{utc:%Y-%m-%dT%H:%M:59Z}") == minute
    assert read(utc.astimezone(SHANGHAI).isoformat()) == minute


def refusal_of(text: str) -> Refused | None:
    try:
        assert isinstance(read(text), int) or text in {NOW, ARRIVAL}
    except Refused as refusal:
        return refusal
    return None


@given(text=st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d([ +-]\d\d:\d\d)?\Z"))
def test_any_text_is_a_moment_or_refused_in_both_languages(text: str) -> None:
    refusal = refusal_of(text)
    if refusal is not None:
        assert refusal.message
        assert any("\u4e00" <= char <= "\u9fff" for char in refusal.message_zh)


def test_words_that_were_not_named_are_refused() -> None:
    with pytest.raises(Refused):
        moment(NOW)(ARRIVAL)
