"""Small siting problems, and their answers by trying every plan: written apart from the product."""

from __future__ import annotations

from itertools import chain, combinations, product

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from station_map.siting.candidates import Sites
from station_map.siting.goals import (
    Backup,
    Budget,
    Capacitated,
    MaximalCovering,
    MinimumSites,
    PCenter,
    Phases,
    PMedian,
    Relocation,
)
from station_map.siting.problem import Problem

COVERING = (MaximalCovering, MinimumSites, Budget, Backup, Capacitated, Relocation, Phases)
DISTRICTS = ("相山区", "烈山区")


@st.composite
def problems(draw, goal: type, *, rules: bool = True) -> Problem:
    """A random problem of this goal: up to 12 demand points and 8 sites."""
    seed = draw(st.integers(0, 2**32 - 1))
    chance = np.random.default_rng(seed)
    m, n = draw(st.integers(1, 12)), draw(st.integers(1, 8))
    status = [draw(st.sampled_from(["candidate"] * 5 + ["existing"] * 2 + ["required", "excluded"]))
              for _ in range(n)]  # fmt: skip
    openable = sum(one in {"candidate", "required"} for one in status)
    whole = draw(st.booleans())
    weight = chance.integers(0, 9, m).astype(float) if whole else chance.random(m) * 7
    conflicts = np.argwhere(np.triu(chance.random((n, n)) < 0.15, 1))
    floors = {name: round(float(chance.random()), 2) for name in DISTRICTS if chance.random() < 0.4}
    by_distance = goal in {PMedian, PCenter}
    distance = chance.integers(1, 30, (m, n)).astype(float)
    distance[chance.random((m, n)) < 0.1] = np.inf
    return Problem(
        weight=weight,
        sites=Sites(status, cost=_costs(chance, n, draw), capacity=chance.integers(1, 20, n) * 1.0),
        goal=_goal(goal, chance, openable, status.count("existing")),
        covers=None if by_distance else chance.random((m, n)) < 0.35,
        distance=distance if by_distance else None,
        district=chance.integers(-1, 2, m),
        districts=DISTRICTS,
        floors=floors if rules and not by_distance else {},
        conflicts=conflicts if rules else np.zeros((0, 2), dtype=int),
    )


def _costs(chance, n: int, draw) -> np.ndarray | None:
    return draw(st.sampled_from([None, chance.integers(1, 6, n) * 1.0, chance.random(n) + 0.1]))


def _goal(goal: type, chance, openable: int, existing: int):
    few = int(chance.integers(0, openable + 1))
    if goal is MinimumSites:
        return MinimumSites(round(float(chance.random()), 2))
    if goal is Budget:
        return Budget(float(chance.integers(0, 12)))
    if goal is Backup:
        return Backup(few, first=float(chance.choice([0.5, 0.75, 1.0])))
    if goal is Relocation:
        return Relocation(close=int(chance.integers(0, existing + 1)), open=few)
    if goal is Phases:
        first = int(chance.integers(0, few + 1))
        return Phases((first, few - first))
    return goal(few)


# -- every plan ------------------------------------------------------------------------


def best(problem: Problem) -> float | None:
    """The best objective of all plans, None when no plan keeps the conditions."""
    values = [value for plan in _plans(problem) if (value := value_of(problem, plan)) is not None]
    if not values:
        return None
    return min(values) if minimises(problem) else max(values)


def minimises(problem: Problem) -> bool:
    return isinstance(problem.goal, (MinimumSites, PMedian, PCenter))


def _plans(problem: Problem):
    """Sets of open sites: existing, required, and any candidates; existing ones may close."""
    numbered = list(enumerate(problem.sites.status))
    always = {i for i, one in numbered if one == "required"}
    standing = {i for i, one in numbered if one == "existing"}
    free = [i for i, one in numbered if one == "candidate"]
    choices = chain.from_iterable(combinations(free, k) for k in range(len(free) + 1))
    closes = [()]
    if isinstance(problem.goal, Relocation):
        closes = list(combinations(sorted(standing), problem.goal.close))
    for chosen, closed in product(list(choices), closes):
        yield (always | set(chosen) | standing) - set(closed)


def value_of(problem: Problem, plan: set[int]) -> float | None:  # noqa: PLR0911 - one a goal
    """The objective of one plan, None when it breaks a condition."""
    goal, status = problem.goal, problem.sites.status
    new = {site for site in plan if status[site] != "existing"}
    if not _spaced(problem, plan):
        return None
    if isinstance(goal, Phases):
        return _phased(problem, plan, new)
    cost = sum(problem.sites.costs[site] for site in new)
    if isinstance(goal, Budget) and cost > goal.amount + 1e-9:
        return None
    if not isinstance(goal, (Budget, MinimumSites)) and len(new) > goal.open:
        return None
    if isinstance(goal, Capacitated):
        return _served(problem, sorted(plan))
    if isinstance(goal, (PMedian, PCenter)):
        return _far(problem, sorted(plan))
    counts = _counts(problem, plan)
    if not _floors(problem, problem.weight * (counts > 0)):
        return None
    covered = float(problem.weight[counts > 0].sum())
    if isinstance(goal, MinimumSites):
        return cost if covered >= goal.share * problem.weight.sum() - 1e-7 else None
    if isinstance(goal, Backup):
        return goal.first * covered + (1 - goal.first) * float(problem.weight[counts > 1].sum())
    return covered


def _spaced(problem: Problem, plan: set[int]) -> bool:
    status = problem.sites.status
    return not any(
        a in plan and b in plan and (status[a], status[b]) != ("existing", "existing")
        for a, b in problem.conflicts.tolist()
    )


def _counts(problem: Problem, plan: set[int]) -> np.ndarray:
    return problem.covers.toarray()[:, sorted(plan)].sum(axis=1)


def _floors(problem: Problem, covered: np.ndarray) -> bool:
    for name, least in problem.floors.items():
        mine = problem.district == DISTRICTS.index(name)
        if covered[mine].sum() < least * problem.weight[mine].sum() - 1e-7:
            return False
    return True


def _phased(problem: Problem, plan: set[int], new: set[int]) -> float | None:
    """The best of all orders of a plan: what opens in the first phase, what later."""
    first, later = problem.goal.opens
    required = {site for site in new if problem.sites.status[site] == "required"}
    counts = _counts(problem, plan)
    if len(new) > first + later or not _floors(problem, problem.weight * (counts > 0)):
        return None
    end, found = float(problem.weight[counts > 0].sum()), []
    for early in chain.from_iterable(combinations(sorted(new), k) for k in range(first + 1)):
        if required <= set(early):
            begun = _counts(problem, (plan - new) | set(early))
            found.append(end + float(problem.weight[begun > 0].sum()))
    return max(found, default=None)


def _far(problem: Problem, plan: list[int]) -> float | None:
    counts = problem.weight > 0
    near = problem.distance[counts][:, plan].min(axis=1, initial=np.inf)
    if np.isinf(near).any():
        return None
    if isinstance(problem.goal, PCenter):
        return float(near.max(initial=0.0))
    return float((near * problem.weight[counts]).sum())


def _served(problem: Problem, plan: list[int]) -> float | None:
    """The transport problem, by scipy."""
    covers = problem.covers.toarray()[:, plan]
    ways = np.argwhere(covers)
    if not len(ways):
        return 0.0 if _floors(problem, np.zeros(len(problem.weight))) else None
    rows, limits = [], []
    for i in range(len(problem.weight)):
        rows.append(ways[:, 0] == i)
        limits.append(problem.weight[i])
    for k, site in enumerate(plan):
        rows.append(ways[:, 1] == k)
        limits.append(problem.sites.capacities[site])
    for name, least in problem.floors.items():
        mine = problem.district == DISTRICTS.index(name)
        rows.append(-1.0 * mine[ways[:, 0]])
        limits.append(-least * problem.weight[mine].sum() + 1e-9)
    table = np.array(rows, dtype=float)
    found = linprog(-np.ones(len(ways)), A_ub=table, b_ub=limits, bounds=(0, None), method="highs")
    return -float(found.fun) if found.status == 0 else None
