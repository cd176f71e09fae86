"""Runs of planning in the store: their life, what the table refuses, and who may write."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from station_map.domain.planning_runs import RunKind, RunState
from station_map.errors import Conflict, InputError, NotFound
from station_map.store import planning_run_work as work
from station_map.store import planning_runs as runs
from station_map.store.database import Database
from station_map.store.planning_runs import Run
from station_map.store.writing import writing
from tests.store.merging import value
from tests.support.people import execute
from tests.web.stations import HOSTILE_NAMES

PARTS = {"demand": "d" * 64, "stations": "e" * 64}


def create(database: Database, kind: RunKind = RunKind.COVERAGE, **more: Any) -> int:
    given = {"title": None, "by": "li", "origin": "api"} | more
    with writing(database, actor="test") as unit:
        return runs.create_run(unit, kind, {"by": "all"}, **given)


def read(database: Database, number: int) -> Run:
    with database.reading() as connection:
        return runs.read_run(connection, number)


def begin(database: Database, number: int) -> work.Taken:
    with writing(database, actor="test") as unit:
        taken = work.begin(unit, number)
    assert taken is not None
    return taken


def cancel(database: Database, number: int) -> bool:
    with writing(database, actor="test") as unit:
        return runs.cancel_run(unit, number)


def keep(database: Database, taken: work.Taken) -> bool:
    with writing(database, actor="test") as unit:
        for digest in PARTS.values():
            work.keep_input(unit, digest, b"arrays")
        return work.read_for(unit, taken, PARTS, "kept")


def end(database: Database, taken: work.Taken, state: RunState, **how: Any) -> bool:
    with writing(database, actor="test") as unit:
        return work.end(unit, taken, work.Ending(state, "1.0", **how))


def test_from_the_queue_to_the_answer(database: Database) -> None:
    number = create(database, title=f" {HOSTILE_NAMES[0]} ")
    first = read(database, number)
    assert (first.state, first.title, first.kind) == ("queued", HOSTILE_NAMES[0], "coverage")
    assert value(database, "SELECT args->>'run' FROM procrastinate_jobs") == str(number)
    taken = begin(database, number)
    progress = {"step": "read", "share": 0.25, "objective": None, "bound": None, "gap": None}
    with writing(database, actor="test") as unit:
        assert work.tell(unit, taken, progress) == "go_on"
    assert keep(database, taken)
    now = read(database, number)
    assert (now.state, now.progress, now.inputs) == (RunState.RUNNING, progress, "kept")
    assert now.digests == PARTS
    assert end(database, taken, RunState.DONE, answer={"total": 0.1 + 0.2})
    done = read(database, number)
    assert (done.state, done.answer, done.version) == ("done", {"total": 0.1 + 0.2}, "1.0")
    assert done.state.ended
    assert not end(database, taken, RunState.FAILED, error="late")
    assert not cancel(database, number)
    assert read(database, number).answer == {"total": 0.1 + 0.2}


def test_without_a_commit_there_is_neither_run_nor_job(database: Database) -> None:
    with writing(database, actor="test") as unit:
        runs.create_run(unit, RunKind.SITING, {}, title=None, by="li", origin="page")
        unit.rollback()
    assert value(database, "SELECT count(*) FROM planning_run") == 0
    assert value(database, "SELECT count(*) FROM procrastinate_jobs") == 0


def test_of_two_who_took_it_up_only_the_later_one_writes(database: Database) -> None:
    number = create(database)
    dead, alive = begin(database, number), begin(database, number)
    with writing(database, actor="test") as unit:
        assert work.tell(unit, dead, {"step": "x"}) == "lost"
        assert not work.read_for(unit, dead, PARTS, "too_large")
        work.put_back(unit, dead)
    assert not end(database, dead, RunState.DONE, answer={"who": "dead"})
    assert (read(database, number).state, read(database, number).turn) == ("running", 2)
    assert end(database, alive, RunState.DONE, answer={"who": "alive"})
    assert read(database, number).answer == {"who": "alive"}


def test_one_that_waits_is_cancelled_at_once(database: Database) -> None:
    number = create(database)
    assert cancel(database, number)
    assert read(database, number).state == "cancelled"
    with writing(database, actor="test") as unit:
        assert work.begin(unit, number) is None


def test_one_at_work_is_asked_and_one_whose_worker_is_gone_is_cancelled(
    database: Database,
) -> None:
    number = create(database)
    taken = begin(database, number)
    assert cancel(database, number)
    asked = read(database, number)
    assert (asked.state, asked.cancelling) == ("running", True)
    with writing(database, actor="test") as unit:
        assert work.ask(unit, taken) == "cancel"
    assert end(database, taken, RunState.CANCELLED, answer={"best": 1})
    assert read(database, number).answer == {"best": 1}
    lost = create(database)
    begin(database, lost)
    execute(database, "UPDATE planning_run SET beat_at = now() - interval '1 minute'")
    assert cancel(database, lost)
    assert read(database, lost).state == "cancelled"


def test_one_that_was_told_to_stop_and_lost_its_worker_is_not_taken_up(
    database: Database,
) -> None:
    number = create(database)
    begin(database, number)
    cancel(database, number)
    with writing(database, actor="test") as unit:
        assert work.begin(unit, number) is None
    assert read(database, number).state == "cancelled"


def test_one_that_nobody_will_take_up_fails_in_words(database: Database) -> None:
    waiting, lost, gone = create(database), create(database), create(database)
    begin(database, lost)
    begin(database, gone)
    cancel(database, gone)
    execute(database, "UPDATE planning_run SET asked_at = 'epoch'")
    execute(database, "UPDATE planning_run SET beat_at = 'epoch' WHERE beat_at IS NOT NULL")
    execute(
        database,
        "DELETE FROM procrastinate_jobs WHERE (args->>'run')::int IN (%s, %s)",
        lost,
        gone,
    )
    with writing(database, actor="test") as unit:
        assert work.give_up_lost(unit) == 2
    assert read(database, waiting).state == "queued"
    assert read(database, lost).state == "failed"
    assert "repeated" in (read(database, lost).error or "")
    assert read(database, gone).state == "cancelled"


def test_repeating_shares_what_was_read(database: Database) -> None:
    number = create(database, title="甲")
    with pytest.raises(Conflict), writing(database, actor="test") as unit:
        runs.repeat_run(unit, number, by="wang", origin="api")
    taken = begin(database, number)
    keep(database, taken)
    end(database, taken, RunState.DONE, answer={})
    with writing(database, actor="test") as unit:
        again = runs.repeat_run(unit, number, by="wang", origin="page")
    copy = read(database, again)
    assert (copy.repeats, copy.title, copy.by, copy.inputs) == (number, "甲", "wang", "kept")
    assert copy.digests == PARTS
    assert value(database, "SELECT count(*) FROM planning_input") == 2


def test_lists_go_on_where_they_ended(database: Database) -> None:
    numbers = [create(database, kind) for kind in [RunKind.COVERAGE, RunKind.SITING] * 3]
    with database.reading() as connection:
        first = runs.list_runs(connection, limit=4)
        rest = runs.list_runs(connection, limit=4, before=first[-1].id)
        siting = runs.list_runs(connection, kind=RunKind.SITING)
        assert len(runs.list_runs(connection, state=RunState.QUEUED)) == len(numbers)
        assert runs.list_runs(connection, state=RunState.DONE) == []
    assert [run.id for run in (*first, *rest)] == numbers[::-1]
    assert [run.id for run in siting] == numbers[1::2][::-1]


@pytest.mark.parametrize("number", [-1, 0, 999_999_999, 10**30])
def test_what_is_not_there(database: Database, number: int) -> None:
    with database.reading() as connection, pytest.raises(NotFound):
        runs.read_run(connection, number)
    with pytest.raises(NotFound):
        cancel(database, min(number, 2**63 - 1))
    with pytest.raises(NotFound):
        create(database, repeats=999_999)


@pytest.mark.parametrize("title", ["字" * 201, "a\nb", "\x1b[31m", "\x00"])
def test_titles_that_cannot_be_shown(database: Database, title: str) -> None:
    with pytest.raises(InputError):
        create(database, title=title)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'done'",
        "state = 'running'",
        "state = 'failed', ended_at = now()",
        "state = 'cancelled'",
        "state = 'sleeping'",
        "error = 'x'",
        "answer = '{}'",
        "started_at = now()",
        "inputs = 'kept'",
        "same = true",
        "kind = 'weather'",
        "turn = -1",
        "demand_input = repeat('a', 64)",
    ],
)
def test_what_cannot_be(database: Database, change: str) -> None:
    create(database)
    with pytest.raises(psycopg.errors.IntegrityError):
        execute(database, f"UPDATE planning_run SET {change}")


def test_an_input_is_what_it_says(database: Database) -> None:
    with writing(database, actor="test") as unit:
        work.keep_input(unit, "a" * 64, b"\x00\xff")
        work.keep_input(unit, "a" * 64, b"\x00\xff")
        assert work.has_input(unit, "a" * 64)
        assert not work.has_input(unit, "b" * 64)
    with database.reading() as connection:
        assert work.read_input(connection, "a" * 64) == b"\x00\xff"
        assert work.read_input(connection, "b" * 64) is None
    with pytest.raises(ValueError, match="too many"), writing(database, actor="test") as unit:
        work.keep_input(unit, "c" * 64, bytes(work.INPUT_LARGEST + 1))
