"""A reader's process, seen from its parent: started with a request, ended, asked why it ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO, Final

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.refusals import Refusal, too_much

_PACKAGE_ROOT: Final = Path(__file__).resolve().parents[3]


def start_reader(module: str, request: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Run a module that reads one line of JSON and answers in frames on its standard output."""
    environment = {**os.environ, "PYTHONPATH": str(_PACKAGE_ROOT), "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        # Ctrl-C is for the parent, which then ends the reader.
        start_new_session=True,
    )
    stdin = stream_of(process.stdin)
    stdin.write(json.dumps(request).encode() + b"\n")
    stdin.flush()
    return process


def end_reader(process: subprocess.Popen[bytes]) -> None:
    """End it, whatever it does."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def stream_of(stream: Any) -> BinaryIO:
    """One of its pipes."""
    if stream is None:  # pragma: no cover  (both are pipes)
        raise RuntimeError("the reader has no pipe")
    return stream  # type: ignore[no-any-return]


def why_it_ended(process: subprocess.Popen[bytes], limits: ImportLimits) -> Refusal:
    """Why the reader stopped without a word."""
    code = process.wait()
    if code == -signal.SIGXCPU:
        return too_much(
            "读取文件用时太长",
            "reading the file takes too long",
            "reader_seconds",
            limits.reader_seconds,
        )
    if code == -signal.SIGABRT:
        return too_much(
            "文件太大，读取时内存不够",
            "the file needs too much memory to read",
            "reader_memory_bytes",
            limits.reader_memory_bytes,
        )
    return Refusal(
        "文件无法读取（读取程序异常退出），可能已损坏",
        f"the file cannot be read (the reader ended with {code}); it may be broken",
    )
