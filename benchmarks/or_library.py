"""OR-Library's uncapacitated p-median instances (Beasley 1990), as they are stored.

A file holds n, the number of edges, p, then the edges with their lengths; of an edge given twice
the last holds. Distances are shortest paths.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path


def read(path: Path) -> tuple[NDArray[np.float64], int]:
    """((n, n) distances, p) of one instance."""
    numbers = np.array(path.read_text(encoding="ascii").split(), dtype=np.int64)
    size, edges, opens = (int(one) for one in numbers[:3])
    length = np.zeros((size, size))
    for a, b, metres in numbers[3 : 3 + 3 * edges].reshape(-1, 3).tolist():
        length[a - 1, b - 1] = length[b - 1, a - 1] = metres
    found: NDArray[np.float64] = shortest_path(csr_array(length), directed=False)
    return found, opens


def optima(folder: Path) -> dict[str, int]:
    """The published optimum by the instance's name."""
    lines = (folder / "pmedopt.txt").read_text(encoding="ascii").splitlines()[1:]
    return {name: int(value) for name, value in (line.split() for line in lines if line.strip())}
