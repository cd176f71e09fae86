from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from station_map.geo.box import SERVICE_BOX
from station_map.geo.distance import (
    WGS84_A_M,
    WGS84_E2,
    bearing_deg,
    distance_m,
    distances_and_bearings,
    distances_m,
    mercator_reach,
    mercator_xy,
    true_distance_lower_bound_m,
)

GEOD = Geod(ellps="WGS84")
TO_MERCATOR = Transformer.from_crs(4326, 3857, always_xy=True)

service_lons = st.floats(SERVICE_BOX.west, SERVICE_BOX.east)
service_lats = st.floats(SERVICE_BOX.south, SERVICE_BOX.north)
any_lons = st.floats(-180, 180)
map_lats = st.floats(-85, 85)


def test_ellipsoid_constants_are_those_of_proj() -> None:
    assert pytest.approx(GEOD.a, rel=1e-15) == WGS84_A_M
    assert pytest.approx(GEOD.es, rel=1e-12) == WGS84_E2


def test_a_degree_along_the_equator_is_known() -> None:
    assert distance_m(116, 0, 117, 0) == pytest.approx(WGS84_A_M * math.pi / 180, abs=1e-6)
    assert bearing_deg(116, 0, 117, 0) == pytest.approx(90)
    assert bearing_deg(117, 0, 116, 0) == pytest.approx(270)


def test_a_quarter_meridian_is_known() -> None:
    assert distance_m(0, 0, 0, 90) == pytest.approx(10_001_965.729, abs=0.001)
    assert bearing_deg(116, 30, 116, 31) == 0
    assert bearing_deg(116, 31, 116, 30) == pytest.approx(180)


def test_the_same_place_is_zero_metres_at_bearing_zero() -> None:
    assert distance_m(116.8, 33.9, 116.8, 33.9) == 0
    assert bearing_deg(116.8, 33.9, 116.8, 33.9) == 0


@given(any_lons, st.floats(-90, 90), any_lons, st.floats(-90, 90))
def test_bearings_are_on_the_compass(lon1: float, lat1: float, lon2: float, lat2: float) -> None:
    assert 0 <= bearing_deg(lon1, lat1, lon2, lat2) < 360


@given(st.lists(st.tuples(service_lons, service_lats), min_size=1, max_size=20))
def test_arrays_say_the_same_as_scalars(points: list[tuple[float, float]]) -> None:
    lon, lat = points[0]
    lons, lats = np.array(points).T
    distances, bearings = distances_and_bearings(lon, lat, lons, lats)
    assert distances.shape == bearings.shape == (len(points),)
    for index, (to_lon, to_lat) in enumerate(points):
        assert distances[index] == distance_m(lon, lat, to_lon, to_lat)
        assert bearings[index] == bearing_deg(lon, lat, to_lon, to_lat)


def test_nan_stays_nan_and_inputs_are_left_alone() -> None:
    lons, lats = np.array([116.9, np.nan]), np.array([33.9, 33.9])
    found = distances_m(116.8, 33.9, lons, lats)
    assert found[0] > 9000
    assert np.isnan(found[1])
    assert lons[0] == 116.9


@given(any_lons, map_lats)
def test_mercator_is_that_of_proj(lon: float, lat: float) -> None:
    assert mercator_xy(lon, lat) == pytest.approx(TO_MERCATOR.transform(lon, lat), abs=1e-6)


@given(service_lons, service_lats, any_lons, map_lats)
def test_nothing_is_nearer_than_the_lower_bound(
    lon: float, lat: float, to_lon: float, to_lat: float
) -> None:
    x, y = mercator_xy(lon, lat)
    to_x, to_y = mercator_xy(to_lon, to_lat)
    bound = true_distance_lower_bound_m(y, math.hypot(to_x - x, to_y - y))
    assert bound <= distance_m(lon, lat, to_lon, to_lat) + 1e-6


@given(service_lons, service_lats, st.floats(0, 360), st.floats(0.1, 3_000_000))
def test_the_lower_bound_holds_nearby_and_is_worth_having(
    lon: float, lat: float, azimuth: float, metres: float
) -> None:
    to_lon, to_lat, _ = GEOD.fwd(lon, lat, azimuth, metres)
    x, y = mercator_xy(lon, lat)
    to_x, to_y = mercator_xy(to_lon, to_lat)
    bound = true_distance_lower_bound_m(y, math.hypot(to_x - x, to_y - y))
    assert bound <= metres + 1e-6
    if metres < 10_000:
        assert bound > 0.985 * metres


@given(service_lats, st.floats(0.1, 500_000))
def test_towards_the_pole_the_lower_bound_is_the_way_itself(lat: float, metres: float) -> None:
    y = mercator_xy(0, lat)[1]
    _, to_lat, _ = GEOD.fwd(0, lat, 0, metres)
    bound = true_distance_lower_bound_m(y, mercator_xy(0, to_lat)[1] - y)
    assert 0.999 * metres < bound <= metres + 1e-6


@given(service_lats, st.floats(0, 2e7), st.floats(0, 2e7))
def test_a_larger_map_distance_never_proves_less(lat: float, one: float, other: float) -> None:
    y = mercator_xy(0, lat)[1]
    near, far = sorted((one, other))
    assert true_distance_lower_bound_m(y, near) <= true_distance_lower_bound_m(y, far) + 1e-6


@given(service_lons, st.floats(-80, 80), st.floats(0, 360), st.floats(0, 500_000), st.floats(0, 1))
def test_the_reach_holds_the_whole_circle(
    lon: float, lat: float, azimuth: float, radius: float, share: float
) -> None:
    to_lon, to_lat, _ = GEOD.fwd(lon, lat, azimuth, radius * share)
    x, y = mercator_xy(lon, lat)
    to_x, to_y = mercator_xy(to_lon, to_lat)
    assert math.hypot(to_x - x, to_y - y) <= mercator_reach(lat, radius) + 1e-6


def test_the_reach_is_tight_where_stations_are_and_infinite_at_the_pole() -> None:
    assert mercator_reach(33.9, 5000) == pytest.approx(
        5000 / math.cos(math.radians(33.9)), rel=0.01
    )
    assert mercator_reach(33.9, 0) == 0
    assert mercator_reach(85, 100_000) == math.inf
    assert mercator_reach(33.9, 2e7) == math.inf
