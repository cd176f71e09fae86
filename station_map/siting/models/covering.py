"""Maximal covering as a programme: also with budget, second covers, closing, floors, spacing.

    max  Σ gain_g y_g + Σ second_g u_g
    y_g + u_g ≤ Σ_{j covers g} x_j;   x whole;   0 ≤ y, u ≤ 1

y and u need not be whole: with whole x the best of them are, as gain_g ≥ second_g.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, eye_array

from station_map.siting.arrays import Floats, Ints, Sparse
from station_map.siting.models import rules
from station_map.siting.program import Program
from station_map.siting.reduce import CoverCase


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A programme and where its columns are. twice: groups that have a u."""

    program: Program
    x: range
    y: range
    u: range
    twice: Ints


def written(
    case: CoverCase, *, maximise: bool = True, cost: Floats | None = None, relaxed: bool = False
) -> Written:
    """The programme of a case, its rows of groups first.

    cost: (f,) of the sites in the objective, instead of covers. relaxed: sites in part.
    """
    program = Program(maximise=maximise, offset=case.base if maximise else 0.0)
    counted = 1.0 if maximise else 0.0
    x = program.columns(np.zeros(case.ways) if cost is None else cost, whole=not relaxed)
    y = program.columns(case.gain * counted)
    twice = np.flatnonzero(case.second > 0)
    u = program.columns(case.second[twice] * counted)
    program.rows([(x, -case.covers), (y, eye_array(len(y))), (u, _picking(twice, len(y)))],
                 -np.inf, 0.0, group=rules.LINK)  # fmt: skip
    rules.add_numbers(program, case, x)
    rules.add_budget(program, case, x)
    rules.add_spacing(program, case.conflicts, x)
    rules.add_districts(program, case, np.arange(len(y)), y)
    return Written(program, x, y, u, twice)


def _picking(rows: Ints, height: int) -> Sparse:
    """(height, len(rows)) csr: column i has its one in row rows[i]."""
    return csr_array((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(height, len(rows)))


def point(case: CoverCase, made: Written, chosen: Ints) -> Floats:
    """The programme's point of a choice."""
    values = np.zeros(made.program.width)
    values[chosen] = 1.0
    counts = case.covers @ values[: case.ways]
    values[made.y.start : made.y.stop] = counts >= 1
    values[made.u.start : made.u.stop] = counts[made.twice] >= 2
    return values


def choice(made: Written, values: Floats) -> Ints:
    """The sites that a point opens."""
    return np.flatnonzero(values[made.x.start : made.x.stop] > 0.5)
