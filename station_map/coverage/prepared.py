"""What stays the same when only the radius, the hour or the amenity changes, kept.

A slider asks many times for one city. Distances between demand and stations are found once; the
lists up to a radius, and the nearest of a choice of stations, are kept for those asked last.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, cast

import numpy as np

from station_map.coverage.arrays import BoolArray, FloatArray
from station_map.coverage.inputs import Demand, Stations
from station_map.coverage.neighbours import Neighbours
from station_map.coverage.reach import Geodesic, Nearest, Reach
from station_map.errors import InputError

_KEPT: Final = 16


class Distances:
    """Between places of demand, (n, 2), and the stations of a reach. kept: lists at a time."""

    def __init__(self, lonlat: FloatArray, reach: Reach, kept: int = _KEPT) -> None:
        self.lonlat = lonlat
        self.reach = reach
        self._most = kept
        self._limit = 0.0
        self._widest: Neighbours | None = None
        self._lists: OrderedDict[float, Neighbours] = OrderedDict()
        self._nearest: OrderedDict[tuple[int, bytes], Nearest] = OrderedDict()

    def within(self, limit: float) -> Neighbours:
        """Every station within a cost; found anew only beyond the largest that was asked."""
        if self._widest is None or limit > self._limit:
            self._widest, self._limit = self.reach.within(self.lonlat, limit), limit
            self._lists.clear()
        widest = self._widest
        if limit == self._limit:
            return widest
        return _kept(self._lists, limit, lambda: widest.up_to(limit), self._most)

    def nearest(self, stations: BoolArray, k: int) -> Nearest:
        """The k nearest of some stations."""
        key = (k, stations.tobytes())
        return _kept(
            self._nearest,
            key,
            lambda: self.reach.only(stations).nearest(self.lonlat, k),
            self._most,
        )


class Prepared:
    """Demand and stations of one place, with the distances between them.

    reach: `Geodesic` when None. Not for several threads at a time.
    """

    def __init__(
        self,
        demand: Demand,
        stations: Stations,
        reach: Reach | None = None,
        distances: Distances | None = None,
    ) -> None:
        self.demand = demand
        self.stations = stations
        self._distances = distances or Distances(demand.lonlat, reach or Geodesic(stations.lonlat))
        self._derived: OrderedDict[tuple[object, ...], Any] = OrderedDict()

    @property
    def reach(self) -> Reach:
        """By which distances are found."""
        return self._distances.reach

    def scenario(self, stations: Stations) -> Prepared:
        """The same places with other masks or seats: every distance is shared, found or to come.

        Raises InputError when the stations stand elsewhere; such a scenario is prepared anew.
        """
        if not np.array_equal(stations.lonlat, self.stations.lonlat):
            raise InputError("the scenario's stations stand elsewhere", parameter="stations")
        return Prepared(self.demand, stations, distances=self._distances)

    def within(self, limit: float) -> Neighbours:
        """Every station within a cost of each piece of demand, in the reach's unit."""
        return self._distances.within(limit)

    def nearest(self, stations: BoolArray, k: int = 1) -> Nearest:
        """The k nearest of some stations."""
        return self._distances.nearest(stations, k)

    def distance(self, stations: BoolArray) -> FloatArray:
        """To the nearest of some stations, (n,)."""
        return self.nearest(stations).cost[:, 0]

    def derived[T](self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` gives, kept by a key that names all it depends on beside this object."""
        return cast("T", _kept(self._derived, key, make))


def _kept[K, T](kept: OrderedDict[K, T], key: K, make: Callable[[], T], most: int = _KEPT) -> T:
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    made = kept[key] = make()
    while len(kept) > most:
        kept.popitem(last=False)
    return made
