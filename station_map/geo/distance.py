"""Distances and bearings on the WGS-84 ellipsoid, and what Web Mercator does to them.

The store searches an index in Web Mercator (EPSG:3857) and proves its answer with the
bounds given here. On the map plane, at latitude φ, lengths are stretched against the
ellipsoid by two different factors (Snyder, Map Projections: A Working Manual, USGS
PP 1395, 1987, section 7; 3857 uses the sphere of radius a with the geodetic latitude):

    along the parallel    a / (N cos φ),   N = a / √(1 - e² sin²φ)
    along the meridian    a / (M cos φ),   M = a (1 - e²) / (1 - e² sin²φ)^1.5

With N ≥ M, a short piece of true length s and map length m obeys s ≥ m M cos φ / a, which
falls towards the poles; with N ≤ a / √(1 - e²) and M ≤ N, also s ≤ m cos φ / √(1 - e²).
In map coordinates cos φ is exactly 1 / cosh(y / a) and sin φ is tanh(y / a).

The scalar functions are on the path of every request, so they use `math`, not numpy.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

from station_map.geo.box import SERVICE_BOX

WGS84_A_M: Final = 6378137.0
WGS84_E2: Final = 0.0066943799901413165
MERCATOR_MAX_LAT: Final = 85.051128779806592
MERCATOR_WORLD_M: Final = 2 * math.pi * WGS84_A_M  # one side of the square map

_GEOD: Final = Geod(ellps="WGS84")
_LEAST_SCALE: Final = 1.0 - WGS84_E2
_RADIANS: Final = math.pi / 180.0

# Map metres from the east edge of the service box to the antimeridian.
_LARGEST_DISC_M: Final = WGS84_A_M * (180.0 - SERVICE_BOX.east) * _RADIANS

FloatArray = NDArray[np.float64]


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Geodesic distance in metres between two WGS-84 positions in degrees."""
    return float(_GEOD.inv(lon1, lat1, lon2, lat2)[2])


def bearing_deg(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Initial bearing of the geodesic from the first position, degrees clockwise from north.

    In [0, 360); 0 when both positions are the same.
    """
    return _as_compass(float(_GEOD.inv(lon1, lat1, lon2, lat2)[0]), lon1 == lon2 and lat1 == lat2)


def _as_compass(azimuth: float, same: bool) -> float:
    turned = azimuth % 360.0
    # A tiny negative azimuth rounds up to 360.0 itself.
    return 0.0 if same or turned >= 360.0 else turned


def distances_and_bearings(
    lon: float, lat: float, lons: ArrayLike, lats: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Geodesic distances (metres) and initial bearings (degrees) from one position to n.

    lons, lats: shape (n,), degrees, WGS-84. Returns two arrays of shape (n,). NaN stays NaN.
    """
    to_lon = np.asarray(lons, dtype=np.float64)
    to_lat = np.asarray(lats, dtype=np.float64)
    azimuth, _, distance = _GEOD.inv(
        np.full(to_lon.shape, lon), np.full(to_lat.shape, lat), to_lon, to_lat
    )
    bearing = np.mod(np.asarray(azimuth, dtype=np.float64), 360.0)
    same = (to_lon == lon) & (to_lat == lat)
    return (
        np.asarray(distance, dtype=np.float64),
        np.where(same | (bearing >= 360.0), 0.0, bearing),
    )


def distances_m(lon: float, lat: float, lons: ArrayLike, lats: ArrayLike) -> FloatArray:
    """Geodesic distances in metres from one WGS-84 position to n; shapes (n,)."""
    return distances_and_bearings(lon, lat, lons, lats)[0]


def mercator_xy(lon: float, lat: float) -> tuple[float, float]:
    """EPSG:3857 coordinates in map metres of a WGS-84 position in degrees.

    Latitudes beyond ±85.051° (the edge of the square map) are not meaningful here.
    """
    return WGS84_A_M * lon * _RADIANS, WGS84_A_M * math.asinh(math.tan(lat * _RADIANS))


def true_distance_lower_bound_m(y: float, mercator_distance: float) -> float:
    """The least true distance, in metres, to anything at or beyond a map distance.

    y: EPSG:3857 ordinate of a position in the service box; mercator_distance: map metres.
    Everything whose map distance is at least `mercator_distance` is at least this far away on
    the ellipsoid: the geodesic to it leaves the map disc of that radius, so it passes every
    map distance r up to it; and at r, M cos φ is at least what it is at the ordinate |y| + r.
    Their sum over r is the meridian from |y| to |y| + radius, the way straight to the pole; and
    that is at least the difference of latitudes times M at its beginning, where M is least.

    A disc so large that it meets the antimeridian proves nothing (the geodesic may leave the
    map there and come back on the other side), so larger radii count as the largest
    harmless one. Below that the bound rises with the radius.
    """
    near, step = abs(y) / WGS84_A_M, min(mercator_distance, _LARGEST_DISC_M) / WGS84_A_M
    # tan φ is sinh(y / a): the tangent of the difference, without taking like from like.
    rise = 2.0 * math.cosh(near + step / 2.0) * math.sinh(step / 2.0)
    latitudes = math.atan(rise / (1.0 + math.sinh(near) * math.sinh(near + step)))
    least = _LEAST_SCALE / math.pow(1.0 - WGS84_E2 * math.tanh(near) ** 2, 1.5)
    return WGS84_A_M * least * latitudes


def mercator_reach(lat: float, distance_m: float) -> float:
    """Half the side, in map metres, of a Web Mercator square that holds a whole true circle.

    lat: degrees of the centre; distance_m: radius on the ellipsoid, metres. Every position
    within that distance lies within this many map metres in x and in y (and in a straight
    line). Infinite when the circle comes near a pole, where the map has no end.

    The circle stays within distance / (a (1 - e²)) radians of latitude of its centre, as M is
    never less than a (1 - e²); a piece of map is at most its true length / ((1 - e²) cos φ).
    """
    northmost = abs(lat) * _RADIANS + distance_m / (WGS84_A_M * _LEAST_SCALE)
    if northmost >= MERCATOR_MAX_LAT * _RADIANS:
        return math.inf
    return distance_m / (_LEAST_SCALE * math.cos(northmost))
