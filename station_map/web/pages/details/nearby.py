"""Where else one can go: the nearest stations, and plates that hang on the same door."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from station_map.domain.hours import StateCode
from station_map.domain.vocabulary import Status
from station_map.errors import OutOfServiceArea
from station_map.search.filters import StationFilter
from station_map.search.nearest import NearestQuery, nearest
from station_map.store.database import Database
from station_map.store.nearest import Hit
from station_map.web.pages.cards import Card, make_card
from station_map.web.states import state_of

_SHOWN: Final = 3
# The nearest that is open may not be among the nearest three: so far is looked for it.
_LOOKED_AT: Final = 16
# Two plates this close are most likely one place (their positions are a few metres off).
_SAME_DOOR_M: Final = 15.0
# Farther than an hour and a half by e-bike is no alternative.
REACH_M: Final = 20_000.0
_OPEN: Final = frozenset({StateCode.OPEN, StateCode.CLOSING_SOON})


@dataclass(frozen=True, slots=True)
class Nearby:
    """cards: the nearest stations in use. open_card: the nearest that is open now, when none
    of those is. same_door: names of stations within a few metres, which may be the same place.
    """

    cards: tuple[Card, ...]
    open_card: Card | None
    same_door: tuple[str, ...]


def nearby(
    database: Database, code: str, lon: float, lat: float, minute: int | None = None
) -> Nearby:
    """Stations around the station `code` at lon, lat (degrees, WGS-84), nearest first, as far as REACH_M."""
    where = StationFilter(statuses=(Status.OPEN,))
    query = NearestQuery(lon, lat, k=_LOOKED_AT, max_distance_m=REACH_M, where=where)
    try:
        hits = [hit for hit in nearest(database, query) if hit.code != code]
    except OutOfServiceArea:
        return Nearby((), None, ())
    same = [hit for hit in hits if hit.distance_m <= _SAME_DOOR_M]
    others = hits[len(same) :]
    open_hit = _first_open(others, minute)
    return Nearby(
        cards=tuple(make_card(hit, position=(lon, lat), minute=minute) for hit in others[:_SHOWN]),
        open_card=open_hit and make_card(open_hit, position=(lon, lat), minute=minute),
        same_door=tuple(json.loads(hit.card)["name"] for hit in same),
    )


def _first_open(hits: Sequence[Hit], minute: int | None) -> Hit | None:
    """The first that is open, unless it is among those that are shown anyway."""
    states = [state_of(hit, minute).state.code for hit in hits]
    first = next((n for n, code in enumerate(states) if code in _OPEN), None)
    return None if first is None or first < _SHOWN else hits[first]
