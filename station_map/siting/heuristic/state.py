"""A covering choice that can be changed site by site, with what each further site would add."""

from __future__ import annotations

import numpy as np

from station_map.siting.arrays import Bools, Floats, Ints, Sparse, row, rows_of
from station_map.siting.reduce import CoverCase, floors_met, value_of


class Choice:
    """Sites chosen of a case. counts: (g,) covers of each group; adds: (f,) what each would add."""

    def __init__(self, case: CoverCase) -> None:
        self.case = case
        self.counts = np.zeros(len(case.gain), dtype=np.int64)
        self.adds: Floats = case.by_site @ case.gain
        self.is_open: Bools = np.zeros(case.ways, dtype=np.bool_)
        self.of_kind = [0, 0]
        self.spent = 0.0
        self._beside = _neighbours(case)
        self._hindered = np.zeros(case.ways, dtype=np.int64)

    @property
    def chosen(self) -> Ints:
        """Numbers within the case, ascending."""
        return np.flatnonzero(self.is_open)

    @property
    def value(self) -> float:
        """What the choice counts, summed anew."""
        return value_of(self.case, self.chosen)

    def add(self, site: int) -> None:
        """Open a site."""
        self._change(site, 1)

    def remove(self, site: int) -> None:
        """Close a site."""
        self._change(site, -1)

    def loss(self, site: int) -> float:
        """What closing an open site would lose."""
        groups = row(self.case.by_site, site)
        counts = self.counts[groups]
        once, twice = groups[counts == 1], groups[counts == 2]
        return float(self.case.gain[once].sum() + self.case.second[twice].sum())

    def _next(self, groups: Ints) -> Floats:
        counts = self.counts[groups]
        then = np.where(counts == 1, self.case.second[groups], 0.0)
        return np.where(counts == 0, self.case.gain[groups], then)

    def _change(self, site: int, by: int) -> None:
        case = self.case
        groups = row(case.by_site, site)
        before = self._next(groups)
        self.counts[groups] += by
        change = self._next(groups) - before
        moved = np.flatnonzero(change)
        if len(moved):
            columns, lengths = rows_of(case.covers, groups[moved])
            spread = np.repeat(change[moved], lengths)
            self.adds += np.bincount(columns, weights=spread, minlength=case.ways)
        self.is_open[site] = by > 0
        self.of_kind[int(case.kind[site])] += by
        self.spent += by * float(case.cost[site])
        if self._beside is not None:
            self._hindered[row(self._beside, site)] += by

    def may_open(self) -> Bools:
        """(f,): which sites could be opened now by number, budget and spacing."""
        case = self.case
        room = np.array([self.of_kind[k] < case.most[k] for k in (0, 1)])
        allowed: Bools = ~self.is_open & (self._hindered == 0) & room[case.kind]
        if np.isfinite(case.budget):
            allowed &= case.cost <= (case.budget - self.spent) * (1 + 1e-12)
        return allowed

    def floors_met(self) -> bool:
        """Whether every district has what it needs."""
        return floors_met(self.case, self.counts)

    def is_allowed(self) -> bool:
        """Whether numbers and floors are kept (budget and spacing are, on the way)."""
        enough = all(self.of_kind[k] >= self.case.least[k] for k in (0, 1))
        return enough and self.floors_met()


def _neighbours(case: CoverCase) -> Sparse:
    if not len(case.conflicts):
        return None
    from station_map.siting.reach import covers_of

    first, second = case.conflicts.T
    both = (np.concatenate([first, second]), np.concatenate([second, first]))
    return covers_of(*both, (case.ways, case.ways))
