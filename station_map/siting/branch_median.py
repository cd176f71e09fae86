"""Nodes of the p-median for branch.py. No spacing: the relaxation knows none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from station_map.siting.arrays import Bools, Floats, Ints
from station_map.siting.bound_median import Priced, decided, descended
from station_map.siting.branch import most_unclear
from station_map.siting.median_case import MedianCase


@dataclass(slots=True, eq=False)
class MedianNode:
    """A case, the prices to start from, a bound known of its parent, and its own once settled."""

    case: MedianCase
    prices: Floats
    bound: float
    shares: Floats | None = None
    priced: Priced | None = None

    def settle(self, at_hand: float, rounds: int) -> MedianNode | None:
        """See Node."""
        case = self.case
        if case.most <= 0 or case.ways <= case.most:
            return self if case.total(_all_of(case)) < at_hand else None
        shares = np.zeros(case.ways)
        priced = descended(
            case,
            at_hand,
            self.prices,
            rounds=rounds,
            shares=shares,
        )
        if priced.bound >= at_hand:
            return None
        opens, closes = decided(case, priced, at_hand)
        keep = ~opens & ~closes
        less = opened(case, opens, keep)
        bound = max(self.bound, priced.bound)
        kept = Priced(bound, priced.prices, priced.worth[keep], priced.picked)
        return MedianNode(less, priced.prices, bound, shares[keep], kept)

    def plan(self) -> tuple[Ints, float]:
        """See Node."""
        case = self.case
        if self.is_leaf() or self.priced is None:
            chosen = _all_of(case)
        else:
            chosen = np.argsort(self.priced.worth, kind="stable")[: case.most]
        return chosen, case.total(chosen)

    def is_leaf(self) -> bool:
        """See Node."""
        return self.case.most <= 0 or self.case.ways <= self.case.most

    def unclear(self) -> int:
        """See Node."""
        assert self.shares is not None  # noqa: S101 - set when it was settled
        assert self.priced is not None  # noqa: S101 - the same
        return most_unclear(self.shares, self.priced.worth)

    def children(self, site: int) -> tuple[MedianNode, MedianNode]:
        """See Node."""
        chosen = np.zeros(self.case.ways, dtype=np.bool_)
        chosen[site] = True
        none = np.zeros(self.case.ways, dtype=np.bool_)
        return (
            MedianNode(opened(self.case, chosen, ~chosen), self.prices, self.bound),
            MedianNode(opened(self.case, none, ~chosen), self.prices, self.bound),
        )


def _all_of(case: MedianCase) -> Ints:
    return np.arange(case.ways if case.most > 0 else 0)


def opened(case: MedianCase, opens: Bools, keep: Bools) -> MedianCase:
    """The case with some sites opened and only `keep` left to decide."""
    far = np.minimum(case.far, case.cost[opens].min(axis=0)) if opens.any() else case.far
    if keep.all() and not opens.any():
        return case
    cost = case.cost[keep]
    return replace(
        case,
        cost=np.minimum(cost, far) if opens.any() else cost,
        far=far,
        distance=case.distance[:0],
        sites=case.sites[keep],
        most=case.most - int(opens.sum()),
        opened=(*case.opened, *case.sites[opens].tolist()),
    )
