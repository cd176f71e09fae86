"""What a straight line through the earth proves about the way over it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from station_map.geo.chord import (
    EXACT_M,
    SURE_M,
    TOLERANCE_M,
    arc_lengths_m,
    cartesian,
    geodesics_m,
    longest_geodesic_m,
)

GEOD = Geod(ellps="WGS84")
# Of Geod itself, whose answers for one metre differ by some nanometres.
ROUNDING_M = 2e-8


def pairs(longest_m: float, n: int = 20_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places all over the service area, others up to so far away, and the distances."""
    random = np.random.default_rng(int(longest_m))
    places = np.column_stack([random.uniform(70, 138, n), random.uniform(0, 57, n)])
    metres = random.uniform(0, longest_m, n)
    lon, lat, _ = GEOD.fwd(*places.T, random.uniform(0, 360, n), metres)
    return places, np.column_stack([lon, lat]), metres


def chords(places: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.linalg.norm(cartesian(places) - cartesian(others), axis=1)


def test_earth_centred_coordinates_are_those_of_proj() -> None:
    places = pairs(10)[0]
    to_geocentric = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    expected = np.column_stack(to_geocentric.transform(*places.T, np.zeros(len(places))))
    assert np.abs(cartesian(places) - expected).max() < 1e-8
    assert cartesian(np.empty((0, 2))).shape == (0, 3)


@pytest.mark.parametrize(
    ("longest_m", "error_m"), [(10, 1e-7), (1_000, 1e-7), (10_000, 1e-7), (EXACT_M, 1e-4)]
)
def test_an_arc_is_the_geodesic(longest_m: float, error_m: float) -> None:
    places, others, metres = pairs(longest_m)
    points, ends = cartesian(places), cartesian(others)
    found = arc_lengths_m(points, ends, chords(places, others))
    assert np.abs(found - metres).max() < error_m
    assert np.abs(geodesics_m(places, others) - metres).max() < ROUNDING_M


@pytest.mark.parametrize("longest_m", [100, SURE_M, 100_000, 3_000_000, 10_000_000])
def test_the_bounds_hold_all_over(longest_m: float) -> None:
    places, others, metres = pairs(longest_m)
    straight = chords(places, others)
    assert (straight <= metres + ROUNDING_M).all()
    assert (metres <= longest_geodesic_m(straight) + ROUNDING_M).all()


def test_the_order_of_straight_lines_is_sure_to_a_millimetre() -> None:
    assert longest_geodesic_m(SURE_M) - SURE_M < TOLERANCE_M


def test_the_bound_is_reached_along_the_meridian_at_the_equator() -> None:
    lon, lat, _ = GEOD.fwd(100.0, -0.02, 0.0, 4_000.0)
    straight = chords(np.array([[100.0, -0.02]]), np.array([[lon, lat]]))
    assert longest_geodesic_m(straight)[0] == pytest.approx(4_000.0, abs=1e-7)


@given(lon=st.floats(70, 138), lat=st.floats(0, 57))
def test_no_way_at_all_is_nothing(lon: float, lat: float) -> None:
    point = cartesian(np.array([[lon, lat]]))
    assert arc_lengths_m(point, point, np.zeros(1)).tolist() == [0.0]
