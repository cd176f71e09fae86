"""Rows that covering models share: numbers of sites, budget, spacing, districts."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from station_map.siting.arrays import Ints, Sparse
from station_map.siting.program import Program, rowvector
from station_map.siting.reduce import NEW, STANDING, CoverCase

NUMBER, BUDGET, SPACING, DISTRICT, LINK, TARGET, CLOSE, ROOM = (
    "number", "budget", "spacing", "district", "link", "target", "close", "room",
)  # fmt: skip


def add_numbers(program: Program, case: CoverCase, x: range) -> None:
    """So many new ones at most; of those that stand exactly so many stay."""
    for kind, group in ((NEW, NUMBER), (STANDING, CLOSE)):
        mine = (case.kind == kind).astype(np.float64)
        least, most = case.least[kind], case.most[kind]
        if least > 0 or most < mine.sum():
            program.rows([(x, rowvector(mine))], least, most, group=group)


def add_budget(program: Program, case: CoverCase, x: range) -> None:
    """Costs of new sites together."""
    if np.isfinite(case.budget) and case.cost.sum() > case.budget:
        program.rows([(x, rowvector(case.cost))], -np.inf, case.budget, group=BUDGET)


def add_spacing(program: Program, conflicts: Ints, x: range) -> None:
    """At most one of each clique of sites that are too close to each other."""
    found = cliques(conflicts, len(x))
    if found.shape[0]:
        program.rows([(x, found)], -np.inf, 1.0, group=SPACING)


def add_districts(program: Program, case: CoverCase, covered: Ints, y: range) -> None:
    """Each district's covered demand; `covered`: which groups the columns y stand for."""
    for number in np.flatnonzero(case.floors > 0).tolist():
        mine = np.where(case.district[covered] == number, case.people[covered], 0.0)
        # Measured by its own size, so that the solver's tolerance means the same everywhere.
        floor = float(case.floors[number])
        row = (y, rowvector(mine / floor))
        program.rows([row], 1.0 - 1e-12, np.inf, group=f"{DISTRICT}:{number}")


def cliques(conflicts: Ints, width: int) -> Sparse:
    """(k, width) csr: sets of sites, all of each pairwise too close, that cover every pair.

    Grown greedily from each pair not yet covered: fewer rows, and tighter ones, than pairs.
    """
    near: dict[int, set[int]] = {}
    for a, b in conflicts.tolist():
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    done: set[tuple[int, int]] = set()
    members: list[int] = []
    starts = [0]
    for a, b in conflicts.tolist():
        if (a, b) in done:
            continue
        clique = _grown(a, b, near)
        done.update((s, t) for s in clique for t in clique if s < t)
        members += clique
        starts.append(len(members))
    shape = (len(starts) - 1, width)
    return csr_array((np.ones(len(members)), members, starts), shape=shape)


def _grown(a: int, b: int, near: dict[int, set[int]]) -> list[int]:
    clique, others = [a, b], near[a] & near[b]
    while others:
        further = max(others, key=lambda s: (len(near[s] & others), -s))
        clique.append(further)
        others = others & near[further]
    return clique
