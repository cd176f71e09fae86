"""What the jobs do. Each may be done again after a crash, so each looks what is left to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from station_map.jobs import notices
from station_map.settings import Settings
from station_map.store.database import Database
from station_map.store.import_jobs import sweep
from station_map.store.jobs import Task
from station_map.store.retention import enforce
from station_map.store.writing import writing


@dataclass(frozen=True, slots=True)
class Work:
    """What a task works with. should_stop: asked now and then by whatever takes long."""

    settings: Settings
    database: Database
    should_stop: Callable[[], bool] = lambda: False


type Doing = Callable[..., Any]


def retain(work: Work) -> None:
    """Do away with what was kept long enough."""
    settings = work.settings
    enforce(work.database, settings, settings.data_dir)
    with writing(work.database, actor="retention", origin="system") as unit:
        sweep(unit, settings.data_dir, dt.timedelta(hours=settings.import_keep_hours))


def run_planning(work: Work, run: int) -> None:
    """Compute a run of coverage or siting."""
    # numpy and the solver load with the first run.
    from station_map.planning.runs import execute

    execute(work.database, run, work.should_stop)


# Task -> its function, called with Work and the job's arguments, in a thread.
TASKS: Final[Mapping[str, Doing]] = MappingProxyType(
    {
        Task.GATHER_NOTICES: notices.gather,
        Task.SEND_NOTICE: notices.send,
        Task.PROVE_ADDRESS: notices.prove_address,
        Task.RETAIN: retain,
        Task.RUN_PLANNING: run_planning,
    }
)

# Task -> when it is repeated, as cron writes it, in UTC. Of several workers one does it.
PERIODIC: Final[Mapping[str, str]] = MappingProxyType(
    {Task.TAKE_UP: "* * * * *", Task.GATHER_NOTICES: "* * * * *", Task.RETAIN: "17 * * * *"}
)
