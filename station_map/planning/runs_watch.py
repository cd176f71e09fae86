"""Beside a run at work: tells the database how far it is, and stops it when it shall stop.

Whoever cancels a run has it cancelled within a second, whatever the run is doing: coverage has no
half answer, so it is over when this thread says so, and the thread that computes ends at its next
step. Siting is given time to hand out its best answer so far.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg_pool import PoolTimeout

from station_map import __version__
from station_map.domain.planning_runs import RunState
from station_map.siting.result import Progress, gap_between
from station_map.store import planning_run_work as work
from station_map.store.database import Database
from station_map.store.planning_run_work import Ending, Taken
from station_map.store.writing import writing

EVERY_S: Final = 0.2
# Said again at least so often, for it also says that somebody works on it.
BEAT_S: Final = 2.0
# How long the solver may take to hand out its best answer; it is asked twenty times a second.
ANSWER_S: Final = 3.0
ACTOR: Final = "planning"
_SHARES: Final = {"read": 0.0, "keep": 0.1, "distances": 0.2, "indicators": 0.4, "places": 0.95}
_PARTS: Final = 16  # about so often an indicator is told of

_log = logging.getLogger(__name__)


class Over(Exception):
    """The run has ended, or is another's: what is computed is wanted by nobody."""


class Watch:
    """Of one run that was taken up. should_stop: whether the worker ends."""

    def __init__(self, database: Database, taken: Taken, should_stop: Callable[[], bool]) -> None:
        self._database = database
        self._taken = taken
        self._worker_ends = should_stop
        self._progress: dict[str, Any] | None = None
        self._told = False
        self._said_at = 0.0
        self._cancelled_at: float | None = None
        self._answers = False
        self._lost = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="station-map-run", daemon=True)

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Watch over the block."""
        self._thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            self._thread.join()

    # --- for the thread that computes ---

    def step(self, name: str) -> None:
        """A step begins, or goes on. Raises Over when the run shall stop."""
        share = _SHARES.get(name)
        before = self._progress
        if before is not None and before["step"] == name and share is not None:
            share = min(before["share"] + (1 - share) / _PARTS, 0.95)
        self._tell({"step": name, "share": share, "objective": None, "bound": None, "gap": None})
        if self.should_stop():
            raise Over

    def solving(self, at: Progress) -> None:
        """How far the solver is."""
        both = at.objective is not None and at.bound is not None
        gap = gap_between(at.objective, at.bound) if both else None  # type: ignore[arg-type]
        told = {"objective": at.objective, "bound": at.bound, "gap": gap}
        self._tell({"step": at.stage, "share": None, **told})

    def will_answer(self) -> None:
        """From now on there is an answer to wait for when the run is cancelled."""
        self._answers = True

    def should_stop(self) -> bool:
        """Whether there is no more need to go on."""
        return self._cancelled_at is not None or self._lost.is_set()

    @property
    def lost(self) -> bool:
        """Whether the run is no longer ours: it ended, or another works on it."""
        return self._lost.is_set()

    def _tell(self, progress: dict[str, Any]) -> None:
        self._progress, self._told = progress, False

    # --- for the thread that watches ---

    def _watch(self) -> None:
        while not self._ended.wait(EVERY_S) and not self._lost.is_set():
            try:
                self._look()
            except (psycopg.Error, PoolTimeout):
                _log.warning("run %d could not be told of for a moment", self._taken.id)

    def _look(self) -> None:
        with writing(self._database, actor=ACTOR, origin="system") as unit:
            if self._worker_ends():
                work.put_back(unit, self._taken)
                self._lost.set()
                return
            wish = self._ask(unit)
            if wish == "cancel" and self._is_over():
                work.end(unit, self._taken, Ending(RunState.CANCELLED, __version__))
                wish = "lost"
        if wish == "lost":
            self._lost.set()

    def _ask(self, unit: psycopg.Connection) -> work.Wish:
        now = time.monotonic()
        if self._told and now - self._said_at < BEAT_S:
            return work.ask(unit, self._taken)
        self._told, self._said_at = True, now
        return work.tell(unit, self._taken, _finite(self._progress))

    def _is_over(self) -> bool:
        """It was cancelled: whether there is nothing to wait for."""
        now = time.monotonic()
        if self._cancelled_at is None:
            self._cancelled_at = now
        return not self._answers or now - self._cancelled_at > ANSWER_S


def _finite(progress: dict[str, Any] | None) -> dict[str, Any] | None:
    """JSON has no infinity."""
    if progress is None:
        return None
    return {
        name: None if isinstance(value, float) and abs(value) == float("inf") else value
        for name, value in progress.items()
    }
