"""A result of coverage as JSON: numbers as they are, what is unknown or infinite as null."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

import numpy as np

from station_map.coverage.run import Coverage

METHOD: Final = "docs/reference/coverage-method.md"
# One value for each piece of demand: for maps, not for a document of figures.
_OF_CELLS: Final = frozenset({"cells", "change", "nearer_m"})


def document(result: Coverage) -> dict[str, Any]:
    """Everything but what is told for each single piece of demand.

    Arrays by group follow `groups`, whose last is "outside"; those one longer end with the whole.
    Shapes are GeoJSON geometries, WGS-84. Distances are in metres, demand in `unit`.
    """
    return {"method": METHOD, **_plain(result)}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if is_dataclass(value):
        told = {f.name: getattr(value, f.name) for f in fields(value)}
        value = {name: held for name, held in told.items() if not _of_cells(name, held)}
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    return dict(value.__geo_interface__) if hasattr(value, "__geo_interface__") else value


def _of_cells(name: str, held: Any) -> bool:
    # How many cells a gap has is one number.
    return name in _OF_CELLS and not isinstance(held, int)
