from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from station_map.geo.axes import Axes, boxes, lon_lat

LONS = st.floats(-180, 180)
LATS = st.floats(-85, 85)
TO_MAP = Transformer.from_crs("OGC:CRS84", "EPSG:3857")


@given(LONS, LATS)
def test_every_order_is_the_same_place(lon: float, lat: float) -> None:
    assert lon_lat(Axes.LON_LAT, lon, lat) == (lon, lat)
    assert lon_lat(Axes.LAT_LON, lat, lon) == (lon, lat)
    back = lon_lat(Axes.MERCATOR, *TO_MAP.transform(lon, lat))
    assert back == pytest.approx((lon, lat), abs=1e-9)


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(allow_nan=True))
def test_nothing_off_the_globe_comes_through(first: float, second: float) -> None:
    for axes in Axes:
        try:
            lon, lat = lon_lat(axes, first, second)
        except ValueError:
            continue
        assert -180 <= lon <= 180
        assert -90 <= lat <= 90


@given(LONS, LATS, LONS, LATS)
def test_boxes_hold_their_corners_and_cross_no_meridian(
    west: float, south: float, east: float, north: float
) -> None:
    south, north = sorted((south, north))
    found = boxes(Axes.LON_LAT, [west, south, east, north])
    assert len(found) == (1 if west <= east else 2)
    assert found == boxes(Axes.LAT_LON, [south, west, 0, north, east, 1])
    for box_west, _, box_east, _ in found:
        assert box_west <= box_east
    width = sum(box[2] - box[0] for box in found)
    assert width == pytest.approx((east - west) % 360 if west != east else 0, abs=1e-9) or (
        math.isclose(width, 360)
    )


@pytest.mark.parametrize(
    "sides",
    [
        [1, 2, 3],
        [1, 2, 3, 4, 5],
        [0, 5, 1, 4],
        [0, 0, 2, 1, 1, 1],
        [0, 0, math.nan, 1, 1, math.nan],
    ],
)
def test_what_is_no_box_is_refused(sides: list[float]) -> None:
    with pytest.raises(ValueError, match=r"."):
        boxes(Axes.LON_LAT, sides)
