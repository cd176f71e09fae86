"""Capacitated covering to the proof: greedy by what is left over, then HiGHS.

Who goes where, once sites are chosen, is a transport problem and is solved as one, so a plan's
value is exact. No plan serves more than the relaxed covering wins, nor than all rooms hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from station_map.siting import exact
from station_map.siting.arrays import Bools, Floats, Ints, row
from station_map.siting.clock import Clock
from station_map.siting.heuristic.state import Choice
from station_map.siting.models import capacitated as model
from station_map.siting.outcome import Outcome
from station_map.siting.reduce import STANDING, CoverCase, with_columns
from station_map.siting.result import BoundBy, Stopped


@dataclass(frozen=True, slots=True, eq=False)
class Rooms:
    """A case with all sites, the capacity (f,) of each, and which are open anyway (f,)."""

    case: CoverCase
    room: Floats
    is_open: Bools


def solve(rooms: Rooms, clock: Clock) -> Outcome:
    """The best plan and the proof. INFEASIBLE is left to be explained."""
    outcome = Outcome(maximise=True)
    chosen = _greedy(rooms)
    served = _served(rooms, chosen, clock)
    if served is not None:
        _offer(outcome, rooms, chosen, served)
    outcome.heuristic = outcome.objective
    outcome.proves(_most(rooms), BoundBy.COUNT)
    outcome.tell(clock)
    if not outcome.is_done(clock):
        _to_the_end(rooms, outcome, clock, chosen if served is not None else None)
    return outcome


def _offer(outcome: Outcome, rooms: Rooms, chosen: Ints, served: float) -> None:
    outcome.offer((*rooms.case.opened, *rooms.case.sites[chosen].tolist()), served)


def _most(rooms: Rooms) -> float:
    """What is within reach, and what the open and the largest other rooms hold."""
    case = rooms.case
    holds = np.minimum(rooms.room, case.by_site @ case.people)
    free = holds[~rooms.is_open & (case.kind != STANDING)]
    required = int((rooms.is_open & (case.kind != STANDING)).sum())
    largest = np.sort(free)[::-1][: max(case.most[0] - required, 0)]
    reachable = float(case.people[np.diff(case.covers.indptr) > 0].sum())
    return min(reachable, float(holds[rooms.is_open].sum() + largest.sum()))


def _greedy(rooms: Rooms) -> Ints:
    """Open what fills most room with who is left over; floors first."""
    case, choice = rooms.case, Choice(rooms.case)
    left = case.people.copy()
    for site in np.flatnonzero(rooms.is_open).tolist():
        choice.add(site)
        _fill(case, left, site, rooms.room[site])
    while True:
        scores = np.minimum(rooms.room, case.by_site @ _wanted(case, left))
        scores = np.where(choice.may_open(), scores, 0.0)
        if not len(scores) or scores.max() <= 0:
            return choice.chosen
        best = int(np.argmax(scores))
        choice.add(best)
        _fill(case, left, best, rooms.room[best])


def _wanted(case: CoverCase, left: Floats) -> Floats:
    """Who is left over; of districts below their floor alone while there are any."""
    mine = case.district >= 0
    served = np.bincount(
        case.district[mine], weights=(case.people - left)[mine], minlength=len(case.floors)
    )
    short = np.append(served[: len(case.floors)] < case.floors, False)
    wanted = np.where(short[case.district] & mine, left, 0.0)
    return wanted if np.any(case.by_site @ wanted > 0) else left


def _fill(case: CoverCase, left: Floats, site: int, room: float) -> None:
    """Take in those first whom few others reach."""
    groups = row(case.by_site, site)
    others = np.diff(case.covers.indptr)[groups]
    groups = groups[np.argsort(others, kind="stable")]
    before = np.cumsum(left[groups]) - left[groups]
    left[groups] -= np.clip(room - before, 0.0, left[groups])


def _served(rooms: Rooms, chosen: Ints, clock: Clock) -> float | None:
    """What exactly these sites can serve; None when floors are missed or time is up."""
    keep = np.zeros(rooms.case.ways, dtype=np.bool_)
    keep[chosen] = True
    case = with_columns(rooms.case, keep)
    case = replace(case, least=(0, 0))
    room, always = rooms.room[keep], np.ones(len(chosen), dtype=np.bool_)
    made = model.written(case, room, always, settled=True)
    found = exact.solve(made.program, clock.limits(), should_stop=clock.should_stop)
    return found.objective if found.stopped is Stopped.OPTIMAL else None


def _to_the_end(rooms: Rooms, outcome: Outcome, clock: Clock, chosen: Ints | None) -> None:
    clock.at("exact")
    made = model.written(rooms.case, rooms.room, rooms.is_open)
    found = exact.solve(
        made.program,
        clock.limits(),
        start=None,
        should_stop=clock.should_stop,
        tell=lambda _objective, _bound: outcome.tell(clock),
    )
    if found.values is not None:
        picked = np.flatnonzero(found.values[made.x.start : made.x.stop] > 0.5)
        # Sites within the solver's tolerance of whole are whole here; unless time is up.
        served = found.objective if clock.must_stop() else _served(rooms, picked, clock)
        if served is not None:
            _offer(outcome, rooms, picked, served)
    if found.stopped is Stopped.INFEASIBLE and chosen is None:
        outcome.stopped = Stopped.INFEASIBLE
        return
    outcome.proves(found.bound, BoundBy.SOLVER)
    if not outcome.is_done(clock):
        outcome.stopped = found.stopped
