"""solve(problem) -> Result: the one function that answers a siting problem.

    result = solve(problem, time_limit_s=60, progress=print, should_stop=event.is_set)

Runs anywhere: no database, no clock but a monotonic one, nothing kept. The same problem gives the
same answer, as far as time does not end it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate

from station_map.errors import InputError
from station_map.siting import (
    median_case,
    reasons,
    report,
    solve_capacitated,
    solve_center,
    solve_covering,
    solve_median,
    solve_phases,
    solve_target,
)
from station_map.siting.clock import Clock
from station_map.siting.goals import (
    BY_DISTANCE,
    Capacitated,
    MinimumSites,
    Phases,
    PMedian,
)
from station_map.siting.models import capacitated, covering, phases, target
from station_map.siting.outcome import Outcome
from station_map.siting.problem import Problem, is_fixed
from station_map.siting.program import Program
from station_map.siting.reduce import CoverCase, case_of, usable_case
from station_map.siting.result import Progress, Result, Stopped


def solve(
    problem: Problem,
    *,
    time_limit_s: float = 60.0,
    gap: float = 0.0,
    threads: int = 1,
    progress: Callable[[Progress], None] = lambda _progress: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Result:
    """The best plan found, with a bound.

    time_limit_s: seconds of the wall's clock, then the best so far is given. gap: a relative
    difference between plan and bound that is good enough. threads: of the solver; 0: it chooses.
    progress: told now and then, in this thread. should_stop: asked twenty times a second; within
    a second after it says yes the best so far is given. Raises InputError for limits that are
    none; what no plan can keep is a result with a reason, not an error.
    """
    _check(time_limit_s, gap, threads)
    clock = Clock(time_limit_s, gap, threads, should_stop, progress)
    reason = reasons.in_the_way(problem)
    if reason is not None:
        outcome = Outcome(maximise=True, stopped=Stopped.INFEASIBLE, reason=reason)
    else:
        outcome = _solved(problem, clock)
    return report.result(problem, outcome, clock.seconds)


def _check(time_limit_s: float, gap: float, threads: int) -> None:
    for name, given, good, allowed in (
        ("time_limit_s", time_limit_s, time_limit_s > 0, "> 0"),
        ("gap", gap, 0 <= gap < 1, "0…1"),
        ("threads", threads, 0 <= threads <= 1024, "0…1024"),
    ):
        if not good or math.isnan(given):
            raise InputError(
                f"{name} 不能是 {given}。 {name} cannot be {given}.",
                parameter=name,
                allowed=allowed,
            )


def _solved(problem: Problem, clock: Clock) -> Outcome:
    goal = problem.goal
    if isinstance(goal, BY_DISTANCE):
        return _by_distance(problem, clock)
    if isinstance(goal, Capacitated):
        return _capacitated(problem, clock)
    case = case_of(problem)
    if isinstance(goal, MinimumSites):
        return _target(problem, goal, case, clock)
    if isinstance(goal, Phases):
        return _phases(problem, goal, case, clock)
    outcome = solve_covering.solve(case, clock)
    return _explained(problem, outcome, lambda: covering.written(case).program, clock)


def _by_distance(problem: Problem, clock: Clock) -> Outcome:
    case = median_case.case_of(problem)
    solver = solve_median.solve if isinstance(problem.goal, PMedian) else solve_center.solve
    outcome = solver(case, clock)
    if outcome.stopped is Stopped.INFEASIBLE:
        outcome.reason = reasons.by_number(problem)
    return outcome


def _target(problem: Problem, goal: MinimumSites, case: CoverCase, clock: Clock) -> Outcome:
    wanted = goal.share * problem.total
    spent = float(problem.sites.costs[problem.required()].sum())
    outcome = solve_target.solve(case, wanted, clock, spent=spent)
    return _explained(problem, outcome, lambda: target.written(case, wanted).program, clock)


def _phases(problem: Problem, goal: Phases, case: CoverCase, clock: Clock) -> Outcome:
    required = len(problem.required())
    totals = tuple(total - required for total in accumulate(goal.opens))
    outcome = solve_phases.solve(case, totals, clock)
    return _explained(problem, outcome, lambda: phases.written(case, totals).program, clock)


def _capacitated(problem: Problem, clock: Clock) -> Outcome:
    rooms = _rooms(problem)
    outcome = solve_capacitated.solve(rooms, clock)
    return _explained(
        problem,
        outcome,
        lambda: capacitated.written(rooms.case, rooms.room, rooms.is_open).program,
        clock,
    )


def _rooms(problem: Problem) -> solve_capacitated.Rooms:
    """All sites that are open or may be; existing ones have no room for everybody either."""
    case = usable_case(problem)
    return solve_capacitated.Rooms(
        case, problem.sites.capacities[case.sites], is_fixed(problem)[case.sites]
    )


def _explained(
    problem: Problem, outcome: Outcome, program: Callable[[], Program], clock: Clock
) -> Outcome:
    if outcome.stopped is not Stopped.INFEASIBLE:
        return outcome
    reason = reasons.elastic(problem, program(), clock)
    return replace(outcome, reason=reason, sites=None, objective=None, bound=None)
