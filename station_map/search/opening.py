"""Open at a moment: asked of the database, so that a limit never cuts an open station off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from station_map.domain.travel import TravelMode
from station_map.errors import DatabaseUnusable
from station_map.store.database import Database
from station_map.store.timetables import Openings, openings

# Each further try means that new hours were stored within the last milliseconds.
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class OpenAt:
    """Only stations that are open for certain in a minute (since 1970 UTC).

    unknown: also those of which nobody knows, as a group of their own after the others.
    arriving: not in that minute, but when one who sets out in it has come so far; for the
    nearest only.
    """

    minute: int
    unknown: bool = False
    arriving: TravelMode | None = None


def settled[T](
    database: Database,
    minute: int,
    read: Callable[[Openings], T],
    complete: Callable[[T, Openings], bool],
) -> T:
    """What `read` finds, once all that it met was known; almost always at the first try.

    complete: whether nothing in the answer was too new to be known. Raises DatabaseUnusable
    when new hours keep being stored faster than they can be read.
    """
    known = openings(database, minute)
    for _ in range(_TRIES):
        found = read(known)
        if complete(found, known):
            return found
        known = openings(database, minute, fresh=True)
    raise DatabaseUnusable("开放时间正在更新，请再试。 Opening hours are being updated; try again.")
