"""Starting a step: a process of its own, which outlives the request and this server process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from station_map.importers.job import Request
from station_map.importers.limits import limits_of
from station_map.store import import_jobs
from station_map.store.import_jobs import Step
from station_map.store.writing import writing
from station_map.web.runtime import database, settings

_MODULE: Final = "station_map.importers.job"
_PACKAGE_ROOT: Final = Path(__file__).resolve().parents[4]


def start(account: int, name: str, job: str, step: Step, **choices: object) -> None:
    """Begin a step, after writing down what was chosen.

    Raises NotFound, Conflict while another step is at work, and TooOften.
    """
    with writing(database(), actor=name) as unit:
        if choices:
            import_jobs.choose(unit, account, job, **choices)
        turn = import_jobs.begin(unit, account, job, step)
    request = Request(
        database().url,
        job,
        turn,
        import_jobs.folder_of(settings().data_dir.resolve(), job),
        limits_of(settings()),
    )
    _spawn(request)


def _spawn(request: Request) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(_PACKAGE_ROOT)},
        # Neither Ctrl-C nor the end of this server process is meant for it.
        start_new_session=True,
    )
    with process.stdin:  # type: ignore[union-attr]
        process.stdin.write(request.as_json())  # type: ignore[union-attr]
    # Whoever starts a process has to see it end, or it stays in the system's table.
    threading.Thread(target=process.wait, name="station-map-import", daemon=True).start()
