"""7. How evenly it is shared: weighted Gini, Palma, Theil, the worst-off group, below standard.

With cells in rising order of what they get, x_i, weights w_i, W = Σ w_i and S_i = Σ_{k ≤ i} w_k x_k:

    Gini   G = 1 - Σ w_i (S_i + S_{i-1}) / (W S_n)              (Lerman and Yitzhaki 1989)
    Palma  P = what the upper 10 % get / what the lower 40 % get   (Cobham and Sumner 2013)
    Theil  T = Σ (w_i x_i / W μ) ln(x_i / μ),  0 ln 0 = 0       (Theil 1967)
    T = Σ_g s_g T_g + Σ_g s_g ln(μ_g / μ),  s_g = W_g μ_g / W μ (within + between groups)

All are 0 (Palma 0.25) when everybody gets the same, and unknown when nobody gets anything. A cell that lies across
the 40 % or 90 % mark counts with the part of its weight on each side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from station_map.coverage.arrays import FloatArray, quotient
from station_map.coverage.groups import Groups

_LOWER, _UPPER = 0.4, 0.9


@dataclass(frozen=True, slots=True)
class Inequality:
    """None where it is not defined: nobody gets anything, or somebody's is infinite."""

    gini: float | None
    palma: float | None
    theil: float | None
    theil_within: float | None
    theil_between: float | None


@dataclass(frozen=True, eq=False)
class Equity:
    """seats: of seats a head; distance: of metres to the nearest. worst: the group with the least

    share covered, and that share. below: demand with fewer seats than the standard, by group, of
    what is known and with what may be; standard: seats a 1,000.
    """

    seats: Inequality
    distance: Inequality
    worst: str | None
    worst_share: float | None
    standard: float
    below_low: FloatArray
    below_high: FloatArray


def inequality(x: FloatArray, weight: FloatArray, groups: Groups) -> Inequality:
    """x: (n,), at least 0, what each cell gets; weight: (n,)."""
    used = weight > 0
    x, w, slot = x[used], weight[used], groups.slot[used]
    if not len(x) or not np.isfinite(x).all() or not x.any():
        return Inequality(None, None, None, None, None)
    total = float(w.sum())
    mean = float(w @ x) / total
    # Theil's parts, from sums by group.
    relative = x / mean
    logs = np.zeros(len(x))
    np.log(relative, out=logs, where=relative > 0)
    held = np.bincount(slot, weights=w, minlength=groups.size)
    got = np.bincount(slot, weights=w * relative, minlength=groups.size)
    ratio = quotient(got, held, 1.0)
    log_ratio = np.log(ratio, out=np.zeros(groups.size), where=ratio > 0)
    theil = float((w * relative) @ logs) / total
    between = float(got @ log_ratio) / total
    within = float((w * relative) @ (logs - log_ratio[slot])) / total
    return Inequality(*_ordered(x, w), theil, within, between)


def _ordered(x: FloatArray, w: FloatArray) -> tuple[float, float | None]:
    order = np.argsort(x)
    x, w = x[order], w[order]
    sums = np.append(0.0, np.cumsum(w * x))
    weights = np.append(0.0, np.cumsum(w))
    gini = 1.0 - float(w @ (sums[1:] + sums[:-1])) / float(weights[-1] * sums[-1])
    lower, upper = np.interp(np.array([_LOWER, _UPPER]) * weights[-1], weights, sums)
    return gini, float((sums[-1] - upper) / lower) if lower > 0 else None


def worst_off(
    groups: Groups, covered: FloatArray, held: FloatArray
) -> tuple[str | None, float | None]:
    """The named group with the least share covered; the first of equals. Sums by group."""
    named = np.flatnonzero(held[:-1] > 0)
    if not len(named):
        return None, None
    shares = covered[named] / held[named]
    place = int(np.argmin(shares))
    return groups.names[named[place]], float(shares[place])
