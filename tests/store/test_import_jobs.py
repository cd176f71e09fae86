"""Uploads in the database: whose, how far, and that a step given up changes nothing."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from station_map.domain.accounts import Role
from station_map.errors import Conflict, NotFound, TooOften
from station_map.store import import_jobs, import_mappings
from station_map.store.database import Database
from station_map.store.import_jobs import Step
from station_map.store.writing import writing
from tests.support import people

DAY = dt.timedelta(days=1)


@pytest.fixture
def mine(database: Database) -> int:
    return people.account(database, "boss", password=False)


def make(database: Database, account: int) -> str:
    job = import_jobs.new_id()
    with writing(database, actor="test") as unit:
        import_jobs.create(unit, account, job, "台账.xlsx", 5)
    return job


def begin(database: Database, account: int, job: str, step: Step = "look") -> int:
    with writing(database, actor="test") as unit:
        return import_jobs.begin(unit, account, job, step)


def test_only_its_account_reaches_a_file(database: Database, mine: int) -> None:
    other = people.account(database, "ed", Role.EDITOR, areas=("340602",), password=False)
    job = make(database, mine)
    assert import_jobs.job_of(database, mine, job).file_name == "台账.xlsx"
    assert [one.id for one in import_jobs.jobs_of(database, mine)] == [job]
    assert import_jobs.jobs_of(database, other) == []
    with pytest.raises(NotFound):
        import_jobs.job_of(database, other, job)
    with writing(database, actor="test") as unit:
        for act in (import_jobs.cancel, import_jobs.delete):
            with pytest.raises(NotFound):
                act(unit, other, job)
        with pytest.raises(NotFound):
            import_jobs.choose(unit, other, job, columns={})
        with pytest.raises(NotFound):
            import_jobs.begin(unit, other, job, "look")


def test_one_step_at_a_time_and_an_old_turn_changes_nothing(database: Database, mine: int) -> None:
    job = make(database, mine)
    first = begin(database, mine, job)
    with pytest.raises(Conflict):
        begin(database, mine, job)
    people.execute(database, "UPDATE import_job SET beat_at = now() - interval '1 minute'")
    assert import_jobs.job_of(database, mine, job).state == "broken"
    second = begin(database, mine, job)
    assert second == first + 1
    with writing(database, actor="test") as unit:
        assert not import_jobs.beat(unit, job, first, "x", 1, None)
        assert not import_jobs.found(unit, job, first, "look", {})
        import_jobs.stopped(unit, job, first, "failed", "old")
        assert import_jobs.beat(unit, job, second, "读文件" * 100, 7, 10)
    now = import_jobs.job_of(database, mine, job)
    assert (now.state, now.done, now.total, now.trouble) == ("working", 7, 10, "")
    with writing(database, actor="test") as unit:
        assert import_jobs.found(unit, job, second, "look", {"sheets": []})
    assert import_jobs.job_of(database, mine, job).looked == {"sheets": []}


def test_what_was_asked_to_stop_never_ends_well(database: Database, mine: int) -> None:
    job = make(database, mine)
    turn = begin(database, mine, job, "run")
    with writing(database, actor="test") as unit:
        import_jobs.cancel(unit, mine, job)
        assert not import_jobs.beat(unit, job, turn, "", 0, None)
        assert not import_jobs.taken(unit, job, turn, 1)
        import_jobs.stopped(unit, job, turn, "failed", "late")
    assert import_jobs.job_of(database, mine, job).state == "cancelled"


def test_what_is_done_stays_done(database: Database, mine: int) -> None:
    job = make(database, mine)
    turn = begin(database, mine, job, "run")
    with writing(database, actor="test") as unit:
        assert import_jobs.taken(unit, job, turn, 5)
    found = import_jobs.job_of_run(database, 5)
    assert found is not None
    assert (found.id, found.state) == (job, "done")
    with pytest.raises(Conflict):
        begin(database, mine, job)
    assert import_jobs.job_of_run(database, 6) is None


def test_the_machine_is_not_overrun(database: Database, mine: int) -> None:
    jobs = [make(database, mine) for _ in range(import_jobs.MOST_OF_ONE)]
    with pytest.raises(TooOften):
        make(database, mine)
    for job in jobs[: import_jobs.MOST_WORKING]:
        begin(database, mine, job)
    with pytest.raises(TooOften):
        begin(database, mine, jobs[-1])


def test_old_files_and_folders_go(database: Database, mine: int, tmp_path: Path) -> None:
    old, working, fresh = (make(database, mine) for _ in range(3))
    for name in (old, working, fresh, "stray", "new-stray"):
        (tmp_path / import_jobs.FOLDER / name).mkdir(parents=True)
    os.utime(tmp_path / import_jobs.FOLDER / "stray", (0, 0))
    begin(database, mine, working)
    people.execute(
        database,
        "UPDATE import_job SET created_at = now() - interval '2 days' WHERE id <> %s",
        fresh,
    )
    with writing(database, actor="test") as unit:
        assert import_jobs.sweep(unit, tmp_path, DAY) == 1
    left = {folder.name for folder in (tmp_path / import_jobs.FOLDER).iterdir()}
    assert left == {working, fresh, "new-stray"}
    assert {job.id for job in import_jobs.jobs_of(database, mine)} == {working, fresh}


@pytest.mark.parametrize("name", ["", "..", "../x", "x" * 21, "x" * 23, "x" * 21 + "/", "甲" * 22])
def test_what_cannot_be_a_name_has_no_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        import_jobs.folder_of(tmp_path, name)


def test_mappings_are_kept_and_the_last_word_counts(database: Database) -> None:
    one, other = "a" * 64, "b" * 64
    with writing(database, actor="test") as unit:
        import_mappings.remember(unit, one, {0: "name", 5: "lon"}, "boss")
        import_mappings.remember(unit, one, {0: "name", 5: "lat"}, "ed")
        # Saying the same again is no news.
        import_mappings.remember(unit, one, {0: "name", 5: "lat"}, "boss")
    known = import_mappings.known_mappings(database, [one, other])
    assert known.keys() == {one}
    assert (known[one].columns, known[one].saved_by) == ({0: "name", 5: "lat"}, "ed")
