"""The queue's App: what it knows, and what it repeats."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from procrastinate.periodic import PeriodicDeferrer

from station_map.jobs.queue import make_queue
from station_map.jobs.tasks import PERIODIC, TASKS, Work
from station_map.settings import Settings
from station_map.store.database import Database
from station_map.store.jobs import Task
from tests.store.merging import rows


def test_each_task_has_a_function_and_what_repeats_is_a_task() -> None:
    assert {*TASKS, Task.TAKE_UP} == set(Task)
    assert set(PERIODIC) <= set(Task)


def test_the_app_knows_every_task(database: Database) -> None:
    queue = make_queue(Work(Settings(), database))
    assert {task.value for task in Task} <= set(queue.tasks)


def test_two_workers_repeat_a_task_once(database: Database) -> None:
    """Each has its own clock and asks the database; one of them is told that it is done."""

    async def defer_twice() -> None:
        queue = make_queue(Work(Settings(), database))
        async with queue.open_async():
            now = time.time()
            for _ in range(2):
                deferrer = PeriodicDeferrer(registry=queue.periodic_registry, max_delay=86_400 * 8)
                await deferrer.defer_jobs(deferrer.get_previous_tasks(at=now))

    # On a thread of its own: a browser's test leaves a loop on this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(defer_twice())).result()
    names = [name for (name,) in rows(database, "SELECT task_name FROM procrastinate_jobs")]
    assert sorted(names) == sorted(PERIODIC)
