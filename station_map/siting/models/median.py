"""p-median by radii (Cornuejols, Nemhauser and Wolsey; García, Labbé and Marín).

With the different costs of demand i in order, c_i^1 < c_i^2 < … < c_i^K, z_ik says that no open
site costs i at most c_i^k:

    min  Σ_i c_i^1 + Σ_i Σ_k (c_i^{k+1} - c_i^k) z_ik
    z_ik + Σ_{j: c_ij ≤ c_i^k} x_j ≥ 1     Σ_j x_j ≤ p

A site that is open anyway ends the row: beyond it nothing is to be decided. A cost that stands
for "no way" has no z, so somebody nearer must open.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, eye_array

from station_map.siting.arrays import Floats, Ints
from station_map.siting.median_case import MedianCase
from station_map.siting.models import rules
from station_map.siting.program import Program, ones


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A programme, its columns, and for each z its demand and the cost it says is not reached."""

    program: Program
    x: range
    z: range
    demand: Ints
    level: Floats


def written(case: MedianCase, keep: Ints, is_open: Ints, *, relaxed: bool = False) -> Written:
    """The programme over the sites `keep` of the case; `is_open` of them are settled as open."""
    cost = case.cost[keep]
    settled = np.isin(keep, is_open)
    far = np.minimum(case.far, cost[settled].min(axis=0)) if settled.any() else case.far
    members, starts, steps, demand, level = _levels(cost, far, case.never)
    program = Program(
        maximise=False, offset=float(np.minimum(cost.min(axis=0, initial=np.inf), far).sum())
    )
    x = program.columns(np.zeros(len(keep)), whole=not relaxed)
    z = program.columns(np.where(np.isfinite(steps), steps, 0.0),
                        most=np.isfinite(steps).astype(np.float64))  # fmt: skip
    near = csr_array((np.ones(len(members)), members, starts), shape=(len(z), len(x)))
    program.rows([(x, near), (z, eye_array(len(z)))], 1.0, np.inf, group=rules.LINK)
    program.rows([(x, ones(len(x)))], -np.inf, case.most, group=rules.NUMBER)
    if settled.any():
        one = eye_array(len(x), format="csr")[np.flatnonzero(settled)]
        program.rows([(x, one)], 1.0, 1.0, group="open")
    inside = np.isin(case.conflicts, keep).all(axis=1)
    pairs = np.searchsorted(keep, case.conflicts[inside]).reshape(-1, 2)
    rules.add_spacing(program, pairs, x)
    return Written(program, x, z, demand, level)


def _levels(cost: Floats, far: Floats, never: float) -> tuple[Ints, Ints, Floats, Ints, Floats]:
    """Rows z: their sites (as csr), steps in cost (inf: must not be), demand and cost."""
    members, lengths, steps, demand, level = [], [], [], [], []
    for i in range(cost.shape[1]):
        order = np.argsort(cost[:, i], kind="stable")
        order = order[cost[order, i] < far[i]]
        costs = cost[order, i]
        if not len(costs):
            if far[i] >= never:  # nobody can ever come here: no plan
                members.append(order)
                lengths.append(0)
                steps.append(np.inf)
                demand.append(i)
                level.append(far[i])
            continue
        last = np.flatnonzero(np.append(costs[1:] > costs[:-1], True))
        beyond = np.append(costs[last][1:], far[i])
        for end, after in zip(last.tolist(), beyond.tolist(), strict=True):
            members.append(order[: end + 1])
            lengths.append(end + 1)
            steps.append(np.inf if after >= never else after - costs[end])
            demand.append(i)
            level.append(costs[end])
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    joined = np.concatenate(members) if members else np.zeros(0, dtype=np.int64)
    return joined, starts, np.array(steps), np.array(demand, dtype=np.int64), np.array(level)


def point(case: MedianCase, made: Written, keep: Ints, chosen: Ints) -> Floats:
    """The programme's point of a choice that lies within `keep`."""
    values = np.zeros(made.program.width)
    values[np.searchsorted(keep, chosen)] = 1.0
    nearest = case.cost[chosen].min(axis=0) if len(chosen) else case.far
    values[made.z.start : made.z.stop] = nearest[made.demand] > made.level
    return values
