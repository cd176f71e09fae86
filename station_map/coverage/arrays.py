"""The arrays that this room works on, and tri-state masks: yes, no, unknown."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IndexArray = NDArray[np.int32]
# One of the three below, each element.
TriArray = NDArray[np.int8]

NO: Final = 0
YES: Final = 1
UNKNOWN: Final = -1
HOURS_A_WEEK: Final = 168


def both(first: TriArray, second: TriArray) -> TriArray:
    """First and second: no if either is no, else unknown if either is unknown (Kleene)."""
    either_no = (first == NO) | (second == NO)
    both_yes = (first == YES) & (second == YES)
    return np.where(either_no, NO, np.where(both_yes, YES, UNKNOWN)).astype(np.int8)


def every(columns: TriArray) -> TriArray:
    """Whether all columns hold, row by row: shape (n, k) to (n,); yes where there are none."""
    yes = (columns == YES).all(axis=1)
    no = (columns == NO).any(axis=1)
    return np.where(no, NO, np.where(yes, YES, UNKNOWN)).astype(np.int8)


def quotient(above: FloatArray, below: FloatArray, otherwise: float = math.nan) -> FloatArray:
    """Above by below where that is more than 0, else `otherwise`."""
    found = np.full(len(below), otherwise)
    np.divide(above, below, out=found, where=below > 0)
    return found
