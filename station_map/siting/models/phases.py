"""Several years, nested: what is open in one phase stays open in the next.

max  Σ_t Σ_g gain_g y_gt     y_gt ≤ Σ_{j covers g} x_jt     x_jt ≤ x_j,t+1     Σ_j x_jt ≤ P_t
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import eye_array

from station_map.siting.arrays import Floats, Ints
from station_map.siting.models import rules
from station_map.siting.program import Program, ones
from station_map.siting.reduce import CoverCase


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A programme and, by phase, where its columns are."""

    program: Program
    x: tuple[range, ...]
    y: tuple[range, ...]


def written(case: CoverCase, totals: tuple[int, ...]) -> Written:
    """totals: how many sites of the case may be open in each phase. Floors hold in the last."""
    program = Program(maximise=True, offset=case.base * len(totals))
    xs: list[range] = []
    ys: list[range] = []
    for total in totals:
        x = program.columns(np.zeros(case.ways), whole=True)
        y = program.columns(case.gain)
        link = [(x, -case.covers), (y, eye_array(len(y)))]
        program.rows(link, -np.inf, 0.0, group=rules.LINK)
        program.rows([(x, ones(len(x)))], -np.inf, total, group=rules.NUMBER)
        if xs:
            same = eye_array(len(x))
            program.rows([(xs[-1], same), (x, -same)], -np.inf, 0.0, group="nested")
        xs.append(x)
        ys.append(y)
    rules.add_spacing(program, case.conflicts, xs[-1])
    rules.add_districts(program, case, np.arange(len(ys[-1])), ys[-1])
    return Written(program, tuple(xs), tuple(ys))


def point(case: CoverCase, made: Written, sequence: Ints, totals: tuple[int, ...]) -> Floats:
    """The programme's point of sites opened in this order."""
    values = np.zeros(made.program.width)
    for x, y, total in zip(made.x, made.y, totals, strict=True):
        opened = np.zeros(case.ways)
        opened[sequence[:total]] = 1.0
        values[x.start : x.stop] = opened
        values[y.start : y.stop] = case.covers @ opened >= 1
    return values


def phases(made: Written, values: Floats) -> Ints:
    """(f,): the phase that opens each site, -1 for none."""
    opened = np.array([values[x.start : x.stop] > 0.5 for x in made.x])
    return np.where(opened.any(axis=0), opened.argmax(axis=0), -1)
