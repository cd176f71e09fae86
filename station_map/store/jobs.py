"""The queue in the database: jobs put there in the unit of work of what they follow from.

A job that is put there in a transaction that is rolled back was never there. The tables and
functions are procrastinate's (migration 0013); who works on the jobs is the room `jobs`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

from station_map.store.database import Database

# A worker says every few seconds that it is there. One that has not for so long is taken for
# dead, and its jobs are given to another.
HEARTBEAT: Final = dt.timedelta(seconds=5)
DEAD_AFTER: Final = dt.timedelta(seconds=30)


class Task(StrEnum):
    """What a job can be. The names stand in the database: a changed one leaves jobs behind."""

    TAKE_UP = "take_up"
    GATHER_NOTICES = "gather_notices"
    SEND_NOTICE = "send_notice"
    PROVE_ADDRESS = "prove_address"
    RETAIN = "retain"
    RUN_PLANNING = "run_planning"


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the queue stands. workers: alive. waiting: due jobs that nobody works on yet."""

    workers: int
    waiting: int
    running: int
    failed: int


# Due at once unless told otherwise: a moment in the past is as good as none.
_ENQUEUE: Final = """
SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW(
    %(queue)s, %(task)s, %(priority)s, %(lock)s, NULL, %(args)s, %(at)s
)::procrastinate_job_to_defer_v1]))
"""

_STATE: Final = """
SELECT
    (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - %(dead_after)s),
    count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())),
    count(*) FILTER (WHERE status = 'doing'),
    count(*) FILTER (WHERE status = 'failed')
FROM procrastinate_jobs
"""


def enqueue(
    unit: psycopg.Connection,
    task: str,
    args: dict[str, Any] | None = None,
    *,
    lock: str | None = None,
    at: dt.datetime | None = None,
    queue: str = "default",
) -> int:
    """Put a job into the queue; its id. It is there when the unit of work commits.

    args: plain values, no more than is needed to look the rest up, for they are logged. lock: of
    jobs with the same word only one runs at a time. at: not before this moment.
    """
    row: Any = unit.execute(
        _ENQUEUE,
        {
            "queue": queue,
            "task": str(task),
            "priority": 0,
            "lock": lock,
            "args": Jsonb(args or {}),
            "at": at,
        },
    ).fetchone()
    number: int = row[0]
    return number


def queue_state(database: Database) -> QueueState | None:
    """How the queue stands at this moment; None where the schema has none yet."""
    if database.rows("SELECT to_regclass('procrastinate_jobs') IS NULL")[0][0]:
        return None
    return QueueState(*database.rows(_STATE, {"dead_after": DEAD_AFTER})[0])
