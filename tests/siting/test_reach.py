from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from station_map.errors import InputError
from station_map.siting.reach import covering, distances

GEOD = Geod(ellps="WGS84")


def geodesics(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.array([[GEOD.inv(*a, *b)[2] for b in second] for a in first])


@given(
    seed=st.integers(0, 2**32 - 1),
    lat=st.floats(-88, 88),
    spread=st.sampled_from([1e-3, 0.01, 0.5, 10.0]),
)
def test_covering_is_the_geodesic_within_the_radius(seed: int, lat: float, spread: float) -> None:
    chance = np.random.default_rng(seed)
    demand = np.array([117.0, lat]) + chance.uniform(-1, 1, (9, 2)) * [spread, min(spread, 1.9)]
    sites = np.array([117.0, lat]) + chance.uniform(-1, 1, (7, 2)) * [spread, min(spread, 1.9)]
    wanted = geodesics(demand, sites)
    # Radii that are exactly one of the distances, where rounding would tell.
    for radius in (wanted[0, 0], wanted[3, 2], np.median(wanted)):
        assert np.array_equal(covering(demand, sites, radius).toarray(), wanted <= radius)


@given(seed=st.integers(0, 2**32 - 1), lat=st.floats(-60, 60))
def test_distances_are_two_centimetres_off_at_100_km(seed: int, lat: float) -> None:
    chance = np.random.default_rng(seed)
    demand = np.array([117.0, lat]) + chance.uniform(-0.3, 0.3, (5, 2))
    wanted = geodesics(demand, demand)
    assert distances(demand, demand) == pytest.approx(wanted, rel=2e-7, abs=1e-6)


def test_across_the_date_line() -> None:
    assert covering([[179.9999, 0]], [[-179.9999, 0]], 30).toarray().tolist() == [[1.0]]


@pytest.mark.parametrize("wrong", [[[np.nan, 33]], [[117, 91]], [[117]], [117, 33], [[np.inf, 0]]])
def test_positions_that_are_none_are_refused(wrong) -> None:
    with pytest.raises(InputError) as caught:
        covering(wrong, [[117, 33]], 100)
    assert caught.value.parameter == "lonlat"


def test_nothing_covers_nothing() -> None:
    assert covering(np.zeros((0, 2)), [[117, 33]], 100).shape == (0, 1)
    assert covering([[117, 33]], np.zeros((0, 2)), 100).shape == (1, 0)
