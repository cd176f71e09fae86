"""Hours of what devices said, for planners."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final, LiteralString, NamedTuple

from station_map.store.database import Database

_HOURS: Final[LiteralString] = """
SELECT s.code, h.hour, h.quantity, h.samples, h.minimum, h.total / h.samples, h.maximum, h.last
FROM live_hourly h JOIN station s ON s.id = h.station_id
WHERE h.hour >= %(first)s AND h.hour < %(until)s AND (%(code)s::text IS NULL OR s.code = %(code)s)
ORDER BY s.code, h.hour, h.quantity
"""


class Hour(NamedTuple):
    """One quantity in the hour that begins at `hour` (UTC). Doors and devices: 0 to 1."""

    code: str
    hour: dt.datetime
    quantity: str
    samples: int
    minimum: float
    mean: float
    maximum: float
    last: float


def hours_of(
    database: Database, first: dt.datetime, until: dt.datetime, code: str | None = None
) -> Iterator[Hour]:
    """Hours that begin in [first, until), by station and time; of all stations without a code."""
    told: dict[str, object] = {"first": first, "until": until, "code": code}
    return (Hour(*row) for row in database.rows(_HOURS, told))
