"""What devices say: when it counts, and what is averaged."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.live import AHEAD, BEHIND, Observation, Quantity, as_number, checked
from station_map.errors import InputError

NOW = dt.datetime(2026, 11, 22, 8, 30, tzinfo=dt.UTC)
FULL = {Quantity.BAYS_FREE: "12"}


@given(st.timedeltas(min_value=-BEHIND, max_value=AHEAD), st.integers(-14, 14))
def test_a_time_of_the_last_day_counts_whatever_its_zone(away: dt.timedelta, hours: int) -> None:
    zone = dt.timezone(dt.timedelta(hours=hours))
    seen = checked(Observation((NOW + away).astimezone(zone), FULL), NOW)
    assert seen.observed_at == NOW + away
    assert seen.observed_at.tzinfo is dt.UTC


@pytest.mark.parametrize(
    ("away", "word"),
    [
        (AHEAD + dt.timedelta(seconds=1), "将来"),
        (dt.timedelta(days=3), "将来"),
        (-BEHIND - dt.timedelta(seconds=1), "太早"),
    ],
)
def test_a_time_that_cannot_be_live_is_refused(away: dt.timedelta, word: str) -> None:
    with pytest.raises(InputError, match=word) as refused:
        checked(Observation(NOW + away, FULL), NOW)
    assert refused.value.parameter == "observed_at"


def test_nothing_is_no_observation() -> None:
    with pytest.raises(InputError, match="没有数据"):
        checked(Observation(NOW, {}), NOW)


@pytest.mark.parametrize(
    ("quantity", "value", "number"),
    [
        (Quantity.BAYS_FREE, "12", 12),
        (Quantity.OCCUPANCY, "0", 0),
        (Quantity.DOOR, "open", 1),
        (Quantity.DOOR, "closed", 0),
        (Quantity.DOOR, "locked", 0),
        (Quantity.DEVICE, "ok", 1),
        (Quantity.DEVICE, "fault", 0),
    ],
)
def test_what_is_averaged(quantity: Quantity, value: str, number: float) -> None:
    assert as_number(quantity, value) == number
