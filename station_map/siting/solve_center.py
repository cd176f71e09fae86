"""p-center to the proof: the least radius within which p sites cover everybody (Minieka).

The answer is one of the distances. Greedy covers bring it down from above; then the distances
below are halved: each is either enough for p sites, shown by a plan, or not, shown by HiGHS.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from station_map.siting import exact
from station_map.siting.arrays import Floats, Ints, Sparse
from station_map.siting.clock import Clock
from station_map.siting.heuristic.interchange import best_sites
from station_map.siting.median_case import MedianCase
from station_map.siting.models import center as model
from station_map.siting.outcome import Outcome
from station_map.siting.result import BoundBy, Stopped


@dataclass(slots=True)
class _Search:
    case: MedianCase
    outcome: Outcome
    clock: Clock
    radii: Floats

    def take(self, chosen: Ints) -> None:
        """Offer a choice within the case."""
        radius = radius_of(self.case, chosen)
        sites = (*self.case.opened, *self.case.sites[chosen].tolist())
        if np.isfinite(radius) and self.outcome.offer(sites, radius):
            self.outcome.tell(self.clock)


def radius_of(case: MedianCase, chosen: Ints) -> float:
    """How far the farthest is from the nearest open site; 0 when there is nobody."""
    near = np.minimum(case.base, case.distance[chosen].min(0)) if len(chosen) else case.base
    return float(near.max(initial=0.0))


def solve(case: MedianCase, clock: Clock) -> Outcome:
    """The best plan and its proof. INFEASIBLE is left to be explained."""
    search = _Search(case, Outcome(maximise=False), clock, _radii(case))
    outcome = search.outcome
    search.take(best_sites(case, clock.must_stop, kicks=0))
    _from_above(search)
    outcome.heuristic = outcome.objective
    outcome.proves(_least(case), BoundBy.COUNT)
    outcome.tell(clock)
    if not outcome.is_done(clock):
        _halve(search)
    return outcome


def _radii(case: MedianCase) -> Floats:
    """Every radius that a plan can have, ascending."""
    finite = case.distance[np.isfinite(case.distance)]
    return np.unique(np.concatenate([finite, case.base[np.isfinite(case.base)], [0.0]]))


def _least(case: MedianCase) -> float:
    """With every site open."""
    return radius_of(case, np.arange(case.ways))


def _from_above(search: _Search) -> None:
    """Halve between radii that greedy can cover and those that it cannot."""
    low, high = 0, len(search.radii) - 1
    while low < high and not search.clock.must_stop():
        middle = (low + high) // 2
        chosen = _greedy(search.case, search.radii[middle])
        if chosen is None:
            low = middle + 1
        else:
            search.take(chosen)
            high = middle


def _near(case: MedianCase, radius: float) -> Sparse:
    """(m', f): who is within the radius of whom, of those whom nothing open reaches."""
    waits = case.base > radius
    return csr_array((radius >= case.distance[:, waits].T).astype(np.float64))


def _greedy(case: MedianCase, radius: float) -> Ints | None:
    """At most p sites that cover everybody within the radius, or None."""
    near = _near(case, radius)
    by_site, waits = near.T.tocsr(), np.ones(near.shape[0])
    allowed = np.ones(case.ways, dtype=np.bool_)
    chosen: list[int] = []
    while waits.any():
        scores = np.where(allowed, by_site @ waits, 0.0)
        if len(chosen) >= case.most or not len(scores) or scores.max() <= 0:
            return None
        best = int(np.argmax(scores))
        chosen.append(best)
        waits[by_site.indices[by_site.indptr[best] : by_site.indptr[best + 1]]] = 0.0
        pairs = case.conflicts
        allowed[pairs[pairs[:, 0] == best, 1]] = False
        allowed[pairs[pairs[:, 1] == best, 0]] = False
        allowed[best] = False
    return np.array(chosen, dtype=np.int64)


def _halve(search: _Search) -> None:
    search.clock.at("exact")
    outcome, radii = search.outcome, search.radii
    low = int(np.searchsorted(radii, outcome.bound or 0.0))
    while not outcome.is_done(search.clock):
        known = outcome.objective
        high = len(radii) if known is None else int(np.searchsorted(radii, known))
        if low >= high:
            _none_left(search)
            return
        middle = (low + high) // 2
        enough = _is_enough(search, float(radii[middle]))
        if enough is None:
            outcome.stopped = search.clock.why() or Stopped.TIME_LIMIT
            return
        if not enough:
            low = middle + 1
            if low < len(radii):
                outcome.proves(float(radii[low]), BoundBy.SOLVER)
        outcome.tell(search.clock)


def _none_left(search: _Search) -> None:
    outcome = search.outcome
    if outcome.objective is None:
        outcome.stopped = Stopped.INFEASIBLE
        return
    outcome.proves(outcome.objective, BoundBy.SOLVER)
    outcome.is_done(search.clock)


def _is_enough(search: _Search, radius: float) -> bool | None:
    """Whether p sites cover everybody within the radius; None: not known in time."""
    near = _near(search.case, radius)
    if np.any(np.diff(near.indptr) == 0):
        return False
    near = _needed(near)
    program, x = model.written(near, search.case.conflicts)
    found = exact.solve(
        program,
        search.clock.limits(1.0),
        should_stop=search.clock.should_stop,
        tell=lambda _objective, _bound: search.outcome.tell(search.clock),
    )
    if found.values is not None:
        chosen = np.flatnonzero(found.values[x.start : x.stop] > 0.5)
        if len(chosen) <= search.case.most:
            search.take(chosen)
            return True
    if found.stopped is Stopped.INFEASIBLE:
        return False
    if found.bound is not None and found.bound > search.case.most + 1e-6:
        return False
    return None


def _needed(near: Sparse) -> Sparse:
    """Who is covered whenever somebody else is need not be looked at."""
    lengths = np.diff(near.indptr)
    shared = (near @ near.T).tocoo()
    mine, other = shared.coords
    # `other` needs a subset of those who serve `mine`; of two alike the first stays.
    inside = (shared.data >= lengths[other]) & (mine != other)
    inside &= (lengths[other] < lengths[mine]) | (other < mine)
    keep = np.ones(near.shape[0], dtype=np.bool_)
    keep[mine[inside]] = False
    return near[np.flatnonzero(keep)]
