"""Demand by city, district, area of one's own or H3 cell: group numbers, and sums that add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from station_map.coverage.arrays import FloatArray, IndexArray
from station_map.errors import InputError

OUTSIDE = "outside"
H3_FINEST = 10


@dataclass(frozen=True)
class Groups:
    """Which group each piece of demand belongs to.

    names: of the groups, in the order of their numbers. index: int32 (n,); -1 is in none: that
    is a group of its own, "outside", the last, so that every sum over groups is the total.
    """

    names: tuple[str, ...]
    index: IndexArray

    @property
    def size(self) -> int:
        """How many groups there are, with the one outside."""
        return len(self.names) + 1

    @cached_property
    def slot(self) -> NDArray[np.int64]:
        """The group's number, `len(names)` for outside."""
        return np.where(self.index < 0, len(self.names), self.index).astype(np.int64)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        return (*self.names, OUTSIDE)

    def sum(self, values: FloatArray) -> FloatArray:
        """Sum of values (n,) by group, (size,)."""
        return np.bincount(self.slot, weights=values, minlength=self.size)


def whole(n: int, name: str = "all") -> Groups:
    """All in one group."""
    return Groups((name,), np.zeros(n, dtype=np.int32))


def by_code(codes: Sequence[str | None]) -> Groups:
    """One group a code, in the order of codes; None is outside."""
    names = tuple(sorted({code for code in codes if code is not None}))
    number = {code: n for n, code in enumerate(names)}
    found = [-1 if code is None else number[code] for code in codes]
    return Groups(names, np.array(found, dtype=np.int32))


def by_area(lonlat: FloatArray, names: Sequence[str], shapes: Sequence[Any]) -> Groups:
    """One group an area: the first of the shapes (shapely, WGS-84) that covers the place."""
    import shapely

    found = np.full(len(lonlat), -1, dtype=np.int32)
    lon, lat = lonlat.T
    for number, shape in enumerate(shapes):
        # An outline of thousands of points is asked a hundred thousand times: it is worth preparing.
        shapely.prepare(shape)
        west, south, east, north = shape.bounds
        near = (found < 0) & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        inside = np.flatnonzero(near)
        found[inside[shapely.intersects_xy(shape, lon[inside], lat[inside])]] = number
    return Groups(tuple(names), found)


def by_h3(lonlat: FloatArray, resolution: int) -> Groups:
    """One group an H3 cell. Raises InputError for a resolution beyond 0 to 10."""
    if not 0 <= resolution <= H3_FINEST:
        raise InputError(
            f"H3 resolution {resolution} 超出范围",
            parameter="by",
            allowed=f"h3:0 to h3:{H3_FINEST}",
            example="h3:8",
        )
    import h3

    cells = [h3.latlng_to_cell(lat, lon, resolution) for lon, lat in lonlat.tolist()]
    return by_code(cells)
