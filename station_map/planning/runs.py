"""Runs: what was asked is read, kept, computed and written down, so that it can be done again.

    execute(database, number, should_stop)   the worker's way, from the queue
    run_now(database, asked, about)          the short way, for what is small
    record(database, asked, given, answer…)  for who has computed it already, at a terminal
    again(database, number), answer_of(…)    a run's data and answer as objects, for reports

What is kept is what was read. A run that is taken up again after a crash, and one that repeats
another, compute from that, not from what the store has by then.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg_pool import PoolTimeout

from station_map import __version__
from station_map.domain.planning_runs import Origin, RunKind, RunState
from station_map.errors import Conflict, InputError, StationMapError
from station_map.planning import coverage, siting
from station_map.planning.asked import CoverageAsked, SitingAsked, checked
from station_map.planning.coverage import CoverageAnswer, CoverageRead
from station_map.planning.runs_answers import (
    SitingAnswer,
    of_coverage,
    of_siting,
    result_of,
    same_numbers,
)
from station_map.planning.runs_kept import AnyRead, keep, read_kept
from station_map.planning.runs_watch import ACTOR, Over, Watch
from station_map.planning.siting import SitingRead
from station_map.siting.result import Stopped
from station_map.store import planning_run_work as work
from station_map.store import planning_runs as runs
from station_map.store.database import Database
from station_map.store.planning_run_work import Ending, Taken
from station_map.store.planning_runs import Run
from station_map.store.writing import writing

MOST_TRIES: Final = 5
"""So often a run is begun while the database fails; then it has failed."""

type AnyAsked = CoverageAsked | SitingAsked
type AnyAnswer = CoverageAnswer | SitingAnswer

_TRANSIENT: Final = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)
_FAULT: Final = (
    "出了没料到的错。可以重算一次；还不行请找系统管理员看后台的记录。"
    " Something unexpected went wrong. Repeat it; if it fails again, see the worker's log."
)
_MEMORY: Final = (
    "内存不够。范围小一点，或者备选少一点。 There is not enough memory: ask for a smaller area, or"
    " fewer candidates."
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Again:
    """A run with the data it was computed from and its answer as objects."""

    run: Run
    asked: AnyAsked
    given: AnyRead
    answer: AnyAnswer


@dataclass(frozen=True, slots=True)
class About:
    """Whose run it is."""

    title: str | None
    by: str
    origin: Origin


def asked_of(kind: RunKind, document: Any) -> AnyAsked:
    """The document as what is asked. Raises InputError."""
    if kind is RunKind.COVERAGE:
        return checked(CoverageAsked, document)
    return checked(SitingAsked, document)


def kind_of(asked: AnyAsked) -> RunKind:
    """Whether it is coverage or siting that is asked for."""
    return RunKind.COVERAGE if isinstance(asked, CoverageAsked) else RunKind.SITING


def document_of(asked: AnyAsked) -> dict[str, Any]:
    """The way back: what is kept with a run."""
    return asked.model_dump(mode="json")


def check_stored(asked: AnyAsked) -> None:
    """Raises InputError for what only files can answer, which a program elsewhere has not."""
    if asked.by == "areas":
        raise InputError(
            "自己的片区先在规划页上存成一份。 Areas are kept as a set first, on the planning pages.",
            parameter="by",
            allowed="all, district, city, h3:0 to h3:10, areas:REFERENCE of a set",
            example="district",
        )
    if isinstance(asked, SitingAsked) and asked.candidates == "file":
        raise InputError(
            "备选地点先在规划页上存成一份。 Sites are kept as a set first, on the planning pages.",
            parameter="candidates",
            allowed="cells, hosts:LAYER, set:REFERENCE",
            example="cells",
        )


# --- a worker's run ------------------------------------------------------------------------------


def read_anew(database: Database, asked: AnyAsked) -> AnyRead:
    """What the store has now. Raises InputError and NotFound."""
    check_stored(asked)
    if isinstance(asked, CoverageAsked):
        return coverage.read(database, asked)
    return siting.read(database, asked)


def execute(
    database: Database, number: int, should_stop: Callable[[], bool] = lambda: False
) -> None:
    """Compute a run of the queue, unless that was done; write down how it ended.

    should_stop: whether this worker ends; then the run goes back into the queue. Raises what the
    database raises while it is away, for the queue to try again.
    """
    with writing(database, actor=ACTOR, origin="system") as unit:
        taken = work.begin(unit, number)
    if taken is None:
        return
    with Watch(database, taken, should_stop).watching() as watch:
        try:
            ending = _computed(database, taken, watch)
        except Over:
            ending = Ending(RunState.CANCELLED, __version__)
        except _TRANSIENT:
            if taken.turn < MOST_TRIES:
                raise
            ending = _failed(_FAULT)
        except StationMapError as error:
            ending = _failed(str(error))
        except MemoryError:
            ending = _failed(_MEMORY)
        except Exception:  # noqa: BLE001 - whatever it is, the run says that it failed
            _log.exception("run %d failed", number)
            ending = _failed(_FAULT)
        if not watch.lost:
            _end(database, taken, ending)


def _failed(words: str) -> Ending:
    return Ending(RunState.FAILED, __version__, error=words)


def _end(database: Database, taken: Taken, ending: Ending) -> None:
    with writing(database, actor=ACTOR, origin="system") as unit:
        work.allow_much(unit)
        work.end(unit, taken, ending)


def _computed(database: Database, taken: Taken, watch: Watch) -> Ending:
    watch.step("read")
    asked = asked_of(taken.kind, taken.asked)
    given = _given(database, taken, asked, watch)
    answer = _answer(given, asked, watch)
    told = _document(database, answer, lambda: watch.step("places"))
    cut_short = isinstance(answer, SitingAnswer) and answer.result.stopped is Stopped.INTERRUPTED
    state = RunState.CANCELLED if cut_short else RunState.DONE
    return Ending(state, __version__, told, same=_same(database, taken, told))


def _given(database: Database, taken: Taken, asked: AnyAsked, watch: Watch) -> AnyRead:
    if taken.inputs == "kept":
        return read_kept(database, taken.digests)
    given = read_anew(database, asked)
    watch.step("keep")
    kept = keep(database, given)
    with writing(database, actor=ACTOR, origin="system") as unit:
        if not work.read_for(unit, taken, dict(kept.digests), kept.inputs):
            raise Over
    return given


def _answer(given: AnyRead, asked: AnyAsked, watch: Watch) -> AnyAnswer:
    if isinstance(given, CoverageRead) and isinstance(asked, CoverageAsked):
        return coverage.computed(given, asked, watch.step)
    assert isinstance(given, SitingRead)  # noqa: S101 - kinds and their data go together
    assert isinstance(asked, SitingAsked)  # noqa: S101 - the same
    watch.step("distances")
    made = siting.made(given, asked)
    watch.will_answer()
    result = siting.solved(made.problem, asked, watch.solving, watch.should_stop)
    return SitingAnswer(made, result)


def _document(
    database: Database, answer: AnyAnswer, before_places: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    if isinstance(answer, SitingAnswer):
        return of_siting(answer)
    before_places()
    return of_coverage(answer, coverage.gap_places(database, answer))


def _same(database: Database, taken: Taken, told: Mapping[str, Any]) -> bool | None:
    """Whether the run that is repeated has this answer; None when it is none, or has none."""
    if taken.repeats is None:
        return None
    with database.long_reading() as connection:
        before = runs.read_run(connection, taken.repeats)
    return None if before.answer is None else same_numbers(before.answer, told)


# --- without the worker --------------------------------------------------------------------------


def record(
    database: Database,
    asked: AnyAsked,
    computed: tuple[AnyRead, AnyAnswer],
    about: About,
    began: dt.datetime,
) -> int:
    """Write down what was computed here, with what it was computed from; the run's number."""
    given, answer = computed
    told = _document(database, answer)
    cut_short = isinstance(answer, SitingAnswer) and answer.result.stopped is Stopped.INTERRUPTED
    kept = keep(database, given)
    ended = runs.Ended(
        state=RunState.CANCELLED if cut_short else RunState.DONE,
        started_at=began,
        version=__version__,
        answer=told,
        digests=kept.digests,
        inputs=kept.inputs,
    )
    asking = runs.Asking(
        kind=kind_of(asked),
        asked=document_of(asked),
        title=about.title,
        by=about.by,
        origin=about.origin,
    )
    with writing(database, actor=about.by, origin="api") as unit:
        work.allow_much(unit)
        return runs.record_run(unit, asking, ended)


# --- afterwards ----------------------------------------------------------------------------------


def answer_of(database: Database, number: int) -> AnyAnswer:
    """The answer of a run that is done, as objects; see `again`."""
    return again(database, number).answer


def again(database: Database, number: int) -> Again:
    """A run's data, and its answer as objects: coverage computed again, siting not solved again.

    Raises NotFound; Conflict when it has no answer, or what it read was too large to keep.
    """
    with database.long_reading() as connection:
        run = runs.read_run(connection, number)
    if run.answer is None:
        raise Conflict(f"第 {number} 次计算没有结果。 Run {number} has no answer.")
    if run.inputs != "kept":
        raise Conflict(
            f"第 {number} 次计算的数据太大，没有留存，只有数字。"
            f" What run {number} read was too large to keep; only its figures are there."
        )
    asked = asked_of(run.kind, run.asked)
    given = read_kept(database, run.digests)
    if isinstance(given, CoverageRead) and isinstance(asked, CoverageAsked):
        return Again(run, asked, given, coverage.computed(given, asked))
    assert isinstance(given, SitingRead)  # noqa: S101 - kinds and their data go together
    assert isinstance(asked, SitingAsked)  # noqa: S101 - the same
    made = siting.made(given, asked)
    return Again(run, asked, given, SitingAnswer(made, result_of(run.answer)))
