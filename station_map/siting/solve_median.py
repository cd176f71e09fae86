"""p-median to the proof: interchange, Lagrangian prices, and HiGHS on what these leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from station_map.siting import exact
from station_map.siting.arrays import Ints
from station_map.siting.bound_median import Priced, decided, descended, first_prices
from station_map.siting.branch import Tree
from station_map.siting.branch_median import MedianNode
from station_map.siting.clock import Clock
from station_map.siting.heuristic.interchange import best_sites, descended_from
from station_map.siting.median_case import MedianCase
from station_map.siting.models import median as model
from station_map.siting.outcome import Outcome, step_of
from station_map.siting.result import BoundBy, Stopped

_ROUNDS: Final = 400
_TURNS: Final = 3
# A tree that is not small is rather given to HiGHS.
_NODES: Final = 500


@dataclass(slots=True)
class _Search:
    case: MedianCase
    outcome: Outcome
    clock: Clock
    chosen: Ints
    priced: Priced | None = None

    def take(self, chosen: Ints) -> None:
        """Offer a choice within the case."""
        total = self.case.total(chosen)
        if np.isfinite(total) and self.outcome.offer(
            (*self.case.opened, *self.case.sites[chosen].tolist()), total
        ):
            self.chosen = np.sort(chosen)
            self.outcome.tell(self.clock)

    @property
    def at_hand(self) -> float:
        """A value below which there are only better plans."""
        known = self.outcome.objective
        if known is None:
            return self.case.never * max(len(self.case.weight), 1)
        return known - self.outcome.step * (1 - 1e-4)


def solve(case: MedianCase, clock: Clock) -> Outcome:
    """The best plan and its proof. INFEASIBLE is left to be explained."""
    whole = case.cost[case.cost < case.never], case.far[case.far < case.never]
    outcome = Outcome(maximise=False, step=step_of(*whole))
    search = _Search(case, outcome, clock, np.zeros(0, dtype=np.int64))
    search.take(best_sites(case, clock.must_stop))
    outcome.heuristic = outcome.objective
    outcome.proves(0.0, BoundBy.COUNT)
    if outcome.is_done(clock):
        return outcome
    _by_prices(search)
    if not outcome.is_done(clock) and not _by_branches(search):
        _to_the_end(search)
    return outcome


def _by_branches(search: _Search) -> bool:
    """Branch and bound; whether that settled it, or there is no more time."""
    case, outcome, priced = search.case, search.outcome, search.priced
    if len(case.conflicts) or priced is None or outcome.objective is None:
        return False
    search.clock.at("exact")

    def take(node: MedianNode, chosen: Ints, total: float) -> None:
        sites = (*node.case.opened, *node.case.sites[chosen].tolist())
        if np.isfinite(total) and outcome.offer(sites, total):
            outcome.tell(search.clock)

    tree = Tree(outcome, search.clock, lambda: search.at_hand, take, most_nodes=_NODES)
    if tree.search(MedianNode(case, priced.prices, priced.bound)):
        outcome.proves(outcome.objective, BoundBy.LAGRANGE)
    return outcome.is_done(search.clock)


def _by_prices(search: _Search) -> None:
    """Prices, then the plan they prefer, in turns."""
    search.clock.at("bound")
    prices = first_prices(search.case, search.chosen)
    for _ in range(_TURNS):
        aimed = search.at_hand
        found = descended(
            search.case,
            aimed,
            prices,
            rounds=_ROUNDS,
            should_stop=search.clock.must_stop,
        )
        better = search.priced is None or found.bound > search.priced.bound
        search.priced = found if better else search.priced
        search.outcome.proves(found.bound, BoundBy.LAGRANGE)
        search.outcome.tell(search.clock)
        if search.outcome.is_done(search.clock):
            return
        prices = found.prices
        if not len(search.case.conflicts):
            search.take(descended_from(search.case, found.picked, search.clock.must_stop))


def _to_the_end(search: _Search) -> None:
    search.clock.at("exact")
    case, outcome, clock = search.case, search.outcome, search.clock
    keep, is_open = _left(search)
    made = model.written(case, keep, is_open)
    inside = bool(np.isin(search.chosen, keep).all() and np.isin(is_open, search.chosen).all())
    start = model.point(case, made, keep, search.chosen) if inside and outcome.sites else None
    found = exact.solve(
        made.program,
        clock.limits(outcome.step),
        start=start,
        should_stop=clock.should_stop,
        tell=lambda _objective, _bound: outcome.tell(clock),
    )
    if found.values is not None:
        search.take(keep[np.flatnonzero(found.values[made.x.start : made.x.stop] > 0.5)])
    if found.stopped is Stopped.INFEASIBLE and outcome.objective is None:
        outcome.stopped = Stopped.INFEASIBLE
        return
    _note(outcome, found)
    if not outcome.is_done(clock):
        outcome.stopped = found.stopped


def _note(outcome: Outcome, found: exact.Found) -> None:
    known = outcome.objective
    bound = known if found.stopped is Stopped.INFEASIBLE else found.bound
    if bound is not None:
        outcome.proves(bound if known is None else min(bound, known), BoundBy.SOLVER)


def _left(search: _Search) -> tuple[Ints, Ints]:
    """Sites that a better plan may open, and those that it must."""
    every = np.arange(search.case.ways)
    if search.priced is None or search.outcome.objective is None:
        return every, every[:0]
    opens, closes = decided(search.case, search.priced, search.at_hand)
    return every[~closes], every[opens]
