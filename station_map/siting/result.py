"""The answer to a siting problem."""

from __future__ import annotations

from dataclasses import dataclass

from station_map.domain.vocabulary import Labelled


class Stopped(Labelled):
    """Why the solver stopped."""

    OPTIMAL = "optimal", "已证明最优", "proven optimal"
    GAP = "gap", "已达到允许的差距", "within the gap asked for"
    TIME_LIMIT = "time_limit", "时间用完", "time was up"
    INTERRUPTED = "interrupted", "已中断", "interrupted"
    INFEASIBLE = "infeasible", "无解", "no plan can keep all conditions"


class BoundBy(Labelled):
    """What the bound comes from."""

    SOLVER = "solver", "整数规划", "the integer programme"
    LAGRANGE = "lagrange", "拉格朗日松弛", "Lagrangian relaxation"
    COUNT = "count", "直接计算", "counting"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why nothing can be done. code: stable; group: the conditions that stand in the way."""

    code: str
    zh: str
    en: str
    group: str

    def __str__(self) -> str:
        return f"{self.zh} {self.en}"


@dataclass(frozen=True, slots=True)
class Share:
    """How much of an area's demand is covered before and after; district None: everything."""

    district: str | None
    demand: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a solver is: its stage, the best objective and bound so far, seconds since start."""

    stage: str
    objective: float | None
    bound: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """What was found, and how good it is at least.

    goal: the goal's name. maximise: whether more is better.
    objective: None when there is no plan (infeasible) or none was found in time.
    bound: no plan is better than this; None when infeasible.
    gap: |bound - objective| by the larger of both; 0 is proven optimal.
    chosen: numbers of the sites opened, the most useful first. gains: what each adds to the
    objective in this order (for distances: what it saves; None for the first of all sites).
    closed: numbers of the existing sites given up. phases: which phase opens each chosen site.
    shares: of everything first, then by district; for distances, who has any site at all.
    heuristic: the objective that the heuristic had found, before anything was proven.
    """

    goal: str
    maximise: bool
    stopped: Stopped
    objective: float | None
    bound: float | None
    gap: float | None
    bound_by: BoundBy | None
    chosen: tuple[int, ...] = ()
    gains: tuple[float | None, ...] = ()
    closed: tuple[int, ...] = ()
    phases: tuple[int, ...] = ()
    shares: tuple[Share, ...] = ()
    reason: Reason | None = None
    heuristic: float | None = None
    seconds: float = 0.0

    @property
    def before(self) -> float:
        """Demand covered before, by existing sites."""
        return self.shares[0].before if self.shares else 0.0

    @property
    def after(self) -> float:
        """Demand covered after."""
        return self.shares[0].after if self.shares else 0.0


def gap_between(objective: float, bound: float) -> float:
    """|bound - objective| by the larger of both; 0 when both are 0."""
    largest = max(abs(objective), abs(bound))
    return abs(bound - objective) / largest if largest > 0 else 0.0
