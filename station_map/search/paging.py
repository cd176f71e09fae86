"""Where a page of a list ends, and how the next one goes on: nothing lost, nothing twice.

A list is a row of sections, each in an order of its own that a rank and a code tell: stations that
are open before those of unknown hours, and, where there is a text, the best matches first.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from station_map.errors import InputError
from station_map.store import stations
from station_map.store.database import Database
from station_map.store.stations import Row

# Before the code in a cursor of the second group; no code holds this sign.
_SECOND: Final = "?"
_CURSOR: Final = re.compile(
    r"(?P<group>\??)(?:(?P<part>[abc])(?P<rank>[0-9]{1,4}):)?(?P<code>[!-~]{1,64})", re.ASCII
)
ALL_RANKED, LEADERS, THE_OTHERS = "a", "b", "c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Stations that meet the named conditions (of `stations.CONDITIONS`).

    group: 0, or 1 for unknown hours. part: "" without a text, else one of the letters above.
    rank: a key of `ranking.RANKS`; None for the order of codes.
    """

    group: int
    names: list[str]
    parameters: dict[str, object]
    part: str = ""
    rank: str | None = None


class Place(NamedTuple):
    """Of a station in the list."""

    group: int
    part: str
    rank: int
    code: str


def read_sections(
    database: Database, sections: Sequence[Section], after: Place | None, limit: int
) -> list[tuple[Place, Row]]:
    """At most `limit` stations after a place, each with its own."""
    found: list[tuple[Place, Row]] = []
    for section in sections:
        here = (section.group, section.part)
        if after is not None and here < (after.group, after.part):
            continue
        begin = after if after is not None and here == (after.group, after.part) else None
        rows = _read(database, section, begin, limit - len(found))
        found += [(Place(*here, rank, row.code), row) for rank, row in rows]
        if len(found) >= limit:
            break
    return found


def _read(
    database: Database, section: Section, after: Place | None, limit: int
) -> list[tuple[int, Row]]:
    names, parameters = section.names, section.parameters
    if section.rank is not None:
        begin = None if after is None else (after.rank, after.code)
        return stations.ranked_page(database, section.rank, names, parameters, limit, begin)
    if after is not None:
        names, parameters = [*names, "after"], {**parameters, "after": after.code}
    return [(0, row) for row in stations.page(database, names, parameters, limit)]


def encode(place: Place) -> str:
    """A cursor, which goes on after the place."""
    where = f"{place.part}{place.rank}:" if place.part else ""
    said = f"{_SECOND * place.group}{where}{place.code}"
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def decode(cursor: str, *, groups: int, text: bool) -> Place:
    """The place. text: whether the list is one by a text. Raises InputError."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        said = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        said = ""
    told = _CURSOR.fullmatch(said)
    if told is None or len(told["group"]) >= groups or text is (told["part"] is None):
        raise InputError(
            "the cursor is not one this service gave",
            parameter="cursor",
            allowed='the cursor of a "next" link, unchanged',
        )
    return Place(len(told["group"]), told["part"] or "", int(told["rank"] or 0), told["code"])
