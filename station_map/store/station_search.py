"""Finding stations to work on: by text, district, status, or those of one account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, LiteralString, NamedTuple

from station_map.store import stations
from station_map.store.database import Database

PAGE: Final = 50

# Conditions on station_card beside those of lists.
CONDITIONS: Final[dict[str, LiteralString]] = {
    **stations.CONDITIONS,
    "status": "status = %(status)s",
    "ids": "station_id = ANY (%(ids)s)",
    "areas": "adcode IN (SELECT a.adcode FROM area a LEFT JOIN area p"
    " ON p.adcode = a.parent_adcode"
    " WHERE ARRAY[a.adcode, a.parent_adcode, p.parent_adcode] && %(areas)s)",
}
_COLUMNS: Final[LiteralString] = """
SELECT c.station_id, c.code, s.name, c.adcode, coalesce(a.name, s.stated_district), s.address,
    c.status, s.verified_at
FROM (SELECT * FROM station_card {where} ORDER BY code LIMIT %(limit)s) c
JOIN station s ON s.id = c.station_id LEFT JOIN area a ON a.adcode = c.adcode
ORDER BY c.code
"""


class Listed(NamedTuple):
    """A station in the list. adcode: None outside every known district."""

    id: int
    code: str
    name: str
    adcode: str | None
    district: str | None
    address: str | None
    status: str
    verified_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of stations by code. matched: on all pages. after: of the next page, if any."""

    rows: Sequence[Listed]
    matched: int
    after: str | None


def find(database: Database, names: Sequence[str], parameters: dict[str, object]) -> Found:
    """Stations that meet all the named CONDITIONS, at most 50, after `parameters["after"]`."""
    counted = [name for name in names if name != "after"]
    count: LiteralString = "SELECT count(*) FROM station_card " + _where(counted)
    [(matched,)] = database.rows_planned_anew(count, parameters)
    statement = _COLUMNS.replace("{where}", _where(names))
    found = database.rows_planned_anew(statement, {**parameters, "limit": PAGE + 1})
    rows = [Listed(*row) for row in found]
    more = len(rows) > PAGE
    return Found(rows[:PAGE], int(matched), rows[PAGE - 1].code if more else None)


def _where(names: Sequence[str]) -> LiteralString:
    clause: LiteralString = " AND ".join(CONDITIONS[name] for name in names)
    return "WHERE " + clause if names else ""
