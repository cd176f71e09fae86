"""Nested phases to the proof: a good order at once, bounds phase by phase, HiGHS for the whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np

from station_map.siting import exact
from station_map.siting.arrays import Ints
from station_map.siting.bound_cover import descended
from station_map.siting.clock import Clock
from station_map.siting.heuristic.covering import most_covering
from station_map.siting.heuristic.state import Choice
from station_map.siting.models import phases as model
from station_map.siting.outcome import Outcome, step_of
from station_map.siting.reduce import CoverCase, value_of
from station_map.siting.result import BoundBy, Stopped

_ROUNDS: Final = 250


def solve(case: CoverCase, totals: tuple[int, ...], clock: Clock) -> Outcome:
    """totals: how many sites of the case may be open in each phase, never falling."""
    outcome = Outcome(maximise=True, step=step_of(case.gain, np.array([case.base])))
    sequence = _best_order(case, totals, clock)
    if sequence is not None:
        _offer(outcome, case, sequence, totals)
    outcome.heuristic = outcome.objective
    outcome.tell(clock)
    outcome.proves(_bound(case, totals, sequence, clock), BoundBy.LAGRANGE)
    outcome.tell(clock)
    if not outcome.is_done(clock):
        _to_the_end(case, totals, sequence, outcome, clock)
    return outcome


def _best_order(case: CoverCase, totals: tuple[int, ...], clock: Clock) -> Ints | None:
    """Orders of the choice for the last phase, and of each earlier one continued."""
    found = []
    for total in sorted(set(totals), reverse=True):
        chosen = most_covering(replace(case, most=(total, case.most[1])), clock.must_stop)
        if chosen is not None:
            found.append(_continued(case, _ordered(case, chosen), totals[-1]))
    allowed = [one for one in found if one is not None]
    if not allowed:
        return None
    return max(allowed, key=lambda sequence: _value(case, sequence, totals))


def _ordered(case: CoverCase, chosen: Ints) -> list[int]:
    choice, order, left = Choice(case), [], chosen.tolist()
    while left:
        best = max(left, key=lambda site: choice.adds[site])
        choice.add(best)
        order.append(best)
        left.remove(best)
    return order


def _continued(case: CoverCase, order: list[int], total: int) -> Ints | None:
    choice = Choice(replace(case, most=(total, case.most[1])))
    for site in order:
        choice.add(site)
    while len(order) < total:
        scores = np.where(choice.may_open(), choice.adds, 0.0)
        if not len(scores) or scores.max() <= 0:
            break
        order.append(int(np.argmax(scores)))
        choice.add(order[-1])
    return np.array(order, dtype=np.int64) if choice.is_allowed() else None


def _value(case: CoverCase, sequence: Ints, totals: tuple[int, ...]) -> float:
    return sum(value_of(case, sequence[:total]) for total in totals)


def _offer(outcome: Outcome, case: CoverCase, sequence: Ints, totals: tuple[int, ...]) -> None:
    edges = (0, *totals)
    phase = [t for t, (low, high) in enumerate(pairwise(edges)) for _ in sequence[low:high]]
    sites = (*case.opened, *case.sites[sequence].tolist())
    outcome.offer(sites, _value(case, sequence, totals), (*(0 for _ in case.opened), *phase))


def _bound(case: CoverCase, totals: tuple[int, ...], sequence: Ints | None, clock: Clock) -> float:
    """Each phase by itself: nothing nested wins more than all of them apart."""
    bound = 0.0
    for total in totals:
        at_hand = case.base if sequence is None else value_of(case, sequence[:total])
        alone = replace(case, most=(total, case.most[1]))
        bound += descended(alone, at_hand, rounds=_ROUNDS, should_stop=clock.must_stop).bound
    return bound


def _to_the_end(
    case: CoverCase, totals: tuple[int, ...], sequence: Ints | None, outcome: Outcome, clock: Clock
) -> None:
    clock.at("exact")
    made = model.written(case, totals)
    found = exact.solve(
        made.program,
        clock.limits(outcome.step),
        start=None if sequence is None else model.point(case, made, sequence, totals),
        should_stop=clock.should_stop,
        tell=lambda _objective, _bound: outcome.tell(clock),
    )
    if found.values is not None:
        _take(case, model.phases(made, found.values), len(totals), outcome)
    if found.stopped is Stopped.INFEASIBLE and outcome.objective is None:
        outcome.stopped = Stopped.INFEASIBLE
        return
    outcome.proves(found.bound, BoundBy.SOLVER)
    if not outcome.is_done(clock):
        outcome.stopped = found.stopped


def _take(case: CoverCase, phase: Ints, count: int, outcome: Outcome) -> None:
    order = np.argsort(phase, kind="stable")
    order = order[phase[order] >= 0]
    value = sum(value_of(case, np.flatnonzero((phase >= 0) & (phase <= t))) for t in range(count))
    sites = (*case.opened, *case.sites[order].tolist())
    outcome.offer(sites, value, (*(0 for _ in case.opened), *phase[order].tolist()))
