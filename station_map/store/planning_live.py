"""What the planning page asks the store at every move: whether anything changed, and a few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, LiteralString

from station_map.store.database import Database

# Every change of a station leaves a revision. One with a lower number may be committed after one
# with a higher: so the latest thousand are counted, too.
_STATIONS: Final[LiteralString] = """
SELECT coalesce(max(r.id), 0), count(*), (SELECT coalesce(max(id), 0) FROM station)
FROM (SELECT id FROM revision ORDER BY id DESC LIMIT 1) last
JOIN revision r ON r.id > last.id - 1000
"""
_LAYERS: Final[LiteralString] = """
SELECT coalesce(string_agg(name || '@' || version || ':' || digest, ' ' ORDER BY name), '')
FROM demand_layer WHERE current
"""
_ADDRESSES: Final[LiteralString] = """
SELECT code, coalesce(address, '') FROM station WHERE code = ANY (%(codes)s)
"""


def stations_version(database: Database) -> tuple[int, ...]:
    """Other numbers as soon as any station changed, came or went."""
    (numbers,) = database.rows(_STATIONS)
    return tuple(int(number) for number in numbers)


def layers_version(database: Database) -> str:
    """Another text as soon as any layer of demand was brought in, replaced or removed."""
    ((told,),) = database.rows(_LAYERS)
    return str(told)


def addresses_of(database: Database, codes: Sequence[str]) -> dict[str, str]:
    """The addresses of some stations by code, "" for those without one."""
    return dict(database.rows(_ADDRESSES, {"codes": list(codes)}))
