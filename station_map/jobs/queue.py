"""procrastinate's App on our database."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy

from station_map.jobs.stalled import take_up
from station_map.jobs.tasks import PERIODIC, TASKS, Doing, Work
from station_map.store.database import SESSION_OPTIONS
from station_map.store.jobs import Task
from station_map.store.planning_run_work import give_up_lost
from station_map.store.writing import writing

CONCURRENCY: Final = 2  # so that one long job does not hold up the short ones
# After 33, 39, 57, 111 … seconds, the last one after two hours: what fails for a while is done yet.
_AGAIN: Final = RetryStrategy(max_attempts=8, wait=30, exponential_wait=3)


def make_queue(work: Work, tasks: Mapping[str, Doing] = TASKS) -> App:
    """The queue with these tasks and TAKE_UP, to be opened by whoever works on it."""
    connector = PsycopgConnector(
        conninfo=work.database.url,
        min_size=1,
        max_size=CONCURRENCY + 1,
        kwargs={"options": SESSION_OPTIONS},
        name="station-map-queue",
    )
    app = App(connector=connector)
    for task, doing in tasks.items():
        _add(app, task, partial(_call, work, doing))

    async def take_up_stalled(context: JobContext, **_told: Any) -> None:
        await take_up(context.app.job_manager)
        await asyncio.to_thread(_give_up_lost, work)

    _add(app, Task.TAKE_UP, take_up_stalled)
    return app


def _give_up_lost(work: Work) -> None:
    """Say of runs whose jobs were given up that they failed."""
    with writing(work.database, actor="planning", origin="system") as unit:
        give_up_lost(unit)


def _call(work: Work, doing: Doing, context: JobContext, **told: Any) -> None:
    told.pop("timestamp", None)  # of a repeated task: when it was due
    doing(replace(work, should_stop=context.should_abort), **told)


def _add(app: App, task: str, function: Any) -> None:
    cron = PERIODIC.get(task)
    # What is repeated anyway is not tried again before.
    retry = _AGAIN if cron is None else False
    added = app.task(name=str(task), pass_context=True, retry=retry)(function)
    if cron is not None:
        # Two at once would do the same: the second waits for the first.
        app.periodic(cron=cron, periodic_id="", queueing_lock=task, lock=task)(added)
