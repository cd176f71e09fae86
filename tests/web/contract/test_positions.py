"""Positions and rectangles: ranges, exchanged pairs, datums."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.vocabulary import Datum
from station_map.geo.box import SERVICE_BOX
from station_map.geo.datum import from_wgs84
from station_map.web.contract import Contract, RefusedQuery
from station_map.web.contract.positions import BBOX, CRS, LAT, LON, box_of, position_of

POINT = Contract(LON, LAT, CRS)
BOX = Contract(BBOX, CRS)


def position(query: str) -> tuple[float, float]:
    return position_of(POINT, POINT.read(query))


def rectangle(query: str) -> Any:
    return box_of(BOX, BOX.read(query))


@given(
    st.floats(SERVICE_BOX.west, SERVICE_BOX.east),
    st.floats(SERVICE_BOX.south, SERVICE_BOX.north),
)
def test_every_position_of_the_service_box_passes_unchanged(lon: float, lat: float) -> None:
    assert position(f"lon={lon!r}&lat={lat!r}") == (lon, lat)


@given(
    st.floats(73, 135).map(lambda x: round(x, 5)),
    st.floats(18, 53).map(lambda y: round(y, 5)),
)
def test_an_exchanged_pair_is_told_the_right_way_round(lon: float, lat: float) -> None:
    with pytest.raises(RefusedQuery) as caught:
        position(f"lon={lat!r}&lat={lon!r}")
    (told,) = caught.value.entries
    assert f"did you mean lon={lon:.12g}&lat={lat:.12g}" in told.message
    assert "填反" in told.message_zh


@pytest.mark.parametrize("query", ["lon=-74&lat=40.7", "lon=2.35&lat=48.85", "lon=0&lat=-90"])
def test_positions_far_away_are_left_to_the_search(query: str) -> None:
    position(query)


@pytest.mark.parametrize(
    ("query", "name"),
    [("lon=181&lat=30", "lon"), ("lon=-180.5&lat=0", "lon"), ("lon=150&lat=-91", "lat")],
)
def test_positions_off_the_globe_are_refused(query: str, name: str) -> None:
    with pytest.raises(RefusedQuery) as caught:
        position(query)
    assert caught.value.parameter == name
    assert caught.value.example


@pytest.mark.parametrize("datum", list(Datum))
def test_a_position_in_another_datum_is_turned_into_wgs84(datum: Datum) -> None:
    lon, lat = from_wgs84(116.798, 33.956, datum)
    east, north = position(f"lon={float(lon)!r}&lat={float(lat)!r}&crs={datum.value}")
    assert abs(east - 116.798) < 1e-7
    assert abs(north - 33.956) < 1e-7


def test_a_rectangle_passes_and_none_is_none() -> None:
    assert rectangle("bbox=116.6,33.7,117.1,34.1") == (116.6, 33.7, 117.1, 34.1)
    assert rectangle("") is None
    assert rectangle("bbox=-180,-90,180,90") == (-180, -90, 180, 90)


@pytest.mark.parametrize(
    "sides",
    ["117,33,116,34", "116,34,117,33", "116,33,116,34", "-181,0,10,10", "0,0,10,91"],
)
def test_impossible_rectangles_are_refused(sides: str) -> None:
    with pytest.raises(RefusedQuery) as caught:
        rectangle(f"bbox={sides}")
    assert caught.value.parameter == "bbox"


def test_an_exchanged_rectangle_is_told_the_right_way_round() -> None:
    with pytest.raises(RefusedQuery, match=r"did you mean bbox=116\.6,33\.7,117\.1,34\.1"):
        rectangle("bbox=33.7,116.6,34.1,117.1")


def test_a_rectangle_in_another_datum_holds_the_same_ground() -> None:
    west, south = (float(x) for x in from_wgs84(116.6, 33.7, Datum.GCJ02))
    east, north = (float(x) for x in from_wgs84(117.1, 34.1, Datum.GCJ02))
    found = rectangle(f"bbox={west!r},{south!r},{east!r},{north!r}&crs=gcj02")
    assert found == pytest.approx((116.6, 33.7, 117.1, 34.1), abs=5e-4)
