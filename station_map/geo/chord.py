"""Straight lines through the earth between positions on the WGS-84 spheroid, and what they prove.

A kd-tree orders points by straight distance. On points of a sphere that order is wrong by up to
half a per cent; on points of the spheroid itself it is right to a millimetre for ten kilometres.
For two positions with chord c and geodesic distance s:

    c ≤ s                            no way is shorter than the straight line
    s ≤ 2 ρ asin(c / 2ρ)             for s ≤ π ρ; ρ = a (1 - e²), the least radius of curvature

The second is Schur's comparison theorem: a geodesic's curvature as a line in space is the normal
curvature of the spheroid along it, nowhere more than 1 / ρ (on the equator along the meridian),
so its ends are at least as far apart as those of an arc of that length on a circle of radius ρ.
Hence s - c ≤ c³ / 24 ρ² and a little: 0.001 m at 9.8 km, 1 m at 99 km.

`arc_lengths_m` gives s from c itself, by an arc with the normal curvature at the chord's middle
(Euler's formula; do Carmo, Differential Geometry of Curves and Surfaces, section 3-2). It agrees
with Karney's geodesics (J. Geodesy 87, 2013; pyproj) within 0.0000001 m up to 10 km and within
0.0001 m up to EXACT_M, at a twentieth of the time; beyond, those are asked.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

from station_map.geo.distance import WGS84_A_M, WGS84_E2

# Chords up to here: an arc stands for the geodesic.
EXACT_M: Final = 100_000.0
# Whatever is nearest by chord is nearest by geodesic up to this much, as far as SURE_M.
TOLERANCE_M: Final = 0.001
LEAST_RADIUS_M: Final = WGS84_A_M * (1.0 - WGS84_E2)
SURE_M: Final = 9_800.0

_INV_A2: Final = 1.0 / WGS84_A_M**2
_INV_B2: Final = _INV_A2 / (1.0 - WGS84_E2)
_GEOD: Final = Geod(ellps="WGS84")

FloatArray = NDArray[np.float64]


def cartesian(lonlat: ArrayLike) -> FloatArray:
    """Earth-centred coordinates in metres, shape (n, 3), of WGS-84 degrees, shape (n, 2)."""
    radians = np.radians(np.asarray(lonlat, dtype=np.float64).reshape(-1, 2))
    sine, cosine = np.sin(radians[:, 1]), np.cos(radians[:, 1])
    across = WGS84_A_M / np.sqrt(1.0 - WGS84_E2 * sine * sine)
    found = np.empty((len(radians), 3))
    np.multiply(across, sine, out=found[:, 2])
    found[:, 2] *= 1.0 - WGS84_E2
    np.multiply(across, cosine, out=cosine)
    np.cos(radians[:, 0], out=sine)
    np.multiply(cosine, sine, out=found[:, 0])
    np.sin(radians[:, 0], out=sine)
    np.multiply(cosine, sine, out=found[:, 1])
    return found


def longest_geodesic_m(chord_m: ArrayLike) -> FloatArray:
    """The most that the geodesic of such a chord can measure; chords up to 12,000 km."""
    half = np.asarray(chord_m, dtype=np.float64) / (2.0 * LEAST_RADIUS_M)
    return 2.0 * LEAST_RADIUS_M * np.arcsin(np.minimum(half, 1.0))


def arc_lengths_m(ends: FloatArray, others: FloatArray, chord_m: FloatArray) -> FloatArray:
    """Geodesic distances in metres of pairs no more than EXACT_M apart.

    ends, others: shape (n, 3), of `cartesian`; chord_m: shape (n,), their straight distances.
    """
    squared = chord_m * chord_m
    rise = ends[:, 2] - others[:, 2]
    # The gradient of x²/a² + y²/a² + z²/b² at the middle; the curvature along the unit vector t is
    # (t_x² + t_y²)/a² + t_z²/b² over its length.
    x, y, z = (ends[:, n] + others[:, n] for n in range(3))
    steep = np.sqrt((x * x + y * y) * _INV_A2**2 + z * z * _INV_B2**2) * 0.5
    with np.errstate(invalid="ignore", divide="ignore"):
        curved = (_INV_A2 + (_INV_B2 - _INV_A2) * rise * rise / squared) / steep
    # s = 2 asin(k c / 2) / k = c (1 + k²c²/24 + 3 k⁴c⁴/640 + …); the third term is 10⁻⁹ m here.
    curved *= curved
    curved *= squared
    curved /= 24.0
    curved += 1.0
    return np.where(chord_m > 0.0, chord_m * curved, 0.0)


def geodesics_m(lonlat: FloatArray, others: FloatArray) -> FloatArray:
    """Geodesic distances in metres of pairs however far apart; both (n, 2), degrees WGS-84."""
    found = _GEOD.inv(lonlat[:, 0], lonlat[:, 1], others[:, 0], others[:, 1])[2]
    return np.asarray(found, dtype=np.float64)
