"""A linear programme with whole columns, put together of sparse blocks.

    program = Program(maximise=True)
    x = program.columns(cost, whole=True)
    program.rows([(x, matrix)], lower, upper, group="open")

Rows know the group of conditions they came from, so that a plan that cannot keep them all can be
told which (reasons.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array

from station_map.siting.arrays import Floats, Sparse

Block = tuple[range, Any]


@dataclass(slots=True, eq=False)
class Program:
    """max or min cost·x + offset, lower ≤ A x ≤ upper, 0 ≤ x ≤ most."""

    maximise: bool
    offset: float = 0.0
    width: int = 0
    height: int = 0
    _cost: list[Floats] = field(default_factory=list)
    _most: list[Floats] = field(default_factory=list)
    _whole: list[Any] = field(default_factory=list)
    _entries: list[tuple[Any, Any, Any]] = field(default_factory=list)
    _lower: list[Floats] = field(default_factory=list)
    _upper: list[Floats] = field(default_factory=list)
    groups: list[tuple[str, range]] = field(default_factory=list)

    def columns(self, cost: Floats, *, whole: bool = False, most: Floats | float = 1.0) -> range:
        """Further columns; gives their numbers."""
        made = range(self.width, self.width + len(cost))
        self._cost.append(np.asarray(cost, dtype=np.float64))
        self._most.append(np.broadcast_to(np.asarray(most, dtype=np.float64), (len(cost),)))
        self._whole.append(np.full(len(cost), whole))
        self.width = made.stop
        return made

    def rows(
        self, blocks: Sequence[Block], lower: Floats | float, upper: Floats | float, *, group: str
    ) -> None:
        """Further rows: each block is (columns, matrix over them), all of one height."""
        height = blocks[0][1].shape[0]
        for columns, matrix in blocks:
            entries = coo_array(matrix)
            row, column = entries.coords
            self._entries.append((row + self.height, column + columns.start, entries.data))
        for kept, given in ((self._lower, lower), (self._upper, upper)):
            kept.append(np.broadcast_to(np.asarray(given, dtype=np.float64), (height,)))
        self.groups.append((group, range(self.height, self.height + height)))
        self.height += height

    # -- what the solver is given ------------------------------------------------------

    @property
    def cost(self) -> Floats:
        """(width,)"""
        return np.concatenate(self._cost) if self._cost else np.zeros(0)

    @property
    def most(self) -> Floats:
        """(width,) largest value of each column."""
        return np.concatenate(self._most) if self._most else np.zeros(0)

    @property
    def whole(self) -> Any:
        """(width,) whether each column takes whole numbers only."""
        return np.concatenate(self._whole) if self._whole else np.zeros(0, dtype=bool)

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """(height,) twice: the rows' lower and upper bounds."""
        if not self._lower:
            return np.zeros(0), np.zeros(0)
        return np.concatenate(self._lower), np.concatenate(self._upper)

    @property
    def matrix(self) -> Sparse:
        """(height, width) csr."""
        if not self._entries:
            return csr_array((self.height, self.width))
        row, column, data = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        return csr_array((data, (row, column)), shape=(self.height, self.width))


def ones(width: int) -> Sparse:
    """(1, width) csr of ones: a sum."""
    return csr_array(np.ones((1, width)))


def rowvector(values: Floats) -> Sparse:
    """(1, n) csr of these coefficients."""
    return csr_array(np.asarray(values, dtype=np.float64).reshape(1, -1))
