"""A station made the quick way is a station like any other."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from station_map.domain.station import AmenityFact, Station, station_of
from station_map.domain.vocabulary import Status

FACTS = {
    "name": "城东驿站",
    "lon": 116.798,
    "lat": 33.956,
    "status": Status.OPEN,
    "amenities": {"wifi": AmenityFact("yes")},
}


@pytest.mark.parametrize("facts", [FACTS, {"name": "甲", "lon": 1.0, "lat": 2.0}])
def test_it_equals_one_made_as_usual(facts: dict[str, object]) -> None:
    made = station_of(facts)
    assert type(made) is Station
    assert made == Station(**facts)  # type: ignore[arg-type]
    assert repr(made) == repr(Station(**facts))  # type: ignore[arg-type]
    assert replace(made, demo=True).demo


def test_it_is_frozen() -> None:
    made = station_of(FACTS)
    with pytest.raises(FrozenInstanceError):
        made.name = "别的"  # type: ignore[misc]


@pytest.mark.parametrize("facts", [{"name": "甲"}, {**FACTS, "colour": "red"}])
def test_it_takes_what_a_station_takes(facts: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        station_of(facts)
