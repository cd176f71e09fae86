from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.geo.box import SERVICE_BOX
from station_map.geo.coordinates import (
    Cell,
    CoordinateIssue,
    Position,
    Refusal,
    exchanged,
    exchanged_mask,
    parse_cell,
    parse_pair,
    plain_degrees,
)

LON = 116 + 52 / 60 + 57.7 / 3600
LAT = 33 + 57 / 60 + 18 / 3600

service_lons = st.floats(SERVICE_BOX.west, SERVICE_BOX.east)
service_lats = st.floats(0.01, SERVICE_BOX.north)


@pytest.mark.parametrize(
    "text",
    [
        "116.88,33.95",
        "33.95,116.88",
        "116.88 33.95",
        " 116.88，33.95 ",
        "１１６．８８，３３．９５",
        "116.88、33.95",
        "116.88/33.95",
        "116.88;33.95",
        "116.88\t33.95",
        "(116.88, 33.95)",
        "[33.95, 116.88]",
        "（116.88，33.95）",
        "POINT(116.88 33.95)",
        "116.88°,33.95°",
        "E116.88 N33.95",
        "N33.95E116.88",
        "33.95N116.88E",
        "33.95°N, 116.88°E",
        "北纬33.95东经116.88",
        "东经116.88°，北纬33.95°",
        "经度:116.88 纬度:33.95",
        "经度：116.88，纬度：33.95",
        "lat=33.95, lng=116.88",
        "Longitude: 116.88 Latitude: 33.95",
        "1.1688e2,33.95",
    ],
)
def test_decimal_degrees_in_one_cell(text: str) -> None:
    assert parse_cell(text) == Position(116.88, 33.95)


@pytest.mark.parametrize(
    "text",
    [
        "116°52′57.7″E 33°57′18″N",
        "33°57′18″N, 116°52′57.7″E",
        "33°57'18\"N,116°52'57.7\"E",
        "116º52’57.7”，33º57’18”",
        "116°52'57.7'' 33°57'18''",
        "E116°52′57.7″，N33°57′18″",
        "N33°57′18″E116°52′57.7″",
        "东经116度52分57.7秒，北纬33度57分18秒",
        "北纬33度57分18秒东经116度52分57.7秒",
        "116-52-57.7,33-57-18",
        "116:52:57.7 33:57:18",
        "116 52 57.7, 33 57 18",
        "１１６°５２′５７．７″，３３°５７′１８″",
        "116° 52′ 57.7″ E / 33° 57′ 18″ N",
    ],
)
def test_degrees_minutes_seconds_in_one_cell(text: str) -> None:
    found = parse_cell(text)
    assert isinstance(found, Position)
    assert (found.lon, found.lat) == pytest.approx((LON, LAT), abs=1e-12)
    assert not found.exchanged


def test_degrees_and_decimal_minutes() -> None:
    assert parse_cell("116°30.5′，33°15′") == Position(116 + 30.5 / 60, 33.25)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (116.88, 33.95),
        ("116.88", "33.95"),
        ("１１６．８８", "３３．９５"),
        ("116.88°", "33.95°"),
        ("116.88E", "33.95N"),
        ("东经116.88", "北纬33.95"),
        (116.88, "33.95"),
    ],
    ids=repr,
)
def test_two_cells(lon: Cell, lat: Cell) -> None:
    assert parse_pair(lon, lat) == Position(116.88, 33.95)
    assert parse_pair(lat, lon) == Position(116.88, 33.95, exchanged=True)


def test_two_cells_with_seconds() -> None:
    for lon, lat in [("116°52′57.7″", "33°57′18″"), ("116-52-57.7", "33-57-18")]:
        found = parse_pair(lon, lat)
        assert isinstance(found, Position)
        assert (found.lon, found.lat) == pytest.approx((LON, LAT), abs=1e-12)


def test_south_and_west_are_negative() -> None:
    assert parse_cell("33.9S 151.2E") == Position(151.2, -33.9)
    assert parse_cell("-33.9, 151.2") == Position(151.2, -33.9)
    assert parse_cell("西经77.0，南纬12.0") == Position(-77.0, -12.0)


def test_far_from_the_service_the_usual_order_holds() -> None:
    assert parse_cell("-0.1,51.5") == Position(-0.1, 51.5)
    assert parse_cell("139.7,35.7") == Position(139.7, 35.7)
    assert parse_cell("35.7,139.7") == Position(139.7, 35.7)


MISSING_CELLS: list[Cell] = [
    None,
    "",
    "  ",
    "待定",
    "暂无",
    "无",
    "-",
    "—",
    "/",
    0,
    0.0,
    "0",
    "０",
    "N/A",
]


@pytest.mark.parametrize("cell", MISSING_CELLS, ids=repr)
def test_placeholders_are_missing(cell: Cell) -> None:
    for found in (parse_cell(cell), parse_pair(cell, cell), parse_pair(cell, None)):
        assert isinstance(found, Refusal)
        assert found.issue == CoordinateIssue.MISSING


def test_nan_and_zero_pairs_are_missing() -> None:
    for found in (parse_pair(math.nan, 33.9), parse_pair(0.0, 0.0), parse_cell("0,0")):
        assert isinstance(found, Refusal)
        assert found.issue == CoordinateIssue.MISSING


@pytest.mark.parametrize(
    ("text", "issue"),
    [
        ("116.88", CoordinateIssue.INCOMPLETE),
        ("116.88,", CoordinateIssue.INCOMPLETE),
        ("0,33.9", CoordinateIssue.INCOMPLETE),
        ("116.88,33.95 高德", CoordinateIssue.JUNK),
        ("116.88,33.95,0", CoordinateIssue.JUNK),
        ("市政府对面", CoordinateIssue.UNREADABLE),
        ("116°70′,33°", CoordinateIssue.UNREADABLE),
        ("116°52′61″,33°1′1″", CoordinateIssue.UNREADABLE),
        ("116.88..33.95", CoordinateIssue.UNREADABLE),
        ("-116E,33N", CoordinateIssue.UNREADABLE),
        ("N33.9E,116.8", CoordinateIssue.UNREADABLE),
        ("N33,N34", CoordinateIssue.CONTRADICTORY),
        ("200,95", CoordinateIssue.OUT_OF_RANGE),
        ("116882695,33957189", CoordinateIssue.OUT_OF_RANGE),
        ("E116.88,N93", CoordinateIssue.OUT_OF_RANGE),
    ],
)
def test_what_cannot_be_used_says_why(text: str, issue: CoordinateIssue) -> None:
    found = parse_cell(text)
    assert isinstance(found, Refusal)
    assert found.issue == issue
    assert issue.zh in found.zh
    assert issue.en in found.en


@pytest.mark.parametrize(
    ("lon", "lat", "issue"),
    [
        ("116.88", "", CoordinateIssue.INCOMPLETE),
        (None, 33.95, CoordinateIssue.INCOMPLETE),
        ("116.88 高德", "33.95", CoordinateIssue.JUNK),
        ("116,88", "33,95", CoordinateIssue.JUNK),
        ("here", "33.95", CoordinateIssue.UNREADABLE),
        (True, 33.95, CoordinateIssue.UNREADABLE),
        (math.inf, 33.95, CoordinateIssue.OUT_OF_RANGE),
        (116882695.0, 33.95, CoordinateIssue.OUT_OF_RANGE),
        ("N33", "N34", CoordinateIssue.CONTRADICTORY),
    ],
)
def test_two_cells_that_cannot_be_used_say_why(
    lon: Cell, lat: Cell, issue: CoordinateIssue
) -> None:
    found = parse_pair(lon, lat)
    assert isinstance(found, Refusal)
    assert found.issue == issue


def test_a_long_cell_is_shown_shortened() -> None:
    found = parse_cell("x" * 1000)
    assert isinstance(found, Refusal)
    assert len(found.zh) < 80


def test_exchanged_is_told_only_when_it_explains_the_figures() -> None:
    assert exchanged(33.95, 116.88) == (116.88, 33.95)
    assert exchanged(116.88, 33.95) is None
    assert exchanged(2.35, 48.86) is None
    assert exchanged(math.nan, 116.88) is None


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-180, 180)), min_size=1, max_size=30))
def test_the_mask_says_the_same_as_the_scalar(pairs: list[tuple[float, float]]) -> None:
    lon, lat = np.array(pairs).T
    expected = [exchanged(one, other) is not None for one, other in pairs]
    assert exchanged_mask(lon, lat).tolist() == expected


def test_plain_columns_keep_numbers_and_leave_the_rest() -> None:
    found = plain_degrees([116.88, 117, "116.88", None, 0.0, math.inf, math.nan, True, ""])
    assert found.shape == (9,)
    assert found[:2].tolist() == [116.88, 117.0]
    assert np.isnan(found[2:]).all()
    assert plain_degrees([]).shape == (0,)


@given(service_lons, service_lats)
def test_written_decimals_are_read_back_exactly(lon: float, lat: float) -> None:
    here = Position(lon, lat)
    assert parse_cell(f"{lon!r},{lat!r}") == here
    assert parse_cell(f"{lat!r} {lon!r}") == here
    assert parse_pair(repr(lon), repr(lat)) == here
    assert parse_pair(lon, lat) == here
    assert parse_pair(lat, lon) == Position(lon, lat, exchanged=True)


def _seconds(degrees: float, pattern: str) -> str:
    tenths = round(degrees * 36000)
    return pattern.format(d=tenths // 36000, m=tenths // 600 % 60, s=tenths % 600 / 10)


@given(
    service_lons,
    service_lats,
    st.sampled_from(
        ["{d}°{m}′{s}″", "{d}度{m}分{s}秒", "{d}-{m}-{s}", "{d} {m} {s}", "{d}:{m}:{s}"]
    ),
    st.booleans(),
)
def test_written_seconds_are_read_back(
    lon: float, lat: float, pattern: str, lat_first: bool
) -> None:
    texts = [_seconds(lon, pattern), _seconds(lat, pattern)]
    found = parse_cell("，".join(reversed(texts) if lat_first else texts))
    assert isinstance(found, Position)
    assert found.lon == pytest.approx(lon, abs=0.051 / 3600)
    assert found.lat == pytest.approx(lat, abs=0.051 / 3600)


@given(st.text(alphabet="0123456789.,-+°′″'\"度分秒东西经南北纬NSEW 待e，()", max_size=30))
def test_no_text_is_too_strange(text: str) -> None:
    for found in (parse_cell(text), parse_pair(text, "33.9"), parse_pair("116.8", text)):
        if isinstance(found, Position):
            assert -180 <= found.lon <= 180
            assert -90 <= found.lat <= 90


@given(st.text(max_size=60))
def test_any_text_at_all_is_answered(text: str) -> None:
    assert isinstance(parse_cell(text), Position | Refusal)
    assert isinstance(parse_pair(text, text), Position | Refusal)
