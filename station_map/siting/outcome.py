"""What a model's own solving hands to run.py: sites, objective, bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from station_map.siting.arrays import SAME, Floats
from station_map.siting.clock import Clock
from station_map.siting.result import BoundBy, Reason, Stopped, gap_between


@dataclass(slots=True)
class Outcome:
    """The best choice so far and the best bound, in either sense.

    sites: numbers in the problem that are open at the end, fixed ones included; None when no
    choice is known. order: the same, opened sites by phase (phases only). step: answers differ
    by whole multiples of it (0: unknown).
    """

    maximise: bool
    step: float = 0.0
    sites: tuple[int, ...] | None = None
    phase: tuple[int, ...] = ()
    objective: float | None = None
    bound: float | None = None
    bound_by: BoundBy | None = None
    stopped: Stopped | None = None
    heuristic: float | None = None
    reason: Reason | None = None

    def offer(self, sites: tuple[int, ...], objective: float, phase: tuple[int, ...] = ()) -> bool:
        """Take a choice if it is better than the one known."""
        if self.objective is not None and not self._is_better(objective, self.objective):
            return False
        self.sites, self.objective, self.phase = sites, objective, phase
        return True

    def _is_better(self, one: float, other: float) -> bool:
        return one > other if self.maximise else one < other

    def proves(self, bound: float | None, by: BoundBy) -> None:
        """Take a bound if it is tighter. A bound past the answer at hand means it is the best."""
        if bound is None or not np.isfinite(bound):
            return
        bound = self._stepped(bound)
        if self.objective is not None and not self._is_better(bound, self.objective):
            bound = self.objective
        if self.bound is None or self._is_better(self.bound, bound):
            self.bound, self.bound_by = bound, by

    def _stepped(self, bound: float) -> float:
        """Where answers are whole multiples of a step, so is the bound."""
        if not self.step:
            return bound
        steps = bound / self.step
        whole = np.floor(steps + 1e-6) if self.maximise else np.ceil(steps - 1e-6)
        return float(whole * self.step)

    @property
    def gap(self) -> float | None:
        """How far the answer may be from the best."""
        if self.objective is None or self.bound is None:
            return None
        return gap_between(self.objective, self.bound)

    def is_done(self, clock: Clock) -> bool:
        """Whether nothing better is wanted, or there is no time for it; notes why."""
        gap = self.gap
        if gap is not None and gap <= max(SAME, clock.gap):
            self.stopped = Stopped.OPTIMAL if gap <= SAME else Stopped.GAP
        else:
            self.stopped = clock.why()
        return self.stopped is not None

    def tell(self, clock: Clock) -> None:
        """Report."""
        clock.tell(self.objective, self.bound)


def step_of(*parts: Floats) -> float:
    """1 when sums of these are whole numbers whatever is summed, else 0 (unknown)."""
    whole = all(bool(np.all(part == np.floor(part))) for part in parts)
    small = sum(float(np.abs(part).sum()) for part in parts) < 2.0**50
    return 1.0 if whole and small else 0.0
