"""Which site is within reach of which demand, from positions.

Positions are put into space (metres from the centre of the earth, on the WGS-84 ellipsoid). A
straight chord c is never longer than the geodesic s over the ground, and s is at most the arc
over c of the tightest circle on the ellipsoid, R = b²/a (the meridian's at the equator):

    c  ≤  s  ≤  2 R asin(c / 2R)

So pairs are found by chords in a tree, and only those between both bounds are measured on the
ellipsoid; a kilometre's pairs differ by micrometres and nearly none is.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from pyproj import Geod
from scipy.sparse import csr_array
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from station_map.geo.distance import WGS84_A_M, WGS84_E2
from station_map.siting.arrays import Floats, Ints, Sparse
from station_map.siting.checks import positions

_GEOD: Final = Geod(ellps="WGS84")
_TIGHTEST_M: Final = WGS84_A_M * (1 - WGS84_E2)
_MEAN_M: Final = 6371008.8
_HALF_ROUND_M: Final = 2.0e7
# Of positions in space; who is within it of the radius is measured on the ellipsoid.
_ROUNDING_M: Final = 1e-6


def in_space(lonlat: ArrayLike) -> Floats:
    """(n, 3) metres from the centre of the earth, of (n, 2) WGS-84 degrees."""
    lon, lat = np.radians(np.asarray(lonlat, dtype=np.float64)).T
    normal = WGS84_A_M / np.sqrt(1 - WGS84_E2 * np.sin(lat) ** 2)
    flat = normal * np.cos(lat)
    high = normal * (1 - WGS84_E2) * np.sin(lat)
    return np.column_stack([flat * np.cos(lon), flat * np.sin(lon), high])


def pairs_within(
    demand: Floats, sites: Floats, radius_m: float, *, open_end: bool = False
) -> tuple[Ints, Ints]:
    """(demand's number, site's number) of each pair at most `radius_m` apart (geodesic).

    demand (m, 2), sites (n, 2): degrees. open_end: exactly the radius is too far.
    """
    if not len(demand) or not len(sites):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    found = cKDTree(in_space(demand)).sparse_distance_matrix(
        cKDTree(in_space(sites)), radius_m + _ROUNDING_M, output_type="ndarray"
    )
    first, second = found["i"].astype(np.int64), found["j"].astype(np.int64)
    longest = _arc(found["v"], _TIGHTEST_M)
    sure = longest < radius_m - _ROUNDING_M
    doubtful = np.flatnonzero(~sure)
    true_m = _geodesics(demand[first[doubtful]], sites[second[doubtful]])
    sure[doubtful] = true_m < radius_m if open_end else true_m <= radius_m
    return first[sure], second[sure]


def _arc(chord: Floats, radius_m: float) -> Floats:
    turned: Floats = 2 * radius_m * np.arcsin(np.minimum(chord / (2 * radius_m), 1.0))
    return turned


def _geodesics(first: Floats, second: Floats) -> Floats:
    if not len(first):
        return np.zeros(0)
    found = _GEOD.inv(first[:, 0], first[:, 1], second[:, 0], second[:, 1])[2]
    return np.asarray(found, dtype=np.float64)


def covering(demand: ArrayLike, sites: ArrayLike, radius_m: float) -> Sparse:
    """(m, n) csr of ones: which site covers which demand, within `radius_m` metres."""
    places, stands = positions(demand), positions(sites)
    return covers_of(*pairs_within(places, stands, radius_m), (len(places), len(stands)))


def covers_of(first: Ints, second: Ints, shape: tuple[int, int]) -> Sparse:
    """A csr of ones at these places, each row's columns ascending."""
    made = csr_array((np.ones(len(first)), (first, second)), shape=shape)
    made.sum_duplicates()
    made.data[:] = 1.0
    return made


def distances(demand: ArrayLike, sites: ArrayLike) -> Floats:
    """(m, n) metres over the ground.

    Arcs over exact chords; against the geodesic at most 2 cm off at 100 km (its square rules).
    """
    chords = cdist(in_space(positions(demand)), in_space(positions(sites)))
    return np.where(chords < _HALF_ROUND_M, _arc(chords, _MEAN_M), chords)
