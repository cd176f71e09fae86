"""Hours of certain dates that are one station's own: reading, adding, removing.

Those that were decided for many stations at once are in `overrides.py`.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, LiteralString, NamedTuple

import psycopg

from station_map.domain.hours import DatedException
from station_map.errors import LimitExceeded, NotFound
from station_map.store.changing import changing
from station_map.store.database import Database

MOST_EXCEPTIONS: Final = 60
_EXCEPTIONS: Final[LiteralString] = """
SELECT e.id, e.first_day, e.last_day, e.opening_hours, e.reason
FROM station_hours_exception e JOIN station s ON s.id = e.station_id
WHERE s.code = %(code)s ORDER BY e.first_day, e.id
"""


class Excepted(NamedTuple):
    """Hours of certain dates that are this station's own. opening_hours: "off" is closed."""

    id: int
    first_day: dt.date
    last_day: dt.date
    opening_hours: str
    reason: str | None


def exceptions_of(database: Database, code: str) -> list[Excepted]:
    """The station's own hours of certain dates, by date."""
    return [Excepted(*row) for row in database.rows(_EXCEPTIONS, {"code": code})]


_HOLD: Final[LiteralString] = "SELECT id FROM station WHERE code = %(code)s FOR UPDATE"
_HOW_MANY: Final[LiteralString] = (
    "SELECT count(*) FROM station_hours_exception WHERE station_id = %(id)s"
)
_ADD_EXCEPTION: Final[LiteralString] = """
INSERT INTO station_hours_exception (station_id, first_day, last_day, opening_hours, reason)
VALUES (%(id)s, %(first_day)s, %(last_day)s, %(opening_hours)s, %(reason)s)
"""
_REMOVE_EXCEPTION: Final[LiteralString] = (
    "DELETE FROM station_hours_exception WHERE station_id = %(id)s AND id = %(exception)s"
)


def add_exception(connection: psycopg.Connection, code: str, said: DatedException) -> None:
    """Give a station other hours on certain dates. Raises NotFound, LimitExceeded.

    It needs no version: it overwrites nothing that another may have written.
    """
    number = _held(connection, code)
    with changing(connection, [number]):
        row = connection.execute(_HOW_MANY, {"id": number}).fetchone()
        if row is not None and row[0] >= MOST_EXCEPTIONS:
            raise LimitExceeded(
                f"一个驿站最多 {MOST_EXCEPTIONS} 条，请先删掉过去的。 A station has at most"
                f" {MOST_EXCEPTIONS}; remove past ones first.",
                parameter="first_day",
                allowed=f"at most {MOST_EXCEPTIONS}",
            )
        values = {
            "id": number,
            "first_day": said.first_day,
            "last_day": said.last_day,
            "opening_hours": said.opening_hours,
            "reason": said.reason or None,
        }
        connection.execute(_ADD_EXCEPTION, values)


def remove_exception(connection: psycopg.Connection, code: str, exception: int) -> None:
    """Take one of them away. Raises NotFound."""
    number = _held(connection, code)
    with changing(connection, [number]):
        values = {"id": number, "exception": exception}
        if connection.execute(_REMOVE_EXCEPTION, values).rowcount == 0:
            raise NotFound("hours exception", f"{code}/{exception}")


def _held(connection: psycopg.Connection, code: str) -> int:
    row = connection.execute(_HOLD, {"code": code}).fetchone()
    if row is None:
        raise NotFound("station", code)
    return int(row[0])
