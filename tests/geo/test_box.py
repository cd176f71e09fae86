from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.errors import InputError
from station_map.geo.box import BOX_EXAMPLE, SERVICE_BOX, Box


def test_parse_reads_west_south_east_north() -> None:
    assert Box.parse("116.6, 33.7,117.1,34.1") == Box(116.6, 33.7, 117.1, 34.1)


def test_the_example_can_be_parsed() -> None:
    assert Box.parse(BOX_EXAMPLE).contains(116.8, 33.9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "1,2,3,4,5",
        "a,b,c,d",
        "nan,0,1,1",
        "0,0,inf,1",
        "117,33,116,34",
        "116,34,117,33",
        "116,33,116,34",
        "-181,0,0,1",
        "0,-91,1,1",
        "0,0,181,1",
        "0,0,1,91",
    ],
)
def test_a_bad_box_names_parameter_and_example(text: str) -> None:
    with pytest.raises(InputError) as caught:
        Box.parse(text, parameter="box")
    assert caught.value.parameter == "box"
    assert caught.value.example == BOX_EXAMPLE
    assert caught.value.allowed is not None


@given(st.text(alphabet="0123456789.,-+ en", max_size=30))
def test_parse_gives_a_proper_box_or_refuses(text: str) -> None:
    try:
        box = Box.parse(text)
    except InputError:
        return
    assert -180 <= box.west < box.east <= 180
    assert -90 <= box.south < box.north <= 90


def test_edges_belong_to_the_box_and_nan_does_not() -> None:
    assert SERVICE_BOX.contains(70, 0)
    assert SERVICE_BOX.contains(138, 57)
    assert not SERVICE_BOX.contains(138.0000001, 30)
    assert not SERVICE_BOX.contains(116, -0.0000001)
    assert not SERVICE_BOX.contains(math.nan, 30)
    assert not SERVICE_BOX.contains(116, math.nan)
