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


@dataclass(frozen=True, eq=False)
class Parts:
    """Demand by group, (groups,) each; they add up to the demand of the group."""

    none: FloatArray
    one: FloatArray
    more: FloatArray


@dataclass(frozen=True, eq=False)
class Overlap:
    """sure: with the stations known to count; possible: with those that may, too."""

    limit: float
    sure: Parts
    possible: Parts


def parts(demand: Demand, counts: NDArray[np.int64]) -> Parts:
    """counts: (n,), the stations within reach of each cell."""
    kinds = np.minimum(counts, 2)
    size = demand.groups.size
    held = np.bincount(
        demand.groups.slot * 3 + kinds, weights=demand.weight, minlength=size * 3
    ).reshape(size, 3)
    return Parts(held[:, 0], held[:, 1], held[:, 2])
