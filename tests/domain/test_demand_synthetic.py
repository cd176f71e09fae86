"""Residents dealt to cells: whole, all of them, where they should be."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.demand_synthetic import (
    CensusDistrict,
    Town,
    deal,
    synthetic_residents,
)


@given(
    st.integers(0, 10**6),
    st.lists(st.integers(0, 1 << 24), min_size=1, max_size=60).filter(any),
)
def test_dealing_is_exact_fair_and_whole(total: int, parts: list[int]) -> None:
    dealt = deal(total, np.array(parts, dtype=np.int64))
    assert dealt.sum() == total
    for got, part in zip(dealt.tolist(), parts, strict=True):
        # Within one of the fair share, and nobody where there is no part.
        assert abs(got * sum(parts) - total * part) < sum(parts)
        assert got == 0 or part > 0


def test_there_must_be_somebody_to_deal_to() -> None:
    nobody = np.zeros(3, dtype=np.int64)
    assert deal(0, nobody).tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="nobody"):
        deal(1, nobody)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 10**6))
def test_districts_hold_their_census(urban: int, rural: int, more: int) -> None:
    west = shapely.box(116.0, 33.0, 116.03, 33.03)
    east = shapely.box(116.03, 33.0, 116.06, 33.03)
    towns = (Town(116.02, 33.01, 0.8, 3.0),)
    other = (Town(116.045, 33.02, 1.1, 1.0),)
    districts = [
        CensusDistrict("2", urban + more, rural, east, other),
        CensusDistrict("1", urban, rural + more, west, towns),
    ]
    lonlat, residents, adcodes = synthetic_residents(districts)
    named = np.array(adcodes)
    assert residents[named == "1"].sum() == urban + rural + more
    assert residents[named == "2"].sum() == urban + more + rural
    assert (residents > 0).all()
    assert (residents == np.rint(residents)).all()
    assert shapely.intersects_xy(shapely.union(west, east), lonlat[:, 0], lonlat[:, 1]).all()
    assert len(np.unique(lonlat, axis=0)) == len(lonlat)
    again = synthetic_residents(reversed(districts))
    assert again[0].tobytes() == lonlat.tobytes()
    assert again[1].tobytes() == residents.tobytes()
