"""The product as a process of its own, for tests that need a real server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from station_map.store.embedded.locks import wait_until

REPOSITORY = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 30.0


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def product_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without its own settings, and with these.

    No worker beside the server unless asked for: it would do things behind a test's back.
    """
    plain = {k: v for k, v in os.environ.items() if not k.startswith("STATION_MAP_")}
    ours = {"PYTHONPATH": str(REPOSITORY), "STATION_MAP_QUEUE_WORKER": "false"}
    return {**plain, **ours, **settings}


@contextmanager
def serving(
    arguments: list[str], settings: Mapping[str, str], log: Path, port: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `station-map ARGUMENTS` until the block ends; entered once it answers."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "station_map", *arguments],
            env=product_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            start_new_session=True,
        )
    try:
        answered = wait_until(lambda: process.poll() is not None or _answers(port), START_TIMEOUT_S)
        assert answered, log.read_text(encoding="utf-8")
        assert process.poll() is None, log.read_text(encoding="utf-8")
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(STOP_TIMEOUT_S)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
