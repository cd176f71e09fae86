"""A GeoJSON geometry in another datum: every vertex converted in one call."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from station_map.domain.vocabulary import Datum
from station_map.geo.datum import from_wgs84

_DIGITS: Final = 6  # of a degree: 0.1 m, finer than any outline we hold


def shifted(geometry: dict[str, Any], datum: Datum) -> dict[str, Any]:
    """`geometry` (WGS-84, Polygon or MultiPolygon) with its vertices in `datum`."""
    flat: list[list[float]] = []
    nested = _collect(geometry["coordinates"], flat)
    lon, lat = np.asarray(flat, dtype=float)[:, :2].T
    if datum is not Datum.WGS84:
        lon, lat = from_wgs84(lon, lat, datum)
    vertices = np.round(np.column_stack([lon, lat]), _DIGITS).tolist()
    return {"type": geometry["type"], "coordinates": _replace(nested, vertices)}


def _collect(nested: list[Any], flat: list[list[float]]) -> Any:
    """The shape of `nested` with each vertex replaced by its place in `flat`."""
    if isinstance(nested[0], (int, float)):
        flat.append(nested)
        return len(flat) - 1
    return [_collect(part, flat) for part in nested]


def _replace(places: Any, vertices: list[list[float]]) -> Any:
    if isinstance(places, int):
        return vertices[places]
    return [_replace(part, vertices) for part in places]
