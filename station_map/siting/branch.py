"""Branch and bound with Lagrangian bounds: what HiGHS would take long for is often soon decided.

A node is a case with some sites opened and others dropped. Its prices, started from its parent's,
bound it; what the bound decides is decided; a node that cannot be better than the answer at hand
is done with. Otherwise one site, about which the relaxation kept changing its mind, is opened in
one child and dropped in the other. Depth first, the opened child before the dropped one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from station_map.siting.arrays import Floats, Ints
from station_map.siting.clock import Clock
from station_map.siting.outcome import Outcome
from station_map.siting.result import BoundBy

# A site's share of the relaxation's choices from which it is unclear.
_HALF = 0.5


class Node(Protocol):
    """A case in part decided."""

    bound: float

    def settle(self, at_hand: float, rounds: int) -> Self | None:
        """Bounded and narrowed; None when nothing in it is better than `at_hand`."""

    def plan(self) -> tuple[Ints, float]:
        """The relaxation's choice as a plan, and its objective; all of it when nothing is left."""

    def is_leaf(self) -> bool:
        """Whether `plan` is the best of the node."""

    def unclear(self) -> int:
        """The site to branch on."""

    def children(self, site: int) -> tuple[Self, Self]:
        """(with the site opened, with it dropped)."""


@dataclass(slots=True)
class Tree[N: Node]:
    """The nodes still to be looked at, and how the answer at hand is known and told."""

    outcome: Outcome
    clock: Clock
    at_hand: Callable[[], float]
    take: Callable[[N, Ints, float], None]
    rounds: int = 60
    most_nodes: int = 1_000_000

    def search(self, root: N) -> bool:
        """Whether the whole tree was looked at: then the answer at hand is the best."""
        nodes, looked = [root], 0
        while nodes:
            if self.clock.must_stop() or looked >= self.most_nodes:
                self._open_bound(nodes)
                return False
            looked += 1
            self._look(nodes.pop(), nodes)
            if looked % 16 == 0:
                self._open_bound(nodes)
                self.outcome.tell(self.clock)
        return True

    def _look(self, node: N, nodes: list[N]) -> None:
        settled = node.settle(self.at_hand(), self.rounds)
        if settled is None:
            return
        self.take(settled, *settled.plan())
        if settled.is_leaf():
            return
        opened, dropped = settled.children(settled.unclear())
        nodes += [dropped, opened]

    def _open_bound(self, nodes: list[N]) -> None:
        """No plan is better than the best of what is still open, and of what is at hand."""
        if nodes:
            pick = max if self.outcome.maximise else min
            self.outcome.proves(pick(node.bound for node in nodes), BoundBy.LAGRANGE)


def most_unclear(shares: Floats, worth: Floats) -> int:
    """The site nearest to being in half the choices; of such the one worth most."""
    doubt = np.abs(shares - _HALF)
    near = np.flatnonzero(doubt <= doubt.min() + 0.1)
    return int(near[np.argmax(np.abs(worth[near]))])
