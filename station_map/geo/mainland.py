"""Where GCJ-02 applies: inside mainland China and its near seas, by an outline.

The outline is generalised (see `mainland_outline.py`); it serves the datums and is no
statement about borders. It is parsed and prepared once, at first use.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from station_map.geo.mainland_outline import HOLES, OUTER

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Wider than any offset between two of the datums, and than where that offset fades out.
_RIM_DEG: Final = 0.05


def inside(lon: FloatArray, lat: FloatArray) -> BoolArray:
    """Whether positions (degrees, WGS-84, equal shapes) lie in the outline; NaN does not."""
    return np.asarray(shapely.contains_xy(_outline(), lon, lat))


def well_inside(lon: FloatArray, lat: FloatArray) -> BoolArray:
    """Whether positions lie so deep in the outline that no datum's offset leads out of it."""
    return np.asarray(shapely.contains_xy(_core(), lon, lat))


def degrees_outside(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Planar distance in degrees from positions to the outline: 0 inside, inf far away.

    Shapes equal; NaN and infinities count as far away. Beyond 0.05 degrees the answer is infinity,
    so that only the few positions near the border cost a distance.
    """
    found = np.where(inside(lon, lat), 0.0, np.inf)
    near = (found > 0) & np.asarray(shapely.contains_xy(_halo(), lon, lat))
    if near.any():
        found[near] = shapely.distance(_outline(), shapely.points(lon[near], lat[near]))
    return found


@cache
def _outline() -> BaseGeometry:
    outer = [shapely.Polygon(_ring(text)) for text in OUTER]
    holes = [shapely.Polygon(_ring(text)) for text in HOLES]
    return _prepared(shapely.difference(shapely.union_all(outer), shapely.union_all(holes)))


@cache
def _core() -> BaseGeometry:
    return _prepared(shapely.buffer(_outline(), -_RIM_DEG, quad_segs=2))


@cache
def _halo() -> BaseGeometry:
    return _prepared(shapely.buffer(_outline(), _RIM_DEG, quad_segs=2))


def _ring(text: str) -> FloatArray:
    return np.array([pair.split(",") for pair in text.split()], dtype=np.float64)


def _prepared(geometry: BaseGeometry) -> BaseGeometry:
    shapely.prepare(geometry)
    return geometry
