"""What /proc says about the server's processes (standard library only).

A pid alone proves nothing: it may belong to a zombie or to somebody else by now. Every
process of a PostgreSQL server works inside its data folder, so a living process named
`postgres` whose working folder is ours is ours, and nothing else is.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from station_map.store.embedded.locks import wait_until

_PID_LINE = 0
_STATUS_LINE = 7


def server_processes(data: Path) -> list[int]:
    """Pids of the living server processes that work in the data folder."""
    home = data.resolve()
    pids = (int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit())
    return sorted(pid for pid in pids if _is_server_of(pid, home))


def _is_server_of(pid: int, home: Path) -> bool:
    about = Path("/proc", str(pid))
    try:
        name = (about / "comm").read_text(encoding="utf-8", errors="replace").strip()
        return name == "postgres" and (about / "cwd").readlink() == home
    except OSError:
        return False  # it ended, it is a zombie, or it is another user's


def is_ready(data: Path, pid: int) -> bool:
    """True when the server with this pid says in its pid file that it takes connections."""
    lines = _pid_file_lines(data)
    return (
        len(lines) > _STATUS_LINE
        and lines[_PID_LINE] == str(pid)
        and lines[_STATUS_LINE].strip() == "ready"
    )


def clear_leftovers(data: Path, socket_dir: Path, timeout_s: float) -> list[int]:
    """End what an earlier server left behind, then drop its stale files.

    Those are its pid file and, in the private socket folder, the socket and its lock
    file: the server itself would take a zombie's pid in them for a living server.

    The caller holds the guardian's lock, so whatever still works in the folder is an
    orphan. It gets a fast shutdown, then an immediate one, then an end. Backends whose
    postmaster was killed leave by themselves. Returns the pids that would not go.
    """
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        left = server_processes(data)
        if not left:
            break
        for pid in _those_to_signal(data, left, how):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        wait_until(lambda: not server_processes(data), timeout_s)
    left = server_processes(data)
    if not left:
        for stale in (data / "postmaster.pid", *socket_dir.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)
    return left


def _those_to_signal(data: Path, pids: list[int], how: signal.Signals) -> list[int]:
    """The postmaster when it lives, for it ends the others in order; else everybody."""
    lines = _pid_file_lines(data)
    postmaster = int(lines[_PID_LINE]) if lines and lines[_PID_LINE].isdigit() else 0
    return [postmaster] if postmaster in pids and how != signal.SIGKILL else pids


def _pid_file_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
