"""Numbers that stand for every filterable fact about a station.

A station's `facet_ids int[]` holds one number for each amenity it has and for each
category it is in, so that any combination of filters is one `query_int` expression
answered by one index (`gist (merc, facet_ids)`), whatever the filters are.

The index keeps a bit a number (its signature is `SIGNATURE_BITS` long and hashes by
remainder). As long as every number is below that, no two facets share a bit, and a rare
facet prunes the search as well as an index of its own would.

Numbers are stored: never renumber, only append.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from station_map.domain.hours import HOURS_A_DAY
from station_map.domain.vocabulary import (
    AMENITIES,
    AccessMethod,
    Audience,
    Honour,
    Kind,
    Labelled,
    ServiceLevel,
    Status,
)

SIGNATURE_BITS: Final = 128


@dataclass(frozen=True, slots=True)
class Facet:
    """One filterable fact: `dimension` is the column or "amenity", `code` the value."""

    id: int
    dimension: str
    code: str


def _numbered(start: int, dimension: str, codes: Iterable[str]) -> list[Facet]:
    return [Facet(start + i, dimension, str(code)) for i, code in enumerate(codes)]


def _codes(vocabulary: type[Labelled]) -> list[str]:
    return [member.value for member in vocabulary]


FACETS: Final[tuple[Facet, ...]] = (
    *(Facet(a.id, "amenity", a.code) for a in AMENITIES),
    *_numbered(64, "kind", _codes(Kind)),
    *_numbered(68, "service_level", _codes(ServiceLevel)),
    *_numbered(73, "access_method", _codes(AccessMethod)),
    *_numbered(80, "status", _codes(Status)),
    *_numbered(85, "registration_required", ("false", "true")),
    *_numbered(87, "always_open", ("true",)),
    *_numbered(88, "audience", _codes(Audience)),
    *_numbered(91, "honour", _codes(Honour)),
    # Hours of the day, in China, at which a station is ever open; `timetable` knows the rest.
    *_numbered(97, "open_hour", map(str, range(HOURS_A_DAY))),
    *_numbered(121, "hours_unknown", ("true",)),
)

FACET_ID: Final[dict[tuple[str, str], int]] = {(f.dimension, f.code): f.id for f in FACETS}
