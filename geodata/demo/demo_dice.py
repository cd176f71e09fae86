"""Seeded chance that gives the same run on every machine.

Only `Generator.random` of NumPy's PCG64 is used: its stream is settled, while the
algorithms behind `choice` or `normal` may change between releases of NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np


class Dice:
    """Draws for one subject; equal keys give equal draws."""

    def __init__(self, *key: int) -> None:
        self._stream = np.random.Generator(np.random.PCG64(key))

    def share(self) -> float:
        """Give a number in [0, 1)."""
        return float(self._stream.random())

    def chance(self, probability: float) -> bool:
        """Say yes with the given probability."""
        return self.share() < probability

    def between(self, low: int, high: int) -> int:
        """Give a whole number from low to high, both included."""
        return low + int(self.share() * (high - low + 1))

    def pick[T](self, options: Sequence[T]) -> T:
        """Give one of the options, all alike."""
        return options[int(self.share() * len(options))]

    def weighted(self, weights: Mapping[str, float]) -> str:
        """Give one of the keys, in proportion to its weight."""
        left = self.share() * sum(weights.values())
        for option, weight in weights.items():
            left -= weight
            if left < 0:
                return option
        return next(reversed(list(weights)))

    def normal_pair(self) -> tuple[float, float]:
        """Give two independent draws of the standard normal (Box and Muller, 1958)."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self.share()))
        angle = math.tau * self.share()
        return radius * math.cos(angle), radius * math.sin(angle)
