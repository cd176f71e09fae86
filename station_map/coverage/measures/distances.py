"""3. How far people have: weighted mean, median, P90, maximum, and the n-th nearest station.

    mean_g = Σ w_i d_i / Σ w_i          d_i = min_j d_ij
    Q_q    = the least d with Σ_{d_i ≤ d} w_i ≥ q Σ w_i     (inverse of the weighted distribution)

Cells without demand count nowhere, not even in the maximum. Where some demand reaches no station at
all, what depends on it is infinite, and told as unknown. Hakimi, Operations Research 12 (1964)
450-459, for mean and maximum as what medians and centres minimise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from station_map.coverage.arrays import BoolArray, FloatArray, quotient
from station_map.coverage.groups import Groups
from station_map.coverage.inputs import Demand


@dataclass(frozen=True, eq=False)
class Spread:
    """By group, then the whole, (groups + 1,) each; NaN where there is no demand."""

    mean: FloatArray
    median: FloatArray
    p90: FloatArray
    maximum: FloatArray


@dataclass(frozen=True, eq=False)
class Distances:
    """sure, possible: to the nearest that counts, or may. nth: mean distance to the 1st, 2nd …

    nearest that counts, by group and then the whole, (n, groups + 1).
    """

    sure: Spread
    possible: Spread
    nth: FloatArray


def spread(demand: Demand, distance: FloatArray) -> Spread:
    """distance: (n,), to the nearest station; inf where there is none."""
    order = np.argsort(distance, kind="stable")
    order = order[demand.weight[order] > 0]
    d, w, slot = distance[order], demand.weight[order], demand.groups.slot[order]
    rows = [_figures(d, w)]
    by_group = np.argsort(slot, kind="stable")
    ends = np.cumsum(np.bincount(slot, minlength=demand.groups.size))[:-1]
    parts = [_figures(d[rows_], w[rows_]) for rows_ in np.split(by_group, ends)]
    table = np.array([*parts, *rows])
    return Spread(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def mean_to_nth(demand: Demand, cost: FloatArray) -> FloatArray:
    """cost: (n, k) of the k nearest; the means by group and of the whole, (k, groups + 1)."""
    nobody = None if np.isfinite(cost[:, -1]).all() else demand.weight == 0
    return np.array([_means(demand.groups, demand.weight, column, nobody) for column in cost.T])


def _means(
    groups: Groups, weight: FloatArray, distance: FloatArray, nobody: BoolArray | None
) -> FloatArray:
    held = groups.sum(weight)
    # Where nobody is, an infinite distance is nobody's.
    sums = groups.sum(weight * (distance if nobody is None else np.where(nobody, 0.0, distance)))
    weights, totals = np.append(held, held.sum()), np.append(sums, sums.sum())
    return quotient(totals, weights)


def _figures(d: FloatArray, w: FloatArray) -> tuple[float, float, float, float]:
    """Of distances in rising order with their weights, all above 0."""
    if not len(d):
        return (np.nan, np.nan, np.nan, np.nan)
    running = np.cumsum(w)
    mean = float(d @ w / running[-1]) if np.isfinite(d[-1]) else np.inf
    return mean, quantile(d, running, 0.5), quantile(d, running, 0.9), float(d[-1])


def quantile(d: FloatArray, running: FloatArray, share: float) -> float:
    """The least d with at least this share of the weight. running: cumulated weights."""
    place: np.int64 | NDArray[np.int64] = np.searchsorted(running, share * running[-1])
    return float(d[min(int(place), len(d) - 1)])
