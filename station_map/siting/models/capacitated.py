"""Covering with room for so much and no more.

    max  Σ q_gj     Σ_j q_gj ≤ people_g     Σ_g q_gj ≤ room_j x_j     q_gj ≤ people_g x_j

q_gj is how much of group g goes to site j within its reach; a group may be split.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from station_map.siting.arrays import Bools, Floats, Ints, Sparse
from station_map.siting.models import rules
from station_map.siting.program import Program, rowvector
from station_map.siting.reduce import CoverCase

# With more pairs than this the third kind of row, which only helps the solver, is left out.
_MOST_TIES = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A programme, its columns, and group and site of each flow."""

    program: Program
    x: range
    q: range
    group: Ints
    site: Ints


def written(case: CoverCase, room: Floats, is_open: Bools, *, settled: bool = False) -> Written:
    """room: (f,) capacity of each site of the case; is_open: those open whatever is decided.

    settled: nothing is decided, only who goes where.
    """
    program = Program(maximise=True, offset=0.0)
    entries = case.covers.tocoo()
    group, site = (part.astype(np.int64) for part in entries.coords)
    x = program.columns(np.zeros(case.ways), whole=not settled)
    q = program.columns(np.ones(len(group)), most=np.minimum(case.people[group], room[site]))
    number = np.arange(len(group))
    to_group = csr_array((np.ones(len(group)), (group, number)), shape=(len(case.gain), len(q)))
    to_site = csr_array((np.ones(len(group)), (site, number)), shape=(case.ways, len(q)))
    reached = case.by_site @ case.people
    holds = np.minimum(room, reached)
    program.rows([(q, to_group)], -np.inf, case.people, group=rules.LINK)
    program.rows([(q, to_site), (x, _diagonal(-holds))], -np.inf, 0.0, group=rules.ROOM)
    if len(q) <= _MOST_TIES and not settled:
        ties = csr_array((-case.people[group], (number, site)), shape=(len(q), case.ways))
        program.rows([(q, _diagonal(np.ones(len(q)))), (x, ties)], -np.inf, 0.0, group=rules.LINK)
    _rules(program, case, x, is_open)
    _floors(program, case, q, group)
    return Written(program, x, q, group, site)


def _diagonal(values: Floats) -> Sparse:
    return csr_array((values, (np.arange(len(values)),) * 2), shape=(len(values),) * 2)


def _rules(program: Program, case: CoverCase, x: range, is_open: Bools) -> None:
    must = _diagonal(np.ones(case.ways))[np.flatnonzero(is_open)]
    if must.shape[0]:
        program.rows([(x, must)], 1.0, 1.0, group="open")
    rules.add_numbers(program, case, x)
    rules.add_spacing(program, case.conflicts, x)


def _floors(program: Program, case: CoverCase, q: range, group: Ints) -> None:
    for number in np.flatnonzero(case.floors > 0).tolist():
        floor = float(case.floors[number])
        mine = np.where(case.district[group] == number, 1.0 / floor, 0.0)
        row = (q, rowvector(mine))
        program.rows([row], 1.0 - 1e-9, np.inf, group=f"{rules.DISTRICT}:{number}")
