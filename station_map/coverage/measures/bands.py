"""A figure that rests on something unknown is a band, from what is known to what may be."""

from __future__ import annotations

from dataclasses import dataclass

from station_map.coverage.arrays import BoolArray, FloatArray
from station_map.coverage.groups import Groups


@dataclass(frozen=True, eq=False)
class Band:
    """Two arrays by group, (groups,): `low` counts what is known alone, `high` the unknown too.

    `low` ≤ `high` where the figure is an amount of what stations give.
    """

    low: FloatArray
    high: FloatArray

    @property
    def total(self) -> tuple[float, float]:
        """The sums over all groups."""
        return float(self.low.sum()), float(self.high.sum())


def band(groups: Groups, amount: FloatArray, low: BoolArray, high: BoolArray) -> Band:
    """The amounts, (n,), for which a condition holds, by group."""
    known = groups.sum(amount * low)
    return Band(known, known if low is high else groups.sum(amount * high))
