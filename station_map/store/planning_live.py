"""What the planning page asks the store at every move: whether anything changed, and a few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, LiteralString

from station_map.store.database import Database

_LAYERS: Final[LiteralString] = """
SELECT coalesce(string_agg(name || '@' || version || ':' || digest, ' ' ORDER BY name), '')
FROM demand_layer WHERE current
"""
_ADDRESSES: Final[LiteralString] = """
SELECT code, coalesce(address, '') FROM station WHERE code = ANY (%(codes)s)
"""


def layers_version(database: Database) -> str:
    """Another text as soon as any layer of demand was brought in, replaced or removed."""
    ((told,),) = database.rows(_LAYERS)
    return str(told)


def addresses_of(database: Database, codes: Sequence[str]) -> dict[str, str]:
    """The addresses of some stations by code, "" for those without one."""
    return dict(database.rows(_ADDRESSES, {"codes": list(codes)}))
