"""The latest changes of stations for a feed that people read: public facts only, newest first."""

from __future__ import annotations

import datetime as dt
from typing import Final, LiteralString, NamedTuple

from station_map.store.database import Database


class News(NamedTuple):
    """One change. name: of the station now, None when it is no more. fields: what changed, by name.

    successor: the code that a merged station's leads to.
    """

    id: int
    at: dt.datetime
    action: str
    code: str
    name: str | None
    fields: list[str]
    successor: str | None


# One that is gone is found by the area it was in, which its last revision remembers.
_IN_AREA: Final[LiteralString] = """
AND coalesce(c.adcode, r.changes #>> '{adcode,0}') IN (
    SELECT a.adcode FROM area a LEFT JOIN area p ON p.adcode = a.parent_adcode
    WHERE %(area)s IN (a.adcode, a.parent_adcode, p.parent_adcode))
"""
_NEWS: Final[LiteralString] = """
SELECT r.id, r.at, r.action, r.station_code, c.properties::jsonb ->> 'name',
    CASE WHEN r.action = 'updated' THEN ARRAY(
        SELECT key FROM jsonb_object_keys(r.changes) AS key
        WHERE key = ANY (%(public)s) ORDER BY key) ELSE '{}' END,
    CASE WHEN c.station_id IS NULL THEN (
        SELECT s.code FROM station_former f JOIN station s ON s.id = f.station_id
        WHERE f.code = r.station_code) END
FROM revision r LEFT JOIN station_card c ON c.station_id = r.station_id
WHERE r.id < %(before)s {where}
ORDER BY r.id DESC LIMIT %(limit)s
"""
_END: Final = 2**63 - 1


def news(
    database: Database, public: list[str], area: str | None, before: int | None, limit: int
) -> list[News]:
    """Up to `limit` changes before the one numbered `before`, the newest first.

    public: names of the fields that may be told. area: an adcode of any level.
    """
    statement = _NEWS.replace("{where}", "" if area is None else _IN_AREA)
    asked: dict[str, object] = {
        "public": public,
        "area": area,
        "before": _END if before is None else before,
        "limit": limit,
    }
    return [News(*row) for row in database.rows_planned_anew(statement, asked)]
