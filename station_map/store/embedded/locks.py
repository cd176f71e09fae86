"""File locks (flock) that the kernel lets go of when their process dies, however it dies.

Three lock files belong to one cluster:

    start.lock     held (exclusive) while somebody starts the server
    users.lock     held (shared) by every process that uses the server; the guardian
                   waits for it (exclusive), and when it gets it nobody is left
    guardian.lock  held (exclusive) by the living guardian
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

POLL_S = 0.02


class FileLock:
    """One lock file, open in this process. The descriptor is never inherited by exec."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def try_exclusive(self) -> bool:
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        return self._try(fcntl.LOCK_SH)

    def wait_exclusive(self) -> None:
        """Block, without limit, until nobody else holds it."""
        fcntl.flock(self._fd, fcntl.LOCK_EX)

    def wait_shared(self) -> None:
        """Block, without limit, until nobody holds it exclusively."""
        fcntl.flock(self._fd, fcntl.LOCK_SH)

    def release(self) -> None:
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the lock and the file; may be called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _try(self, how: int) -> bool:
        try:
            fcntl.flock(self._fd, how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def is_held(path: Path) -> bool:
    """True when some process holds the lock exclusively (asked without disturbing others)."""
    lock = FileLock(path)
    try:
        return not lock.try_shared()
    finally:
        lock.close()


def wait_until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Ask until the condition holds; False when it did not within `timeout_s` seconds."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_S)
    return True


@contextlib.contextmanager
def exclusive(path: Path, timeout_s: float) -> Iterator[bool]:
    """Hold the lock for a block; yields False when it could not be had in time."""
    lock = FileLock(path)
    try:
        yield wait_until(lock.try_exclusive, timeout_s)
    finally:
        lock.close()
