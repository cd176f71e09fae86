"""10. Two scenarios compared: who gains, who loses, cell by cell and by group.

    gained_g = Σ w_i [covered after, not before],   lost_g = Σ w_i [covered before, not after]
    covered_after = covered_before + gained - lost;   nearer_i = d_i before - d_i after

in what is known to count on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from station_map.coverage.arrays import BoolArray, FloatArray, quotient
from station_map.coverage.inputs import Demand


@dataclass(frozen=True, eq=False)
class Comparison:
    """Demand by group, (groups,) each. change: int8 (n,), 1 gains its cover, -1 loses it, 0.

    nearer_m: (n,), metres by which the nearest station is nearer after; NaN where there is none on
    either side. mean_nearer_m: by group and then the whole. nearer, farther: demand whose is.
    """

    before: FloatArray
    after: FloatArray
    gained: FloatArray
    lost: FloatArray
    nearer: FloatArray
    farther: FloatArray
    mean_nearer_m: FloatArray
    change: NDArray[np.int8]
    nearer_m: FloatArray


# Of two computations of one distance; half a metre is no gain to anybody.
_NOTICED_M = 0.5


def compare(
    demand: Demand,
    covered: tuple[BoolArray, BoolArray],
    distance: tuple[FloatArray, FloatArray],
) -> Comparison:
    """covered, distance: before and after, each (n,); distances inf where there is no station."""
    groups, weight = demand.groups, demand.weight
    before, after = covered
    with np.errstate(invalid="ignore"):
        nearer = distance[0] - distance[1]
        moved = np.where((weight > 0) & (nearer != 0), weight * nearer, 0.0)
    moved[np.isnan(moved)] = 0.0
    held, sums = groups.sum(weight), groups.sum(moved)
    weights, totals = np.append(held, held.sum()), np.append(sums, sums.sum())
    return Comparison(
        before=groups.sum(weight * before),
        after=groups.sum(weight * after),
        gained=groups.sum(weight * (after & ~before)),
        lost=groups.sum(weight * (before & ~after)),
        nearer=groups.sum(weight * (nearer > _NOTICED_M)),
        farther=groups.sum(weight * (nearer < -_NOTICED_M)),
        mean_nearer_m=quotient(totals, weights),
        change=after.astype(np.int8) - before.astype(np.int8),
        nearer_m=nearer,
    )
