"""Coordinates as other programs write them: which axis comes first, and in what unit.

Only systems that lie on WGS-84 for our purposes: CGCS2000 (EPSG:4490) is off by centimetres, far
less than a station's position is known to. GCJ-02 and BD-09 are not among them (`geo/datum.py`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

RADIUS_M: Final = 6_378_137.0  # of the sphere that Web Mercator takes the earth for
LAT_MAX: Final = 90.0
LON_MAX: Final = 180.0
_EDGE_M: Final = math.pi * RADIUS_M
_ROUNDING_M: Final = 1.0

type Box = tuple[float, float, float, float]
"""West, south, east, north: degrees, WGS-84."""


class Axes(StrEnum):
    """Order and unit of a pair of coordinates."""

    LON_LAT = "lon_lat"  # degrees
    LAT_LON = "lat_lon"  # degrees
    MERCATOR = "mercator"  # metres east and north (EPSG:3857)


def lon_lat(axes: Axes, first: float, second: float) -> tuple[float, float]:
    """Longitude and latitude in degrees, WGS-84. Raises ValueError for a place off the globe."""
    if not (math.isfinite(first) and math.isfinite(second)):
        raise ValueError("not a finite number")
    if axes is Axes.MERCATOR:
        if abs(first) > _EDGE_M + _ROUNDING_M:
            raise ValueError("leaves the map")
        # Everything beyond the map's upper and lower edge is on its way to a pole.
        north = min(max(second, -4 * _EDGE_M), 4 * _EDGE_M)
        lat = math.degrees(2 * math.atan(math.exp(north / RADIUS_M)) - math.pi / 2)
        return min(max(first / _EDGE_M, -1.0), 1.0) * LON_MAX, lat
    lon, lat = (first, second) if axes is Axes.LON_LAT else (second, first)
    if abs(lon) > LON_MAX or abs(lat) > LAT_MAX:
        raise ValueError("leaves the globe")
    return lon, lat


def boxes(axes: Axes, sides: Sequence[float]) -> list[Box]:
    """The rectangle of four or six numbers; two, when it crosses the 180th meridian.

    sides: the lower corner, then the upper one, each in the order of `axes`; of six, the third
    and the last are heights, which must be in order and leave nothing out. A western side that is
    greater than the eastern one says that the meridian is crossed. Raises ValueError.
    """
    if len(sides) not in {4, 6}:
        raise ValueError("is not four or six numbers")
    half = len(sides) // 2
    if half == 3 and not sides[2] <= sides[5]:
        raise ValueError("the lower height must not be above the upper one")
    west, south = lon_lat(axes, sides[0], sides[1])
    east, north = lon_lat(axes, sides[half], sides[half + 1])
    if south > north:
        raise ValueError("south must not be above north")
    if west <= east:
        return [(west, south, east, north)]
    return [(west, south, LON_MAX, north), (-LON_MAX, south, east, north)]
