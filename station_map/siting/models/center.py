"""Can p sites cover everybody within a radius? The least number that can, as a programme.

min  Σ x_j     Σ_{j: d_ij ≤ r} x_j ≥ 1 for everybody whom nothing open reaches
"""

from __future__ import annotations

import numpy as np

from station_map.siting.arrays import Ints, Sparse
from station_map.siting.models import rules
from station_map.siting.program import Program


def written(near: Sparse, conflicts: Ints) -> tuple[Program, range]:
    """near: (m, f) csr of ones: who is within the radius of whom."""
    program = Program(maximise=False)
    x = program.columns(np.ones(near.shape[1]), whole=True)
    program.rows([(x, near)], 1.0, np.inf, group=rules.LINK)
    rules.add_spacing(program, conflicts, x)
    return program, x
