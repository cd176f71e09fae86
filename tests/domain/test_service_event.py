"""A service event within its bounds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from station_map.domain.service_event import (
    LONGEST_NOTE,
    LONGEST_SOURCE,
    LONGEST_TITLE,
    Event,
    checked_event,
)
from station_map.domain.texts_and_days import MAX_DAYS
from station_map.domain.vocabulary import EventKind
from station_map.errors import InputError

FIRST = dt.date(2026, 7, 10)
GOOD = Event(
    kind=EventKind.COOLING_SUPPLIES,
    title="领凉茶",
    first_day=FIRST,
    last_day=FIRST,
    source="市总工会",
    starts_at=dt.time(9),
    ends_at=dt.time(17),
    note="自带杯子",
)


def test_texts_lose_the_blanks_around_them() -> None:
    given = replace(GOOD, title=" 领凉茶 ", source="市总工会\n", note="  ")
    assert checked_event(given) == replace(GOOD, note=None)


@pytest.mark.parametrize(
    "change",
    [
        {"last_day": FIRST + dt.timedelta(days=MAX_DAYS - 1)},
        {
            "title": "长" * LONGEST_TITLE,
            "source": "长" * LONGEST_SOURCE,
            "note": "长" * LONGEST_NOTE,
        },
        {"ends_at": None},
        {"starts_at": None, "ends_at": None, "note": None},
    ],
    ids=["a year", "long", "no end", "bare"],
)
def test_what_can_be(change: dict[str, Any]) -> None:
    assert checked_event(replace(GOOD, **change)) == replace(GOOD, **change)


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * (LONGEST_TITLE + 1)}, "title"),
        ({"title": "两\n行"}, "title"),
        ({"title": "\u202e倒"}, "title"),
        ({"source": ""}, "source"),
        ({"source": "长" * (LONGEST_SOURCE + 1)}, "source"),
        ({"note": "长" * (LONGEST_NOTE + 1)}, "note"),
        ({"note": "两\n行"}, "note"),
        ({"last_day": FIRST - dt.timedelta(days=1)}, "to"),
        ({"last_day": FIRST + dt.timedelta(days=MAX_DAYS)}, "to"),
        ({"first_day": dt.date(1, 1, 1), "last_day": dt.date(1, 1, 2)}, "to"),
        ({"last_day": dt.date(9999, 12, 31)}, "to"),
        ({"starts_at": None}, "ends"),
        ({"ends_at": dt.time(9)}, "ends"),
        ({"ends_at": dt.time(1)}, "ends"),
    ],
)
def test_what_cannot_be_names_its_parameter(change: dict[str, Any], parameter: str) -> None:
    with pytest.raises(InputError) as refused:
        checked_event(replace(GOOD, **change))
    assert refused.value.parameter == parameter
    assert refused.value.allowed
    assert refused.value.example
