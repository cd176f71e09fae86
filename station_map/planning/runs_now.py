"""Runs that are small enough to be answered at once, in the request that asks for them.

Small is what is read and computed in about two seconds: MOST_CELLS of demand, in an area out of
layers of at most MOST_STORED; MOST_CANDIDATES, and a proof that is found in SOLVED_S. One at a time
in a process. All else is the worker's.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Final

from station_map.domain.demand_mix import parse_mix
from station_map.errors import InputError, StationMapError
from station_map.planning import coverage, siting
from station_map.planning.asked import CoverageAsked, SitingAsked
from station_map.planning.coverage import CoverageRead
from station_map.planning.runs import (
    About,
    AnyAnswer,
    AnyAsked,
    check_stored,
    read_anew,
    record,
)
from station_map.planning.runs_answers import SitingAnswer
from station_map.planning.runs_kept import AnyRead
from station_map.planning.siting import SitingRead
from station_map.siting.result import Stopped
from station_map.store.database import Database
from station_map.store.demand import default_mix
from station_map.store.demand_layers import find_layer

MOST_STORED: Final = 200_000
MOST_CELLS: Final = 20_000
MOST_CANDIDATES: Final = 2_000
SOLVED_S: Final = 2.0
_ONE_AT_A_TIME: Final = threading.Lock()


def check_bounds(asked: AnyAsked, *, seconds: int, threads: int) -> None:
    """Raises InputError for what nobody elsewhere may ask of this machine, or only with files."""
    check_stored(asked)
    if not isinstance(asked, SitingAsked):
        return
    for name, given, least, most in (
        ("time_limit", asked.time_limit, 0, seconds),
        ("threads", asked.threads, 1, threads),
    ):
        if not least <= given <= most:
            raise InputError(
                f"{name} 要在 {least} 到 {most} 之间。 {name} is to be {least} to {most}.",
                parameter=name,
                allowed=f"{least} to {most}",
                example=str(min(60, most) if name == "time_limit" else most),
            )


def run_now(database: Database, asked: AnyAsked, about: About) -> int | None:
    """Compute and write down what is small; the run's number. None: it is the worker's.

    Raises InputError and NotFound for what cannot be computed at all.
    """
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        return None
    try:
        began = dt.datetime.now(dt.UTC)
        if not _may_be_small(database, asked):
            return None
        given = read_anew(database, asked)
        if not _is_small(given):
            return None
        answer = _answer(given, asked)
        return None if answer is None else record(database, asked, (given, answer), about, began)
    finally:
        _ONE_AT_A_TIME.release()


def _may_be_small(database: Database, asked: AnyAsked) -> bool:
    """By what is asked and what the layers say of themselves: what is not is not even read."""
    names = [asked.demand]
    if isinstance(asked, SitingAsked):
        if asked.candidates.startswith("hosts:"):
            names.append(asked.candidates.removeprefix("hosts:"))
        elif asked.cells > MOST_CANDIDATES:
            return False
    with database.reading() as connection:
        try:
            mixes = [default_mix(connection) if one is None else parse_mix(one) for one in names]
        except InputError:
            raise
        except StationMapError:
            return False  # there is no layer yet: one is to be made first
        terms = [term for mix in mixes for term in mix.terms]
        found = [find_layer(connection, term.name, term.version) for term in terms]
    most = MOST_CELLS if asked.area is None else MOST_STORED
    return sum(layer.cells for layer in found if layer is not None) <= most


def _is_small(given: AnyRead) -> bool:
    few = len(given.points.weight) <= MOST_CELLS
    return few and (isinstance(given, CoverageRead) or len(given.new.sites) <= MOST_CANDIDATES)


def _answer(given: AnyRead, asked: AnyAsked) -> AnyAnswer | None:
    if isinstance(given, CoverageRead) and isinstance(asked, CoverageAsked):
        return coverage.computed(given, asked)
    assert isinstance(given, SitingRead)  # noqa: S101 - kinds and their data go together
    assert isinstance(asked, SitingAsked)  # noqa: S101 - the same
    until = time.monotonic() + SOLVED_S
    made = siting.made(given, asked)
    result = siting.solved(
        made.problem, asked, lambda _progress: None, lambda: time.monotonic() > until
    )
    return None if result.stopped is Stopped.INTERRUPTED else SitingAnswer(made, result)
