"""Services for calendars of others: those of a station, or of an area and all in it."""

from __future__ import annotations

import datetime as dt
from typing import Final, LiteralString, NamedTuple

from station_map.store.database import Database

MOST: Final = 1_000

_COLUMNS: Final[LiteralString] = (
    "e.id, e.kind, e.title, e.first_day, e.last_day, e.starts_at, e.ends_at, e.source, e.note,"
    " e.rule, e.created_at, s.code, coalesce(s.name, here.name), s.address"
)
_REST: Final[LiteralString] = (
    " e.withdrawn_at IS NULL AND e.last_day >= %(since)s ORDER BY e.first_day, e.id LIMIT %(most)s"
)
_AT_STATION: Final[LiteralString] = f"""
SELECT {_COLUMNS}
FROM station t
LEFT JOIN area a ON a.adcode = t.adcode
LEFT JOIN area p ON p.adcode = a.parent_adcode
JOIN service_event e ON e.station_id = t.id OR e.adcode IN (t.adcode, a.parent_adcode,
    p.parent_adcode)
LEFT JOIN station s ON s.id = e.station_id
LEFT JOIN area here ON here.adcode = e.adcode
WHERE t.code = %(code)s AND {_REST}
"""
# An area's own, those of the areas that hold it, and those of all that it holds.
_IN_AREA: Final[LiteralString] = f"""
SELECT {_COLUMNS}
FROM service_event e
LEFT JOIN station s ON s.id = e.station_id
LEFT JOIN area here ON here.adcode = coalesce(e.adcode, s.adcode)
LEFT JOIN area above ON above.adcode = here.parent_adcode
WHERE (%(area)s::text IS NULL OR %(area)s IN (here.adcode, here.parent_adcode, above.parent_adcode)
    OR e.adcode IN (SELECT unnest(ARRAY[a.parent_adcode, p.parent_adcode]) FROM area a
        LEFT JOIN area p ON p.adcode = a.parent_adcode WHERE a.adcode = %(area)s))
    AND {_REST}
"""


class FeedEvent(NamedTuple):
    """One service. place: the station's or the area's name. code: of the station, if it is one's.

    Days as in `service_event`; entered_at is in UTC.
    """

    id: int
    kind: str
    title: str
    first_day: dt.date
    last_day: dt.date
    starts_at: dt.time | None
    ends_at: dt.time | None
    source: str
    note: str | None
    rule: str | None
    entered_at: dt.datetime
    code: str | None
    place: str | None
    address: str | None


def of_station(database: Database, code: str, since: dt.date) -> list[FeedEvent]:
    """Services of a station that last until `since` or longer, its areas' too; at most MOST."""
    told: dict[str, object] = {"code": code, "since": since, "most": MOST}
    return [FeedEvent(*row) for row in database.rows(_AT_STATION, told)]


def of_area(database: Database, area: str | None, since: dt.date) -> list[FeedEvent]:
    """The same of an area (an adcode) and all stations in it; of everywhere without one."""
    told: dict[str, object] = {"area": area, "since": since, "most": MOST}
    return [FeedEvent(*row) for row in database.rows(_IN_AREA, told)]
