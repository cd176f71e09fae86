"""A polygon's weight as many points within it, evenly by area, nothing lost."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from station_map.importers.reading.refusals import Refusal

Floats = NDArray[np.float64]
USUAL_SPACING_M: Final = 100.0
_METRES_PER_DEGREE: Final = 111_195.0
_AT_ONCE: Final = 1_000_000


def spread(
    shape: shapely.Geometry, weight: float, spacing_m: float, most: int
) -> tuple[Floats, Floats]:
    """Points (n, 2) in degrees within a polygon (degrees), and weights (n,) of the sum `weight`.

    The points stand on a grid of about `spacing_m`, each weighted by the area that it stands
    for; a polygon that no point of the grid falls into gets one of its own. `math.fsum` of the
    weights is `weight` again. Raises Refusal when more than `most` points would be looked at.
    """
    west, south, east, north = shape.bounds
    lat_step = spacing_m / _METRES_PER_DEGREE
    squeeze = max(math.cos(math.radians((south + north) / 2)), 1e-3)
    rows = max(math.ceil((north - south) / lat_step), 1)
    columns = max(math.ceil((east - west) * squeeze / lat_step), 1)
    if rows * columns > most:
        raise Refusal(
            f"面太大：按 {spacing_m:g} 米要看 {rows * columns:,} 个点，上限 {most:,}；用 --spacing 加大间距",
            f"the polygon is too large: {rows * columns:,} points {spacing_m:g} m apart, the limit"
            f" is {most:,}; take a wider --spacing",
            limit="max_cells",
        )
    if rows == columns == 1:
        return _one_point(shape, weight)
    lons = west + (np.arange(columns) + 0.5) * ((east - west) / columns)
    lats = south + (np.arange(rows) + 0.5) * ((north - south) / rows)
    inside = _inside(shape, lons, lats)
    if not len(inside):
        return _one_point(shape, weight)
    return inside, _exactly(weight, np.cos(np.radians(inside[:, 1])))


def _one_point(shape: shapely.Geometry, weight: float) -> tuple[Floats, Floats]:
    inside = shapely.get_coordinates(shapely.point_on_surface(shape))
    return np.asarray(inside, dtype=np.float64), np.array([weight])


def _inside(shape: shapely.Geometry, lons: Floats, lats: Floats) -> Floats:
    shapely.prepare(shape)
    step = max(_AT_ONCE // len(lons), 1)
    found = []
    for start in range(0, len(lats), step):
        lon, lat = np.meshgrid(lons, lats[start : start + step])
        chosen = shapely.contains_xy(shape, lon, lat)
        found.append(np.column_stack((lon[chosen], lat[chosen])))
    return np.concatenate(found)


def _exactly(weight: float, areas: Floats) -> Floats:
    """The weight divided by areas; the last part takes what rounding left."""
    parts = weight * (areas / areas.sum())
    parts[-1] = weight - math.fsum(parts[:-1].tolist())
    return np.asarray(parts, dtype=np.float64)
