"""Processes of the benchmark: started on loopback, waited for, ended by their own pid."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.tools import ROOT
from station_map.store.embedded.locks import wait_until

START_TIMEOUT_S: Final = 60.0
STOP_TIMEOUT_S: Final = 20.0


class DidNotStart(Exception):
    """A server ended or never answered; its log says why."""


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    answers: Callable[[], bool],
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that lives as long as the block, which is entered once `answers` says so.

    environment: added to this process's own, from which the product's settings are taken out.
    """
    plain = {k: v for k, v in os.environ.items() if not k.startswith("STATION_MAP_")}
    with log.open("wb") as said:
        process = subprocess.Popen(
            list(command),
            env={**plain, "PYTHONPATH": str(ROOT), **environment},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            start_new_session=True,
        )
    try:
        wait_until(lambda: process.poll() is not None or answers(), START_TIMEOUT_S)
        if process.poll() is not None or not answers():
            raise DidNotStart(f"{command[0]}:\n{log.read_text(encoding='utf-8')[-3000:]}")
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def http_answers(url: str) -> bool:
    """Whether a GET of `url` gives 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
