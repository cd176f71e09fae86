"""When to stop, why, and who is told how far it is."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from station_map.siting.exact import Limits
from station_map.siting.result import Progress, Stopped


@dataclass(slots=True)
class Clock:
    """Time and patience of one run. gap: relative; threads: 0 lets the solver choose."""

    time_limit_s: float = math.inf
    gap: float = 0.0
    threads: int = 1
    should_stop: Callable[[], bool] = lambda: False
    progress: Callable[[Progress], None] = lambda _progress: None
    began: float = field(default_factory=time.monotonic)
    stage: str = "heuristic"

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self.began

    def why(self) -> Stopped | None:
        """Why to stop now, or None to go on."""
        if self.should_stop():
            return Stopped.INTERRUPTED
        return Stopped.TIME_LIMIT if self.seconds >= self.time_limit_s else None

    def must_stop(self) -> bool:
        """Whether to stop now."""
        return self.why() is not None

    def at(self, stage: str) -> None:
        """Enter a stage."""
        self.stage = stage

    def tell(self, objective: float | None, bound: float | None) -> None:
        """Report the best of both so far."""
        self.progress(Progress(self.stage, objective, bound, self.seconds))

    def limits(self, step: float = 0.0, *, at_most_s: float = math.inf) -> Limits:
        """What the solver may take of what is left."""
        left = min(self.time_limit_s - self.seconds, at_most_s)
        return Limits(time.monotonic() + left, self.gap, step, self.threads)
