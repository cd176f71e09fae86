"""2. Overlapping coverage: demand with no station within reach, with one alone, with two or more.

    none_g = Σ w_i [c_i = 0],  one_g = Σ w_i [c_i = 1],  more_g = Σ w_i [c_i ≥ 2]

c_i counts the stations with d_ij ≤ r. The three add up to the demand. `one` hangs on a single
station: it is lost when that station closes. Hogan and ReVelle, Concepts and applications of backup
coverage, Management Science 32 (1986) 1434-1444.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from station_map.coverage.arrays import FloatArray
from station_map.coverage.inputs import Demand
from station_map.coverage.measures.bands import Band, band


@dataclass(frozen=True, eq=False)
class Parts:
    """Demand by group, (groups,) each; they add up to the demand of the group."""

    none: FloatArray
    one: FloatArray
    more: FloatArray


@dataclass(frozen=True, eq=False)
class Overlap:
    """sure: with the stations known to count; possible: with those that may, too.

    single: demand that hangs on one station, as a band: for certain, and as far as it may. It is
    not between the two `one`: of two stations that may count, one may and the other not.
    """

    limit: float
    sure: Parts
    possible: Parts
    single: Band


def overlap(
    demand: Demand, limit: float, sure: NDArray[np.int64], possible: NDArray[np.int64]
) -> Overlap:
    """sure, possible: (n,), how many stations that count, or may, each cell has in reach."""
    known = parts(demand, sure)
    if sure is possible:
        return Overlap(limit, known, known, Band(known.one, known.one))
    single = band(
        demand.groups,
        demand.weight,
        (sure == 1) & (possible == 1),
        (sure <= 1) & (possible >= 1),
    )
    return Overlap(limit, known, parts(demand, possible), single)


def parts(demand: Demand, counts: NDArray[np.int64]) -> Parts:
    """counts: (n,), the stations within reach of each cell."""
    kinds = np.minimum(counts, 2)
    size = demand.groups.size
    held = np.bincount(
        demand.groups.slot * 3 + kinds, weights=demand.weight, minlength=size * 3
    ).reshape(size, 3)
    return Parts(held[:, 0], held[:, 1], held[:, 2])
