"""Which stations are within reach of each piece of demand: lists, one behind the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from station_map.coverage.arrays import BoolArray, FloatArray, IndexArray


@dataclass(frozen=True)
class Neighbours:
    """Compressed sparse rows: those of demand i are `start[i]` to `start[i + 1]`.

    start: int64 (n + 1,). station: int32 (pairs,), rising within a row. cost: float64 (pairs,), in
    the unit of the reach that made it. `n` pieces of demand; `stations` there are.
    """

    start: NDArray[np.int64]
    station: IndexArray
    cost: FloatArray
    stations: int

    @property
    def n(self) -> int:
        return len(self.start) - 1

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many stations each piece of demand has, (n,)."""
        return np.diff(self.start)

    @cached_property
    def demand(self) -> IndexArray:
        """The row of each pair, (pairs,)."""
        return np.repeat(np.arange(self.n, dtype=np.int32), self.counts)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The rows that hold any pair."""
        return np.flatnonzero(self.counts)

    def up_to(self, limit: float) -> Neighbours:
        """Those that cost at most `limit`."""
        return self._kept(self.cost <= limit)

    def only(self, stations: BoolArray) -> Neighbours:
        """Those of some stations, (stations,); their numbers stay."""
        return self if stations.all() else self._kept(stations[self.station])

    def any_of(self, stations: BoolArray) -> BoolArray:
        """Whether a row holds one of these stations, (n,)."""
        return self.number_of(stations) > 0

    def number_of(self, stations: BoolArray) -> NDArray[np.int64]:
        """How many of these stations a row holds, (n,)."""
        if stations.all():
            return self.counts
        return np.diff(_running(stations[self.station])[self.start])

    def sums(self, values: FloatArray) -> FloatArray:
        """Sum of one value a pair by row, (n,)."""
        return np.bincount(self.demand, weights=values, minlength=self.n)

    def station_sums(self, values: FloatArray) -> FloatArray:
        """Sum of one value a pair by station, (stations,)."""
        return np.bincount(self.station, weights=values, minlength=self.stations)

    def _kept(self, kept: BoolArray) -> Neighbours:
        start = _running(kept)[self.start]
        return Neighbours(start, self.station[kept], self.cost[kept], self.stations)


def _running(flags: BoolArray) -> NDArray[np.int64]:
    counted = np.zeros(len(flags) + 1, dtype=np.int64)
    np.cumsum(flags, out=counted[1:])
    return counted
