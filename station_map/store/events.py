"""Reading the service calendar."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

from station_map.store.database import Database

MOST: Final = 6

# An area's services are held at every station in it, and in the areas below it.
_AT_STATION: Final = """
SELECT e.kind, e.title, e.first_day, e.last_day, e.starts_at, e.ends_at, e.source,
    e.station_id IS NULL
FROM station s
LEFT JOIN area a ON a.adcode = s.adcode
LEFT JOIN area p ON p.adcode = a.parent_adcode
JOIN service_event e ON e.station_id = s.id
    OR e.adcode IN (s.adcode, a.parent_adcode, p.parent_adcode)
WHERE s.code = %(code)s AND e.last_day >= %(today)s
ORDER BY greatest(e.first_day, %(today)s), e.starts_at NULLS FIRST, e.id
LIMIT %(most)s
"""


class ServiceEvent(NamedTuple):
    """A dated service, held every day from the first to the last.

    starts_at, ends_at: time of day in Asia/Shanghai, None when not known. all_over: at every
    station of an area rather than at this one alone.
    """

    kind: str
    title: str
    first_day: dt.date
    last_day: dt.date
    starts_at: dt.time | None
    ends_at: dt.time | None
    source: str
    all_over: bool


def events_at(database: Database, code: str, today: dt.date) -> list[ServiceEvent]:
    """What is on at a station from `today` on, soonest first, at most MOST."""
    found = database.rows(_AT_STATION, {"code": code, "today": today, "most": MOST})
    return [ServiceEvent(*row) for row in found]
