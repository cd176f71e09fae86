"""What was changed since a snapshot of the database was taken.

Every change of a station writes a revision in its own transaction, and revisions know their
transaction (`revision.xid`). Their numbers are given before they commit, so "after the highest
number" misses those that commit later; a snapshot tells exactly which were not there to be seen.
"""

from __future__ import annotations

from typing import Final, LiteralString

from station_map.store.database import Database

MOST_CHANGED: Final = 5_000
"""Of more stations than these all are read anew, which is quicker then."""

SNAPSHOT: Final = "SELECT pg_current_snapshot()::text"


def between(until: LiteralString) -> LiteralString:
    """The condition on a revision `r`: not visible in the snapshot %(seen)s; begun before the end
    of the snapshot {until}. By the index on `xid`.
    """
    return (
        "r.xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)"
        f" AND r.xid < pg_snapshot_xmax({until})"
        " AND NOT pg_visible_in_snapshot(r.xid, %(seen)s::pg_snapshot)"
    )


# A revision of a later transaction than any now comes from another cluster, by a restored backup.
CHANGED: Final[LiteralString] = f"""
SELECT pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(%(seen)s::pg_snapshot),
    ARRAY(SELECT r.station_id FROM revision r WHERE {between("pg_current_snapshot()")} LIMIT 5001)
"""


def snapshot(database: Database) -> str:
    """The snapshot of this moment: what is read after it holds all that it holds."""
    [(now,)] = database.rows(SNAPSHOT)
    return str(now)


def changed_since(database: Database, seen: str) -> list[int] | None:
    """Ids of the stations that were changed since a snapshot; None when all must be read anew."""
    return told(database.rows(CHANGED, {"seen": seen}))


def told(rows: list[tuple[bool, list[int]]]) -> list[int] | None:
    """What the one row of CHANGED says, as `changed_since` tells it."""
    [(other, ids)] = rows
    return None if other or len(ids) > MOST_CHANGED else ids
