"""Measuring in turns: every contender once a round, so that a busy machine hits all alike.

What is compared are ratios within a round; their median over the rounds is what is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from benchmarks.contenders import Contender
from benchmarks.measure import Measured

# Of a list of 16,384: no two rounds begin at the same place, nor near it.
_STRIDE: Final = 5_003


@dataclass
class Results:
    """What each contender did in each round, in the order of the rounds."""

    by_key: dict[str, list[Measured]] = field(default_factory=dict)

    def __contains__(self, key: str) -> bool:
        return key in self.by_key

    def middle(self, key: str, what: str) -> float:
        """Median over the rounds of `rate`, `p50_ms` or `p99_ms`."""
        return float(median(getattr(measured, what) for measured in self.by_key[key]))

    def ratio(self, key: str, other: str, what: str) -> float:
        """Median over the rounds of key's figure by the other's in the same round."""
        pairs = zip(self.by_key[key], self.by_key[other], strict=True)
        return float(median(getattr(a, what) / getattr(b, what) for a, b in pairs))


def measure(
    contenders: Sequence[Contender],
    *,
    rounds: int,
    seconds: float,
    warm_up_s: float,
    tell: Callable[[str], None],
) -> Results:
    """Warm each contender up, then `rounds` times all of them, `seconds` each."""
    for contender in contenders:
        tell(f"warming up: {contender.key}")
        contender.run(0, warm_up_s)
    results = Results({contender.key: [] for contender in contenders})
    for turn in range(rounds):
        # There and back: what comes early in one round comes late in the next.
        for contender in contenders if turn % 2 == 0 else reversed(contenders):
            measured = contender.run((turn + 1) * _STRIDE, seconds)
            results.by_key[contender.key].append(measured)
            tell(f"round {turn + 1}/{rounds}: {contender.key}: {measured.rate:,.0f}/s")
    return results
