"""9. What each station's closing would lose, and which could close without loss.

    sole_j  = Σ w_i [j is the one station within r of i]      demand that loses its cover
    first_j = Σ w_i [j is the nearest of i]                   people who would have to go elsewhere
    extra_j = Σ w_i (d_i2 - d_i1) / first_j                   metres further that they would have

over the i whose nearest is j, d_i1 and d_i2 being the distances to the nearest and the second.
Stations with sole_j = 0 that have demand within r are candidates to delist or move, each by itself;
of those with none we know nothing to say (the demand may end before them). `together` are some that
could all close at once without any demand losing its cover: taken one by one, the least `first_j`
first, as long as each of its cells keeps another station. (Removal in ReVelle, Murray and Serra,
Location models for ceding market share and shrinking services, Omega 35 (2007) 533-540.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from station_map.coverage.arrays import BoolArray, FloatArray, quotient
from station_map.coverage.neighbours import Neighbours
from station_map.coverage.reach import Nearest


@dataclass(frozen=True, eq=False)
class Redundancy:
    """By station, (stations,) each, 0 for those that do not count; extra_m is NaN where nobody's

    nearest it is, inf where there is no second. sole_possible: demand that loses its cover even
    if every station that may count does. together: numbers of stations, in the order of closing.
    """

    sole: FloatArray
    sole_possible: FloatArray
    first: FloatArray
    extra_m: FloatArray
    together: tuple[int, ...]


def sole_demand(neighbours: Neighbours, stations: BoolArray, weight: FloatArray) -> FloatArray:
    """Demand that only one of some stations covers, by station."""
    near = neighbours.only(stations)
    alone = np.flatnonzero(near.counts == 1)
    return np.bincount(
        near.station[near.start[:-1][alone]], weights=weight[alone], minlength=near.stations
    )


def redundancy(
    neighbours: Neighbours,
    stations: tuple[BoolArray, BoolArray],
    weight: FloatArray,
    nearest: Nearest,
) -> Redundancy:
    """stations: which count, and which may; nearest: at least two of those that count."""
    sure, possible = stations
    sole = sole_demand(neighbours, sure, weight)
    may = sole if possible is sure else sole_demand(neighbours, possible, weight)
    count = neighbours.stations
    used = np.flatnonzero((nearest.station[:, 0] >= 0) & (weight > 0))
    own, w = nearest.station[used, 0], weight[used]
    first = np.bincount(own, weights=w, minlength=count)
    further = nearest.cost[used, 1] - nearest.cost[used, 0]
    extra = np.bincount(own, weights=w * further, minlength=count)
    extra_m = quotient(extra, first)
    near = neighbours.only(sure)
    asked = near.station_sums(weight[near.demand]) > 0
    together = _together(near, sure & asked & (sole == 0), first, weight)
    return Redundancy(sole, may, first, extra_m, together)


def _together(
    near: Neighbours, candidates: BoolArray, first: FloatArray, weight: FloatArray
) -> tuple[int, ...]:
    left = np.where(weight > 0, near.counts, near.counts + 1)
    order = np.argsort(near.station, kind="stable")
    begins = np.searchsorted(near.station[order], np.arange(near.stations + 1))
    cells = near.demand[order]
    numbers = np.flatnonzero(candidates)
    closed = []
    for j in numbers[np.argsort(first[numbers], kind="stable")].tolist():
        mine = cells[begins[j] : begins[j + 1]]
        if (left[mine] > 1).all():
            left[mine] -= 1
            closed.append(j)
    return tuple(closed)
