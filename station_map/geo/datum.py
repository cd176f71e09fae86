"""WGS-84, GCJ-02 and BD-09: the three datums that Chinese maps and spreadsheets use.

Sources. GCJ-02 (国测局坐标: Amap, Tencent, Google's China map) is not published by its
makers; this is the formula that has been public since about 2011 and that Wikipedia
describes under "Restrictions on geographic data in China". Polynomial and sine terms of
the longitude from 105° E and the latitude from 35° N give an offset in metres, which
an ellipsoid (a = 6378245.0 m, e² = 0.00669342162296594323) turns into degrees. BD-09
(Baidu) turns and stretches GCJ-02 a little in polar form and adds (0.0065°, 0.006°).

Where. The offset exists inside mainland China only. Common implementations test a box
(72.004 to 137.8347° E, 0.8293 to 55.8271° N), which also moves Seoul, Taipei, Hanoi and
Hong Kong by up to a kilometre. Here an outline decides (`mainland.py`): the land, the
sea nearby, but not Hong Kong, Macao and Taiwan.

At the border. An offset that stops dead at a line has no inverse there: a place inside
and one outside would share a pair of coordinates. So outside the outline the offset gets
shorter by 0.7 degrees for each degree from it, and is gone within 1 to 2 km. Inside,
it is exactly the public formula; further out, exactly nothing; and every position comes
back, in both directions. (Macao is so near that a part of Baidu's longer offset is left.)

Inverses. The offset at two places differs by less than 0.75 times their distance (inside, by
less than 3 m a kilometre), so the fixed-point iteration position = given - offset(position)
converges everywhere (Banach), inside within six rounds. It stops at steps below 1e-11
degrees: about 1 µm.

The functions take degrees, longitude first, as floats or as float arrays of equal shape,
and return a pair of the same kind. NaN and infinities pass through.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from station_map.errors import InputError
from station_map.geo.mainland import degrees_outside, inside, well_inside

FloatArray = NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]
PairFunction = Callable[[FloatArray, FloatArray], Pair]

_A_M: Final = 6378245.0
_E2: Final = 0.00669342162296594323
_BD_WAVES: Final = 3000.0 * math.pi / 180.0
_BD_LON: Final = 0.0065
_BD_LAT: Final = 0.006

_FADE: Final = 0.7
# BD-09 is built on GCJ-02 figures, and those of a place just inside the outline may lie
# this far outside it (the largest GCJ-02 offset in the outline is 0.0105 degrees).
_BD_GRACE_DEG: Final = 0.011

_CONVERGED_DEG: Final = 1e-11
_MAX_ROUNDS: Final = 120


class Transform(Protocol):
    """Degrees in, degrees out: floats to floats, arrays (any one shape) to arrays."""

    @overload
    def __call__(self, lon: float, lat: float) -> tuple[float, float]: ...
    @overload
    def __call__(self, lon: NDArray[Any], lat: NDArray[Any]) -> Pair: ...


def _for_floats_too(function: PairFunction) -> Transform:
    """Let a function of two one-dimensional arrays take floats and arrays of any shape."""

    @wraps(function)
    def transform(lon: Any, lat: Any) -> Any:
        lons, lats = np.broadcast_arrays(np.float64(lon), np.float64(lat))
        # Not a number and infinities are computed as such, silently.
        with np.errstate(invalid="ignore", over="ignore"):
            new_lon, new_lat = function(lons.ravel(), lats.ravel())
        if lons.ndim == 0:
            return float(new_lon[0]), float(new_lat[0])
        return new_lon.reshape(lons.shape), new_lat.reshape(lats.shape)

    return transform


@_for_floats_too
def wgs84_to_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    """WGS-84 to GCJ-02 (Amap, Tencent); identity outside mainland China."""
    return _forward(lon, lat, _gcj02_offset, 0.0)


@_for_floats_too
def gcj02_to_wgs84(lon: FloatArray, lat: FloatArray) -> Pair:
    """GCJ-02 to WGS-84: the inverse of `wgs84_to_gcj02`."""
    return _inverse(lon, lat, _gcj02_offset, 0.0)


@_for_floats_too
def gcj02_to_bd09(lon: FloatArray, lat: FloatArray) -> Pair:
    """GCJ-02 to BD-09 (Baidu); identity outside mainland China."""
    return _forward(lon, lat, _bd09_offset, _BD_GRACE_DEG)


@_for_floats_too
def bd09_to_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    """BD-09 to GCJ-02: the inverse of `gcj02_to_bd09` (the textbook one is off by up to 1 m)."""
    return _inverse(lon, lat, _bd09_offset, _BD_GRACE_DEG)


@_for_floats_too
def wgs84_to_bd09(lon: FloatArray, lat: FloatArray) -> Pair:
    """WGS-84 to BD-09 (Baidu), by way of GCJ-02."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


@_for_floats_too
def bd09_to_wgs84(lon: FloatArray, lat: FloatArray) -> Pair:
    """BD-09 to WGS-84, by way of GCJ-02: the inverse of `wgs84_to_bd09`."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


@_for_floats_too
def _unchanged(lon: FloatArray, lat: FloatArray) -> Pair:
    return lon.copy(), lat.copy()


_TO_WGS84: Final[dict[str, Transform]] = {
    "wgs84": _unchanged,
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
}
_FROM_WGS84: Final[dict[str, Transform]] = {
    "wgs84": _unchanged,
    "gcj02": wgs84_to_gcj02,
    "bd09": wgs84_to_bd09,
}


@overload
def to_wgs84(lon: float, lat: float, datum: str) -> tuple[float, float]: ...
@overload
def to_wgs84(lon: NDArray[Any], lat: NDArray[Any], datum: str) -> Pair: ...
def to_wgs84(lon: Any, lat: Any, datum: str) -> Any:
    """Positions given in `datum` ("wgs84", "gcj02", "bd09") as WGS-84.

    Degrees; floats, or arrays of equal shape. Raises InputError for another datum.
    """
    return _named(_TO_WGS84, datum)(lon, lat)


@overload
def from_wgs84(lon: float, lat: float, datum: str) -> tuple[float, float]: ...
@overload
def from_wgs84(lon: NDArray[Any], lat: NDArray[Any], datum: str) -> Pair: ...
def from_wgs84(lon: Any, lat: Any, datum: str) -> Any:
    """WGS-84 positions as figures in `datum` ("wgs84", "gcj02", "bd09").

    Degrees; floats, or arrays of equal shape. Raises InputError for another datum.
    """
    return _named(_FROM_WGS84, datum)(lon, lat)


def _named(transforms: dict[str, Transform], datum: str) -> Transform:
    transform = transforms.get(datum)
    if transform is None:
        raise InputError(
            f"unknown datum {datum!r} 不认识的坐标系",
            parameter="crs",
            allowed=", ".join(transforms),
            example="gcj02",
        )
    return transform


def in_mainland_china(lon: Any, lat: Any) -> NDArray[np.bool_]:
    """Whether GCJ-02 applies in full at WGS-84 positions (degrees); shape as given, NaN: no."""
    return inside(*np.broadcast_arrays(np.float64(lon), np.float64(lat)))


def _forward(lon: FloatArray, lat: FloatArray, offset: PairFunction, grace: float) -> Pair:
    shift_lon, shift_lat = _faded(lon, lat, offset, grace)
    return lon + shift_lon, lat + shift_lat


def _faded(lon: FloatArray, lat: FloatArray, offset: PairFunction, grace: float) -> Pair:
    """The offset as it really applies: shortened outside the outline, none far from it."""
    shift_lon, shift_lat = np.zeros_like(lon), np.zeros_like(lat)
    outside = np.maximum(degrees_outside(lon, lat) - grace, 0.0)
    moved = np.isfinite(outside)
    full_lon, full_lat = offset(lon[moved], lat[moved])
    length = np.maximum(np.hypot(full_lon, full_lat), 1e-300)
    share = np.maximum(1.0 - _FADE * outside[moved] / length, 0.0)
    shift_lon[moved] = full_lon * share
    shift_lat[moved] = full_lat * share
    return shift_lon, shift_lat


def _inverse(lon: FloatArray, lat: FloatArray, offset: PairFunction, grace: float) -> Pair:
    """Split by cost: deep inside there is no need to look at the outline in every round."""
    deep = well_inside(lon, lat)
    found_lon, found_lat = lon.copy(), lat.copy()
    found_lon[deep], found_lat[deep] = _solved(lon[deep], lat[deep], offset)

    def faded(some_lon: FloatArray, some_lat: FloatArray) -> Pair:
        return _faded(some_lon, some_lat, offset, grace)

    other = ~deep
    found_lon[other], found_lat[other] = _solved(lon[other], lat[other], faded)
    return found_lon, found_lat


def _solved(lon: FloatArray, lat: FloatArray, shift: PairFunction) -> Pair:
    """Positions p with p + shift(p) = given, by fixed-point iteration on those still moving."""
    found_lon, found_lat = lon.copy(), lat.copy()
    active = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    for _ in range(_MAX_ROUNDS):
        if active.size == 0:
            break
        shift_lon, shift_lat = shift(found_lon[active], found_lat[active])
        new_lon, new_lat = lon[active] - shift_lon, lat[active] - shift_lat
        step = np.maximum(np.abs(new_lon - found_lon[active]), np.abs(new_lat - found_lat[active]))
        found_lon[active], found_lat[active] = new_lon, new_lat
        active = active[step > _CONVERGED_DEG]
    return found_lon, found_lat


def _gcj02_offset(lon: FloatArray, lat: FloatArray) -> Pair:
    """What GCJ-02 adds to WGS-84, in degrees, wherever it is asked for."""
    x, y = lon - 105.0, lat - 35.0
    shared = (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * (2.0 / 3.0)
    root = np.sqrt(np.abs(x))
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared
    north_m += _waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared
    east_m += _waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))
    radians = np.radians(lat)
    w2 = 1.0 - _E2 * np.sin(radians) ** 2
    parallel_m = _A_M / np.sqrt(w2) * np.cos(radians)
    meridian_m = _A_M * (1.0 - _E2) / (w2 * np.sqrt(w2))
    return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _waves(along: FloatArray, *terms: tuple[float, float]) -> FloatArray:
    """Two thirds of the sum of amplitude · sin(π · along / period), in metres."""
    total = np.zeros_like(along)
    for amplitude, period in terms:
        total += amplitude * np.sin(np.pi * along / period)
    return total * (2.0 / 3.0)


def _bd09_offset(lon: FloatArray, lat: FloatArray) -> Pair:
    """What BD-09 adds to GCJ-02, in degrees, wherever it is asked for."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_WAVES)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_WAVES)
    return radius * np.cos(angle) + _BD_LON - lon, radius * np.sin(angle) + _BD_LAT - lat
