"""The worker that `up` and `serve` run beside the web server, in a process of its own."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import station_map
from station_map.cli.environment import note

PARENT: Final = "STATION_MAP_PARENT_PID"
STOP_S: Final = 8.0  # a little more than it takes to leave (`jobs/worker.py`)
# One that ends at once each time, as without a database, is started again less and less often.
RESTART_S: Final = 1.0
RESTART_LONGEST_S: Final = 60.0
_PR_SET_PDEATHSIG: Final = 1
COMMAND: Final = (sys.executable, "-P", "-m", "station_map", "worker")


def die_with_parent() -> None:
    """Ask the kernel to end this process when the one that started it ends, even killed."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.environ.get(PARENT) != str(os.getppid()):
        raise SystemExit("the process that started this one has ended")


class Keeper:
    """Keeps one process running until it is closed.

    The thread that starts the process lives as long as this one does: to the kernel it is the
    parent, with which the process ends.
    """

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._changing = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Of the process that was started last."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End the process in order, or else at once; it is not started again."""
        with self._changing:
            self._closing.set()
            process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join()

    def _keep(self) -> None:
        pause = RESTART_S
        while True:
            begun = time.monotonic()
            with self._changing:
                if self._closing.is_set():
                    return
                self._process = process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.DEVNULL,
                    env=_environment(os.environ),
                    # Ctrl-C and a closed terminal are told to us, and we tell it.
                    process_group=0,
                )
            code = process.wait()
            if self._closing.is_set():
                return
            lasted = time.monotonic() - begun
            pause = RESTART_S if lasted > RESTART_LONGEST_S else pause
            note(
                f"后台停了（{code}），{pause:.0f} 秒后重新开始。"
                f" The worker ended ({code}); it is started again in {pause:.0f} s."
            )
            if self._closing.wait(pause):
                return
            pause = min(2 * pause, RESTART_LONGEST_S)


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    package_root = str(Path(station_map.__file__).resolve().parent.parent)
    search = [package_root, *filter(None, [ours.get("PYTHONPATH")])]
    return {**ours, PARENT: str(os.getpid()), "PYTHONPATH": os.pathsep.join(search)}


@contextmanager
def worker_beside(*, wanted: bool) -> Iterator[None]:
    """A worker for the length of the block, if it is wanted."""
    if not wanted:
        yield
        return
    keeper = Keeper()
    keeper.start()
    try:
        yield
    finally:
        keeper.close()
