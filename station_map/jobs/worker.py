"""One worker process: it takes jobs from the queue until it is told to end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Mapping
from typing import Final

from procrastinate.worker import Worker

from station_map.errors import EnvironmentFault
from station_map.jobs.queue import CONCURRENCY, make_queue
from station_map.jobs.stalled import take_up
from station_map.jobs.tasks import TASKS, Doing, Work
from station_map.store.jobs import DEAD_AFTER, HEARTBEAT

# Told to end, it takes no more jobs and lets those at hand finish for so long; then it asks them
# to stop, and in the end it leaves them to be taken up by another.
FINISH_S: Final = 3
LEAVE_S: Final = 6
LEFT_BEHIND: Final = 3  # exit code
_STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_log = logging.getLogger(__name__)


def run(work: Work, tasks: Mapping[str, Doing] = TASKS) -> None:
    """Work until SIGTERM, SIGINT or SIGHUP; then end within LEAVE_S seconds.

    Raises EnvironmentFault, or what the queue raises, when it ends for any other reason, such as
    a database that is gone: whoever started it starts it again.
    """
    asyncio.run(_run(work, tasks))


async def _run(work: Work, tasks: Mapping[str, Doing]) -> None:
    queue, told = make_queue(work, tasks), asyncio.Event()
    async with queue.open_async():
        # What a worker that died left behind is not left until the minute is over.
        await take_up(queue.job_manager)
        worker = Worker(
            app=queue,
            concurrency=CONCURRENCY,
            install_signal_handlers=False,
            shutdown_graceful_timeout=FINISH_S,
            update_heartbeat_interval=HEARTBEAT.total_seconds(),
            stalled_worker_timeout=DEAD_AFTER.total_seconds(),
            delete_jobs="successful",  # what matters about them is elsewhere
        )
        loop = asyncio.get_running_loop()
        for one in _STOP_SIGNALS:
            loop.add_signal_handler(one, _stop, worker, told)
        await worker.run()  # type: ignore[no-untyped-call]
    if not told.is_set():
        raise EnvironmentFault(
            "后台自己停了，见上面的记录。 The worker ended by itself; see above."
        )


def _stop(worker: Worker, told: asyncio.Event) -> None:
    if told.is_set():
        return
    told.set()
    worker.stop()  # type: ignore[no-untyped-call]
    # A thread that waits for somebody else cannot be ended from here, and the interpreter would
    # wait for it too.
    watch = threading.Timer(LEAVE_S, _leave)
    watch.daemon = True
    watch.start()


def _leave() -> None:
    _log.warning("jobs did not stop; another worker takes them up")
    os._exit(LEFT_BEHIND)
