"""Why no plan can keep all conditions, in words.

What can be counted is checked directly, before anything is solved (`in_the_way`). What remains is
asked of the solver: each group of conditions may be missed by a slack, and the least slack in all
tells which group has to give (`elastic`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.sparse import eye_array

from station_map.siting import exact
from station_map.siting.arrays import SAME, Bools, Floats, Ints
from station_map.siting.clock import Clock
from station_map.siting.goals import BY_DISTANCE, Budget, Capacitated, MinimumSites, Phases
from station_map.siting.models import rules
from station_map.siting.problem import Problem
from station_map.siting.program import Program
from station_map.siting.result import Reason

_WORDS: Final = {
    rules.NUMBER: ("允许新开的数量", "the number of sites that may be opened"),
    rules.BUDGET: ("预算", "the budget"),
    rules.SPACING: ("最小间距", "the minimum spacing"),
    rules.TARGET: ("目标覆盖率", "the target share"),
    rules.CLOSE: ("必须关闭的数量", "the number of sites to be closed"),
    rules.ROOM: ("站点容量", "the sites' capacities"),
}
_ELASTIC_S: Final = 10.0
Check = Callable[[Problem], Reason | None]


def in_the_way(problem: Problem) -> Reason | None:
    """The first condition that by itself, or with what is fixed, can be kept by no plan."""
    by_distance = isinstance(problem.goal, BY_DISTANCE)
    checks: list[Check] = [_required_number, _required_cost, _required_spacing]
    checks += [_reach_of_all] if by_distance else [_reach, _districts]
    for check in checks:
        found = check(problem)
        if found is not None:
            return found
    return None


def _required_number(problem: Problem) -> Reason | None:
    required, goal = len(problem.required()), problem.goal
    if isinstance(goal, (Budget, MinimumSites)):
        return None
    allowed = goal.opens[0] if isinstance(goal, Phases) else goal.open
    if required <= allowed:
        return None
    return Reason(
        "required_number",
        f"必须建的有 {required} 处，多于允许新开的 {allowed} 处。",
        f"{required} sites are required, but only {allowed} may be opened.",
        rules.NUMBER,
    )


def _required_cost(problem: Problem) -> Reason | None:
    if not isinstance(problem.goal, Budget):
        return None
    cost = float(problem.sites.costs[problem.required()].sum())
    if cost <= problem.goal.amount * (1 + 1e-12):
        return None
    return Reason(
        "required_cost",
        f"必须建的站点要花 {cost:g}，超出预算 {problem.goal.amount:g}。",
        f"The required sites cost {cost:g}, more than the budget of {problem.goal.amount:g}.",
        rules.BUDGET,
    )


def _required_spacing(problem: Problem) -> Reason | None:
    fixed = np.union1d(problem.required(), problem.fixed())
    pairs = problem.conflicts[np.isin(problem.conflicts, fixed).all(axis=1)]
    pairs = pairs[np.isin(pairs, problem.required()).any(axis=1)]
    if not len(pairs):
        return None
    a, b = pairs[0].tolist()
    return Reason(
        "required_spacing",
        f"必须建的站点就不满足最小间距：{len(pairs)} 对太近，例如第 {a} 和第 {b} 处。",
        f"The required sites alone break the spacing: {len(pairs)} pairs are too close,"
        f" for instance sites {a} and {b}.",
        rules.SPACING,
    )


def _usable(problem: Problem) -> Ints:
    return np.union1d(np.union1d(problem.fixed(), problem.free()), problem.existing())


def reached(problem: Problem) -> Bools:
    """(m,): who has any site in reach that is open or may be."""
    usable = _usable(problem)
    if isinstance(problem.goal, BY_DISTANCE):
        assert problem.distance is not None  # noqa: S101 - Problem checks it
        near: Bools = np.isfinite(problem.distance[:, usable]).any(axis=1)
        return near
    found: Bools = np.diff(problem.covers[:, usable].indptr) > 0
    return found


def _percent(part: float, whole: float) -> str:
    # Rounded away from the limit that it is compared with: 89.96 % is not "90.0 %".
    return f"{np.floor(part / whole * 1000 + 1e-9) / 10:g} %" if whole > 0 else "0 %"


def _reach(problem: Problem) -> Reason | None:
    if not isinstance(problem.goal, MinimumSites):
        return None
    reachable = float(problem.weight[reached(problem)].sum())
    if reachable >= problem.goal.share * problem.total * (1 - SAME):
        return None
    most = _percent(reachable, problem.total)
    least = _percent(problem.total - reachable, problem.total)
    return Reason(
        "target_out_of_reach",
        f"达不到 {problem.goal.share:.4g} 的目标：{least} 的需求附近没有任何站点或备选点，"
        f"最多能覆盖 {most}。",
        f"A share of {problem.goal.share:.4g} cannot be reached: {least} of the demand has neither"
        f" a site nor a candidate in reach; at most {most} can be covered.",
        rules.TARGET,
    )


def _districts(problem: Problem) -> Reason | None:
    if problem.district is None:
        return None
    near = reached(problem)
    for number, name in enumerate(problem.districts):
        mine = problem.district == number
        whole = float(problem.weight[mine].sum())
        can = float(problem.weight[mine & near].sum())
        floor = problem.floors.get(name, 0.0)
        if can < floor * whole * (1 - SAME):
            most = _percent(can, whole)
            return Reason(
                "district_out_of_reach",
                f"{name}达不到 {floor:.4g}：所有备选点都开，也只能覆盖 {most}。",
                f"{name} cannot get a share of {floor:.4g}: with every candidate open"
                f" {most} would be covered.",
                f"{rules.DISTRICT}:{number}",
            )
    return None


def _reach_of_all(problem: Problem) -> Reason | None:
    lost = (problem.weight > 0) & ~reached(problem)
    if not lost.any():
        return None
    part = f"{100 * float(problem.weight[lost].sum()) / problem.total:.3g} %"
    return Reason(
        "no_way",
        f"有 {int(lost.sum())} 个需求点（占需求 {part}）没有通往任何站点或备选点的路。",
        f"{int(lost.sum())} demand points ({part} of the demand) have no way to any site"
        f" or candidate.",
        "reach",
    )


def by_number(problem: Problem) -> Reason:
    """For goals by distance, when some plan would need more sites to give everybody a way."""
    spacing = bool(len(problem.conflicts))
    return Reason(
        "number_too_small",
        f"新开 {problem.opens} 处不足以让每个需求点都有路可到"
        f"{'（在最小间距的限制下）' if spacing else ''}。",
        f"{problem.opens} sites are too few to give every demand point a way to one"
        f"{' while the spacing is kept' if spacing else ''}.",
        rules.NUMBER,
    )


# -- elastic -----------------------------------------------------------------------------


def elastic(problem: Problem, program: Program, clock: Clock) -> Reason:
    """Which group of conditions has to give, by the least slack in all."""
    soft, group_of = _softened(program)
    found = exact.solve(soft, clock.limits(at_most_s=_ELASTIC_S), should_stop=clock.should_stop)
    if found.values is None:
        return _unknown()
    slack = found.values[program.width :]
    missed: dict[str, float] = {}
    for name, amount in zip(group_of, slack.tolist(), strict=True):
        if amount > 1e-7:
            missed[name] = missed.get(name, 0.0) + amount
    return _told(problem, missed) if missed else _unknown()


_HARD: Final = (rules.LINK, "open", "nested")


def _softened(program: Program) -> tuple[Program, list[str]]:
    """The programme with a slack for each row that is a condition, and nothing else to pay."""
    lower, upper = program.bounds
    groups = [name for name, rows in program.groups for _ in rows]
    soft = np.array([i for i, name in enumerate(groups) if name not in _HARD], dtype=np.int64)
    made = Program(maximise=False)
    made.columns(np.zeros(program.width), most=program.most)
    made._whole[0] = program.whole  # noqa: SLF001 - a copy with other columns beside
    size = np.maximum(np.where(np.isfinite(upper), np.abs(upper), np.abs(lower)), 1.0)
    # Numbers, spacing and budget may be exceeded, shares missed; each by its own size.
    over = np.isfinite(upper[soft])
    slack = made.columns(_price(groups, soft), most=np.inf)
    signs = np.where(over & ~np.isfinite(lower[soft]), -1.0, 1.0) * size[soft]
    columns = eye_array(program.height, format="csc")[:, soft] * signs
    made.rows([(range(program.width), program.matrix), (slack, columns)], lower, upper, group="all")
    return made, [groups[i] for i in soft.tolist()]


def _price(groups: list[str], soft: Ints) -> Floats:
    """Shares are named first: to say that a district cannot get so much is what helps."""
    kinds = {rules.DISTRICT: 1.0, rules.TARGET: 1.0, rules.SPACING: 50.0}
    return np.array([kinds.get(groups[i].split(":")[0], 20.0) for i in soft.tolist()])


def _told(problem: Problem, missed: dict[str, float]) -> Reason:
    first = max(missed, key=lambda name: missed[name])
    others = _limits_of(problem)
    if first.startswith(rules.DISTRICT):
        name = problem.districts[int(first.split(":")[1])]
        zh = f"{name}的最低覆盖率 {problem.floors[name]:.4g} 与{others[0]}不能同时满足。"
        en = f"{name}'s least share of {problem.floors[name]:.4g} cannot be kept with {others[1]}."
        return Reason("district_with_others", zh, en, first)
    zh_name, en_name = _WORDS.get(first, ("条件", "a condition"))
    return Reason(
        f"{first}_with_others",
        f"{zh_name}与{others[0]}不能同时满足。",
        f"{en_name[0].upper()}{en_name[1:]} cannot be kept together with {others[1]}.",
        first,
    )


def _limits_of(problem: Problem) -> tuple[str, str]:
    names = [rules.BUDGET if isinstance(problem.goal, Budget) else rules.NUMBER]
    if isinstance(problem.goal, MinimumSites):
        names = []
    if len(problem.conflicts):
        names.append(rules.SPACING)
    if isinstance(problem.goal, Capacitated):
        names.append(rules.ROOM)
    if len(problem.floors) > 1 and not names:
        names.append(rules.TARGET)
    words = [_WORDS[name] for name in names]
    zh = "、".join(word[0] for word in words) or "其他条件"
    return zh, " and ".join(word[1] for word in words) or "the other conditions"


def _unknown() -> Reason:
    return Reason(
        "conditions",
        "这些条件不能同时满足。",
        "These conditions cannot all be kept.",
        "all",
    )
