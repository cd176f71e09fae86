"""Work on a connection while its owner does something else, such as reading a file."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Final

import psycopg

_CANCEL_EVERY_S: Final = 0.2


class Background:
    """One thread that does jobs on a connection, one after the other.

    Nobody else may use the connection between `start` and the end of `wait` or `close`.
    """

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        # It makes its thread with the first job.
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="station-map-store")
        self._job: Future[None] | None = None

    def start(self, job: Callable[[], None]) -> None:
        """Begin a job as soon as the last one is done. Raises what that one raised."""
        self.wait()
        self._job = self._threads.submit(job)

    def wait(self) -> None:
        """Wait for the job under way. Raises what it raised."""
        if self._job is not None:
            self._job.result()
            self._job = None

    def close(self) -> None:
        """End the job under way, whatever it does, and the thread."""
        while self._job is not None and not self._job.done():
            # Again and again: a statement that has just not begun yet is not cancelled.
            with suppress(psycopg.Error):
                self._connection.cancel_safe()
            wait([self._job], timeout=_CANCEL_EVERY_S)
        self._threads.shutdown()
