"""How far an account reaches, as a condition on rows: the same rule as `domain.accounts.may`."""

from __future__ import annotations

from typing import Final, LiteralString

from station_map.domain.accounts import Account, Action, Place, Reach, shared_digits
from station_map.domain.accounts.roles import reach
from station_map.errors import NotFound
from station_map.store.database import Database

REACHED: Final[LiteralString] = """
(%(reach_all)s OR s.id = ANY (%(reach_stations)s) OR s.adcode LIKE ANY (%(reach_areas)s))
"""
"""Holds for a station `s` that the account of `reached` reaches."""

REACHED_AREA: Final[LiteralString] = """
(%(reach_all)s OR w.adcode LIKE ANY (%(reach_areas)s))
"""
"""The same for a row `w` that lies in an area and is no station."""

_PLACE: Final = "SELECT id, adcode, name FROM station WHERE code = %(code)s"


def reached(account: Account, action: Action) -> dict[str, object]:
    """The parameters of REACHED and REACHED_AREA."""
    far = reach(account, action)
    return {
        "reach_all": far is Reach.ALL,
        "reach_stations": sorted(account.stations) if far is Reach.STATIONS else [],
        "reach_areas": [f"{shared_digits(area)}%" for area in sorted(account.areas)]
        if far is Reach.AREAS
        else [],
    }


def place_of(database: Database, code: str) -> tuple[Place, str]:
    """Where the station with this code is, and its name. Raises NotFound."""
    # PostgreSQL would refuse a NUL with an error.
    rows = [] if "\0" in code else database.rows(_PLACE, {"code": code})
    if not rows:
        raise NotFound("station", code[:64])
    number, adcode, name = rows[0]
    return Place(number, adcode), name
