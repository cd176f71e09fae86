"""Stretches of days, and lines of text."""

from __future__ import annotations

import datetime as dt

import pytest

from station_map.domain.texts_and_days import (
    EARLIEST,
    LATEST,
    MAX_DAYS,
    check_days,
    checked_line,
    line_if_any,
)
from station_map.errors import InputError

DAY = dt.date(2026, 7, 10)
UNFIT = ["长" * 6, "两\n行", "\u202e倒", "\0"]


@pytest.mark.parametrize(
    ("first", "last"),
    [(DAY, DAY), (DAY, DAY + dt.timedelta(MAX_DAYS - 1)), (EARLIEST, EARLIEST), (LATEST, LATEST)],
)
def test_days_that_can_be(first: dt.date, last: dt.date) -> None:
    check_days(first, last)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (DAY, DAY - dt.timedelta(1)),
        (DAY, DAY + dt.timedelta(MAX_DAYS)),
        (EARLIEST - dt.timedelta(1), EARLIEST),
        (LATEST, LATEST + dt.timedelta(1)),
    ],
)
def test_days_that_cannot_be(first: dt.date, last: dt.date) -> None:
    with pytest.raises(InputError) as caught:
        check_days(first, last)
    assert caught.value.parameter == "to"


def test_a_line_loses_the_blanks_around_it() -> None:
    assert checked_line(" 五个字以内\n", "title", "标题", 5, "x") == "五个字以内"
    assert line_if_any("\t五个字以内 ", "note", "说明", 5) == "五个字以内"


@pytest.mark.parametrize("given", UNFIT)
def test_what_is_no_line(given: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_line(given, "title", "标题", 5, "--title 茶")
    assert (caught.value.parameter, caught.value.example) == ("title", "--title 茶")
    with pytest.raises(InputError, match="说明要一行，最多 5 个字") as caught:
        line_if_any(given, "note", "说明", 5)
    assert caught.value.parameter == "note"


@pytest.mark.parametrize("given", [None, "", " \n"])
def test_a_line_that_may_be_left_out(given: str | None) -> None:
    assert line_if_any(given, "note", "说明", 5) is None
    with pytest.raises(InputError, match="1 到 5 个字"):
        checked_line(given or "", "title", "标题", 5, "x")
