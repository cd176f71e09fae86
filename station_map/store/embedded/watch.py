"""Notices that a guardian was killed, for a process that still needs its server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from station_map.store.embedded.locks import FileLock


def when_free(lock_file: Path, then: Callable[[], bool]) -> None:
    """Call `then` each time nobody holds the lock, in a thread, until it says False.

    The thread waits without limit and without work. It ends with the process.
    """

    def keep_watch() -> None:
        lock = FileLock(lock_file)
        try:
            while True:
                lock.wait_shared()
                # Given up at once: whoever comes next takes it for himself.
                lock.release()
                if not then():
                    return
        finally:
            lock.close()

    threading.Thread(target=keep_watch, name=f"watch {lock_file.name}", daemon=True).start()
