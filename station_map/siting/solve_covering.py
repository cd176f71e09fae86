"""Maximal covering to the proof: heuristic, bound, core, and what is left to HiGHS.

1  greedy and swaps answer at once
2  Lagrangian prices bound the answer; their own choice, swapped, often improves it
3  HiGHS on the core, the sites whose prices come nearest to being chosen, finds better ones;
   prices of the core's linear programme are the sharpest bound
4  what the bound decides is decided; HiGHS settles the rest
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from station_map.siting import exact
from station_map.siting.arrays import Bools, Floats, Ints
from station_map.siting.bound_cover import Priced, descended, left_over, relaxed
from station_map.siting.clock import Clock
from station_map.siting.heuristic.covering import improved, most_covering
from station_map.siting.models import covering as model
from station_map.siting.outcome import Outcome, step_of
from station_map.siting.reduce import (
    CoverCase,
    grouped,
    same_rows,
    value_of,
    with_columns,
)
from station_map.siting.result import BoundBy, Stopped

_ROUNDS: Final = 250
_SMALL: Final = 1500
_CORE: Final = 3
_CORE_S: Final = 3.0


@dataclass(slots=True)
class _Search:
    case: CoverCase
    outcome: Outcome
    clock: Clock
    chosen: Ints | None = None
    priced: Priced | None = None

    def take(self, chosen: Ints | None) -> None:
        """Offer a choice within the case."""
        if chosen is None:
            return
        sites = (*self.case.opened, *self.case.sites[chosen].tolist())
        if self.outcome.offer(sites, value_of(self.case, chosen)):
            self.chosen = chosen
            self.outcome.tell(self.clock)

    @property
    def at_hand(self) -> float:
        """A value that only better answers exceed."""
        known = self.outcome.objective
        if known is None:
            return self.case.base - 1.0
        return known + self.outcome.step * (1 - 1e-4)


def solve(case: CoverCase, clock: Clock, *, small: int = _SMALL) -> Outcome:
    """The best choice of a case and the proof of it. INFEASIBLE is left to be explained.

    small: a case of no more covers than this is given to HiGHS as it is.
    """
    step = step_of(case.gain, case.second, np.array([case.base]))
    search = _Search(case, Outcome(maximise=True, step=step), clock)
    search.take(most_covering(case, clock.must_stop))
    search.outcome.heuristic = search.outcome.objective
    _at_most_everything(search)
    if search.outcome.is_done(clock):
        return search.outcome
    if case.covers.nnz > small:
        _by_prices(search)
        if not search.outcome.is_done(clock):
            _by_core(search)
    if not search.outcome.is_done(clock):
        _to_the_end(search)
    return search.outcome


def _at_most_everything(search: _Search) -> None:
    case = search.case
    everything = case.base + float(case.gain.sum() + case.second.sum())
    search.outcome.proves(everything, BoundBy.COUNT)


def _by_prices(search: _Search) -> None:
    search.clock.at("bound")
    for _ in range(2):
        start = None if search.priced is None else search.priced.prices
        _descend(search, start)
        if search.outcome.is_done(search.clock) or search.priced is None:
            return
        search.take(improved(search.case, _preferred(search), search.clock.must_stop))


def _descend(search: _Search, start: Floats | None) -> None:
    aimed = search.at_hand
    found = descended(
        search.case,
        aimed,
        rounds=_ROUNDS,
        start=start,
        is_enough=lambda priced: priced.bound <= aimed,
        should_stop=search.clock.must_stop,
    )
    _note(search, found)


def _note(search: _Search, found: Priced) -> None:
    if search.priced is None or found.bound < search.priced.bound:
        search.priced = found
    search.outcome.proves(found.bound, BoundBy.LAGRANGE)
    search.outcome.tell(search.clock)


def _preferred(search: _Search) -> Ints:
    """The relaxation's choice, the most worth first."""
    assert search.priced is not None  # noqa: S101 - it is called after descending
    picked = np.flatnonzero(search.priced.picked > 0.5)
    return picked[np.argsort(-search.priced.worth[picked], kind="stable")]


def _by_core(search: _Search) -> None:
    """HiGHS on the sites nearest to being chosen, a few times as many as are chosen."""
    search.clock.at("core")
    keep = _core(search, _CORE)
    part = with_columns(search.case, keep)
    small = grouped(part)
    made = model.written(small)
    start = None if search.chosen is None else _start(search, keep, small, made)
    found = _run(search, made, start, at_most_s=_CORE_S)
    if found.values is not None:
        search.take(np.flatnonzero(keep)[model.choice(made, found.values)])
    if not search.outcome.is_done(search.clock):
        _by_linear_prices(search)


def _core(search: _Search, times: int) -> Bools:
    assert search.priced is not None  # noqa: S101 - it is called after descending
    case, priced = search.case, search.priced
    picked = max(int((priced.picked > 0).sum()), 1)
    keep: Bools = np.zeros(case.ways, dtype=np.bool_)
    keep[np.argsort(-priced.worth, kind="stable")[: times * picked]] = True
    keep[priced.picked > 0] = True
    if search.chosen is not None:
        keep[search.chosen] = True
    # Of the standing ones all belong to it: those that stay and those that might go.
    keep[case.kind == 1] = True
    return keep


def _start(search: _Search, keep: Bools, small: CoverCase, made: model.Written) -> Floats:
    assert search.chosen is not None  # noqa: S101 - asked for only then
    return model.point(small, made, (np.cumsum(keep) - 1)[search.chosen])


def _run(
    search: _Search, made: model.Written, start: Floats | None, *, at_most_s: float = np.inf
) -> exact.Found:
    clock, outcome = search.clock, search.outcome
    return exact.solve(
        made.program,
        clock.limits(outcome.step, at_most_s=at_most_s),
        start=start,
        should_stop=clock.should_stop,
        tell=lambda _objective, _bound: outcome.tell(clock),
    )


def _by_linear_prices(search: _Search) -> None:
    """Prices of a larger core's linear programme, spread over all groups, and on from there."""
    keep = _core(search, 3 * _CORE)
    part = with_columns(search.case, keep)
    prices = _linear_prices(search, part)
    if prices is not None:
        _note(search, relaxed(search.case, prices))
        _descend(search, prices)


def _linear_prices(search: _Search, part: CoverCase) -> Floats | None:
    small = grouped(part)
    made = model.written(small, relaxed=True)
    duals = exact.duals(made.program, search.clock.limits(), search.clock.should_stop)
    if duals is None:
        return None
    reached = np.diff(part.covers.indptr) > 0
    double = part.second > 0
    tag = (part.district + 1) * 2 + double
    first, group = same_rows(part.covers[np.flatnonzero(reached)], tag[reached])
    if len(first) != len(small.gain):
        return None
    # Who none of the core reaches keeps nothing for itself: its gain goes to who is outside.
    prices = part.gain.copy()
    share = part.gain[reached] / np.maximum(small.gain[group], 1e-300)
    prices[reached] = np.abs(duals[: len(first)])[group] * share
    return np.clip(prices, 0.0, part.gain)


def _to_the_end(search: _Search) -> None:
    """HiGHS on what the bound has not decided."""
    search.clock.at("exact")
    case, priced = search.case, search.priced
    left = case if priced is None else left_over(case, priced, search.at_hand)
    if left is None:
        _nothing_better(search)
        return
    made = model.written(left)
    found = _run(search, made, _known(search, left, made))
    if found.values is not None:
        picked = model.choice(made, found.values)
        sites = (*left.opened, *left.sites[picked].tolist())
        if search.outcome.offer(sites, value_of(left, picked)):
            search.outcome.tell(search.clock)
    if found.stopped is Stopped.INFEASIBLE:
        _nothing_better(search)
        return
    known = search.outcome.objective
    if found.bound is not None:
        search.outcome.proves(max(found.bound, known or found.bound), BoundBy.SOLVER)
    if not search.outcome.is_done(search.clock):
        search.outcome.stopped = found.stopped


def _known(search: _Search, left: CoverCase, made: model.Written) -> Floats | None:
    """The answer at hand as a point of what is left, if it lies in it."""
    sites = np.setdiff1d(np.array(search.outcome.sites or (), dtype=np.int64), left.opened)
    inside = search.outcome.sites is not None and set(left.opened) <= set(search.outcome.sites)
    if not inside or not np.isin(sites, left.sites).all():
        return None
    return model.point(left, made, np.flatnonzero(np.isin(left.sites, sites)))


def _nothing_better(search: _Search) -> None:
    """There is no better answer than the one at hand; and if there is none at hand, no answer."""
    search.outcome.stopped = Stopped.INFEASIBLE
    if search.outcome.objective is not None:
        search.outcome.proves(search.outcome.objective, BoundBy.SOLVER)
        search.outcome.is_done(search.clock)
