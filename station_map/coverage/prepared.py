"""What stays the same when only the radius, the hour or the amenity changes, kept.

A slider asks many times for one city. Distances between demand and stations are found once; the
lists up to a radius, and the nearest of a choice of stations, are kept for those asked last.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, cast

from station_map.coverage.arrays import BoolArray, FloatArray
from station_map.coverage.inputs import Demand, Stations
from station_map.coverage.neighbours import Neighbours
from station_map.coverage.reach import Geodesic, Nearest, Reach

_KEPT: Final = 16


class Prepared:
    """Demand and stations of one place, with the distances between them.

    limit: the largest cost that lists are kept for, in the reach's unit; a larger one asked later
    is found anew, and kept in its place. Not for several threads at a time.
    """

    def __init__(
        self, demand: Demand, stations: Stations, reach: Reach | None = None, limit: float = 1000.0
    ) -> None:
        self.demand = demand
        self.stations = stations
        self.reach: Reach = reach or Geodesic(stations.lonlat)
        self._limit = limit
        self._widest: Neighbours | None = None
        self._lists: OrderedDict[float, Neighbours] = OrderedDict()
        self._nearest: OrderedDict[tuple[int, bytes], Nearest] = OrderedDict()
        self._derived: OrderedDict[tuple[object, ...], Any] = OrderedDict()

    def within(self, limit: float) -> Neighbours:
        """Every station within a cost of each piece of demand."""
        if self._widest is None or limit > self._limit:
            self._limit = max(limit, self._limit)
            self._widest = self.reach.within(self.demand.lonlat, self._limit)
            self._lists.clear()
        widest = self._widest
        if limit == self._limit:
            return widest
        return _kept(self._lists, limit, lambda: widest.up_to(limit))

    def nearest(self, stations: BoolArray, k: int = 1) -> Nearest:
        """The k nearest of some stations."""
        key = (k, stations.tobytes())
        return _kept(
            self._nearest, key, lambda: self.reach.only(stations).nearest(self.demand.lonlat, k)
        )

    def distance(self, stations: BoolArray) -> FloatArray:
        """To the nearest of some stations, (n,)."""
        return self.nearest(stations).cost[:, 0]

    def derived[T](self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` gives, kept by a key that names all it depends on beside this object."""
        return cast("T", _kept(self._derived, key, make))


def _kept[K, T](kept: OrderedDict[K, T], key: K, make: Callable[[], T]) -> T:
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    made = kept[key] = make()
    while len(kept) > _KEPT:
        kept.popitem(last=False)
    return made
