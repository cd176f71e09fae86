"""The fewest or cheapest sites for a share, to the proof.

Greedy, pruned and swapped, gives k sites. Prices for k - 1 sites bound what these could win: when
that is less than the target, k is proven. Else what the bound decides for k - 1 is decided, and
HiGHS says whether k - 1 can do it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from station_map.siting import exact
from station_map.siting.arrays import SAME, Floats, Ints
from station_map.siting.bound_cover import descended, left_over, relaxed
from station_map.siting.clock import Clock
from station_map.siting.heuristic.covering import fewest
from station_map.siting.models import covering as model
from station_map.siting.models import target as target_model
from station_map.siting.outcome import Outcome, step_of
from station_map.siting.reduce import CoverCase
from station_map.siting.result import BoundBy, Stopped

_ROUNDS: Final = 300


def solve(case: CoverCase, wanted: float, clock: Clock, *, spent: float) -> Outcome:
    """wanted: demand to be covered. spent: cost of the sites that are opened anyway.

    The objective counts these too. INFEASIBLE is left to be explained.
    """
    step = step_of(case.cost, np.array([spent]))
    outcome = Outcome(maximise=False, step=step)
    wanted -= SAME * max(wanted, 1.0)
    chosen = fewest(case, wanted, clock.must_stop)
    if chosen is not None:
        _offer(outcome, case, chosen, spent)
    outcome.heuristic = outcome.objective
    outcome.proves(spent, BoundBy.COUNT)
    outcome.tell(clock)
    if outcome.is_done(clock):
        return outcome
    left = case
    if chosen is not None and np.all(case.cost == 1.0):
        clock.at("bound")
        left, prices_bound = _by_prices(case, wanted, len(chosen), spent, clock)
        outcome.proves(prices_bound, BoundBy.LAGRANGE)
        outcome.tell(clock)
    if not outcome.is_done(clock):
        opened = len(left.opened) - len(case.opened)
        start = chosen if left is case else None
        # Prices decide only where every site costs one, so those opened cost their number.
        _to_the_end(left, wanted, spent + opened, outcome, clock, start)
    return outcome


def _offer(outcome: Outcome, case: CoverCase, chosen: Ints, spent: float) -> None:
    sites = (*case.opened, *case.sites[chosen].tolist())
    outcome.offer(sites, spent + float(case.cost[chosen].sum()))


def _by_prices(
    case: CoverCase, wanted: float, count: int, spent: float, clock: Clock
) -> tuple[CoverCase, float]:
    """What is left to decide about count - 1 sites, and a bound of the number of sites."""
    fewer = replace(case, most=(count - 1, case.most[1]))
    priced = descended(
        fewer,
        wanted,
        rounds=_ROUNDS,
        is_enough=lambda p: p.bound < wanted,
        should_stop=clock.must_stop,
    )
    least = _least_number(case, priced.prices, wanted)
    if priced.bound < wanted:
        return case, spent + count
    left = left_over(fewer, priced, wanted)
    if left is None:
        return case, spent + count
    return left, spent + min(least, count)


def _least_number(case: CoverCase, prices: Floats, wanted: float) -> int:
    """With these prices, the fewest sites whose bound reaches the target."""
    free = relaxed(replace(case, most=(0, case.most[1])), prices)
    reached = free.bound + np.cumsum(np.sort(free.worth)[::-1])
    return int(np.searchsorted(reached, wanted)) + 1 if free.bound < wanted else 0


def _to_the_end(
    left: CoverCase,
    wanted: float,
    before: float,
    outcome: Outcome,
    clock: Clock,
    chosen: Ints | None,
) -> None:
    """HiGHS on what is left; before: what is spent already."""
    clock.at("exact")
    made = target_model.written(left, wanted)
    made.program.offset = before
    start = None if chosen is None else model.point(left, made, chosen)
    found = exact.solve(
        made.program,
        clock.limits(outcome.step),
        start=start,
        should_stop=clock.should_stop,
        tell=lambda _objective, _bound: outcome.tell(clock),
    )
    _note(found, left, made, before, outcome)
    if outcome.stopped is not Stopped.INFEASIBLE and not outcome.is_done(clock):
        outcome.stopped = found.stopped


def _note(
    found: exact.Found, left: CoverCase, made: model.Written, before: float, outcome: Outcome
) -> None:
    if found.values is not None:
        picked = model.choice(made, found.values)
        sites = (*left.opened, *left.sites[picked].tolist())
        outcome.offer(sites, before + float(left.cost[picked].sum()))
    if found.stopped is Stopped.INFEASIBLE and outcome.objective is None:
        outcome.stopped = Stopped.INFEASIBLE
    elif found.stopped is Stopped.INFEASIBLE:
        outcome.proves(outcome.objective, BoundBy.SOLVER)
    elif found.bound is not None:
        known = outcome.objective
        outcome.proves(found.bound if known is None else min(found.bound, known), BoundBy.SOLVER)
