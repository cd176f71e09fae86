"""How many features match: counted for a first page, and remembered for those that follow.

Counting reads every feature that matches, a page only its own. A program that reads page after
page would count the same 190 times.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Final

from flask import current_app

from station_map.store.features import count_features
from station_map.store.features_where import Where
from station_map.web.runtime import database

KEPT_S: Final = 60.0
_MOST: Final = 256
_EXTENSION: Final = "station_map.ogc.counts"

type _Counts = OrderedDict[str, tuple[float, int]]


def matching(where: Where, *, further: bool) -> int:
    """How many features meet the conditions. further: whether a page after the first asks."""
    counts: _Counts = current_app.extensions.setdefault(_EXTENSION, OrderedDict())
    key = f"{where.of_stations} {where.sql()} {sorted(where.parameters.items())!r}"
    known = counts.get(key)
    if further and known is not None and time.monotonic() - known[0] < KEPT_S:
        return known[1]
    counted = count_features(database(), where)
    counts[key] = (time.monotonic(), counted)
    counts.move_to_end(key)
    # Threads may do this at once: whoever finds it empty has nothing left to do.
    while len(counts) > _MOST:
        counts.popitem(last=False)
    return counted
