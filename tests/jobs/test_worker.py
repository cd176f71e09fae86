"""Workers as processes: each job once, none lost, an end within seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from station_map.jobs.stalled import MOST_ATTEMPTS
from station_map.jobs.worker import LEFT_BEHIND
from station_map.store.database import Database
from station_map.store.embedded.locks import wait_until
from station_map.store.jobs import QueueState, enqueue, queue_state
from station_map.store.writing import writing
from tests.support.live import product_environment
from tests.support.people import execute

DEADLINE_S = 60.0


class Workers:
    """Starts workers on one database; what their jobs said; ends them all."""

    def __init__(self, database: Database, folder: Path, held: ExitStack) -> None:
        self.database = database
        self.folder = folder
        self._held = held

    def start(self) -> subprocess.Popen[bytes]:
        alive = self.state().workers
        log = self._held.enter_context((self.folder / "log").open("ab"))
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.working", self.database.url, str(self.folder)],
            env=product_environment({}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        self._held.callback(_end, process)
        self.wait(lambda: self.state().workers > alive)
        return process

    def wait(self, condition: Callable[[], bool]) -> None:
        assert wait_until(condition, DEADLINE_S), (self.folder / "log").read_text("utf-8")

    def state(self) -> QueueState:
        state = queue_state(self.database)
        assert state is not None
        return state

    def told(self) -> list[str]:
        path = self.folder / "told"
        return path.read_text("utf-8").split() if path.exists() else []

    def put(self, task: str, word: str, **more: Any) -> int:
        with writing(self.database, actor="test", origin="system") as unit:
            return enqueue(unit, task, {"word": word}, **more)

    def status(self, job: int) -> str:
        rows = self.database.rows(
            "SELECT status::text FROM procrastinate_jobs WHERE id = %(id)s", {"id": job}
        )
        return str(rows[0][0]) if rows else "done"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


@pytest.fixture
def workers(database: Database, tmp_path: Path) -> Iterator[Workers]:
    with ExitStack() as held:
        yield Workers(database, tmp_path, held)


def test_two_workers_do_each_job_once(workers: Workers) -> None:
    words = [f"w{n}" for n in range(40)]
    for word in words[:20]:
        workers.put("tell", word)
    workers.start()
    workers.start()
    for word in words[20:]:
        workers.put("tell", word)
    workers.wait(lambda: workers.state().waiting == 0 and len(workers.told()) >= 40)
    assert sorted(workers.told()) == sorted(words)


def test_a_job_of_a_killed_worker_is_taken_up_again(workers: Workers) -> None:
    job = workers.put("hang", "once")
    first = workers.start()
    workers.wait(lambda: workers.told() == ["once"])
    first.send_signal(signal.SIGKILL)
    first.wait()
    execute(workers.database, "UPDATE procrastinate_workers SET last_heartbeat = 'epoch'")
    workers.start()
    workers.wait(lambda: workers.status(job) == "done")
    assert workers.told() == ["once", "once"]


def test_a_job_that_ends_every_worker_is_given_up(workers: Workers) -> None:
    job = workers.put("tell", "never")
    execute(
        workers.database,
        "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s",
        MOST_ATTEMPTS - 1,
    )
    workers.start()
    workers.wait(lambda: workers.status(job) == "failed")
    assert workers.told() == []


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_in_order_and_asks_its_jobs_to_stop(workers: Workers, sign: signal.Signals) -> None:
    workers.put("slow", "long")
    process = workers.start()
    workers.wait(lambda: workers.told() == ["long"])
    process.send_signal(sign)
    assert process.wait(DEADLINE_S) == 0, (workers.folder / "log").read_text("utf-8")
    assert workers.told() == ["long", "long-stopped"]
    assert workers.state().workers == 0


def test_what_does_not_stop_is_left_to_another(workers: Workers) -> None:
    job = workers.put("hang", "stuck")
    process = workers.start()
    workers.wait(lambda: workers.told() == ["stuck"])
    process.send_signal(signal.SIGTERM)
    assert process.wait(DEADLINE_S) == LEFT_BEHIND
    execute(workers.database, "UPDATE procrastinate_workers SET last_heartbeat = 'epoch'")
    workers.start()
    workers.wait(lambda: workers.status(job) == "done")


def test_what_fails_is_tried_again_later(workers: Workers) -> None:
    job = workers.put("fail", "bad")
    workers.start()
    workers.wait(lambda: workers.told() == ["bad"] and workers.status(job) == "todo")
    rows = workers.database.rows(
        "SELECT attempts, scheduled_at > now() + interval '20 seconds' FROM procrastinate_jobs"
    )
    assert (1, True) in rows


def test_a_database_that_is_gone_ends_it_with_a_word(workers: Workers) -> None:
    process = workers.start()
    execute(
        workers.database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE usename = current_user AND datname = current_database()"
        " AND pid <> pg_backend_pid()",
    )
    execute(workers.database, "ALTER TABLE procrastinate_jobs RENAME TO gone")
    try:
        assert process.wait(DEADLINE_S) not in {0, LEFT_BEHIND}
    finally:
        execute(workers.database, "ALTER TABLE gone RENAME TO procrastinate_jobs")
    assert os.linesep in (workers.folder / "log").read_text("utf-8")
