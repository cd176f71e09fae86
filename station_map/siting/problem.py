"""A siting problem, checked: demand, sites, reach, goal and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from station_map.errors import InputError
from station_map.siting import checks
from station_map.siting.arrays import Bools, Floats, Ints, Sparse
from station_map.siting.candidates import Sites, SiteStatus
from station_map.siting.goals import (
    BY_DISTANCE,
    Backup,
    Budget,
    Goal,
    MinimumSites,
    Phases,
    Relocation,
)
from station_map.siting.reach import covers_of

_NO_PAIRS: Final = np.zeros((0, 2), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """m demand points, n sites.

    weight: (m,), none negative. sites: their status, cost, capacity.
    covers: (m, n) sparse or dense truth, which site reaches which demand: for covering goals.
    distance: (m, n) metres or seconds, inf where there is no way: for PMedian and PCenter.
    district: (m,) index into `districts`, -1 for none. floors: by district's name the least
    share of its demand to be covered. conflicts: (k, 2) pairs of sites too close to each other;
    what stands already is nobody's fault, so pairs of existing sites do not count.
    Raises InputError, naming the parameter.
    """

    weight: Floats
    sites: Sites
    goal: Goal
    covers: Sparse = None
    distance: Floats | None = None
    district: Ints | None = None
    districts: tuple[str, ...] = ()
    floors: Mapping[str, float] = field(default_factory=dict)
    conflicts: Ints = field(default_factory=lambda: _NO_PAIRS)

    def __post_init__(self) -> None:
        given = np.asarray(self.weight)
        object.__setattr__(self, "weight", checks.amounts(given, len(given), "weight"))
        self._check_reach()
        self._check_districts()
        self._check_conflicts()
        self._check_goal()

    # -- who may be decided about ------------------------------------------------------

    @property
    def total(self) -> float:
        """All demand."""
        return float(self.weight.sum())

    @property
    def moves(self) -> bool:
        """Whether existing sites may be closed."""
        return isinstance(self.goal, Relocation)

    def fixed(self) -> Ints:
        """Numbers of the sites that are open whatever is decided, ascending."""
        always = (SiteStatus.REQUIRED,)
        return self.sites.having(*always, *(() if self.moves else (SiteStatus.EXISTING,)))

    def free(self) -> Ints:
        """Numbers of the sites to decide about, ascending."""
        either = (SiteStatus.CANDIDATE,)
        return self.sites.having(*either, *((SiteStatus.EXISTING,) if self.moves else ()))

    def existing(self) -> Ints:
        """Numbers of the sites that are open before."""
        return self.sites.having(SiteStatus.EXISTING)

    def required(self) -> Ints:
        """Numbers of the sites that must be opened."""
        return self.sites.having(SiteStatus.REQUIRED)

    @property
    def opens(self) -> int:
        """How many sites may be opened at most, the required included."""
        if isinstance(self.goal, Phases):
            return sum(self.goal.opens)
        if isinstance(self.goal, (Budget, MinimumSites)):
            return self._openable()
        return self.goal.open

    def _openable(self) -> int:
        return len(self.sites.having(SiteStatus.CANDIDATE, SiteStatus.REQUIRED))

    # -- checks ------------------------------------------------------------------------

    def _check_reach(self) -> None:
        by_distance = isinstance(self.goal, BY_DISTANCE)
        name = "distance" if by_distance else "covers"
        given = self.distance if by_distance else self.covers
        shape = (len(self.weight), len(self.sites))
        if given is None or tuple(given.shape) != shape:
            raise InputError(
                f"{name} 必须有 {shape[0]} 行（需求）{shape[1]} 列（地点）。"
                f" {name} has {shape[0]} rows (demand) and {shape[1]} columns (sites).",
                parameter=name,
                allowed=f"{shape}",
            )
        object.__setattr__(self, name, _distances(given) if by_distance else _ones(given))

    def _check_districts(self) -> None:
        if self.floors and isinstance(self.goal, BY_DISTANCE):
            raise InputError(
                "按距离选址时不能要求各区的覆盖率。 Shares of districts need a covering goal.",
                parameter="floors",
            )
        if self.district is not None:
            object.__setattr__(self, "district", self._indexed(np.asarray(self.district)))
        for name, least in self.floors.items():
            checks.share(least, "floors")
            if name not in self.districts or self.district is None:
                raise InputError(
                    f"没有区“{name}”。 There is no district {name!r}.",
                    parameter="floors",
                    allowed="、".join(self.districts),
                )

    def _indexed(self, given: Any) -> Ints:
        whole = given.shape == self.weight.shape and np.issubdtype(given.dtype, np.integer)
        if not whole or (len(given) and not -1 <= given.min() <= given.max() < len(self.districts)):
            raise InputError(
                "district 必须是每个需求点一个区的序号，-1 表示没有。"
                " district is one index into districts for each demand point, -1 for none.",
                parameter="district",
                allowed=f"-1…{len(self.districts) - 1}",
            )
        found: Ints = given.astype(np.int64)
        return found

    def _check_conflicts(self) -> None:
        pairs = np.asarray(self.conflicts)
        if not pairs.size:
            pairs = _NO_PAIRS
        inside = pairs.ndim == 2 and pairs.shape[1] == 2 and np.issubdtype(pairs.dtype, np.integer)
        if not inside or (len(pairs) and not 0 <= pairs.min() <= pairs.max() < len(self.sites)):
            raise InputError(
                "conflicts 必须是两列地点序号。 conflicts is two columns of sites' numbers.",
                parameter="conflicts",
                allowed=f"0…{len(self.sites) - 1}",
            )
        pairs = np.unique(np.sort(pairs.astype(np.int64), axis=1), axis=0)
        object.__setattr__(self, "conflicts", pairs[pairs[:, 0] < pairs[:, 1]])

    def _check_goal(self) -> None:
        goal, most = self.goal, self._openable()
        if isinstance(goal, MinimumSites):
            checks.share(goal.share, "share")
        elif isinstance(goal, Budget):
            checks.amounts(np.array([goal.amount]), 1, "amount")
        elif isinstance(goal, Phases):
            for opens in goal.opens:
                checks.count(opens, "opens", most)
            checks.count(sum(goal.opens), "opens", most)
            checks.count(len(goal.opens), "phases", 20, least=1)
        else:
            checks.count(goal.open, "open", most)
        if isinstance(goal, Backup):
            checks.share(goal.first, "first", least=0.5)
        if isinstance(goal, Relocation):
            checks.count(goal.close, "close", len(self.existing()))


def _ones(given: Any) -> Sparse:
    from scipy.sparse import coo_array

    entries = coo_array(given)
    real = np.asarray(entries.data, dtype=bool)
    return covers_of(entries.coords[0][real], entries.coords[1][real], given.shape)


def _distances(given: Any) -> Floats:
    found = np.ascontiguousarray(given, dtype=np.float64)
    if not np.all(found >= 0):
        raise InputError(
            "距离不能为负或为空。 No distance is negative or missing; inf says that there is no way.",
            parameter="distance",
            allowed="≥ 0, inf",
        )
    return found


def is_fixed(problem: Problem) -> Bools:
    """(n,): whether each site is open whatever is decided."""
    found = np.zeros(len(problem.sites), dtype=np.bool_)
    found[problem.fixed()] = True
    return found
