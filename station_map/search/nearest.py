"""The nearest stations, in the order of true distance on the spheroid, proved complete.

An index on Web Mercator gives a few candidates in the order of map distance. Every station
it did not give is at least as far on the map as the last one it gave, and
`true_distance_lower_bound_m` says how near such a station can be in truth. When the k-th
answer is nearer than that, the answer is proved. Otherwise more candidates are read; and if
that does not prove it either, the k nearest all lie within the k-th candidate's distance, so a
last read orders the stations of that square by true distance.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product
from typing import Final, LiteralString

from station_map.domain.vocabulary import AMENITIES, Status
from station_map.errors import InputError, OutOfServiceArea
from station_map.geo.box import SERVICE_BOX
from station_map.geo.distance import (
    mercator_reach,
    mercator_xy,
    true_distance_lower_bound_m,
)
from station_map.search import clocks
from station_map.search.clocks import Clock
from station_map.search.filters import StationFilter
from station_map.search.near_conditions import MORE, SPARE, Place, Way, nearest_meeting, ways_of
from station_map.search.opening import settled
from station_map.search.text import Match
from station_map.store import facet_query as facets
from station_map.store import nearest as store
from station_map.store.database import Database
from station_map.store.facets import FACET_ID
from station_map.store.hot import Value
from station_map.store.nearest import Candidates, Hit, Statements

K_DEFAULT: Final = 10
K_MAX: Final = 100
# Map metres from one edge of Web Mercator to the other.
_WHOLE_MAP: Final = 40_100_000.0

_OPEN_ONLY: Final = StationFilter(statuses=(Status.OPEN,))
_AMENITY_CODE: Final = {amenity.id: amenity.code for amenity in AMENITIES}


@dataclass(frozen=True, slots=True)
class NearestQuery:
    """Where, how many, how far, and which.

    lon, lat: degrees, WGS-84, inside SERVICE_BOX. k: 1 to 100. max_distance_m: metres. text:
    words as in `listing.ListQuery`. area: an adcode; the areas below it count too.
    """

    lon: float
    lat: float
    k: int = K_DEFAULT
    max_distance_m: float | None = None
    where: StationFilter = field(default=_OPEN_ONLY)
    text: str | None = None
    area: str | None = None


def nearest(database: Database, query: NearestQuery) -> list[Hit]:
    """At most k stations by true distance, then code.

    With `text`, those that have the words as written come first, then those that sound so; only
    when there is neither, those that are nearly so. `Hit.text_match` tells which.
    With `where.amenity_unknown`, those that may offer what is asked follow those that do; with
    `where.open_at.unknown`, those of unknown hours come after all others. Raises
    OutOfServiceArea for a point outside SERVICE_BOX, InputError for other values.
    """
    _check(query)
    if query.text is None and query.area is None and (plain := _plain(query.where)) is not None:
        # What most requests ask: nothing below can change the answer.
        statements, parameters = plain
        return _proved(database, query, statements, dict(parameters), clocks.NO_CLOCK[0])
    at = query.where.open_at
    if at is None:
        return _gathered(database, query, clocks.NO_CLOCK)
    if at.arriving is not None:
        return _gathered(database, query, clocks.on_arrival(at, at.arriving))
    return settled(
        database,
        at.minute,
        lambda known: _gathered(database, query, clocks.at_once(at, known)),
        lambda hits, known: known.known_ids.issuperset([hit.timetable_id for hit in hits]),
    )


# What riders choose is a few hundred filters, and telling one to the server takes as long as
# putting its answer together.
@lru_cache(maxsize=1_024)
def _plain(where: StationFilter) -> tuple[Statements, Mapping[str, Value]] | None:
    """The read for a filter that one read can answer; None for one that groups its answers.

    Such are those that know no clock, and nothing that an index of places does not know.
    """
    if where == _OPEN_ONLY:
        return store.OPEN, {}
    if where.open_at is not None or where.seats is not None or where.amenity_unknown:
        return None
    if where.service is not None:
        return None
    return store.FILTERED, {"facets": filter_expression(where)}


def _gathered(database: Database, query: NearestQuery, asked_of: Iterable[Clock]) -> list[Hit]:
    clocks_asked = list(asked_of)
    text = query.text and query.text.strip()
    where = query.where
    ways = ways_of(database, text or None, query.area, where.seats, where.service)
    near = [way for way in ways if way is None or way.match is not Match.SIMILAR]
    hits = _in_groups(database, query, clocks_asked, near)
    if hits or len(near) == len(ways):
        return hits
    return _in_groups(database, query, clocks_asked, ways[len(near) :])


def _in_groups(
    database: Database,
    query: NearestQuery,
    asked_of: Iterable[Clock],
    ways: Sequence[Way | None],
) -> list[Hit]:
    asked = _asked(query.where) if query.where.amenity_unknown else frozenset()
    hits: list[Hit] = []
    for clock, doubtful, way in product(asked_of, (False, True) if asked else (False,), ways):
        if len(hits) >= query.k:
            return hits
        shape = _unknown(query, clock) if doubtful else _known(query, clock)
        found = _found(database, query, shape, clock, way)[: query.k - len(hits)]
        if doubtful:
            found = [_with_unknown(hit, asked) for hit in found]
        if clock.unknown:
            found = [hit._replace(hours_unknown=True) for hit in found]
        hits += found
    return hits


def _found(
    database: Database,
    query: NearestQuery,
    shape: tuple[Statements, dict[str, Value]],
    clock: Clock,
    way: Way | None,
) -> list[Hit]:
    if way is None:
        return _proved(database, query, *shape, clock)
    place = Place(query.lon, query.lat, query.k, query.max_distance_m)
    return nearest_meeting(database, place, shape, clock, way.conditions)


def _check(query: NearestQuery) -> None:
    if not SERVICE_BOX.contains(query.lon, query.lat):
        raise OutOfServiceArea(
            f"{query.lon}, {query.lat} lies outside the area this service answers for"
            " 位置不在服务范围内",
            parameter="lon",
            allowed="lon 70 to 138, lat 0 to 57 (degrees, WGS-84)",
            example="lon=116.79&lat=33.95",
        )
    if not 1 <= query.k <= K_MAX:
        raise InputError(f"k is {query.k}", parameter="k", allowed="1 to 100", example="10")
    if query.max_distance_m is not None and not query.max_distance_m > 0:
        raise InputError(
            f"max_distance_m is {query.max_distance_m}",
            parameter="max_distance_m",
            allowed="metres, more than 0",
            example="1000",
        )


def _known(query: NearestQuery, clock: Clock) -> tuple[Statements, dict[str, Value]]:
    where = query.where if query.where.seats is None else replace(query.where, seats=None)
    if clock.hours is None and where == _OPEN_ONLY:
        return store.OPEN, {}
    conditions = _categories(query.where) + _amenities(query.where) + _by_clock(clock)
    statements = store.FILTERED if clock.hours is None else store.at_hours(clock.hours)
    return statements, {"facets": facets.conjunction(conditions), **clock.parameters}


def _unknown(query: NearestQuery, clock: Clock) -> tuple[Statements, dict[str, Value]]:
    where = query.where
    parameters: dict[str, Value] = {
        "facets": facets.conjunction(_categories(where) + _by_clock(clock)),
        "full": filter_expression(where),
        "wanted": [FACET_ID["amenity", code] for code in where.amenities],
        **clock.parameters,
    }
    for n, group in enumerate(where.any_of):
        parameters[f"group{n}"] = [FACET_ID["amenity", code] for code in group]
    return store.unknown_statements(len(where.any_of), clock.hours), parameters


def _by_clock(clock: Clock) -> list[str]:
    return [] if clock.facet is None else [str(clock.facet)]


def filter_expression(where: StationFilter) -> str:
    """The filter as a `query_int` over facet numbers."""
    return facets.conjunction(_categories(where) + _amenities(where))


def _categories(where: StationFilter) -> list[str]:
    conditions = [
        *facets.one_of("status", where.statuses),
        *facets.one_of("kind", where.kinds),
        *facets.one_of("access_method", where.access_methods),
        *facets.one_of("service_level", where.service_levels),
        *facets.one_of("honour", where.honours),
        *facets.one_of("audience", where.audiences),
    ]
    if where.registration_required is not None:
        required = "true" if where.registration_required else "false"
        conditions += facets.all_of("registration_required", [required])
    if where.always_open:
        conditions += facets.all_of("always_open", ["true"])
    return conditions


def _amenities(where: StationFilter) -> list[str]:
    groups = [condition for group in where.any_of for condition in facets.one_of("amenity", group)]
    return facets.all_of("amenity", where.amenities) + groups


def _asked(where: StationFilter) -> frozenset[str]:
    return frozenset(where.amenities).union(*where.any_of)


def _proved(
    database: Database,
    query: NearestQuery,
    statements: Statements,
    parameters: dict[str, Value],
    clock: Clock,
) -> list[Hit]:
    x, y = mercator_xy(query.lon, query.lat)
    parameters |= {"x": x, "y": y, "lon": query.lon, "lat": query.lat}
    statement = statements.by_map
    if query.max_distance_m is not None:
        parameters["reach"] = _reach(query, query.max_distance_m)
        statement = statements.by_map_within
    if clock.pace:
        return _proved_on_arrival(database, query, statements, statement, parameters, clock)
    for limit in (query.k + SPARE, MORE * (query.k + SPARE)):
        parameters["limit"] = limit
        found = store.candidates(database, statement, parameters)
        if len(found) < limit or _complete(found, query.k, y):
            return found.first(_wanted(found, query))
    parameters["reach"] = _reach(query, found.distances_m[query.k - 1])
    found = store.candidates(database, statements.by_truth, parameters)
    return found.first(_wanted(found, query))


def _proved_on_arrival(
    database: Database,
    query: NearestQuery,
    statements: Statements,
    statement: LiteralString,
    parameters: dict[str, Value],
    clock: Clock,
) -> list[Hit]:
    """The same when some candidates pass untested: each is asked, and more are read if need be.

    That happens for arrivals beyond the weeks that are worked out, in effect for stations more than
    a thousand kilometres off.
    """
    _, y = mercator_xy(query.lon, query.lat)
    limit = query.k + SPARE
    while True:
        parameters["limit"] = limit
        found = store.candidates(database, statement, parameters)
        hits = [hit for hit in found.first(len(found)) if clock.holds_on_arrival(hit)]
        enough = len(hits) >= query.k
        proved = enough and (
            statement is statements.by_truth
            or hits[query.k - 1].distance_m < true_distance_lower_bound_m(y, found.farthest_on_map)
        )
        if proved or len(found) < limit:
            farthest = query.max_distance_m or _WHOLE_MAP
            return [hit for hit in hits[: query.k] if hit.distance_m <= farthest]
        if enough and limit > MORE * query.k:
            parameters["reach"] = _reach(query, hits[query.k - 1].distance_m)
            statement = statements.by_truth
        limit *= MORE


def _reach(query: NearestQuery, distance_m: float) -> float:
    """Half side of a map square that holds the circle; the whole map where none does."""
    return min(mercator_reach(query.lat, distance_m), _WHOLE_MAP)


def _complete(found: Candidates, k: int, y: float) -> bool:
    """Whether no station outside `found` can be among the k nearest."""
    return found.distances_m[k - 1] < true_distance_lower_bound_m(y, found.farthest_on_map)


def _wanted(found: Candidates, query: NearestQuery) -> int:
    """How many of them are asked for: k at most, and those within the radius."""
    if query.max_distance_m is None:
        return query.k
    return min(query.k, bisect_right(found.distances_m, query.max_distance_m))


def _with_unknown(hit: Hit, asked: frozenset[str]) -> Hit:
    known = {_AMENITY_CODE[number] for number in hit.known_amenity_ids}
    return hit._replace(unknown=tuple(sorted(asked - known)))
