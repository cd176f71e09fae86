"""Demand as few squares, for a map: what would be too fine to see becomes larger squares."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station_map.coverage.arrays import FloatArray
from station_map.geo.chord import LEAST_RADIUS_M

# Along the longer side of a map: 190 mm of paper, so a square is a quarter of a millimetre.
_MOST_ALONG: Final = 700
_TOUCH: Final = 1.5
_HALF: Final = 0.505


class Squares(NamedTuple):
    """boxes (k, 4): west, south, east, north, degrees; klass (k,). side_m: of one square."""

    boxes: FloatArray
    klass: NDArray[np.int64]
    side_m: float


def squares(
    lonlat: FloatArray, weight: FloatArray, klass: NDArray[np.int64], cell_m: float
) -> Squares:
    """Places of demand (n, 2) with their class (n,), at least 0, as squares of equal class.

    Where a map would have more than 700 squares along a side, they are larger, and each has the
    class of most of its demand. Squares side by side in a row and of one class are one box.
    """
    used = weight > 0
    lonlat, weight, klass = lonlat[used], weight[used], klass[used]
    if not len(lonlat):
        return Squares(np.empty((0, 4)), np.empty(0, np.int64), cell_m)
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    up = math.degrees(cell_m / LEAST_RADIUS_M)
    unit = np.array([up / math.cos(math.radians(float(low[1] + high[1]) / 2)), up])
    factor = max(math.ceil(float(((high - low) / unit).max()) / _MOST_ALONG), 1)
    side = factor * unit
    if factor > 1:
        lonlat, klass = _larger(lonlat, weight, klass, (low, side))
    return Squares(*_rows(lonlat, klass, low, side), factor * cell_m)


def _larger(
    lonlat: FloatArray, weight: FloatArray, klass: NDArray[np.int64], grid: tuple[Any, Any]
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Squares of a grid, each with the class that has most of its demand."""
    low, side = grid
    place = np.rint((lonlat - low) / side).astype(np.int64)
    wide, kinds = int(place[:, 0].max()) + 1, int(klass.max()) + 1
    number = (place[:, 1] * wide + place[:, 0]) * kinds + klass
    held, inverse = np.unique(number, return_inverse=True)
    sums = np.bincount(inverse, weights=weight)
    order = np.lexsort((-sums, held // kinds))
    first = np.unique(held[order] // kinds, return_index=True)[1]
    found = held[order][first]
    row, column = np.divmod(found // kinds, wide)
    return np.column_stack([column, row]) * side + low, found % kinds


def _rows(
    lonlat: FloatArray, klass: NDArray[np.int64], low: Any, side: Any
) -> tuple[FloatArray, NDArray[np.int64]]:
    row = np.rint((lonlat[:, 1] - low[1]) / side[1])
    order = np.lexsort((lonlat[:, 0], row))
    (lon, lat), row, klass = lonlat[order].T, row[order], klass[order]
    fresh = np.ones(len(row), dtype=bool)
    fresh[1:] = (row[1:] != row[:-1]) | (np.diff(lon) > _TOUCH * side[0])
    fresh[1:] |= klass[1:] != klass[:-1]
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(row)) - 1
    half = side * _HALF
    south, north = (end.reduceat(lat, first) for end in (np.minimum, np.maximum))
    boxes = [lon[first] - half[0], south - half[1], lon[last] + half[0], north + half[1]]
    return np.column_stack(boxes), klass[first]
