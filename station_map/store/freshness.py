"""Whether anything changed: a stamp that is cheap to read and changes with every change."""

from __future__ import annotations

import datetime as dt
from typing import Final

from station_map.store.database import Database

# The time is part of it: ids begin anew when tables are emptied.
_LATEST: Final = "SELECT id, at FROM revision ORDER BY id DESC LIMIT 1"

Stamp = tuple[int, dt.datetime] | None


def latest_revision(database: Database) -> Stamp:
    """Id and time of the newest revision; None when there is none.

    Two changes that commit out of order may share a stamp for a moment, so whoever keeps
    something by it lets go of it after a minute all the same.
    """
    with database.reading() as connection:
        return connection.execute(_LATEST).fetchone()
