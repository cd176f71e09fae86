"""The fewest, or cheapest, sites that win a target: location set covering and its partial kind.

min  Σ cost_j x_j     Σ gain_g y_g ≥ target
"""

from __future__ import annotations

import numpy as np

from station_map.siting.models import rules
from station_map.siting.models.covering import Written
from station_map.siting.models.covering import written as covering
from station_map.siting.program import rowvector
from station_map.siting.reduce import CoverCase


def written(case: CoverCase, target: float) -> Written:
    """The programme; target: what is to count in all, `base` included."""
    made = covering(case, maximise=False, cost=case.cost)
    missing = target - case.base
    if missing > 0:
        row = (made.y, rowvector(case.gain / missing))
        made.program.rows([row], 1.0 - 1e-12, np.inf, group=rules.TARGET)
    return made
