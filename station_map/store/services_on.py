"""Which stations have a service on a day: conditions for searches and lists.

Parameters: `service_day` (an ISO date) and `service_kinds` (a text[] literal of kinds, "{}" for
any).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final, LiteralString

from station_map.store.database import Database

# Of a service_event `e`: whether it is held that day.
HELD: Final[LiteralString] = (
    "e.withdrawn_at IS NULL AND %(service_day)s::date BETWEEN e.first_day AND e.last_day"
    " AND (e.rule IS NULL OR EXISTS (SELECT FROM service_day d"
    " WHERE d.event_id = e.id AND d.day = %(service_day)s::date))"
)
_ASKED: Final[LiteralString] = (
    HELD + " AND (%(service_kinds)s::text[] = '{}' OR e.kind = ANY (%(service_kinds)s::text[]))"
)
STATIONS: Final[LiteralString] = (
    "SELECT e.station_id FROM service_event e WHERE e.station_id IS NOT NULL AND "
    + _ASKED
    + " UNION SELECT c.station_id FROM service_event e"
    " JOIN area p ON e.adcode IN (p.adcode, p.parent_adcode)"
    " JOIN area a ON p.adcode IN (a.adcode, a.parent_adcode)"
    " JOIN station_card c ON c.adcode = a.adcode WHERE " + _ASKED
)
# Of one card, `{card}`.
AT_CARD: Final[LiteralString] = (
    "EXISTS (SELECT FROM service_event e WHERE (e.station_id = {card}.station_id"
    " OR e.adcode IN (SELECT unnest(ARRAY[a.adcode, a.parent_adcode, p.parent_adcode])"
    " FROM area a LEFT JOIN area p ON p.adcode = a.parent_adcode"
    " WHERE a.adcode = {card}.adcode)) AND " + _ASKED + ")"
)

_KINDS: Final[LiteralString] = (
    "SELECT s.code, array_agg(DISTINCT e.kind ORDER BY e.kind) FROM service_event e JOIN (SELECT"
    " s.id, s.code, ARRAY[a.adcode, a.parent_adcode, p.parent_adcode] AS areas FROM station s"
    " LEFT JOIN area a ON a.adcode = s.adcode LEFT JOIN area p ON p.adcode = a.parent_adcode) s"
    " ON e.station_id = s.id OR e.adcode = ANY (s.areas) WHERE " + HELD + " GROUP BY s.code"
)


def kinds_on(database: Database, day: dt.date) -> dict[str, list[str]]:
    """Kinds of the services that are held that day, by station's code."""
    return dict(database.rows(_KINDS, {"service_day": day.isoformat()}))


def as_array(codes: Iterable[str]) -> str:
    """Codes of a vocabulary as a text[] literal."""
    return f"{{{','.join(codes)}}}"
