"""From an outcome to the frozen result: what each site adds, and shares before and after."""

from __future__ import annotations

from typing import Any

import numpy as np

from station_map.siting.arrays import Bools, Floats, Ints
from station_map.siting.goals import (
    BY_DISTANCE,
    Backup,
    MinimumSites,
    PCenter,
    PMedian,
)
from station_map.siting.outcome import Outcome
from station_map.siting.problem import Problem
from station_map.siting.result import Result, Share, Stopped

_MINIMISES = (PMedian, PCenter, MinimumSites)


def result(problem: Problem, outcome: Outcome, seconds: float) -> Result:
    """The answer to hand out."""
    maximise = not isinstance(problem.goal, _MINIMISES)
    stopped = outcome.stopped or Stopped.TIME_LIMIT
    common: dict[str, Any] = {
        "goal": type(problem.goal).__name__,
        "maximise": maximise,
        "stopped": stopped,
        "reason": outcome.reason,
        "seconds": seconds,
    }
    if outcome.sites is None:
        before = np.isin(np.arange(len(problem.sites)), problem.existing())
        shares = _shares(problem, before, before)
        bound = None if stopped is Stopped.INFEASIBLE else outcome.bound
        return Result(**common, objective=None, bound=bound, gap=None, bound_by=None, shares=shares)
    return _with_plan(problem, outcome, common)


def _with_plan(problem: Problem, outcome: Outcome, common: dict[str, Any]) -> Result:
    existing = np.isin(np.arange(len(problem.sites)), problem.existing())
    after = np.zeros(len(problem.sites), dtype=np.bool_)
    after[list(outcome.sites or ())] = True
    chosen, gains = _in_order(problem, outcome, existing & after, np.flatnonzero(after & ~existing))
    phase = dict(zip(outcome.sites or (), outcome.phase, strict=False))
    return Result(
        **common,
        objective=outcome.objective,
        bound=outcome.bound,
        gap=outcome.gap,
        bound_by=outcome.bound_by,
        chosen=tuple(chosen),
        gains=tuple(gains),
        closed=tuple(np.flatnonzero(existing & ~after).tolist()),
        phases=tuple(phase[site] for site in chosen) if outcome.phase else (),
        shares=_shares(problem, existing, after),
        heuristic=outcome.heuristic,
    )


# -- what each site adds ---------------------------------------------------------------


def _in_order(
    problem: Problem, outcome: Outcome, stays: Bools, opened: Ints
) -> tuple[list[int], list[float | None]]:
    """The opened sites, at each step the one that adds most; within their phases, if any."""
    worth = _Worth(problem, np.flatnonzero(stays))
    phase = dict(zip(outcome.sites or (), outcome.phase, strict=False))
    left, order, gains = opened.tolist(), [], []
    while left:
        first = min(phase.get(site, 0) for site in left)
        turn = [site for site in left if phase.get(site, 0) == first]
        best = max(turn, key=worth.key)
        gains.append(worth.add(best))
        order.append(best)
        left.remove(best)
    return order, gains


class _Worth:
    """What a growing set of open sites covers (or, by distance, costs)."""

    def __init__(self, problem: Problem, stays: Ints) -> None:
        self.problem = problem
        self.by_distance = isinstance(problem.goal, BY_DISTANCE)
        goal = problem.goal
        self.first = goal.first if isinstance(goal, Backup) else 1.0
        if self.by_distance:
            table = problem.distance
            assert table is not None  # noqa: S101 - Problem checks it
            counts = problem.weight > 0
            self.table, self.weight = table[counts], problem.weight[counts]
            self.near = self.table[:, stays].min(axis=1, initial=np.inf)
        else:
            self.columns = problem.covers.tocsc()
            self.counts = np.asarray(problem.covers[:, stays].sum(axis=1)).ravel()

    def key(self, site: int) -> tuple[float, float]:
        """How useful a further site is: who gets a way at all comes first, then the sum."""
        if not self.by_distance:
            return 0.0, self.adds(site)
        then = self._with(site)
        has_way = np.isfinite(then)
        return float(self.weight[has_way].sum()), -self._costs(np.where(has_way, then, 0.0))

    def adds(self, site: int) -> float:
        """What a further site covers."""
        rows = self._rows(site)
        weight, counts = self.problem.weight[rows], self.counts[rows]
        once = weight[counts == 0].sum() * self.first
        return float(once + weight[counts == 1].sum() * (1 - self.first))

    def add(self, site: int) -> float | None:
        """Open it; says what it added, None when there was no sum before."""
        if self.by_distance:
            now = self._costs(self.near)
            self.near = self._with(site)
            return now - self._costs(self.near) if np.isfinite(now) else None
        gain = self.adds(site)
        self.counts[self._rows(site)] += 1
        return gain

    def _rows(self, site: int) -> Ints:
        start, end = self.columns.indptr[site : site + 2]
        rows: Ints = self.columns.indices[start:end]
        return rows

    def _with(self, site: int) -> Floats:
        return np.minimum(self.near, self.table[:, site])

    def _costs(self, near: Floats) -> float:
        if isinstance(self.problem.goal, PCenter):
            return float(near.max(initial=0.0))
        return float((self.weight * near).sum())


# -- shares ----------------------------------------------------------------------------


def _shares(problem: Problem, before: Bools, after: Bools) -> tuple[Share, ...]:
    covered = [_covered(problem, np.flatnonzero(which)) for which in (before, after)]
    found = [Share(None, problem.total, *(float(problem.weight[one].sum()) for one in covered))]
    if problem.district is not None:
        for number, name in enumerate(problem.districts):
            weight = np.where(problem.district == number, problem.weight, 0.0)
            parts = (float(weight[one].sum()) for one in covered)
            found.append(Share(name, float(weight.sum()), *parts))
    return tuple(found)


def _covered(problem: Problem, sites: Ints) -> Bools:
    if isinstance(problem.goal, BY_DISTANCE):
        assert problem.distance is not None  # noqa: S101 - Problem checks it
        near: Bools = np.isfinite(problem.distance[:, sites]).any(axis=1)
        return near
    found: Bools = np.diff(problem.covers[:, sites].indptr) > 0
    return found
