"""Stations for a sitemap, read piece by piece however many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final, LiteralString

from station_map.store.database import Database

PAGE: Final = 49_999
"""Most stations of one page: sitemaps.org allows 50,000 addresses, the first page has one more."""
_PIECE: Final = 5_000

# Those that are gone keep their pages, but nobody needs to find them.
_LISTED: Final[LiteralString] = "status IN ('planned', 'open', 'suspended')"

_PAGE: Final = f"""
SELECT count(*), max(code), max(updated_at) FROM (
    SELECT code, updated_at FROM station WHERE code > %(after)s AND {_LISTED}
    ORDER BY code LIMIT %(limit)s
) page
"""
_STATIONS: Final = f"""
SELECT code, updated_at FROM station WHERE code > %(after)s AND {_LISTED}
ORDER BY code LIMIT %(limit)s
"""
_BEFORE: Final = f"""
SELECT code FROM station WHERE {_LISTED} ORDER BY code OFFSET %(before)s LIMIT 1
"""

Changed = tuple[str, dt.datetime]


def sitemap_pages(database: Database, size: int = PAGE) -> Iterator[dt.datetime]:
    """The time of the latest change in each page, in order; each is read by itself."""
    after, count = "", size
    while count == size:
        [(count, last, changed)] = database.rows(_PAGE, {"after": after, "limit": size})
        if count:
            yield changed
            after = last


def sitemap_page(database: Database, number: int, size: int = PAGE) -> Iterator[list[Changed]]:
    """Codes of a page, the first being 1, with the time of their last change, by code.

    A few thousand at a time; nothing when there is no such page.
    """
    after = ""
    if number > 1:
        before = database.rows(_BEFORE, {"before": (number - 1) * size - 1})
        if not before:
            return
        ((after,),) = before
    left = size
    while left > 0:
        limit = min(left, _PIECE)
        found = database.rows(_STATIONS, {"after": after, "limit": limit})
        if not found:
            return
        yield [(code, changed) for code, changed in found]
        after, left = found[-1][0], left - limit
