"""The process that owns the embedded server, and ends it when nobody uses it.

Started by `cluster.py`, in a session of its own so that Ctrl-C at a terminal does not
reach it. It runs the server as its child, restarts it when it dies, and waits for the
users' lock: once it gets that lock exclusively, no process uses the server any more
(however the last one ended), so it shuts the server down and leaves. Should the guardian
itself be killed, the kernel interrupts the server (`setpriv --pdeathsig`), and a process
that still uses it starts another guardian: it finds the state file left behind, which a
guardian that leaves in order, or gives up, takes away.

Only the standard library is imported, to start quickly and to stay small.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import json
import logging
import logging.handlers
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from station_map.store.embedded.locks import FileLock, wait_until
from station_map.store.embedded.processes import clear_leftovers, is_ready

LOG_BYTES = 1_000_000
LOG_FILES_KEPT = 3
TAIL_LINES = 40
RESTARTS_ALLOWED = 5
RESTART_WINDOW_S = 60.0


@dataclass(frozen=True, slots=True)
class Spec:
    """What to run, where, and as whom; uid None means the guardian's own user."""

    home: Path
    data: Path
    socket_dir: Path
    server: Path
    uid: int | None
    gid: int | None
    options: tuple[str, ...]
    status_fd: int
    timeout_s: float


class StartFailed(Exception):
    """The server did not come up; the message holds the end of what it said."""


class Guardian:
    """Runs one server from start to end; `run` returns the exit code."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._events: SimpleQueue[str] = SimpleQueue()
        self._log = _rotating_log(spec.home / "server.log")
        self._tail: collections.deque[str] = collections.deque(maxlen=TAIL_LINES)
        self._server: subprocess.Popen[bytes] | None = None
        self._starts: list[float] = []

    def run(self) -> int:
        own = FileLock(self._spec.home / "guardian.lock")
        if not wait_until(own.try_exclusive, self._spec.timeout_s):
            self._report(error="another guardian runs this server and does not leave")
            return 1
        self._listen_to_signals()
        try:
            self._start_server()
        except StartFailed as failure:
            self._report(error=str(failure))
            self._stop_server()
            return 1
        self._report(ready=True)
        threading.Thread(target=self._wait_for_the_last_user, daemon=True).start()
        return self._watch()

    def _listen_to_signals(self) -> None:
        # Handlers, not SIG_IGN: an ignored signal would stay ignored in the server.
        for ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(ignored, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self._events.put("stop"))

    def _wait_for_the_last_user(self) -> None:
        # Never released: a newcomer waits for this lock until this process is gone.
        self._users = FileLock(self._spec.home / "users.lock")
        self._users.wait_exclusive()
        self._events.put("stop")

    def _watch(self) -> int:
        while self._events.get() != "stop":
            self._log.warning("guardian: the server ended by itself; it is started again")
            try:
                self._start_server()
            except StartFailed as failure:
                self._log.error("guardian: gave up: %s", failure)
                self._stop_server()
                return 1
        self._stop_server()
        return 0

    # -- the server ---------------------------------------------------------------

    def _start_server(self) -> None:
        now = time.monotonic()
        self._starts = [at for at in self._starts if now - at < RESTART_WINDOW_S] + [now]
        if len(self._starts) > RESTARTS_ALLOWED:
            raise StartFailed("the server ended again and again\n" + "\n".join(self._tail))
        left = clear_leftovers(self._spec.data, self._spec.socket_dir, self._spec.timeout_s)
        if left:
            raise StartFailed(f"processes of an earlier server would not end: {left}")
        self._server = self._spawn()
        server = self._server
        if not wait_until(
            lambda: is_ready(self._spec.data, server.pid) or server.poll() is not None,
            self._spec.timeout_s,
        ):
            self._stop_server()
            raise StartFailed("the server was not ready in time\n" + "\n".join(self._tail))
        if server.poll() is not None:
            self._reader.join(self._spec.timeout_s)
            raise StartFailed("\n".join(self._tail) or f"exit code {server.returncode}")
        self._write_state(server.pid)
        threading.Thread(target=self._tell_when_it_ends, args=(server,), daemon=True).start()

    def _spawn(self) -> subprocess.Popen[bytes]:
        """Start the server from the main thread, whose end is what the kernel watches."""
        spec = self._spec
        setpriv = shutil.which("setpriv")
        watched = [setpriv, "--pdeathsig", "INT", "--"] if setpriv else []
        command = [*watched, str(spec.server), "-D", str(spec.data), "-k", str(spec.socket_dir)]
        for option in spec.options:
            command += ["-c", option]
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            user=spec.uid,
            group=spec.gid,
            extra_groups=None if spec.uid is None else [],
        )
        self._reader = threading.Thread(target=self._keep_log, args=(server.stdout,), daemon=True)
        self._reader.start()
        return server

    def _keep_log(self, said: IO[bytes] | None) -> None:
        for raw in said or ():
            line = raw.decode("utf-8", errors="replace").rstrip("\n")
            self._tail.append(line)
            self._log.info("%s", line)

    def _tell_when_it_ends(self, server: subprocess.Popen[bytes]) -> None:
        server.wait()
        self._events.put("ended")

    def _stop_server(self) -> None:
        """End the server if it runs; take away what would say that it is looked after."""
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self._server is None:
                break
            with contextlib.suppress(ProcessLookupError):
                self._server.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._server.wait(self._spec.timeout_s)
                break
        with contextlib.suppress(OSError):
            self._spec.socket_dir.rmdir()
        (self._spec.home / "guardian.json").unlink(missing_ok=True)

    # -- telling ------------------------------------------------------------------

    def _write_state(self, server_pid: int) -> None:
        state = {
            "pid": os.getpid(),
            "server_pid": server_pid,
            "socket_dir": str(self._spec.socket_dir),
        }
        new = self._spec.home / "guardian.json.new"
        new.write_text(json.dumps(state), encoding="utf-8")
        new.replace(self._spec.home / "guardian.json")

    def _report(self, *, ready: bool = False, error: str = "") -> None:
        with contextlib.suppress(OSError):  # whoever started us may be gone already
            os.write(self._spec.status_fd, json.dumps({"ready": ready, "error": error}).encode())
            os.close(self._spec.status_fd)


def _rotating_log(path: Path) -> logging.Logger:
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=LOG_BYTES, backupCount=LOG_FILES_KEPT, encoding="utf-8"
    )
    logger = logging.getLogger("station_map.guardian")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    return logger


def _spec_from(arguments: list[str]) -> Spec:
    parser = argparse.ArgumentParser(prog="station-map guardian")
    for name in ("home", "data", "socket-dir", "server"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--option", dest="options", action="append", default=[])
    parser.add_argument("--status-fd", type=int, required=True)
    parser.add_argument("--timeout-s", type=float, required=True)
    given = vars(parser.parse_args(arguments))
    return Spec(**{**given, "options": tuple(given["options"])})


def main() -> int:
    """Entry point of `python -m station_map.store.embedded.guardian`."""
    return Guardian(_spec_from(sys.argv[1:])).run()


if __name__ == "__main__":
    sys.exit(main())
