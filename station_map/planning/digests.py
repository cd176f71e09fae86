"""SHA-256 of what a run reads: the same digest, the same numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from station_map.planning.demand import Points
from station_map.store.planning import PlanningStations


def points_digest(points: Points) -> str:
    """Of what is to be served, and where."""
    return _digest([points.source, points.unit, points.unknown], (points.lonlat, points.weight))


def stations_digest(found: PlanningStations) -> str:
    """Of the stations: who, where, for whom, what they offer, when, and with how many seats."""
    head = [found.codes, found.status, found.kinds, found.audiences, list(found.amenities)]
    tables: tuple[NDArray[Any], ...] = (
        found.lonlat,
        found.seats,
        found.open,
        *found.amenities.values(),
    )
    return _digest(head, tables)


def _digest(head: Any, tables: Iterable[NDArray[Any]]) -> str:
    # A file's name need not be UTF-8.
    told = json.dumps(head, ensure_ascii=False).encode(errors="surrogatepass")
    made = hashlib.sha256(told)
    for table in tables:
        made.update(np.ascontiguousarray(table).tobytes())
    return made.hexdigest()
