"""Covering problems made small without changing their answer.

A case is what is left to decide: groups of demand that the same sites cover, and sites that may
open. Making it small:

    what is covered whatever happens counts as won (`base`) and is dropped
    demand with the same sites in reach is one group
    a site that covers no more than another, and costs no less, is dropped

and each again when a bound has opened or dropped further sites (`narrowed`). This is what makes
exact answers quick: fewer sites make more demand alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from station_map.siting.arrays import Bools, Floats, Ints, Sparse, rows_of
from station_map.siting.candidates import SiteStatus
from station_map.siting.goals import Backup, Budget, Relocation
from station_map.siting.problem import Problem

NEW, STANDING = 0, 1
# Above this many entries a table of all pairs of sites costs more than it saves.
_MOST_PAIRS = 40_000_000


@dataclass(frozen=True, slots=True, eq=False)
class CoverCase:
    """g groups of demand, f sites to decide about.

    covers: (g, f) csr of ones; by_site: its transpose. gain: (g,) what a first cover counts,
    second: (g,) what a second one adds, never more than gain. people: (g,) demand that counts
    for floors; district: (g,), -1 for none; floors: (d,) demand of each still to be covered.
    sites: (f,) numbers in the problem. kind: (f,) NEW or STANDING; least, most: how many of each
    kind are open at the end. cost: (f,) and budget. conflicts: (k, 2) pairs within the case.
    base: what counts already. opened: numbers in the problem of the sites opened on the way.
    """

    covers: Sparse
    by_site: Sparse
    gain: Floats
    second: Floats
    people: Floats
    district: Ints
    floors: Floats
    sites: Ints
    kind: Ints
    least: tuple[int, int]
    most: tuple[int, int]
    cost: Floats
    budget: float
    conflicts: Ints
    base: float
    opened: tuple[int, ...] = ()

    @property
    def ways(self) -> int:
        """How many sites there are to decide about."""
        return len(self.sites)

    @property
    def has_floors(self) -> bool:
        """Whether some district still needs more."""
        return bool(np.any(self.floors > 0))


def case_of(problem: Problem) -> CoverCase:
    """The case of a covering problem: fixed sites opened, excluded ones dropped, grouped."""
    whole = _whole(problem)
    dropped = np.concatenate([problem.sites.having(SiteStatus.EXCLUDED), _blocked(problem)])
    return undominated(narrowed(whole, problem.fixed(), dropped))


def usable_case(problem: Problem) -> CoverCase:
    """The case with nothing opened yet: every site that is open or may be, grouped."""
    keep = np.ones(len(problem.sites), dtype=np.bool_)
    keep[problem.sites.having(SiteStatus.EXCLUDED)] = False
    keep[_blocked(problem)] = False
    return grouped(with_columns(_whole(problem), keep))


def _blocked(problem: Problem) -> Ints:
    """Candidates too close to a site that is open whatever is decided."""
    fixed, pairs = problem.fixed(), problem.conflicts
    beside = np.concatenate(
        [pairs[np.isin(pairs[:, 0], fixed), 1], pairs[np.isin(pairs[:, 1], fixed), 0]]
    )
    return np.setdiff1d(beside, fixed)


def _whole(problem: Problem) -> CoverCase:
    first = problem.goal.first if isinstance(problem.goal, Backup) else 1.0
    standing = len(problem.existing())
    stays = standing - (problem.goal.close if isinstance(problem.goal, Relocation) else 0)
    kind = np.zeros(len(problem.sites), dtype=np.int64)
    kind[problem.existing()] = STANDING
    weight, district = problem.weight, problem.district
    nowhere = np.full(len(weight), -1, dtype=np.int64)
    return CoverCase(
        covers=problem.covers,
        by_site=problem.covers.T.tocsr(),
        gain=weight * first,
        second=weight * (1 - first),
        people=weight,
        district=nowhere if district is None or not problem.floors else _asked(problem, district),
        floors=_floors(problem),
        sites=np.arange(len(problem.sites)),
        kind=kind,
        least=(0, stays),
        most=(problem.opens, stays),
        cost=np.where(kind == STANDING, 0.0, problem.sites.costs),
        budget=problem.goal.amount if isinstance(problem.goal, Budget) else np.inf,
        conflicts=_pairs(problem, kind),
        base=0.0,
    )


def _asked(problem: Problem, district: Ints) -> Ints:
    """Districts without a floor need not be told apart."""
    wanted = np.array([*(name in problem.floors for name in problem.districts), False])
    return np.where(wanted[district], district, -1)


def _floors(problem: Problem) -> Floats:
    floors = np.zeros(len(problem.districts))
    for number, name in enumerate(problem.districts):
        if problem.floors.get(name) and problem.district is not None:
            whole = problem.weight[problem.district == number].sum()
            floors[number] = problem.floors[name] * whole
    return floors


def _pairs(problem: Problem, kind: Ints) -> Ints:
    pairs = problem.conflicts
    standing = (kind[pairs] == STANDING).all(axis=1)
    kept: Ints = pairs[~standing]
    return kept


def narrowed(case: CoverCase, opened: Ints, dropped: Ints) -> CoverCase:
    """The case after opening and dropping sites, by their numbers within the case."""
    keep = np.ones(case.ways, dtype=np.bool_)
    keep[opened] = False
    keep[dropped] = False
    keep[_beside(case.conflicts, opened)] = False
    return grouped(with_columns(_with_opened(case, opened), keep))


def _with_opened(case: CoverCase, opened: Ints) -> CoverCase:
    counts = _counts(case, opened)
    won = np.where(counts >= 1, case.gain, 0) + np.where(counts >= 2, case.second, 0)
    return replace(
        case,
        gain=np.where(counts == 0, case.gain, np.where(counts == 1, case.second, 0)),
        second=np.where(counts == 0, case.second, 0),
        district=np.where(counts == 0, case.district, -1),
        floors=case.floors - _by_district(case, counts > 0),
        base=case.base + float(won.sum()),
        budget=case.budget - float(case.cost[opened].sum()),
        opened=(*case.opened, *case.sites[opened].tolist()),
        least=_less(case.least, case.kind[opened]),
        most=_less(case.most, case.kind[opened]),
    )


def _beside(conflicts: Ints, opened: Ints) -> Ints:
    if not len(conflicts) or not len(opened):
        return np.zeros(0, dtype=np.int64)
    beside = np.concatenate(
        [
            conflicts[np.isin(conflicts[:, 0], opened), 1],
            conflicts[np.isin(conflicts[:, 1], opened), 0],
        ]
    )
    return np.setdiff1d(beside, opened)


def _counts(case: CoverCase, opened: Ints) -> Ints:
    covered, _ = rows_of(case.by_site, opened)
    return np.bincount(covered, minlength=len(case.gain))


def _by_district(case: CoverCase, covered: Bools) -> Floats:
    mine = covered & (case.district >= 0)
    return np.bincount(case.district[mine], weights=case.people[mine], minlength=len(case.floors))[
        : len(case.floors)
    ]


def _less(bounds: tuple[int, int], kinds: Ints) -> tuple[int, int]:
    new, standing = (bounds[kind] - int((kinds == kind).sum()) for kind in (NEW, STANDING))
    return max(new, 0), max(standing, 0)


def with_columns(case: CoverCase, keep: Bools) -> CoverCase:
    """The case with these sites only; groups stay as they are."""
    renumbered = np.cumsum(keep) - 1
    pairs = (
        case.conflicts[keep[case.conflicts].all(axis=1)] if len(case.conflicts) else case.conflicts
    )
    return replace(
        case,
        covers=case.covers[:, np.flatnonzero(keep)],
        by_site=case.by_site[np.flatnonzero(keep)],
        sites=case.sites[keep],
        kind=case.kind[keep],
        cost=case.cost[keep],
        conflicts=renumbered[pairs],
    )


def grouped(case: CoverCase) -> CoverCase:
    """Demand that the same sites cover becomes one group; what no site can win is dropped."""
    lengths = np.diff(case.covers.indptr)
    alive = (lengths > 0) & ((case.gain > 0) | (case.district >= 0))
    kept = case.covers[np.flatnonzero(alive)]
    double = case.second[alive] > 0
    tag = (case.district[alive] + 1) * 2 + double
    first, group = same_rows(kept, tag)
    covers = kept[first]
    covers.sort_indices()
    sums = {
        name: np.bincount(group, weights=getattr(case, name)[alive], minlength=len(first)).astype(
            np.float64
        )
        for name in ("gain", "second", "people")
    }
    return replace(
        case,
        covers=covers,
        by_site=covers.T.tocsr(),
        gain=sums["gain"],
        second=sums["second"],
        people=sums["people"],
        district=case.district[alive][first],
    )


def same_rows(matrix: Sparse, tag: Ints) -> tuple[Ints, Ints]:
    """Rows with the same columns and tag: (one row of each sort, the sort of each row).

    Rows are told apart by sums of random 64-bit numbers, and each is then compared with the row
    that stands for it, so that the answer does not rest on chance.
    """
    if not matrix.shape[0]:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    matrix.sort_indices()
    for seed in range(8):
        words = np.random.default_rng(seed).integers(0, 2**64, matrix.shape[1], dtype=np.uint64)
        keys = np.add.reduceat(words[matrix.indices], matrix.indptr[:-1])
        keys ^= tag.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        _, first, group = np.unique(keys, return_index=True, return_inverse=True)
        if _are_same(matrix, first[group], tag):
            return first, group
    raise AssertionError("eight keys in a row told two rows alike that are not")


def _are_same(matrix: Sparse, stands_for: Ints, tag: Ints) -> bool:
    lengths = np.diff(matrix.indptr)
    if not np.array_equal(lengths[stands_for], lengths) or not np.array_equal(tag[stands_for], tag):
        return False
    return np.array_equal(rows_of(matrix, stands_for)[0], matrix.indices)


def undominated(case: CoverCase) -> CoverCase:
    """Drop new sites that cover no more than another and cost no less.

    Only where one more cover of the same demand is worth nothing and no spacing is asked for.
    """
    lengths = np.diff(case.covers.indptr).astype(np.int64)
    rich = bool(np.any(case.second > 0)) or len(case.conflicts) or np.any(case.kind == STANDING)
    if rich or not case.ways or int((lengths**2).sum()) > _MOST_PAIRS:
        return case
    keep = ~_dominated(case)
    return case if keep.all() else grouped(with_columns(case, keep))


def _dominated(case: CoverCase) -> Bools:
    size = np.diff(case.by_site.indptr)
    shared = (case.by_site @ case.covers).tocoo()
    mine, other = shared.coords
    inside = (shared.data >= size[mine]) & (mine != other) & (case.cost[other] <= case.cost[mine])
    # Of two alike the cheaper stays, then the one listed first.
    alike = (size[other] == size[mine]) & (case.cost[other] == case.cost[mine])
    lost: Bools = np.zeros(case.ways, dtype=np.bool_)
    lost[mine[inside & (~alike | (other < mine))]] = True
    lost[size == 0] = True
    return lost


def value_of(case: CoverCase, chosen: Ints) -> float:
    """What a choice (numbers within the case) counts in all, exactly summed."""
    counts = _counts(case, np.asarray(chosen, dtype=np.int64))
    won = case.gain[counts >= 1].sum() + case.second[counts >= 2].sum()
    return case.base + float(won)


def floors_met(case: CoverCase, counts: Ints) -> bool:
    """Whether these covers of each group give every district what it needs."""
    if not case.has_floors:
        return True
    short = case.floors - _by_district(case, counts > 0)
    return bool(np.all(short <= slack(case.floors)))


def slack(floors: Floats) -> Floats:
    """How far a floor may be missed by rounding."""
    return 1e-9 * np.maximum(np.abs(floors), 1.0)
