"""A tile of the map: stations one by one where they are few, else clusters of them.

A cluster stands at the mean of its members, which are those of one square of a fixed grid: where it
is and what it counts depends on them alone, not on what is looked at. Each station is in
exactly one tile of a zoom and there in exactly one cluster, or alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from station_map.search.listing import ListQuery, conditions_beside_facets
from station_map.search.nearest import filter_expression
from station_map.search.opening import OpenAt
from station_map.search.places import DEPTH, Bools, KeptPlaces, Places
from station_map.store import tiles
from station_map.store.database import Database
from station_map.store.facet_query import EVERYTHING
from station_map.store.tiles import EXTENT, Card, Floats, Ints, Words
from station_map.store.timetables import Openings, openings

MAX_ZOOM: Final = 18
SINGLES_FROM: Final = 14
"""From this zoom on every station is told alone, if a tile has no more than MOST_SINGLES."""
MOST_SINGLES: Final = 300
# A square of the grid is so often halved below its tile: 8 by 8 in one, about 64 pixels wide.
_FAR: Final = 3
_NEAR: Final = 4  # where too many are close together even for their own tile
_OPEN, _UNKNOWN = 1, 2


class Tile(NamedTuple):
    """Which tile of the square Web Mercator map; y from the north (XYZ)."""

    z: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Several stations. x, y: their mean, from 0 to 1 of the square map, from its north-west.

    count: how many. open, unknown: of how many it is known that they are open in the minute asked
    for, and of how many it is not known. box: west, north, east, south of them, as x and y.
    """

    x: float
    y: float
    count: int
    open: int
    unknown: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Content:
    """What a tile holds. singles: by code."""

    tile: Tile
    clusters: list[Cluster]
    singles: list[Card]


def tile_content(
    database: Database, kept: KeptPlaces, tile: Tile, query: ListQuery, minute: int
) -> Content:
    """The stations of a tile that meet `query` (its bbox, limit and cursor do not count).

    minute: for which it is told what is open, in minutes since 1970 UTC, if `query` names none.
    """
    asked = query.where.open_at
    places = kept.now(database)
    hours = _hours(database, places, minute if asked is None else asked.minute)
    part = places.stretch(*tile)
    chosen = np.arange(part.start, part.stop)
    chosen = chosen[_meeting(database, places, part, query)]
    if asked is not None:
        chosen = chosen[_at_hours(hours[chosen_timetables(places, chosen)], asked)]
    clusters, alone = _gathered(places, chosen, tile, hours)
    return Content(tile, clusters, tiles.cards(database, places.columns.ids[alone].tolist()))


def chosen_timetables(places: Places, chosen: Ints) -> Ints:
    """Their timetables, as places in what `_hours` gives."""
    return places.columns.timetables[chosen] + 1


# -- filters ----------------------------------------------------------------------------------


def _meeting(database: Database, places: Places, part: slice, query: ListQuery) -> Bools:
    found = facets_hold(places.columns.facets[part], filter_expression(query.where))
    names, parameters = conditions_beside_facets(database, query)
    names = [name for name in names if name != "bbox"]
    if names:
        found &= _asked_of_database(database, places, names, parameters)[part]
    return found


def _asked_of_database(
    database: Database, places: Places, names: list[str], parameters: dict[str, object]
) -> Bools:
    key = (tuple(names), repr(sorted(parameters.items())))
    known = places.meeting.get(key)
    if known is not None:
        return known
    return places.remember(key, tiles.ids_meeting(database, names, parameters))


def facets_hold(facets: Words, expression: str) -> Bools:
    """Which stations meet an expression of `filter_expression`: groups, of each any facet."""
    found = np.ones(len(facets), np.bool_)
    if expression == EVERYTHING:
        return found
    every = [0] * facets.shape[1]
    for group in expression.split("&"):
        wanted = [0] * facets.shape[1]
        for number in map(int, group.strip("()").split("|")):
            wanted[number // 64] |= 1 << number % 64
        if "|" in group:
            found &= _has_any(facets, wanted)
        else:
            every = [one | more for one, more in zip(every, wanted, strict=True)]
    # What all must have is looked for at once.
    for place, bits in enumerate(every):
        if bits:
            found &= (facets[:, place] & np.uint64(bits)) == np.uint64(bits)
    return found


def _has_any(facets: Words, wanted: list[int]) -> Bools:
    found = np.zeros(len(facets), np.bool_)
    for place, bits in enumerate(wanted):
        if bits:
            found |= (facets[:, place] & np.uint64(bits)) != 0
    return found


def _hours(database: Database, places: Places, minute: int) -> Ints:
    """By a timetable's number plus one: _OPEN, _UNKNOWN or 0; 0 too for none."""
    known = openings(database, minute)
    if not places.timetables <= known.known_ids:
        known = openings(database, minute, fresh=True)
    return _as_table(known, max(places.timetables, default=0))


def _as_table(known: Openings, last: int) -> Ints:
    table = np.zeros(last + 2, np.int64)
    for code, ids in ((_OPEN, known.open_ids), (_UNKNOWN, known.unknown_ids)):
        numbers = np.array([number for number in ids if number <= last], np.int64)
        table[numbers + 1] = code
    return table


def _at_hours(said: Ints, asked: OpenAt) -> Bools:
    return said > 0 if asked.unknown else said == _OPEN


# -- clusters ---------------------------------------------------------------------------------


def _gathered(places: Places, chosen: Ints, tile: Tile, hours: Ints) -> tuple[list[Cluster], Ints]:
    """Clusters of the chosen stations, and those that are alone."""
    if not len(chosen):
        return [], chosen
    depth = tile.z + _FAR
    if tile.z >= SINGLES_FROM:
        if len(chosen) <= MOST_SINGLES:
            return [], chosen
        depth = tile.z + _NEAR
    squares = places.curve[chosen] >> 2 * (DEPTH - depth)
    starts = np.flatnonzero(np.diff(squares, prepend=-1))
    counts = np.diff(starts, append=len(chosen))
    several = counts > 1
    return _clusters(places, chosen, hours, starts, counts, several), chosen[starts[~several]]


def _clusters(
    places: Places, chosen: Ints, hours: Ints, starts: Ints, counts: Ints, several: Bools
) -> list[Cluster]:
    x, y = places.x[chosen], places.y[chosen]
    said = hours[chosen_timetables(places, chosen)]

    def each(ufunc: np.ufunc, values: Floats | Ints) -> Floats | Ints:
        found: Floats | Ints = ufunc.reduceat(values, starts)[several]
        return found

    count = counts[several]
    sides = [each(edge, along).tolist() for edge in (np.minimum, np.maximum) for along in (x, y)]
    columns = (
        (each(np.add, x) / count).tolist(),
        (each(np.add, y) / count).tolist(),
        count.tolist(),
        each(np.add, (said == _OPEN).astype(np.int64)).tolist(),
        each(np.add, (said == _UNKNOWN).astype(np.int64)).tolist(),
        list(zip(*sides, strict=True)),
    )
    return [Cluster(*told) for told in zip(*columns, strict=True)]


def steps_of(tile: Tile, x: float, y: float) -> tuple[int, int]:
    """A place of the square map as steps of a tile, inside it: 0 to EXTENT - 1."""
    across, down = (
        int((along * 2**tile.z - first) * EXTENT) for along, first in ((x, tile.x), (y, tile.y))
    )
    return min(max(across, 0), EXTENT - 1), min(max(down, 0), EXTENT - 1)
