from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Geod

from station_map.domain.vocabulary import Datum
from station_map.errors import InputError
from station_map.geo.datum import (
    bd09_to_gcj02,
    bd09_to_wgs84,
    from_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    in_mainland_china,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

GEOD = Geod(ellps="WGS84")
SHIFTED = ("gcj02", "bd09")

# A box well beyond the region, its borders and the seas around it on all sides.
wide_lons = st.floats(65, 145)
wide_lats = st.floats(-5, 62)


def metres(lon1: object, lat1: object, lon2: object, lat2: object) -> NDArray[np.float64]:
    return np.asarray(GEOD.inv(lon1, lat1, lon2, lat2)[2])


def plain_gcj02(lng: float, lat: float) -> tuple[float, float]:
    """The public formula once more, straight from its usual written form, as an oracle."""
    x, y, pi = lng - 105.0, lat - 35.0, math.pi
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    d_lat += (20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)) * 2.0 / 3.0
    d_lat += (20.0 * math.sin(y * pi) + 40.0 * math.sin(y / 3.0 * pi)) * 2.0 / 3.0
    d_lat += (160.0 * math.sin(y / 12.0 * pi) + 320.0 * math.sin(y * pi / 30.0)) * 2.0 / 3.0
    d_lng = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    d_lng += (20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)) * 2.0 / 3.0
    d_lng += (20.0 * math.sin(x * pi) + 40.0 * math.sin(x / 3.0 * pi)) * 2.0 / 3.0
    d_lng += (150.0 * math.sin(x / 12.0 * pi) + 300.0 * math.sin(x / 30.0 * pi)) * 2.0 / 3.0
    a, ee = 6378245.0, 0.00669342162296594323
    magic = 1 - ee * math.sin(lat / 180.0 * pi) ** 2
    d_lat = (d_lat * 180.0) / ((a * (1 - ee)) / (magic * math.sqrt(magic)) * pi)
    d_lng = (d_lng * 180.0) / (a / math.sqrt(magic) * math.cos(lat / 180.0 * pi) * pi)
    return lng + d_lng, lat + d_lat


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(116.8, 33.95), (116.397, 39.909), (87.6, 43.8), (121.47, 31.23), (91.1, 29.65), (105, 35)],
)
def test_inside_it_is_the_public_formula(lon: float, lat: float) -> None:
    assert wgs84_to_gcj02(lon, lat) == pytest.approx(plain_gcj02(lon, lat), abs=1e-12)


def test_a_published_triple_of_baidu_is_met() -> None:
    # The example that the common libraries print in their documentation: BD-09 116.404, 39.915.
    lon, lat = bd09_to_gcj02(116.404, 39.915)
    assert (lon, lat) == pytest.approx((116.39762729, 39.90865674), abs=2e-6)
    assert gcj02_to_bd09(116.404, 39.915) == pytest.approx((116.41036949, 39.92133699), abs=1e-8)
    assert wgs84_to_gcj02(116.404, 39.915) == pytest.approx((116.41024450, 39.91640428), abs=1e-8)


@pytest.mark.parametrize("datum", SHIFTED)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_position_comes_back_within_a_millimetre(datum: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    lon, lat = random.uniform(65, 145, 60_000), random.uniform(-5, 62, 60_000)
    there_and_back = to_wgs84(*from_wgs84(lon, lat, datum), datum)
    assert metres(lon, lat, *there_and_back).max() < 0.001
    back_and_there = from_wgs84(*to_wgs84(lon, lat, datum), datum)
    assert metres(lon, lat, *back_and_there).max() < 0.001


BORDER_PLACES = {
    "Shenzhen river": (114.09, 22.52),
    "Macao": (113.549, 22.214),
    "Yalu": (124.38, 40.11),
    "Amur": (127.52, 50.25),
    "Ruili": (97.85, 23.95),
    "Khorgas": (80.41, 44.21),
    "Erenhot": (111.97, 43.73),
    "coast": (121.9, 29.0),
}


@pytest.mark.parametrize("datum", SHIFTED)
@pytest.mark.parametrize("place", BORDER_PLACES.values(), ids=BORDER_PLACES.keys())
def test_every_position_at_the_border_comes_back(datum: str, place: tuple[float, float]) -> None:
    random = np.random.default_rng(7)
    lon, lat = (random.normal(middle, 0.05, 1_500) for middle in place)
    assert metres(lon, lat, *to_wgs84(*from_wgs84(lon, lat, datum), datum)).max() < 0.001
    assert metres(lon, lat, *from_wgs84(*to_wgs84(lon, lat, datum), datum)).max() < 0.001


@given(wide_lons, wide_lats, st.sampled_from(SHIFTED))
def test_any_position_comes_back(lon: float, lat: float, datum: str) -> None:
    assert metres(lon, lat, *to_wgs84(*from_wgs84(lon, lat, datum), datum)) < 0.001
    assert metres(lon, lat, *from_wgs84(*to_wgs84(lon, lat, datum), datum)) < 0.001


@given(wide_lons, wide_lats, st.floats(-0.02, 0.02), st.floats(-0.02, 0.02))
def test_the_transform_has_no_jump(lon: float, lat: float, d_lon: float, d_lat: float) -> None:
    here, there = wgs84_to_bd09(lon, lat), wgs84_to_bd09(lon + d_lon, lat + d_lat)
    apart = math.hypot(there[0] - here[0], there[1] - here[1])
    assert apart <= 3.1 * math.hypot(d_lon, d_lat) + 1e-12


ABROAD = {
    "Seoul": (126.978, 37.566),
    "Tokyo": (139.69, 35.69),
    "Taipei": (121.565, 25.033),
    "Hong Kong": (114.158, 22.281),
    "Macao": (113.5401, 22.1937),
    "Hanoi": (105.85, 21.03),
    "Delhi": (77.2, 28.6),
    "Ulaanbaatar": (106.9, 47.9),
    "Vladivostok": (131.9, 43.1),
    "Almaty": (76.9, 43.25),
    "London": (-0.1, 51.5),
    "pole": (0.0, 90.0),
}
AT_HOME = {
    "Huaibei": (116.8, 33.95),
    "Quanzhou": (118.6, 24.9),
    "Shenzhen": (114.06, 22.54),
    "Gongbei": (113.545, 22.222),
    "Dandong": (124.39, 40.125),
    "Heihe": (127.5, 50.245),
    "Hunchun": (130.37, 42.86),
    "Khorgas": (80.42, 44.21),
    "Kashgar": (75.99, 39.47),
    "Ruili": (97.85, 24.01),
    "Dongxing": (107.97, 21.547),
    "Sanya": (109.5, 18.25),
    "Zhoushan": (122.2, 30.0),
    "Hangzhou Bay bridge": (121.12, 30.45),
    "Mohe": (122.5, 52.97),
}


@pytest.mark.parametrize("place", ABROAD.values(), ids=ABROAD.keys())
def test_abroad_nothing_moves(place: tuple[float, float]) -> None:
    assert not in_mainland_china(*place)
    assert wgs84_to_gcj02(*place) == place
    assert gcj02_to_wgs84(*place) == place


@pytest.mark.parametrize("place", sorted(ABROAD.keys() - {"Macao"}))
def test_abroad_nothing_moves_for_baidu_either(place: str) -> None:
    # Macao is so near the outline that a part of Baidu's longer offset still applies there.
    assert wgs84_to_bd09(*ABROAD[place]) == ABROAD[place]
    assert bd09_to_wgs84(*ABROAD[place]) == ABROAD[place]


@pytest.mark.parametrize("place", AT_HOME.values(), ids=AT_HOME.keys())
def test_in_the_mainland_the_offset_is_whole(place: tuple[float, float]) -> None:
    assert in_mainland_china(*place)
    gcj02 = wgs84_to_gcj02(*place)
    assert gcj02 == pytest.approx(plain_gcj02(*place), abs=1e-12)
    bd09 = gcj02_to_bd09(*gcj02)
    assert 700 < metres(*gcj02, *bd09) < 1200
    assert bd09 == pytest.approx(wgs84_to_bd09(*place), abs=1e-12)


def test_floats_give_floats_and_arrays_keep_their_shape() -> None:
    lon, lat = wgs84_to_gcj02(116.8, 33.95)
    assert type(lon) is float
    assert type(lat) is float
    grid_lon, grid_lat = np.meshgrid(np.linspace(116, 117, 3), np.linspace(33, 34, 2))
    new_lon, new_lat = bd09_to_wgs84(grid_lon, grid_lat)
    assert new_lon.shape == new_lat.shape == (2, 3)
    assert (new_lon[1, 2], new_lat[1, 2]) == bd09_to_wgs84(grid_lon[1, 2], grid_lat[1, 2])
    empty = gcj02_to_wgs84(np.array([]), np.array([]))
    assert empty[0].shape == (0,)


def test_missing_values_pass_and_do_not_disturb_their_neighbours() -> None:
    lon = np.array([116.8, np.nan, 116.8, np.inf])
    lat = np.array([33.95, 33.95, np.nan, 33.95])
    for datum in SHIFTED:
        new_lon, new_lat = to_wgs84(lon, lat, datum)
        assert (new_lon[0], new_lat[0]) == to_wgs84(116.8, 33.95, datum)
        assert np.isnan(new_lon[1])
        assert np.isnan(new_lat[2])
        assert np.isinf(new_lon[3])


def test_inputs_are_not_written_to() -> None:
    lon, lat = np.array([116.8]), np.array([33.95])
    for datum in ("wgs84", *SHIFTED):
        new_lon, _ = to_wgs84(lon, lat, datum)
        new_lon[0] = 0
        from_wgs84(lon, lat, datum)
    assert (lon[0], lat[0]) == (116.8, 33.95)


def test_every_datum_of_the_vocabulary_is_known() -> None:
    for datum in Datum:
        there = from_wgs84(116.8, 33.95, datum)
        assert to_wgs84(*there, datum) == pytest.approx((116.8, 33.95), abs=1e-9)


def test_an_unknown_datum_is_named_with_what_is_allowed() -> None:
    with pytest.raises(InputError, match="cgcs") as caught:
        to_wgs84(116.8, 33.95, "cgcs2000")
    assert caught.value.allowed == "wgs84, gcj02, bd09"


def test_the_mislabelled_city_outline_lies_on_the_true_one(shared_data: Path) -> None:
    """The GCJ-02 copy of the city, moved back, is where the WGS-84 districts are."""
    boundaries = shared_data / "boundaries"
    city = _positions(boundaries / "huaibei_city_gcj02_mislabelled.geojson")
    fine = _positions(boundaries / "huaibei_districts_fine_wgs84.geojson")
    moved = np.column_stack(gcj02_to_wgs84(*city.T))
    assert _typical_gap_m(city, fine) > 200
    assert _typical_gap_m(moved, fine) < 20


def _positions(path: Path) -> NDArray[np.float64]:
    found: list[list[float]] = []

    def walk(part: list[object]) -> None:
        for item in part:
            assert isinstance(item, list)
            if isinstance(item[0], float | int):
                found.append([float(item[0]), float(item[1])])
            else:
                walk(item)

    document = json.loads(path.read_text(encoding="utf-8"))
    for feature in document.get("features", [document]):
        walk(feature.get("geometry", feature)["coordinates"])
    return np.array(found)


def _typical_gap_m(points: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    nearest = [others[np.hypot(*((others - point) * (0.83, 1)).T).argmin()] for point in points]
    return float(np.median(metres(*points.T, *np.array(nearest).T)))
