"""Jobs whose worker died: another takes them up, unless they ended several workers."""

from __future__ import annotations

import logging
from typing import Final

from procrastinate import jobs
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

from station_map.store.jobs import DEAD_AFTER

MOST_ATTEMPTS: Final = 3
_log = logging.getLogger(__name__)


async def take_up(manager: JobManager) -> int:
    """Put every job of a dead worker back into the queue; how many.

    A job that was begun MOST_ATTEMPTS times and never ended is given up as failed.
    """
    seconds = DEAD_AFTER.total_seconds()
    await manager.prune_stalled_workers(seconds)
    taken = 0
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
        try:
            taken += await _settle(manager, job)
        except ConnectorException:
            # Somebody else settled it between our look and our hand.
            _log.info("job %s was taken up by another worker", job.id)
    return taken


async def _settle(manager: JobManager, job: jobs.Job) -> bool:
    if job.attempts + 1 >= MOST_ATTEMPTS:
        _log.error("job %s (%s) ended its worker too often", job.id, job.task_name)
        await manager.finish_job(job=job, status=jobs.Status.FAILED, delete_job=False)
        return False
    await manager.retry_job(job)
    return True
