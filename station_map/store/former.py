"""Codes of stations that were merged into others: plates, sheets and mirrors still hold them."""

from __future__ import annotations

from typing import Final, LiteralString

from station_map.store.database import Database

_CURRENT: Final[LiteralString] = """
SELECT s.code FROM station_former f JOIN station s ON s.id = f.station_id WHERE f.code = %(code)s
"""
_CODES: Final[LiteralString] = """
SELECT f.code FROM station_former f JOIN station s ON s.id = f.station_id WHERE s.code = %(code)s
ORDER BY f.code LIMIT 100
"""


def current(database: Database, code: str) -> str | None:
    """The code of the station that a former code leads to; None when it is no former code."""
    if "\0" in code:  # PostgreSQL would refuse it with an error
        return None
    found = database.rows(_CURRENT, {"code": code})
    return str(found[0][0]) if found else None


def codes_of(database: Database, code: str) -> list[str]:
    """The former codes that lead to a station, in order, at most 100."""
    return [former for (former,) in database.rows(_CODES, {"code": code})]
