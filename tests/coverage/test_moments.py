"""Which stations count at a moment: yes, no, and unknown as a value of its own."""

from __future__ import annotations

import numpy as np
import pytest

from station_map.coverage.arrays import NO, UNKNOWN, YES, both, every
from station_map.coverage.inputs import Asked, Moment, Stations
from station_map.coverage.moments import CLASSES, meeting, possible, sure
from station_map.errors import InputError


def station(hours: dict[int, int], counts: int = YES, microwave: int = YES) -> Stations:
    week = np.zeros((1, 168), dtype=np.int8)
    for hour, said in hours.items():
        week[0, hour] = said
    return Stations(
        lonlat=np.array([[116.8, 33.95]]),
        codes=("A",),
        counts=np.array([counts], dtype=np.int8),
        open=week,
        seats=np.array([np.nan]),
        amenities={"microwave": np.array([microwave], dtype=np.int8)},
    )


def said(stations: Stations, asked: Asked) -> int:
    return int(meeting(stations, asked)[0])


@pytest.mark.parametrize("one", [NO, UNKNOWN, YES])
@pytest.mark.parametrize("other", [NO, UNKNOWN, YES])
def test_both_is_the_weaker_and_no_beats_unknown(one: int, other: int) -> None:
    strength = {NO: 0, UNKNOWN: 1, YES: 2}
    a, b = np.array([one], dtype=np.int8), np.array([other], dtype=np.int8)
    expected = min((one, other), key=strength.__getitem__)
    assert both(a, b)[0] == expected
    assert every(np.column_stack([a, b]))[0] == expected


def test_an_hour_and_a_class_of_hours() -> None:
    stations = station({8: YES, 9: UNKNOWN})
    assert said(stations, Asked()) == YES
    assert said(stations, Asked(Moment(hour=8))) == YES
    assert said(stations, Asked(Moment(hour=9))) == UNKNOWN
    assert said(stations, Asked(Moment(hour=10))) == NO
    by_day = dict.fromkeys(np.flatnonzero(CLASSES["day"]).tolist(), YES)
    assert said(station(by_day), Asked(Moment(hours="day"))) == YES
    assert said(station(by_day | {50: UNKNOWN}), Asked(Moment(hours="24h"))) == NO
    doubtful = {**by_day, 8: UNKNOWN}
    assert said(station(doubtful), Asked(Moment(hours="day"))) == UNKNOWN


def test_amenities_and_what_counts_at_all() -> None:
    wanted = Asked(amenities=("microwave",))
    assert said(station({}), wanted) == YES
    assert said(station({}, microwave=UNKNOWN), wanted) == UNKNOWN
    assert said(station({}, counts=NO, microwave=UNKNOWN), wanted) == NO
    with pytest.raises(InputError) as refused:
        meeting(station({}), Asked(amenities=("{{7*7}}",)))
    assert refused.value.parameter == "amenity"


def test_the_two_ends_of_a_band() -> None:
    mask = np.array([YES, NO, UNKNOWN], dtype=np.int8)
    assert sure(mask).tolist() == [True, False, False]
    assert possible(mask).tolist() == [True, False, True]


def test_classes_are_the_hours_they_say() -> None:
    sizes = {name: int(these.sum()) for name, these in CLASSES.items()}
    assert sizes == {"day": 60, "night": 56, "weekend": 24, "24h": 168}
    assert not CLASSES["day"][5 * 24 + 12]
    assert CLASSES["weekend"][5 * 24 + 12]
    assert CLASSES["night"][[0, 5, 22, 23]].all()
    assert not CLASSES["night"][[6, 21]].any()


@pytest.mark.parametrize("moment", [{"hour": 168}, {"hour": -1}, {"hour": 3, "hours": "day"}])
def test_a_moment_is_an_hour_of_the_week_or_a_class(moment: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Moment(**moment)
