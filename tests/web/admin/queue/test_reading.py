"""Ages, distances and fields of changes, as people say them; numbers out of addresses."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.errors import InputError
from station_map.web.admin.queue import reading
from station_map.web.admin.queue.reading import (
    age,
    away,
    changed_fields,
    page_number,
    waited,
    whole_number,
)

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)  # noon in China


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("hours", "ago", "wait"),
    [
        (0, "刚刚", "刚来的"),
        (0.5, "30 分钟前", "等了 30 分钟"),
        (11.9, "11 小时前", "等了 11 小时"),
        (12.1, "昨天", "等了 1 天"),
        (37, "2 天前", "等了 2 天"),
        (24 * 300, "300 天前", "等了 300 天"),
        (-1, "刚刚", "刚来的"),
    ],
)
def test_ages(hours: float, ago: str, wait: str) -> None:
    moment = NOW - dt.timedelta(hours=hours)
    assert (age(moment), waited(moment)) == (ago, wait)


def test_never_and_distances() -> None:
    assert age(None) == "从没有"
    told = [away(metres) for metres in (None, 0, 347, 996, 1_249)]
    assert told == ["", "10 米", "350 米", "1.0 公里", "1.2 公里"]


def test_fields_are_told_once_in_words() -> None:
    assert changed_fields({"lon": [1, 2], "lat": [1, 2], "odd_one": [1, 2]}) == "改了位置、odd_one"


@given(st.text(max_size=40))
def test_numbers_are_bounded_whatever_is_written(told: str) -> None:
    assert 1 <= page_number(told) <= reading.MOST_PAGES
    try:
        number = whole_number(told, 10, 2)
    except InputError:
        number = 1
    assert 1 <= number <= 10
