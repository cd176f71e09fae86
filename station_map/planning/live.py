"""What the planning page keeps between two moves of a slider: demand, stations, their distances.

`LivePlanning` holds a few cities for the process; each is rebuilt when its data changed, which is
asked at every move and costs a millisecond. A `Prepared` is not for several threads at a time,
so each city has a lock. Memory: about 150 MB for a city of 131,000 cells and 713 stations.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np

from station_map.coverage.arrays import FloatArray
from station_map.coverage.inputs import Demand, Parameters
from station_map.coverage.measures.gaps import GapRule, touching_cells
from station_map.coverage.prepared import Distances, Prepared
from station_map.coverage.reach import Geodesic
from station_map.coverage.run import gap_rule
from station_map.domain.demand_mix import parse_mix
from station_map.errors import InputError
from station_map.planning.asked import Added
from station_map.planning.coverage import CoverageRead
from station_map.planning.demand import box_about, from_layers
from station_map.planning.digests import points_digest, stations_digest
from station_map.planning.groups import grouped
from station_map.planning.live_asked import MOST_M, LiveAsked
from station_map.planning.live_cells import ground
from station_map.planning.stations import as_input, stations_of
from station_map.store.areas import area_outlines
from station_map.store.database import Database
from station_map.store.demand import default_mix
from station_map.store.demand_layers import StoredLayer, layers
from station_map.store.planning_live import layers_version
from station_map.store.unseen import changed_since, snapshot

MOST_CELLS: Final = 400_000
_CITIES: Final = 3
_LISTS: Final = 4
_SCENARIOS: Final = 6
_ANSWERS: Final = 24
_PLACES: Final = 64
# A layer that lives (wishes, reports) has no version: it is read again after so many seconds.
_LIVE_S: Final = 300.0

type _Key = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Version:
    """What the layers of demand were when they were read; equal as long as none changed."""

    layers: str
    span: int


class City:
    """One demand and the stations around it. Use it under `lock` only."""

    def __init__(self, given: CoverageRead, version: Version, seen: str) -> None:
        self.version = version
        self.seen = seen  # the snapshot before which the stations were as they are here
        self.lock = threading.Lock()
        self.given = given
        self.demand: Demand = given.demand
        self.demand_digest = points_digest(given.points)
        self.stations_digest = stations_digest(given.found)
        stations = as_input(given.found, (), ())
        reach = Geodesic(stations.lonlat)
        self._first = Prepared(
            self.demand, stations, distances=Distances(self.demand.lonlat, reach, _LISTS)
        )
        self._first.within(float(MOST_M))
        self._kept: dict[str, OrderedDict[Any, Any]] = {}

    @property
    def rule(self) -> GapRule:
        """What counts as a gap here; the mean of a hundred thousand cells is found once."""
        return self.keep("rule", 1, (), lambda: gap_rule(self._first, Parameters()))

    def stations(self, asked: LiveAsked) -> Prepared:
        """With the stations that stand in what is asked, but for those that are added."""
        key = (asked.kinds, asked.audiences, asked.without, asked.with_planned)

        def make() -> Prepared:
            return self._first.scenario(
                as_input(
                    self.given.found,
                    asked.kinds,
                    asked.audiences,
                    planned=asked.with_planned,
                    without=asked.without,
                )
            )

        return self.keep("scenarios", _SCENARIOS, key, make)

    def distance_to(self, place: Added) -> FloatArray:
        """From each cell to a new station, (n,), by the same measure as to all others."""
        here = np.array([[place.lon, place.lat]])
        return self.keep(
            "places",
            _PLACES,
            (place.lon, place.lat),
            lambda: Geodesic(here).nearest_m(self.demand.lonlat),
        )

    def nearest_station(self, lonlat: FloatArray) -> list[int]:
        """The place in `given.found` of the station nearest to each position, (k, 2)."""
        return [int(n) for n in self._first.reach.nearest(lonlat, 1).station[:, 0]]

    def touching(self) -> Any:
        """Which cells touch, for gaps; found once."""
        return self.keep("touching", 1, (), lambda: touching_cells(self.demand, self.rule))

    def ground(self) -> str:
        """The cells for a map; written once."""
        return self.keep(
            "ground",
            1,
            (),
            lambda: ground(self.demand.lonlat, self.demand.weight, self.rule.cell_m),
        )

    def answers[T](self, key: object, make: Callable[[], T]) -> T:
        """The last answers: going back costs nothing."""
        return self.keep("answers", _ANSWERS, key, make)

    def keep[T](self, what: str, most: int, key: Any, make: Callable[[], T]) -> T:
        """What `make` gives, kept with the last `most` of its sort."""
        held = self._kept.setdefault(what, OrderedDict())
        if key in held:
            held.move_to_end(key)
            return cast("T", held[key])
        made = held[key] = make()
        while len(held) > most:
            held.popitem(last=False)
        return made


class LivePlanning:
    """The cities that were asked for last, shared by all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._building = threading.Lock()
        self._cities: OrderedDict[_Key, City] = OrderedDict()

    def city(self, database: Database, asked: LiveAsked, clock: float) -> City:
        """Of a question, as the data is now. clock: seconds, of any beginning.

        Raises InputError for demand that cannot be read or is too large for a slider.
        """
        key = (asked.demand or "", asked.area)
        version = _version(database, asked.demand, clock)
        found = self._held(database, key, version)
        if found is not None:
            return found
        # One at a time: two who ask for the same city shall not both read it.
        with self._building:
            found = self._held(database, key, version)
            if found is None:
                seen = snapshot(database)
                found = City(_read(database, asked), version, seen)
                self._put(key, found)
        return found

    def _held(self, database: Database, key: _Key, version: Version) -> City | None:
        with self._lock:
            found = self._cities.get(key)
            if found is not None:
                self._cities.move_to_end(key)
        if found is None or found.version != version:
            return None
        return found if changed_since(database, found.seen) == [] else None

    def _put(self, key: _Key, city: City) -> None:
        with self._lock:
            self._cities[key] = city
            self._cities.move_to_end(key)
            while len(self._cities) > _CITIES:
                self._cities.popitem(last=False)


def _version(database: Database, mix: str | None, clock: float) -> Version:
    # Terms with a filter or of a live layer are written like others; none of them has a digest.
    span = (
        int(clock // _LIVE_S) if mix and any(word in mix for word in ("wishes", "reports")) else 0
    )
    return Version(layers_version(database), span)


def _read(database: Database, asked: LiveAsked) -> CoverageRead:
    if asked.area is None:
        _not_too_many(_cells_of(database, asked.demand))
    points = from_layers(database, asked.demand, asked.area)
    _not_too_many(len(points.weight))
    if not len(points.weight):
        raise InputError(
            "这里没有需求数据。 There is no demand here.",
            parameter="area" if asked.area else "demand",
        )
    found = stations_of(database, box_about(points.lonlat), None, planned=True)
    return CoverageRead(points, grouped(database, points, asked.by), found)


def _not_too_many(cells: int) -> None:
    if cells > MOST_CELLS:
        raise InputError(
            f"{cells} 格太多，拖起来会卡：请选一个地区。 Too many cells for a slider: choose an area.",
            parameter="area",
            allowed=f"≤ {MOST_CELLS} cells",
            example="340600",
        )


def _cells_of(database: Database, mix: str | None) -> int:
    """How many cells the layers of a mix hold, of those that are stored."""
    with database.reading() as connection:
        stored = layers(connection)
        if not stored:
            return 0
        terms = (parse_mix(mix) if mix else default_mix(connection)).terms
    held = {(one.name, one.version): one for one in stored}
    current = {one.name: one for one in stored if one.current}
    chosen: list[StoredLayer | None] = [
        held.get((term.name, term.version)) if term.version else current.get(term.name)
        for term in terms
    ]
    return sum(one.cells for one in chosen if one is not None)


def area_choices(database: Database) -> list[tuple[str, str]]:
    """Cities and districts that demand can be narrowed to: adcode and name."""
    return [
        (area.adcode, area.name)
        for area in area_outlines(database)
        if area.level in {"city", "district"}
    ]


def layer_choices(database: Database) -> list[StoredLayer]:
    """The layers of demand in use."""
    with database.reading() as connection:
        return [one for one in layers(connection) if one.current]
