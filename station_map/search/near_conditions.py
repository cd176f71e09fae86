"""The nearest that also meet conditions of which the index of places knows nothing.

Words, seats, an area: `store/narrow.py` says how each is asked. Whichever way is taken, the
limit comes after the order, so that it never cuts a nearer station off.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Final, LiteralString

from station_map.geo.distance import mercator_xy, true_distance_lower_bound_m
from station_map.search.clocks import Clock
from station_map.search.filters import ServiceOn
from station_map.search.text import Match, TextCondition, ways_to_meet
from station_map.store import narrow
from station_map.store import nearest as store
from station_map.store.database import Database
from station_map.store.hot import Value
from station_map.store.narrow import Part
from station_map.store.nearest import Candidates, Hit, Statements

# Measured: with four more, nearly every answer within a city is proved at once.
SPARE: Final = 4
# Stations that few have lie far apart, where the map stretches: four times as many then do.
MORE: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where from, how many, how far: degrees (WGS-84), metres or None."""

    lon: float
    lat: float
    k: int
    max_distance_m: float | None


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold beside the filter.

    leader: the part whose index gives all stations that may do. others: asked of each of them.
    few: those stations' ids; None when they are many, so that walking outwards is tried first.
    match: of the words; "" without words.
    """

    leader: Part
    others: tuple[Part, ...]
    parameters: dict[str, Value]
    few: list[int] | None
    match: str

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every condition."""
        return (self.leader, *self.others)


class Way:
    """One way in which stations may do; looked into when it is first needed.

    match: how they meet the words; None without words.
    """

    def __init__(
        self,
        database: Database,
        parts: list[Part],
        parameters: dict[str, Value],
        match: Match | None = None,
    ) -> None:
        self.match: Final = match
        self._told = (database, parts, parameters, match.value if match else "")

    @cached_property
    def conditions(self) -> Conditions:
        """What must hold, and by which index it is found."""
        return _led(*self._told)


def ways_of(
    database: Database,
    text: str | None,
    area: str | None,
    seats: int | None,
    service: ServiceOn | None = None,
) -> list[Way | None]:
    """Ways in which stations may do, the best first; [None] when nothing more is asked."""
    further: list[Part] = []
    parameters: dict[str, Value] = {}
    if area is not None:
        further.append(narrow.AREA)
        parameters["area"] = area
    if seats is not None:
        further.append(narrow.SEATS)
        parameters["seats"] = seats
    if service is not None:
        further.append(narrow.SERVICE)
        parameters |= service.parameters()
    if not text:
        return [Way(database, further, parameters)] if further else [None]
    return [_with_words(database, way, further, parameters) for way in ways_to_meet(text)]


def _with_words(
    database: Database, way: TextCondition, further: list[Part], parameters: dict[str, Value]
) -> Way:
    words = narrow.by_text(way.names, way.but)
    parts = [*further[:1], words, *further[1:]] if narrow.AREA in further else [words, *further]
    return Way(database, parts, {**parameters, **way.parameters}, way.match)


def _led(
    database: Database, parts: list[Part], parameters: dict[str, Value], match: str
) -> Conditions:
    """The first part of which few stations do leads; an area is bounded by itself."""
    for leader in parts:
        few = narrow.up_to_few(database, leader, parameters)
        if few is not None:
            others = tuple(part for part in parts if part is not leader)
            return Conditions(leader, others, parameters | {"ids": few}, few, match)
    return Conditions(parts[0], tuple(parts[1:]), parameters, None, match)


def nearest_meeting(
    database: Database,
    place: Place,
    shape: tuple[Statements, dict[str, Value]],
    clock: Clock,
    conditions: Conditions,
) -> list[Hit]:
    """At most `place.k` stations of the shape that meet the conditions, by distance, then code."""
    if conditions.few == []:
        return []
    statements, parameters = shape
    x, y = mercator_xy(place.lon, place.lat)
    here: dict[str, Value] = {"x": x, "y": y, "lon": place.lon, "lat": place.lat}
    parameters = {**parameters, **conditions.parameters, **here}
    hits = None
    if conditions.few is None:
        hits = _walked(database, place, statements, parameters, clock, conditions)
    if hits is None:
        hits = _ordered(database, place, statements, parameters, clock, conditions)
    return [hit._replace(text_match=conditions.match) for hit in hits]


def _walked(
    database: Database,
    place: Place,
    statements: Statements,
    parameters: dict[str, Value],
    clock: Clock,
    conditions: Conditions,
) -> list[Hit] | None:
    """None when the walk ended before it was certain that nothing nearer is missing."""
    statement = store.walk(statements, narrow.asked_of_each(conditions.parts))
    _, y = mercator_xy(place.lon, place.lat)
    for limit in (place.k + SPARE, MORE * (place.k + SPARE)):
        found, hits = _read(database, statement, parameters | {"limit": limit}, clock)
        bound = true_distance_lower_bound_m(y, found.farthest_on_map)
        if len(hits) >= place.k and hits[place.k - 1].distance_m < bound:
            return _within(hits, place)
        if len(found) < limit:
            return None
    return None


def _ordered(
    database: Database,
    place: Place,
    statements: Statements,
    parameters: dict[str, Value],
    clock: Clock,
    conditions: Conditions,
) -> list[Hit]:
    ids = narrow.KNOWN if conditions.few is not None else narrow.led_by(conditions.leader)
    asked = narrow.asked_of_those(conditions.leader, conditions.others)
    statement = store.in_order(statements, ids, asked)
    limit = place.k
    while True:
        found, hits = _read(database, statement, parameters | {"limit": limit}, clock)
        if len(hits) >= place.k or len(found) < limit:
            return _within(hits, place)
        limit *= MORE


def _read(
    database: Database, statement: LiteralString, parameters: dict[str, Value], clock: Clock
) -> tuple[Candidates, list[Hit]]:
    """What the statement gives, and of that what holds.

    On arrival the database lets some pass untested (`search/clocks.py`).
    """
    found = store.candidates(database, statement, parameters)
    hits = found.first(len(found))
    if clock.pace:
        hits = [hit for hit in hits if clock.holds_on_arrival(hit)]
    return found, hits


def _within(hits: list[Hit], place: Place) -> list[Hit]:
    if place.max_distance_m is None:
        return hits[: place.k]
    near = bisect_right(hits, place.max_distance_m, key=lambda hit: hit.distance_m)
    return hits[: min(place.k, near)]
