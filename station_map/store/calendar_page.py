"""The service calendar for those who keep it: what is on or will be, and where, for rights."""

from __future__ import annotations

import datetime as dt
from typing import Final, LiteralString, NamedTuple

from station_map.domain.accounts import Place
from station_map.errors import NotFound
from station_map.store.database import Database
from station_map.store.events import Stored

MOST: Final = 500

_COLUMNS: Final[LiteralString] = """
SELECT e.id, s.code, e.adcode, coalesce(s.name, a.name), e.kind, e.title, e.first_day, e.last_day,
    e.starts_at, e.ends_at, e.source, e.note, e.created_by, e.withdrawn_at, e.rule, s.id,
    coalesce(e.adcode, s.adcode)
FROM service_event e
LEFT JOIN station s ON s.id = e.station_id
LEFT JOIN area a ON a.adcode = e.adcode
"""
_COMING: Final[LiteralString] = (
    _COLUMNS + "WHERE e.withdrawn_at IS NULL AND e.last_day >= %(today)s"
    " ORDER BY e.first_day, e.id LIMIT %(most)s"
)
_ONE: Final[LiteralString] = _COLUMNS + "WHERE e.id = %(id)s"


class Kept(NamedTuple):
    """An event on record, and the place it is about."""

    event: Stored
    place: Place


def coming(database: Database, today: dt.date) -> list[Kept]:
    """What is on or will be, the soonest first; at most MOST."""
    return [_kept(row) for row in database.rows(_COMING, {"today": today, "most": MOST})]


def kept_event(database: Database, number: int) -> Kept:
    """One event. Raises NotFound."""
    for row in database.rows(_ONE, {"id": number}):
        return _kept(row)
    raise NotFound("service event", str(number))


def _kept(row: tuple[object, ...]) -> Kept:
    *event, station, adcode = row
    return Kept(Stored(*event), Place(station, adcode))  # type: ignore[arg-type]  # as selected
