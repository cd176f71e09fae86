"""Names of the arrays that this room works on."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
# scipy publishes no types: a csr_array of float64 ones.
Sparse = Any

# Two answers closer than this, by the size of their numbers, are the same answer.
SAME: Final = 1e-9


def rows_of(matrix: Sparse, rows: Ints) -> tuple[Ints, Ints]:
    """The entries of some rows of a csr matrix: (column of each entry, rows' lengths)."""
    starts, ends = matrix.indptr[rows].astype(np.int64), matrix.indptr[rows + 1].astype(np.int64)
    lengths = ends - starts
    total = int(lengths.sum())
    before = np.cumsum(lengths) - lengths
    places = np.arange(total) + np.repeat(starts - before, lengths)
    return matrix.indices[places].astype(np.int64), lengths


def row(matrix: Sparse, number: int) -> Ints:
    """Columns of one row of a csr matrix."""
    found: Ints = matrix.indices[matrix.indptr[number] : matrix.indptr[number + 1]]
    return found
