"""Runs from the asking to the answer: kept, repeated, taken up, cancelled, failed in words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import psycopg
import pytest

from station_map import __version__
from station_map.domain.planning_runs import RunKind
from station_map.errors import Conflict, InputError
from station_map.planning import coverage, runs, runs_inputs, siting
from station_map.planning.asked import CoverageAsked, SitingAsked
from station_map.planning.coverage import CoverageAnswer
from station_map.planning.runs_answers import SitingAnswer, of_coverage
from station_map.settings import Settings
from station_map.store import planning_run_work as work
from station_map.store.database import Database
from station_map.store.embedded.locks import wait_until
from station_map.store.retention import enforce
from station_map.store.writing import writing
from tests.store.merging import rows, value
from tests.support.people import execute
from tests.support.planning import ask, cancel, change_everything, read, repeat, town
from tests.web.stations import HOSTILE_NAMES

COVERAGE = {"radii": [400, 900], "minutes": [6], "by": "all", "hours": "night"}
SITING = {"count": 3, "cells": 30, "radius": 700, "by": "all", "spacing": 300}
BOTH = [(RunKind.COVERAGE, COVERAGE), (RunKind.SITING, SITING)]
DEADLINE_S = 60.0


@pytest.fixture
def place(database: Database) -> Database:
    town(database)
    return database


def done(database: Database, kind: RunKind, asked: dict[str, Any]) -> int:
    number = ask(database, kind, asked)
    runs.execute(database, number)
    found = read(database, number)
    assert found.state == "done", found.error
    return number


@pytest.mark.parametrize(("kind", "asked"), BOTH)
def test_a_run_says_what_it_rests_on(place: Database, kind: RunKind, asked: dict[str, Any]) -> None:
    found = read(place, done(place, kind, asked))
    assert found.version == __version__
    assert found.inputs == "kept"
    assert set(found.digests) >= {"demand", "stations"}
    assert found.answer is not None
    about = found.answer["about"] if kind is RunKind.COVERAGE else found.answer
    assert about["demand"] == "riders@1"
    assert about["stations"] >= 3
    assert about["asked"]["by"] == "all"
    if kind is RunKind.COVERAGE:
        assert HOSTILE_NAMES[0] in found.answer["names"].values()
        assert len(found.answer["places"]) == len(found.answer["gaps"]["worst"])
    else:
        assert (found.answer["stopped"], len(found.answer["sites"])) == ("optimal", 3)


@pytest.mark.parametrize(("kind", "asked"), BOTH)
def test_repeated_it_gives_the_same_numbers_whatever_changed(
    place: Database, kind: RunKind, asked: dict[str, Any]
) -> None:
    number = done(place, kind, asked)
    change_everything(place)
    again = repeat(place, number)
    runs.execute(place, again)
    first, second = read(place, number), read(place, again)
    assert (second.state, second.same, second.repeats) == ("done", True, number)
    assert second.digests == first.digests
    # The test could fail: what the store has now gives other numbers.
    anew = read(place, done(place, kind, asked))
    assert anew.digests["demand"] != first.digests["demand"]
    assert anew.digests["stations"] != first.digests["stations"]
    assert first.answer is not None
    assert anew.answer is not None
    key = "distances" if kind is RunKind.COVERAGE else "objective"
    assert anew.answer[key] != first.answer[key]
    assert second.answer is not None
    assert second.answer[key] == first.answer[key]


def test_that_it_is_not_the_same_is_said(place: Database) -> None:
    number = done(place, *BOTH[0])
    execute(place, "UPDATE planning_run SET answer = jsonb_set(answer, '{demand,0}', '1')")
    again = repeat(place, number)
    runs.execute(place, again)
    assert read(place, again).same is False


def test_runs_that_read_the_same_keep_it_once(place: Database) -> None:
    done(place, RunKind.COVERAGE, COVERAGE)
    done(place, RunKind.COVERAGE, {**COVERAGE, "radii": [500]})
    assert value(place, "SELECT count(*) FROM planning_input") == 2


@pytest.mark.parametrize(("kind", "asked"), BOTH)
def test_taken_up_again_it_computes_from_what_was_read_first(
    place: Database, monkeypatch: pytest.MonkeyPatch, kind: RunKind, asked: dict[str, Any]
) -> None:
    number = ask(place, kind, asked)

    def dies(*_given: Any) -> None:
        raise psycopg.OperationalError("the server is gone")

    with monkeypatch.context() as broken:
        broken.setattr(runs, "_answer", dies)
        with pytest.raises(psycopg.OperationalError):
            runs.execute(place, number)
    left = read(place, number)
    assert (left.state, left.inputs) == ("running", "kept")
    change_everything(place)
    runs.execute(place, number)
    found = read(place, number)
    assert (found.state, found.digests) == ("done", left.digests)
    runs.execute(place, number)
    assert read(place, number).ended_at == found.ended_at


def test_what_fails_for_ever_fails_in_words(
    place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_given: Any) -> None:
        raise psycopg.OperationalError("the server is gone")

    number = ask(place, *BOTH[0])
    monkeypatch.setattr(runs, "_answer", dies)
    for _ in range(runs.MOST_TRIES - 1):
        with pytest.raises(psycopg.OperationalError):
            runs.execute(place, number)
    runs.execute(place, number)
    found = read(place, number)
    assert found.state == "failed"
    assert "server is gone" not in (found.error or "")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"demand": "nowhere"}, "nowhere"),
        ({"without": ["340603-99999"]}, "340603-99999"),
        ({"by": "areas"}, "planning pages"),
        ({"radii": []}, "radii"),
        ({"{{7*7}}": 1}, "{{7*7}}"),
    ],
)
def test_what_cannot_be_computed_says_why(
    place: Database, asked: dict[str, Any], said: str
) -> None:
    number = ask(place, RunKind.COVERAGE, asked)
    runs.execute(place, number)
    found = read(place, number)
    assert found.state == "failed"
    assert said in (found.error or "")


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("secret of the house")])
def test_what_nobody_foresaw_is_no_secret_told(
    place: Database, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_given: Any) -> None:
        raise error

    monkeypatch.setattr(runs, "_answer", fails)
    number = ask(place, *BOTH[0])
    runs.execute(place, number)
    found = read(place, number)
    assert found.state == "failed"
    assert "secret" not in (found.error or "")


class Held:
    """A run in a thread, held where the test says until it lets go."""

    def __init__(self, database: Database, number: int, ends: Callable[[], bool]) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=runs.execute, args=(database, number, ends))

    def hold(self) -> None:
        self.reached.set()
        assert self.go_on.wait(DEADLINE_S)

    def before(self, monkeypatch: pytest.MonkeyPatch, room: ModuleType, step: str) -> None:
        """Held before this step of the run."""
        whole = getattr(room, step)

        def slow(*given: Any) -> Any:
            self.hold()
            return whole(*given)

        monkeypatch.setattr(room, step, slow)

    def begin(self) -> None:
        self.thread.start()
        assert self.reached.wait(DEADLINE_S)

    def end(self) -> None:
        self.go_on.set()
        self.thread.join(DEADLINE_S)
        assert not self.thread.is_alive()


def state(database: Database, number: int) -> str:
    return read(database, number).state.value


def test_coverage_is_cancelled_while_it_is_in_a_long_step(
    place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask(place, *BOTH[0])
    held = Held(place, number, lambda: False)
    held.before(monkeypatch, coverage, "scenarios")
    held.begin()
    assert wait_until(lambda: (read(place, number).progress or {}).get("step") == "distances", 60)
    assert cancel(place, number)
    # The step has not ended, the run has.
    assert wait_until(lambda: state(place, number) == "cancelled", DEADLINE_S)
    assert not held.go_on.is_set()
    held.end()
    assert (state(place, number), read(place, number).answer) == ("cancelled", None)


def test_siting_that_is_cancelled_keeps_its_best_answer(
    place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask(place, *BOTH[1])
    held = Held(place, number, lambda: False)
    whole = siting.solved

    def slow(problem: Any, asked: Any, progress: Any, should_stop: Any) -> Any:
        held.reached.set()
        assert wait_until(should_stop, DEADLINE_S)
        return whole(problem, asked, progress, should_stop)

    monkeypatch.setattr(siting, "solved", slow)
    held.begin()
    assert cancel(place, number)
    held.end()
    found = read(place, number)
    assert found.state == "cancelled"
    assert found.answer is not None
    assert found.answer["stopped"] == "interrupted"
    assert found.answer["bound"] >= found.answer["objective"] > 0


def test_siting_that_does_not_answer_is_cancelled_all_the_same(
    place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask(place, *BOTH[1])
    held = Held(place, number, lambda: False)
    held.before(monkeypatch, siting, "solved")
    monkeypatch.setattr("station_map.planning.runs_watch.ANSWER_S", 0.1)
    held.begin()
    cancel(place, number)
    assert wait_until(lambda: state(place, number) == "cancelled", DEADLINE_S)
    held.end()
    assert read(place, number).answer is None


def test_a_worker_that_ends_leaves_the_run_to_another(
    place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask(place, *BOTH[0])
    ends = threading.Event()
    held = Held(place, number, ends.is_set)
    with monkeypatch.context() as slowed:
        held.before(slowed, coverage, "scenarios")
        held.begin()
        ends.set()
        assert wait_until(lambda: state(place, number) == "queued", DEADLINE_S)
        held.end()
    assert state(place, number) == "queued"
    jobs = rows(place, "SELECT j.id = r.job FROM procrastinate_jobs j, planning_run r ORDER BY 1")
    assert jobs == [(False,), (True,)]
    runs.execute(place, number)
    assert state(place, number) == "done"


def test_one_that_another_took_up_writes_nothing(
    place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask(place, *BOTH[0])
    held = Held(place, number, lambda: False)
    with monkeypatch.context() as slowed:
        held.before(slowed, coverage, "scenarios")
        held.begin()
    runs.execute(place, number)
    first = read(place, number)
    held.end()
    assert read(place, number) == first
    assert first.state == "done"


@pytest.mark.parametrize(("kind", "asked"), BOTH)
def test_the_answer_as_objects(place: Database, kind: RunKind, asked: dict[str, Any]) -> None:
    number = done(place, kind, asked)
    change_everything(place)
    answer = runs.answer_of(place, number)
    told = read(place, number).answer
    assert told is not None
    if isinstance(answer, CoverageAnswer):
        again = of_coverage(answer, told["places"])
        assert {**again, "about": None} == {**told, "about": None}
        assert again["about"] == told["about"]
    else:
        assert isinstance(answer, SitingAnswer)
        assert answer.result.objective == told["objective"]
        lonlat = answer.made.problem.sites.lonlat
        assert lonlat is not None
        places = [(site["lon"], site["lat"]) for site in told["sites"]]
        assert np.allclose(lonlat[list(answer.result.chosen)], places, atol=1e-6)


def test_what_was_too_large_to_keep_is_said(
    place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_inputs, "LARGEST_PLAIN", 10)
    number = done(place, *BOTH[0])
    found = read(place, number)
    assert (found.inputs, value(place, "SELECT count(*) FROM planning_input")) == ("too_large", 0)
    with pytest.raises(Conflict, match="too large"):
        runs.answer_of(place, number)
    change_everything(place)
    again = repeat(place, number)
    runs.execute(place, again)
    anew = read(place, again)
    # Read anew, which the digests tell.
    assert (anew.state, anew.same) == ("done", False)
    assert anew.digests != found.digests


def test_what_is_damaged_is_not_computed_with(place: Database) -> None:
    number = done(place, *BOTH[0])
    execute(place, "UPDATE planning_input SET content = 'x', size = 1")
    again = repeat(place, number)
    runs.execute(place, again)
    assert "damaged" in (read(place, again).error or "")
    with pytest.raises(Conflict):
        runs.answer_of(place, number)


def test_recorded_it_is_a_run_like_any_other(place: Database) -> None:
    asked = CoverageAsked(**COVERAGE)  # type: ignore[arg-type]
    given = coverage.read(place, asked)
    about = runs.About("甲", "cli:li", "cli")
    began = value(place, "SELECT now() - interval '3 seconds'")
    computed = (given, coverage.computed(given, asked))
    number = runs.record(place, asked, computed, about, began)
    found = read(place, number)
    assert (found.state, found.origin, found.started_at) == ("done", "cli", began)
    again = repeat(place, number)
    runs.execute(place, again)
    assert read(place, again).same is True


def test_files_are_for_the_command_line() -> None:
    for asked in (CoverageAsked(by="areas"), SitingAsked(count=1, candidates="file")):
        with pytest.raises(InputError):
            runs.check_stored(asked)
    runs.check_stored(CoverageAsked(by="h3:8"))


def test_old_runs_and_what_only_they_read_go(place: Database, tmp_path: Any) -> None:
    old, young = done(place, *BOTH[0]), done(place, *BOTH[1])
    kept = value(place, "SELECT count(*) FROM planning_input")
    execute(
        place, "UPDATE planning_run SET ended_at = now() - interval '5 years' WHERE id = %s", old
    )
    execute(place, "UPDATE planning_input SET kept_at = now() - interval '5 years'")
    with writing(place, actor="test") as unit:
        work.keep_input(unit, "f" * 64, b"just put here")
    gone = {one.name: one.count for one in enforce(place, Settings(), tmp_path)}
    # Both read the same demand and stations by "all"; nothing of the young one's went.
    assert gone["planning_runs"] == 1
    assert gone["planning_inputs"] == kept + 1 - value(place, "SELECT count(*) FROM planning_input")
    again = repeat(place, young)
    runs.execute(place, again)
    assert read(place, again).same is True
