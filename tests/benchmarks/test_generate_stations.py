"""The stations that speed is measured with: repeatable, in the vocabulary, one AED in 1,000."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from opening_hours import OpeningHours

from benchmarks import generate_stations as synthetic
from benchmarks.generate_stations import AMENITY_CODES, YES, generate_many
from station_map.domain.vocabulary import (
    AMENITIES,
    AMENITY_STATES,
    AccessMethod,
    Kind,
    ServiceLevel,
    Status,
)

AED = AMENITY_CODES.index("aed")


def test_amenities_are_those_of_the_vocabulary() -> None:
    assert tuple(amenity.code for amenity in AMENITIES) == AMENITY_CODES
    assert set(synthetic.STATES) == {"", *AMENITY_STATES}


def test_other_codes_are_those_of_the_vocabulary() -> None:
    assert set(synthetic.KINDS) == {member.value for member in Kind}
    assert set(synthetic.STATUSES) == {member.value for member in Status}
    assert set(synthetic.LEVELS) - {""} <= {member.value for member in ServiceLevel}
    assert set(synthetic.ACCESS) - {""} <= {member.value for member in AccessMethod}
    for hours, _, _ in synthetic.HOURS:
        assert not hours or str(OpeningHours(hours)) == hours


@pytest.mark.parametrize("count", [713, 50_000, 101_500])
def test_exactly_one_in_a_thousand_has_the_rare_amenity(count: int) -> None:
    batches = list(generate_many(count, seed=5))
    assert sum(len(batch) for batch in batches) == count
    having = sum(int((batch.amenities[:, AED] == YES).sum()) for batch in batches)
    assert having == (count + 499) // 1_000
    known = {int(value) for batch in batches for value in np.unique(batch.amenities[:, AED])}
    assert known == {synthetic.UNKNOWN, synthetic.YES, synthetic.NO}


def test_a_seed_gives_the_same_stations_whatever_their_number() -> None:
    (few,) = generate_many(100, seed=3)
    many = next(generate_many(60_000, seed=3))
    (others,) = generate_many(100, seed=4)
    assert few.name.tolist() == many.name[:100].tolist()
    assert few.lon.tolist() == many.lon[:100].tolist()
    assert (few.amenities == many.amenities[:100]).all()
    assert few.lon.tolist() != others.lon.tolist()


def test_stations_have_names_and_codes_of_their_own_inside_the_box() -> None:
    batches = list(generate_many(60_000, seed=1))
    codes = {code for batch in batches for code in batch.code.tolist()}
    names = {name for batch in batches for name in batch.name.tolist()}
    assert len(codes) == len(names) == 60_000
    west, south, east, north = synthetic.LAND_BOX
    for batch in batches:
        assert batch.lon.min() >= west
        assert batch.lon.max() <= east
        assert batch.lat.min() >= south
        assert batch.lat.max() <= north
    cities = Counter(city for batch in batches for city in batch.city.tolist())
    assert cities["重庆市"] > cities["淮北市"] > 0


def test_one_station_can_be_read_by_name() -> None:
    (batch,) = generate_many(600, seed=1)
    assert batch.amenities_of(500)["aed"] == "yes"
    assert "aed" not in batch.amenities_of(0) or batch.amenities_of(0)["aed"] == "no"
