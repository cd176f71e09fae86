"""Problems by distance made ready: who, to which free sites, and how far at most as it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from station_map.siting.arrays import Floats, Ints
from station_map.siting.candidates import SiteStatus
from station_map.siting.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class MedianCase:
    """m demand points with weight, f free sites.

    cost: (f, m) weight × distance, no more than what open sites leave; far: (m,) what those
    leave. A way that does not exist costs `never`, which is more than any plan with ways;
    distance: (f, m) and base: (m,) unweighted, inf where there is no way. sites: (f,) numbers
    in the problem. most: how many may be opened. conflicts: (k, 2) pairs within the case.
    opened: numbers of the sites open whatever is decided.
    """

    cost: Floats
    far: Floats
    distance: Floats
    base: Floats
    weight: Floats
    never: float
    sites: Ints
    most: int
    conflicts: Ints
    opened: tuple[int, ...]

    @property
    def ways(self) -> int:
        """How many sites there are to decide about."""
        return len(self.sites)

    def total(self, chosen: Ints) -> float:
        """Σ weight × distance of a choice (numbers within the case); inf when one has no way."""
        nearest = self.far if not len(chosen) else np.minimum(self.far, self.cost[chosen].min(0))
        return float("inf") if np.any(nearest >= self.never) else float(nearest.sum())


def case_of(problem: Problem) -> MedianCase:
    """The case of a problem by distance. Demand of no weight is left out."""
    distance = problem.distance
    assert distance is not None  # noqa: S101 - Problem checks it for goals by distance
    counts = problem.weight > 0
    fixed, free = problem.fixed(), _free(problem)
    weight, table = problem.weight[counts], distance[counts]
    base = table[:, fixed].min(axis=1) if len(fixed) else np.full(len(weight), np.inf)
    # Sites in rows, so that one site's distances lie together.
    near = np.minimum(np.ascontiguousarray(table[:, free].T), base)
    never = _never(near, base, weight)
    required = len(problem.required())
    return MedianCase(
        cost=np.where(np.isfinite(near), near * weight, never),
        far=np.where(np.isfinite(base), base * weight, never),
        distance=near,
        base=base,
        weight=weight,
        never=never,
        sites=free,
        most=problem.opens - required,
        conflicts=_pairs(problem, free),
        opened=tuple(fixed.tolist()),
    )


def _free(problem: Problem) -> Ints:
    """Candidates that are not too close to what is open anyway."""
    candidates, fixed = problem.sites.having(SiteStatus.CANDIDATE), problem.fixed()
    pairs = problem.conflicts
    blocked = np.concatenate(
        [pairs[np.isin(pairs[:, 0], fixed), 1], pairs[np.isin(pairs[:, 1], fixed), 0]]
    )
    return np.setdiff1d(candidates, blocked)


def _pairs(problem: Problem, free: Ints) -> Ints:
    pairs = problem.conflicts
    inside = np.isin(pairs, free).all(axis=1)
    return np.searchsorted(free, pairs[inside]).reshape(-1, 2)


def _never(near: Floats, base: Floats, weight: Floats) -> float:
    """More than any plan in which everybody has a way."""
    finite = np.where(np.isfinite(near), near, 0.0)
    largest = finite.max(axis=0, initial=0.0)
    largest = np.maximum(largest, np.where(np.isfinite(base), base, 0.0))
    return float((largest * weight).sum()) * 2 + 1.0
