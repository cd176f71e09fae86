"""A polygon's weight as points: within it, evenly, all of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from station_map.importers.demand.spreading import spread
from station_map.importers.reading.refusals import Refusal

LON = st.floats(116.5, 117.0)
LAT = st.floats(33.5, 34.2)
MOST = 10**6


@st.composite
def shapes(draw: st.DrawFn) -> shapely.Geometry:
    """Hulls, some with a hole, some of two parts, some thin."""
    corners = draw(st.lists(st.tuples(LON, LAT), min_size=3, max_size=8))
    hull = shapely.MultiPoint(corners).convex_hull
    if hull.geom_type != "Polygon":
        hull = hull.buffer(draw(st.floats(1e-6, 1e-3)))
    if draw(st.booleans()):
        hull = shapely.difference(hull, shapely.point_on_surface(hull).buffer(0.02))
    return hull if not hull.is_empty and hull.area > 0 else shapely.box(116.5, 33.5, 116.6, 33.6)


@given(shapes(), st.floats(1e-6, 1e12), st.floats(300, 3_000))
def test_points_stay_inside_and_add_up(shape: shapely.Geometry, weight: float, gap: float) -> None:
    lonlat, weights = spread(shape, weight, gap, MOST)
    assert lonlat.shape == (len(weights), 2)
    assert shapely.intersects_xy(shape, lonlat[:, 0], lonlat[:, 1]).all()
    assert (weights > 0).all()
    assert math.fsum(weights) == weight


def test_halves_of_equal_area_get_equal_weight() -> None:
    lonlat, weights = spread(shapely.box(116.0, 33.0, 116.2, 33.2), 1000.0, 100.0, MOST)
    west = weights[lonlat[:, 0] < 116.1].sum()
    # A column of the grid is about a two-hundredth.
    assert west == pytest.approx(500, abs=6)
    south = weights[lonlat[:, 1] < 33.1].sum()
    below, _ = Geod(ellps="WGS84").geometry_area_perimeter(shapely.box(116.0, 33.0, 116.2, 33.1))
    whole, _ = Geod(ellps="WGS84").geometry_area_perimeter(shapely.box(116.0, 33.0, 116.2, 33.2))
    assert south == pytest.approx(1000 * below / whole, rel=0.01)


def test_the_grid_is_as_wide_as_asked_for() -> None:
    lonlat, _ = spread(shapely.box(116.0, 33.0, 116.05, 33.05), 1.0, 250.0, MOST)
    lats = np.unique(lonlat[:, 1])
    gaps = np.diff(lats) * 111_195
    assert 235 < gaps.min() <= gaps.max() <= 250


def test_a_polygon_between_the_points_gets_one_of_its_own() -> None:
    sliver = shapely.Polygon([(116, 33), (116.001, 33.00000001), (116.001, 33.00000002)])
    lonlat, weights = spread(sliver, 7.0, 100.0, MOST)
    assert weights.tolist() == [7.0]
    assert sliver.distance(shapely.Point(lonlat[0])) < 1e-12


def test_a_polygon_as_large_as_the_world_is_refused_in_words() -> None:
    with pytest.raises(Refusal, match="--spacing"):
        spread(shapely.box(-180, -90, 180, 90), 1.0, 100.0, MOST)
