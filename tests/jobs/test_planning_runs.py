"""Runs of planning in real workers: computed, cancelled, and taken up when a worker is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from station_map.domain.planning_runs import RunKind
from station_map.jobs.queue import make_queue
from station_map.jobs.stalled import MOST_ATTEMPTS
from station_map.jobs.tasks import Work
from station_map.settings import Settings
from station_map.store.database import Database
from station_map.store.embedded.locks import wait_until
from station_map.store.jobs import Task
from station_map.store.planning_runs import Run
from tests.store.merging import value
from tests.support.live import product_environment
from tests.support.people import execute
from tests.support.planning import ask, cancel, change_everything, read, repeat, town

DEADLINE_S = 120.0
COVERAGE = {"radii": [500], "by": "all"}
# The solver has a plan at once and would look for the proof for longer than any test waits.
HARD = {"goal": "p-center", "count": 40, "cells": 600, "by": "all", "time_limit": 3_000}


class Workers:
    """Starts the product's own workers; ends them all."""

    def __init__(self, database: Database, folder: Path, held: ExitStack) -> None:
        self.database, self.log, self._held = database, folder / "log", held

    def start(self) -> subprocess.Popen[bytes]:
        log = self._held.enter_context(self.log.open("ab"))
        process = subprocess.Popen(
            [sys.executable, "-m", "station_map", "worker"],
            env=product_environment({"STATION_MAP_DATABASE_URL": self.database.url}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        self._held.callback(_end, process)
        return process

    def wait(self, number: int, condition: Callable[[Run], Any]) -> Run:
        done = wait_until(lambda: bool(condition(read(self.database, number))), DEADLINE_S)
        assert done, (read(self.database, number), self.log.read_text("utf-8"))
        return read(self.database, number)

    def others_are_dead(self) -> None:
        execute(self.database, "UPDATE procrastinate_workers SET last_heartbeat = 'epoch'")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


@pytest.fixture
def workers(database: Database, tmp_path: Path) -> Iterator[Workers]:
    with ExitStack() as held:
        yield Workers(database, tmp_path, held)


def has_plan(run: Run) -> bool:
    progress = run.progress or {}
    return progress.get("objective") is not None and progress.get("bound") is not None


def test_a_killed_worker_loses_nothing(database: Database, workers: Workers) -> None:
    town(database, side=40)
    number = ask(database, RunKind.SITING, HARD)
    first = workers.start()
    before = workers.wait(number, has_plan)
    first.send_signal(signal.SIGKILL)
    first.wait()
    change_everything(database)
    workers.others_are_dead()
    workers.start()
    workers.wait(number, lambda _run: value(database, "SELECT turn FROM planning_run") == 2)
    again = workers.wait(number, has_plan)
    # From what was read first, although the store holds other things now.
    assert again.digests == before.digests
    assert cancel(database, number)
    ended = workers.wait(number, lambda run: run.state.ended)
    assert ended.state == "cancelled"
    assert ended.answer is not None
    assert ended.answer["bound"] <= ended.answer["objective"]
    assert 0 < len(ended.answer["sites"]) <= 40


def test_computed_told_to_end_and_repeated(database: Database, workers: Workers) -> None:
    town(database, side=40)
    small = ask(database, RunKind.COVERAGE, COVERAGE)
    hard = ask(database, RunKind.SITING, HARD)
    first = workers.start()
    assert workers.wait(small, lambda run: run.state.ended).state == "done"
    workers.wait(hard, has_plan)
    first.send_signal(signal.SIGTERM)
    assert workers.wait(hard, lambda run: run.state == "queued").progress is None
    assert first.wait(DEADLINE_S) is not None
    change_everything(database)
    assert cancel(database, hard)
    again = repeat(database, small)
    workers.others_are_dead()
    workers.start()
    assert workers.wait(again, lambda run: run.state.ended).same is True
    assert read(database, hard).state == "cancelled"


def test_one_that_ends_every_worker_fails_in_words(database: Database, workers: Workers) -> None:
    number = ask(database, RunKind.COVERAGE, COVERAGE)
    execute(
        database,
        "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s",
        MOST_ATTEMPTS - 1,
    )
    execute(database, "UPDATE planning_run SET asked_at = 'epoch'")
    workers.start()
    found = workers.wait(number, lambda run: run.state.ended)
    assert found.state == "failed"
    assert "memory" in (found.error or "")


def test_a_worker_without_runs_loads_no_solver() -> None:
    asked = (
        "import sys, station_map.jobs.worker, station_map.store.planning_runs;"
        "print(sorted({'numpy', 'scipy', 'highspy'} & set(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", asked], env=product_environment({}), capture_output=True, check=True
    )
    assert loaded.stdout.strip() == b"[]"


def test_the_task_is_called_as_the_store_names_it(database: Database) -> None:
    number = ask(database, RunKind.COVERAGE, COVERAGE)
    task, told = database.rows("SELECT task_name, args FROM procrastinate_jobs")[0]
    assert (task, told) == (Task.RUN_PLANNING, {"run": number})
    assert task in make_queue(Work(Settings(), database)).tasks
