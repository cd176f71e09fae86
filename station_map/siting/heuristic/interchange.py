"""p-median at once: greedy, then interchange, then kicks.

Interchange as Whitaker, and Resende and Werneck, do it: with the nearest and second nearest open
site of each demand known, what a swap saves is

    what the new site draws to itself  -  what the old one's leave costs  +  what of that the new
    one saves again

for all pairs of a block of new sites at once. When no swap helps,
a few sites are exchanged by chance and it begins again; the best of all is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from station_map.siting.arrays import Bools, Floats, Ints
from station_map.siting.median_case import MedianCase

Stop = Callable[[], bool]
_BLOCK: Final = 128
_SEED: Final = 20
# Kicks are for cases where one costs little.
_WORK: Final = 3_000_000


def best_sites(case: MedianCase, should_stop: Stop, *, kicks: int | None = None) -> Ints:
    """A good choice, numbers within the case; empty when none may be opened."""
    search = _Interchange(case)
    search.greedy()
    search.descend(should_stop)
    if kicks is None:
        kicks = int(np.clip(_WORK / max(case.cost.size, 1), 2, 40))
    return search.kicked(kicks, should_stop) if len(search.chosen) else search.chosen


def descended_from(case: MedianCase, chosen: Ints, should_stop: Stop) -> Ints:
    """Interchange from a choice."""
    search = _Interchange(case)
    search.set(chosen)
    search.greedy()
    search.descend(should_stop)
    return search.chosen


class _Interchange:
    def __init__(self, case: MedianCase) -> None:
        self.case = case
        self.chosen: Ints = np.zeros(0, dtype=np.int64)
        self.beside = _beside(case)
        self.set(self.chosen)

    def set(self, chosen: Ints) -> None:
        """Nearest and second nearest of each demand; the open sites of old are number p."""
        self.chosen = chosen
        rows = np.vstack([self.case.cost[chosen], self.case.far])
        width = np.arange(rows.shape[1])
        self.which = rows.argmin(axis=0)
        self.first = rows[self.which, width]
        rows[self.which, width] = np.inf
        self.second = rows.min(axis=0)
        self.by_owner = np.argsort(self.which, kind="stable")
        self.owners, self.begins = np.unique(self.which[self.by_owner], return_index=True)
        # Who is nearest to what is open anyway loses nothing by any swap.
        self.second[self.which == len(chosen)] = self.first[self.which == len(chosen)]

    @property
    def value(self) -> float:
        return float(self.first.sum())

    def greedy(self) -> None:
        """Open what saves most until all are open that may be."""
        case = self.case
        while len(self.chosen) < case.most:
            saved = np.maximum(self.first - case.cost, 0.0).sum(axis=1)
            saved[~self._may_open(self.chosen)] = 0.0
            if not len(saved) or saved.max() <= 0:
                return
            best = int(np.argmax(saved))
            self.chosen = np.append(self.chosen, best)
            self.first = np.minimum(self.first, case.cost[best])
        self.set(self.chosen)

    def _may_open(self, chosen: Ints) -> Bools:
        allowed = np.ones(self.case.ways, dtype=np.bool_)
        allowed[chosen] = False
        for site in chosen.tolist():
            allowed[list(self.beside.get(site, ()))] = False
        return allowed

    def descend(self, should_stop: Stop) -> None:
        """Swap until a round over all sites saves nothing."""
        self.set(self.chosen)
        blocks = [
            np.arange(low, min(low + _BLOCK, self.case.ways))
            for low in range(0, self.case.ways, _BLOCK)
        ]
        quiet, number = 0, 0
        while len(self.chosen) and quiet < len(blocks) and not should_stop():
            quiet = 0 if self._swap_one(blocks[number % len(blocks)]) else quiet + 1
            number += quiet > 0

    def _swap_one(self, block: Ints) -> bool:
        saved = self._savings(block)
        new, old = np.unravel_index(int(np.argmax(saved)), saved.shape)
        if saved[new, old] <= 1e-9 * max(self.value, 1e-300):
            return False
        chosen = self.chosen.copy()
        chosen[old] = block[new]
        self.set(chosen)
        return True

    def _savings(self, block: Ints) -> Floats:
        """(block, p): what each swap saves; -inf where it may not be."""
        cost, count = self.case.cost[block], len(self.chosen)
        drawn = np.maximum(self.first - cost, 0.0).sum(axis=1)
        # Columns stand in the order of their owners, so each owner's are summed in one stretch.
        cost = cost[:, self.by_owner]
        first, second = self.first[self.by_owner], self.second[self.by_owner]
        lost = np.zeros((len(block), count + 1))
        losses = np.maximum(np.minimum(second, cost) - first, 0.0)
        lost[:, self.owners] = np.add.reduceat(losses, self.begins, axis=1)
        saved: Floats = drawn[:, None] - lost[:, :count]
        saved[np.isin(block, self.chosen)] = -np.inf
        if self.beside:
            self._forbid(saved, block)
        return saved

    def _forbid(self, saved: Floats, block: Ints) -> None:
        for line, site in enumerate(block.tolist()):
            too_near = [k for k, other in enumerate(self.chosen.tolist())
                        if other in self.beside.get(site, ())]  # fmt: skip
            if len(too_near) > 1:
                saved[line] = -np.inf
            elif too_near:
                saved[line, np.arange(len(self.chosen)) != too_near[0]] = -np.inf

    def kicked(self, kicks: int, should_stop: Stop) -> Ints:
        """The best of some further descents, each from the best with sites exchanged by chance."""
        chance = np.random.default_rng(_SEED)
        best, value = self.chosen, self.value
        for _ in range(kicks):
            if should_stop():
                break
            self._kick(chance, best)
            self.descend(should_stop)
            if self.value < value:
                best, value = self.chosen, self.value
        return best

    def _kick(self, chance: np.random.Generator, best: Ints) -> None:
        count = max(1, min(len(best) // 6, 8))
        kept = chance.permutation(best)[count:]
        for _ in range(len(best) - len(kept)):
            free = np.flatnonzero(self._may_open(kept))
            if not len(free):
                break
            kept = np.append(kept, chance.choice(free))
        self.set(kept)


def _beside(case: MedianCase) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for a, b in case.conflicts.tolist():
        found.setdefault(a, set()).add(b)
        found.setdefault(b, set()).add(a)
    return found
