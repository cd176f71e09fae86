"""Beside a step at work: tells how far it is, and stops it when it shall stop."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg_pool import PoolTimeout

from station_map.store import import_jobs
from station_map.store.database import Database
from station_map.store.writing import writing

_EVERY_S: Final = 0.25
# What does not end by itself within this is ended from outside; its transaction goes with it.
_PATIENCE_S: Final = 0.6
_KILLED: Final = 3


class Watch:
    """Progress of the step (called by the importer), told to the database by a thread."""

    def __init__(self, database: Database, job: str, turn: int) -> None:
        self._database = database
        self._job, self._turn = job, turn
        self._progress: tuple[str, int, int | None] = ("", 0, None)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="station-map-watch", daemon=True)

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """The importer's progress; see `service.Progress`."""
        self._progress = (stage, done, total)

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Watch over the block. It ends with KeyboardInterrupt when it shall stop."""
        self._thread.start()
        try:
            yield self
        finally:
            self.end()
            self._thread.join()

    def end(self) -> None:
        """Stop nothing from now on."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(_EVERY_S):
            if self._shall_stop() and not self._over.is_set():
                self._stop()
                return

    def _shall_stop(self) -> bool:
        try:
            with writing(self._database, actor="import", origin="system") as unit:
                return not import_jobs.beat(unit, self._job, self._turn, *self._progress)
        except (psycopg.Error, PoolTimeout):
            # The run holds the row at its very end, or the server is away: the run sees it too.
            return False

    def _stop(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        if self._over.wait(_PATIENCE_S):
            return
        # The reader ends with its pipe, the transaction with its connection.
        os._exit(_KILLED)
