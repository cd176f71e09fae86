"""Import of a large ledger by the product, and by a script that checks nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Final

from benchmarks.goals import Goal
from benchmarks.load import SEED
from benchmarks.tools import ROOT
from benchmarks.write_ledger import write_ledger
from station_map.store import migrate
from station_map.store.embedded.cluster import EmbeddedCluster
from station_map.store.embedded.creation import APP_ROLE
from station_map.store.provision import drop_database, ensure_database

OURS: Final = "station-map import"
NAIVE: Final = "openpyxl + GeoDataFrame.to_postgis, unchecked"
ROUNDS: Final = 2
MEMORY_GOAL_BYTES: Final = 1_000_000_000
_LOOK_EVERY_S: Final = 0.05
_DATABASE: Final = "bench_import"


@dataclass(frozen=True, slots=True)
class ImportSpeed:
    """seconds: the whole process, from its start to its end; the best of the rounds.

    peak_bytes: most resident memory of the process and its children together.
    """

    who: str
    rows: int
    seconds: float
    peak_bytes: int
    every_s: tuple[float, ...]


def measure(
    cluster: EmbeddedCluster, folder: Path, rows: int, tell: Callable[[str], None]
) -> list[ImportSpeed]:
    """Write a ledger, then import it in turns both ways, each time into an empty database."""
    ledger = folder / f"ledger-{rows}.xlsx"
    if not ledger.exists():
        tell(f"writing {ledger.name} …")
        write_ledger(ledger, rows, SEED)
    url = cluster.url(_DATABASE)
    ways = {
        OURS: ["-m", "station_map", "import", str(ledger)],
        NAIVE: ["-m", "benchmarks.naive_import", str(ledger)],
    }
    took: dict[str, list[tuple[float, int]]] = {who: [] for who in ways}
    for turn in range(ROUNDS):
        for who, words in ways.items():
            with _empty_database(cluster, url):
                took[who].append(_run([sys.executable, *words], url, folder))
            tell(f"import {turn + 1}/{ROUNDS}: {who}: {took[who][-1][0]:.1f} s")
    return [_best(who, rows, runs) for who, runs in took.items()]


def goals(found: list[ImportSpeed]) -> Iterator[Goal]:
    """Goals about importing."""
    by_who = {speed.who: speed for speed in found}
    ours, naive = by_who[OURS], by_who[NAIVE]
    yield Goal(
        "import's time by that of the unchecked script",
        1.0,
        ours.seconds / naive.seconds,
        at_least=False,
    )
    yield Goal(
        "import's peak memory",
        MEMORY_GOAL_BYTES / 1e6,
        ours.peak_bytes / 1e6,
        at_least=False,
        unit=" MB",
    )


def _best(who: str, rows: int, runs: list[tuple[float, int]]) -> ImportSpeed:
    seconds = tuple(round(run[0], 2) for run in runs)
    return ImportSpeed(who, rows, min(seconds), max(run[1] for run in runs), seconds)


@contextmanager
def _empty_database(cluster: EmbeddedCluster, url: str) -> Iterator[None]:
    drop_database(cluster.admin_url(), _DATABASE)
    ensure_database(cluster.admin_url(), _DATABASE, APP_ROLE)
    migrate.upgrade(url)
    try:
        yield
    finally:
        drop_database(cluster.admin_url(), _DATABASE)


class ImportFailed(Exception):
    """One of the ways ended with an error."""


def _run(command: list[str], url: str, folder: Path) -> tuple[float, int]:
    """Seconds and peak bytes of a whole process tree. Raises ImportFailed."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("STATION_MAP_")}
    environment = {**plain, "PYTHONPATH": str(ROOT), "STATION_MAP_DATABASE_URL": url}
    log = folder / "import.log"
    with log.open("wb") as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        with _watched(process.pid) as peak:
            code = process.wait()
        seconds = time.perf_counter() - started
    if code != 0:
        raise ImportFailed(log.read_text(encoding="utf-8")[-3000:])
    return seconds, peak[0]


@contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """Look at the memory of a process tree again and again; the list's item is the peak."""
    peak, over = [0], Event()

    def look() -> None:
        while not over.wait(_LOOK_EVERY_S):
            peak[0] = max(peak[0], tree_bytes(pid))

    watcher = Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def tree_bytes(pid: int) -> int:
    """Resident memory of a process and all its descendants; shared pages count each time."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:  # it has just ended
        return 0
    below = sum(tree_bytes(int(child)) for child in children.split())
    return pages * os.sysconf("SC_PAGE_SIZE") + below
