"""Demand that riders tell: read from the tables at the moment of asking, and never who told.

A suggestion counts one at the place where a station is wanted. A report counts one at the station
that it is about: where the reporter stood is not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, LiteralString

import numpy as np
import psycopg

from station_map.domain.demand import REPORTS, WISHES
from station_map.domain.demand_mix import FILTERS, Term
from station_map.domain.wishes import WishStatus
from station_map.store.demand_blocks import PER_DEGREE, Floats, rounded

_WISHES: Final[LiteralString] = """
SELECT ST_X(w.position::geometry), ST_Y(w.position::geometry), 1
FROM suggestion w
LEFT JOIN LATERAL (
    SELECT x.status FROM wish_decision x WHERE x.suggestion_id = w.id ORDER BY x.id DESC LIMIT 1
) last ON true
WHERE coalesce(last.status, 'new') = ANY (%(only)s)
ORDER BY w.id
"""
_REPORTS: Final[LiteralString] = """
SELECT ST_X(s.position::geometry), ST_Y(s.position::geometry), count(*)
FROM report r JOIN station s ON s.id = r.station_id
WHERE r.kind = ANY (%(only)s)
GROUP BY s.id ORDER BY s.id
"""


@dataclass(frozen=True, slots=True)
class LiveLayer:
    """A layer that is a question to another table."""

    statement: LiteralString
    title: str
    unit: str
    source: str
    usual: tuple[str, ...]


LIVE: Final = {
    WISHES: LiveLayer(
        _WISHES,
        "骑手建议“这里需要驿站”",
        "条",
        "本站骑手的建议 riders' suggestions",
        tuple(word for word in FILTERS[WISHES] if word != WishStatus.DECLINED.value),
    ),
    REPORTS: LiveLayer(
        _REPORTS, "骑手反映", "条", "本站骑手的反映 riders' reports", FILTERS[REPORTS]
    ),
}


def live_cells(connection: psycopg.Connection, term: Term) -> tuple[Floats, Floats]:
    """Positions (n, 2) in degrees WGS-84, and weights (n,), of a live layer as it is now."""
    live = LIVE[term.name]
    only = list(term.only or live.usual)
    rows = connection.execute(live.statement, {"only": only}).fetchall()
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return rounded(table[:, :2]) / PER_DEGREE, table[:, 2].copy()
