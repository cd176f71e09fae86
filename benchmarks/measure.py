"""One measurement of one contender: requests a second and how long they took."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.tools import program

CONNECTIONS: Final = 16
_WRK_SCRIPT: Final = Path(__file__).resolve().parent / "wrk_urls.lua"
_RESULT: Final = re.compile(r"^RESULT (\{.*\})$", re.MULTILINE)
_TPS: Final = re.compile(r"^tps = ([0-9.]+) \(without initial connection time\)", re.MULTILINE)
_FAILED: Final = re.compile(r"^number of failed transactions: ([0-9]+)", re.MULTILINE)
_SLACK_S: Final = 60


@dataclass(frozen=True, slots=True)
class Measured:
    """rate: requests a second. p50_ms, p99_ms: milliseconds from request to whole answer.

    size_bytes: mean size of an answer with its headers, None where nobody counted.
    """

    rate: float
    p50_ms: float
    p99_ms: float
    size_bytes: float | None = None


class BadAnswers(Exception):
    """A contender answered with errors, so its rate means nothing."""


def wrk(base: str, paths: Path, *, start: int, seconds: float, header: str | None) -> Measured:
    """Ask a server over HTTP for the paths of a file, on CONNECTIONS kept-alive connections.

    Raises BadAnswers when any answer was not 2xx or 3xx or a connection broke.
    """
    command = [program("wrk"), "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--timeout", "30s"]
    command += ["-s", str(_WRK_SCRIPT), *(["-H", header] if header else [])]
    command += [base, "--", str(paths), str(start)]
    return read_wrk(_output(command, seconds))


def read_wrk(output: str) -> Measured:
    """The figures in the last line that wrk_urls.lua wrote."""
    found = _RESULT.search(output)
    if found is None:
        raise BadAnswers(output)
    said: dict[str, Any] = json.loads(found[1])
    if said["bad_status"] or said["broken"] or not said["requests"]:
        raise BadAnswers(found[1])
    return Measured(
        rate=said["requests"] / said["duration_us"] * 1e6,
        p50_ms=said["p50_us"] / 1000,
        p99_ms=said["p99_us"] / 1000,
        size_bytes=said["bytes"] / said["requests"],
    )


def pgbench(url: str, script: Path, *, seconds: float, seed: int) -> Measured:
    """Run a pgbench script with prepared statements on CONNECTIONS connections.

    Latencies come from a sample of a tenth of the transactions.
    """
    with tempfile.TemporaryDirectory(prefix="station-map-bench-") as folder:
        command = [program("pgbench"), "-n", "-M", "prepared", f"-c{CONNECTIONS}", "-j1"]
        command += [f"-T{max(1, round(seconds))}", f"--random-seed={seed}", "-f", str(script)]
        command += ["--log", "--sampling-rate=0.1", f"--log-prefix={folder}/log", url]
        rate = read_pgbench(_output(command, seconds))
        took = [np.loadtxt(log, usecols=2, ndmin=1) for log in Path(folder).iterdir()]
    p50, p99 = np.percentile(np.concatenate(took), [50, 99]) / 1000
    return Measured(rate=rate, p50_ms=float(p50), p99_ms=float(p99))


def read_pgbench(output: str) -> float:
    """Transactions a second in what pgbench printed."""
    rate, failed = _TPS.search(output), _FAILED.search(output)
    if rate is None or (failed is not None and int(failed[1])):
        raise BadAnswers(output)
    return float(rate[1])


def _output(command: list[str], seconds: float) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds + _SLACK_S, check=False
    )
    if done.returncode != 0:
        raise BadAnswers(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout
