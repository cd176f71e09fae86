"""How far it is from demand to stations: a strategy, so that road time can take the place of metres.

`Geodesic` is the distance on the WGS-84 spheroid. `station_map.geo.chord` proves why a kd-tree on
earth-centred coordinates gives it right: every station that is nearer than s metres lies within s
metres as the straight line goes, so candidates gathered by the straight line hold the answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from station_map.coverage.arrays import BoolArray, FloatArray, IndexArray
from station_map.coverage.neighbours import Neighbours
from station_map.domain.travel import TravelMode, seconds_per_metre
from station_map.errors import InputError
from station_map.geo.chord import EXACT_M, SURE_M, arc_lengths_m, cartesian, geodesics_m

# Small enough that a few of them at a time stay below a hundred megabytes, and that what one
# works on stays near the processor.
CHUNK: Final = 1 << 17
# Neighbours in the tree follow each other in a chunk that is sorted by squares of this side:
# the walk down the tree then finds in the cache what the last one left there.
_SQUARES_A_DEGREE: Final = 40
_SPARE: Final = 7
_MORE: Final = 4


@dataclass(frozen=True, slots=True)
class Threshold:
    """Within how much a station is said to be reached: metres, or minutes by a mode.

    Exactly one of `metres` and `minutes` is given.
    """

    metres: float | None = None
    minutes: float | None = None
    mode: TravelMode = TravelMode.WALK

    def __post_init__(self) -> None:
        given = [value for value in (self.metres, self.minutes) if value is not None]
        if len(given) != 1 or not 0 < given[0] < float("inf"):
            raise InputError(
                "a threshold is a number of metres or of minutes 半径写米数或分钟数",
                parameter="threshold",
                allowed="metres or minutes, more than 0",
                example="500",
            )

    @property
    def label(self) -> str:
        if self.metres is not None:
            return f"{self.metres:g} m"
        return f"{self.minutes:g} min {self.mode.value}"


class Nearest(NamedTuple):
    """cost: float64 (n, k), rising in a row, inf where there are fewer; station: int32, then -1."""

    cost: FloatArray
    station: IndexArray


class Reach(Protocol):
    """From demand to a fixed set of stations, numbered from 0."""

    def cost_of(self, threshold: Threshold) -> float:
        """A threshold in this reach's own unit. Raises InputError when it cannot tell."""
        ...

    def nearest(self, lonlat: FloatArray, k: int = 1) -> Nearest:
        """The k nearest stations of each place, (n, 2) degrees WGS-84."""
        ...

    def within(self, lonlat: FloatArray, limit: float) -> Neighbours:
        """Every station within `limit` of each place."""
        ...

    def only(self, stations: BoolArray) -> Reach:
        """The same with some stations alone; their numbers stay."""
        ...


class Geodesic:
    """Metres on the spheroid, right to a millimetre (and to 0.0001 m within 9.8 km).

    Which station is nearest is right too, unless two differ by less than that.
    lonlat: stations, (m, 2), degrees WGS-84. threads: 0 for as many as there are processors.
    """

    def __init__(self, lonlat: FloatArray, threads: int = 0) -> None:
        self._lonlat = np.ascontiguousarray(lonlat, dtype=np.float64).reshape(-1, 2)
        self._numbers: IndexArray = np.arange(len(self._lonlat), dtype=np.int32)
        self._stations = len(self._lonlat)
        self._threads = threads or (os.cpu_count() or 1)
        self._plant()

    def _plant(self) -> None:
        self._points = cartesian(self._lonlat)
        self._tree = cKDTree(self._points) if len(self._points) else None

    def only(self, stations: BoolArray) -> Self:
        """See `Reach`."""
        if len(self._numbers) == self._stations and stations.all():
            return self
        fewer = object.__new__(type(self))
        kept = stations[self._numbers]
        fewer._lonlat, fewer._numbers = self._lonlat[kept], self._numbers[kept]
        fewer._stations, fewer._threads = self._stations, self._threads
        fewer._plant()
        return fewer

    def cost_of(self, threshold: Threshold) -> float:
        """Metres; of minutes, those that an estimate with detours gives (domain/travel.py)."""
        if threshold.metres is not None:
            return threshold.metres
        return (threshold.minutes or 0.0) * 60.0 / seconds_per_metre(threshold.mode)

    # -- nearest -----------------------------------------------------------------------

    def nearest(self, lonlat: FloatArray, k: int = 1) -> Nearest:
        """See `Reach`."""
        n = len(lonlat)
        cost = np.full((n, k), np.inf)
        station = np.full((n, k), -1, dtype=np.int32)
        known = min(k, len(self._numbers))

        def work(piece: slice) -> None:
            order, places = _side_by_side(lonlat[piece])
            found, chosen = self._nearest(places, known)
            cost[piece, :known][order] = found
            station[piece, :known][order] = self._numbers[chosen]

        if known:
            _in_threads(work, n, self._threads)
        return Nearest(cost, station)

    def nearest_m(self, lonlat: FloatArray) -> FloatArray:
        """Only the distance to the nearest, (n,); inf without stations. Needs least memory."""
        cost = np.full(len(lonlat), np.inf)

        def work(piece: slice) -> None:
            order, places = _side_by_side(lonlat[piece])
            cost[piece][order] = self._nearest(places, 1)[0][:, 0]

        if len(self._numbers):
            _in_threads(work, len(lonlat), self._threads)
        return cost

    def _nearest(self, lonlat: FloatArray, k: int) -> tuple[FloatArray, NDArray[np.int64]]:
        points = cartesian(lonlat)
        chord, chosen = _query(self._tree, points, k)
        cost = self._geodesics(lonlat, points, chosen, chord)
        doubtful = np.flatnonzero(chord[:, -1] > SURE_M)
        if len(doubtful) and k < len(self._numbers):
            cost[doubtful], chosen[doubtful] = self._settled(lonlat[doubtful], points[doubtful], k)
        elif len(doubtful) or k > 1:
            cost, chosen = _in_order(cost, chosen)
        return cost, chosen

    def _settled(
        self, lonlat: FloatArray, points: FloatArray, k: int
    ) -> tuple[FloatArray, NDArray[np.int64]]:
        """The k nearest where the order of straight lines proves nothing: of more candidates.

        When the last candidate's chord is longer than the k-th answer, no other can be nearer.
        """
        cost = np.empty((len(points), k))
        station = np.empty((len(points), k), dtype=np.int64)
        left, asked = np.arange(len(points)), k
        while len(left):
            asked = min(_MORE * asked if asked > k else k + _SPARE, len(self._numbers))
            chord, chosen = _query(self._tree, points[left], asked)
            exact = self._geodesics(lonlat[left], points[left], chosen, chord)
            exact, chosen = _in_order(exact, chosen)
            cost[left], station[left] = exact[:, :k], chosen[:, :k]
            if asked == len(self._numbers):
                break
            left = left[chord[:, -1] <= exact[:, k - 1]]
        return cost, station

    def _geodesics(
        self, lonlat: FloatArray, points: FloatArray, chosen: NDArray[np.int64], chord: FloatArray
    ) -> FloatArray:
        cost = np.empty_like(chord)
        for column in range(chord.shape[1]):
            numbers = chosen[:, column]
            cost[:, column] = self._pairs(lonlat, points, numbers, chord[:, column])
        return cost

    def _pairs(
        self, lonlat: FloatArray, points: FloatArray, numbers: NDArray[np.int64], chord: FloatArray
    ) -> FloatArray:
        found = arc_lengths_m(points, self._points[numbers], chord)
        far = np.flatnonzero(chord > EXACT_M)
        if len(far):
            found[far] = geodesics_m(lonlat[far], self._lonlat[numbers[far]])
        return found

    # -- within ------------------------------------------------------------------------

    def within(self, lonlat: FloatArray, limit: float) -> Neighbours:
        """See `Reach`. Memory: some 60 bytes a pair while it works, 12 in the end."""
        n = len(lonlat)
        parts: dict[int, tuple[NDArray[np.int64], IndexArray, FloatArray]] = {}

        def work(piece: slice) -> None:
            parts[piece.start] = self._within(lonlat[piece], limit)

        if len(self._numbers):
            _in_threads(work, n, self._threads)
        found = [parts[key] for key in sorted(parts)]
        start = np.zeros(n + 1, dtype=np.int64)
        if found:
            np.cumsum(np.concatenate([part[0] for part in found]), out=start[1:])
        return Neighbours(
            start,
            np.concatenate([np.empty(0, np.int32), *(part[1] for part in found)]),
            np.concatenate([np.empty(0), *(part[2] for part in found)]),
            self._stations,
        )

    def _within(
        self, lonlat: FloatArray, limit: float
    ) -> tuple[NDArray[np.int64], IndexArray, FloatArray]:
        points = cartesian(lonlat)
        # By ≤ in both: what lies at the limit counts, and a chord is never longer than its arc.
        pairs = cKDTree(points).sparse_distance_matrix(self._tree, limit, output_type="ndarray")
        row, chosen = pairs["i"].astype(np.int64), pairs["j"].astype(np.int64)
        cost = self._pairs(lonlat[row], points[row], chosen, pairs["v"])
        near = np.flatnonzero(cost <= limit)
        # One whole number a pair, so that the order depends on nothing but the pair.
        order = near[np.argsort(row[near] << 32 | self._numbers[chosen[near]])]
        counts = np.bincount(row[near], minlength=len(lonlat))
        return counts, self._numbers[chosen[order]], cost[order]


def _query(tree: cKDTree, points: FloatArray, k: int) -> tuple[FloatArray, NDArray[np.int64]]:
    chord, chosen = tree.query(points, k=k)
    return chord.reshape(len(points), k), chosen.reshape(len(points), k)


def _in_order(cost: FloatArray, chosen: NDArray[np.int64]) -> tuple[FloatArray, NDArray[np.int64]]:
    if not (cost[:, 1:] < cost[:, :-1]).any():
        return cost, chosen
    order = np.argsort(cost, axis=1, kind="stable")
    return np.take_along_axis(cost, order, 1), np.take_along_axis(chosen, order, 1)


def _side_by_side(lonlat: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
    """An order in which places near each other follow each other, and they in it."""
    squares = np.floor(lonlat * _SQUARES_A_DEGREE).astype(np.int32)
    order = np.argsort(squares[:, 1] * (1 << 14) + squares[:, 0], kind="stable")
    return order, lonlat[order]


def _pieces(n: int, threads: int) -> Iterator[slice]:
    # A small task is shared evenly, too.
    size = min(CHUNK, max(-(-n // threads), 1))
    for first in range(0, n, size):
        yield slice(first, min(first + size, n))


def _in_threads(work: Callable[[slice], None], n: int, threads: int) -> None:
    """Do the work piece by piece; numpy and the tree let go of the interpreter's lock."""
    pieces = list(_pieces(n, threads))
    if len(pieces) < 2:
        for piece in pieces:
            work(piece)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, pieces):
            pass
