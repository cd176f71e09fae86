"""`station-map runs …`, and `coverage` and `site` with --keep and --queue."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from station_map.cli import main, run_following
from station_map.domain.planning_runs import RunKind
from station_map.planning import runs
from station_map.store.database import Database
from tests.store.merging import value
from tests.support.people import execute
from tests.support.planning import ask, change_everything, read, town
from tests.web.stations import HOSTILE_NAMES

COVERAGE = ("coverage", "--by", "all", "--radius", "500")
SITE = ("site", "-p", "2", "--cells", "20", "--by", "all")
DEADLINE_S = 60.0


@pytest.fixture
def place(outside: Database) -> Database:
    town(outside)
    return outside


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def done(*words: object) -> Result:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result


def number_in(result: Result) -> int:
    found = re.search(r"run (\d+)", result.stderr)
    assert found, result.output
    return int(found[1])


@pytest.mark.parametrize("words", [COVERAGE, SITE])
def test_kept_shown_and_repeated(place: Database, words: tuple[str, ...]) -> None:
    plain = done(*words, "--format", "json")
    kept = done(*words, "--format", "json", "--keep", "--title", HOSTILE_NAMES[0])
    first, second = json.loads(plain.stdout), json.loads(kept.stdout)
    key = "distances" if words is COVERAGE else "objective"
    assert first[key] == second[key]
    number = number_in(kept)
    shown = done("runs", "show", number)
    assert HOSTILE_NAMES[0] in shown.stderr
    assert shown.stdout
    whole = json.loads(done("runs", "show", number, "--format", "json").stdout)
    assert (whole["origin"], whole["answer"][key]) == ("cli", first[key])
    assert HOSTILE_NAMES[0][:5] in done("runs", "list").stdout
    change_everything(place)
    assert "are the same" in done("runs", "repeat", number).stdout
    assert value(place, "SELECT count(*) FROM planning_run") == 2
    # None of them has anything to do for a worker.
    assert value(place, "SELECT count(*) FROM procrastinate_jobs") == 0


def test_that_numbers_differ_is_said_with_its_reason(place: Database) -> None:
    number = number_in(done(*COVERAGE, "--keep"))
    execute(place, "UPDATE planning_run SET answer = jsonb_set(answer, '{demand,0}', '1')")
    differs = run("runs", "repeat", number)
    assert differs.exit_code == 1
    assert "differ" in differs.stdout


class Worker:
    """Stands in for a worker: computes whatever comes into the queue."""

    def __init__(self, database: Database) -> None:
        self.database, self.ends = database, threading.Event()
        self.thread = threading.Thread(target=self._work)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_how: object) -> None:
        self.ends.set()
        self.thread.join(DEADLINE_S)

    def _work(self) -> None:
        def waiting() -> list[tuple[Any, ...]]:
            return self.database.rows("SELECT id FROM planning_run WHERE state = 'queued'")

        while not self.ends.wait(0.05):
            for (number,) in waiting():
                runs.execute(self.database, number)


@pytest.mark.parametrize(("words", "form"), [(COVERAGE, "csv"), (SITE, "text"), (SITE, "json")])
def test_left_to_the_worker_and_followed(
    place: Database, tmp_path: Path, words: tuple[str, ...], form: str
) -> None:
    out = tmp_path / "out"
    with Worker(place):
        done(*words, "--queue", "--format", form, "--out", out)
    here = tmp_path / "here"
    done(*words, "--format", form, "--out", here)
    first, second = (path.read_text(encoding="utf-8-sig") for path in (out, here))
    if form == "json":
        assert json.loads(first)["sites"] == json.loads(second)["sites"]
    else:
        # But for how long it took.
        seconds = re.compile(r"\d+\.\d s")
        assert seconds.sub("", first) == seconds.sub("", second)


def test_files_go_along_to_the_worker(place: Database, tmp_path: Path) -> None:
    demand, places = tmp_path / "需求.csv", tmp_path / "places.csv"
    demand.write_text("lon,lat,weight\n116.80,33.95,40\n116.83,33.95,60\n", encoding="utf-8")
    places.write_text(
        f"lon,lat,name,status\n116.83,33.97,{HOSTILE_NAMES[1]},required\n", encoding="utf-8"
    )
    words = ("site", "-p", 1, "--points", demand, "--candidates", places, "--radius", 3000)
    with Worker(place):
        told = json.loads(done(*words, "--queue", "--format", "json").stdout)
    assert [site["name"] for site in told["sites"]] == [HOSTILE_NAMES[1]]
    assert told["demand"] == "需求.csv"
    demand.unlink()
    number = value(place, "SELECT max(id) FROM planning_run")
    assert "are the same" in done("runs", "repeat", number).stdout


def test_too_much_of_files_is_not_left_to_the_worker(
    place: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station_map.planning.runs_inputs.LARGEST_PLAIN", 10)
    demand = tmp_path / "d.csv"
    demand.write_text("lon,lat,weight\n116.80,33.95,40\n", encoding="utf-8")
    refused = run("coverage", "--points", demand, "--queue")
    assert (refused.exit_code, "--queue" in refused.output) == (2, True)
    assert value(place, "SELECT count(*) FROM planning_run") == 0


def test_ctrl_c_stops_looking_and_not_the_run(
    place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run_following.time, "sleep", pressed)
    left = run(*COVERAGE, "--queue")
    assert left.exit_code == 130
    assert "runs cancel" in left.stderr
    assert "No worker is at work" in left.stderr
    number = number_in(left)
    assert read(place, number).state == "queued"
    assert "cancelled" in done("runs", "cancel", number).stdout
    assert "had ended" in done("runs", "cancel", number).stderr
    assert run("runs", "show", number).exit_code == 1


def test_what_failed_says_why(place: Database) -> None:
    number = ask(place, RunKind.COVERAGE, {"demand": "nowhere"})
    runs.execute(place, number)
    shown = run("runs", "show", number)
    assert (shown.exit_code, "nowhere" in shown.stderr) == (1, True)
    assert run("runs", "follow", number).exit_code == 1


def test_lists(place: Database) -> None:
    numbers = [ask(place, kind, {}) for kind in (RunKind.COVERAGE, RunKind.SITING) * 2]
    listed = done("runs", "list", "--kind", "siting", "--limit", 1).stdout
    assert f" {numbers[-1]} " in listed
    assert f" {numbers[1]} " not in listed
    assert f" {numbers[1]} " in done("runs", "list", "--before", numbers[2]).stdout


@pytest.mark.parametrize(
    "words",
    [
        (*COVERAGE, "--keep", "--queue"),
        (*SITE, "--title", "x"),
        (*SITE, "--keep", "--title", "\x1b[31m"),
        ("runs", "show", "0"),
        ("runs", "cancel", "9" * 30),
    ],
)
def test_bad_use(place: Database, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


@pytest.mark.parametrize("verb", ["show", "cancel", "repeat", "follow"])
def test_what_is_not_there(place: Database, verb: str) -> None:
    missing = run("runs", verb, 999)
    assert missing.exit_code == 1
    assert "999" in missing.output


def test_a_run_at_work_says_how_far_it_is(place: Database) -> None:
    number = ask(place, RunKind.SITING, {"count": 1})
    execute(
        place,
        "UPDATE planning_run SET state = 'running', started_at = now(), beat_at = now(), progress ="
        ' \'{"step": "solve", "share": null, "objective": 90, "bound": 100, "gap": 0.1}\'',
    )
    found = run_following.progress_words(read(place, number))
    assert "90" in found
    assert "10.00%" in found
    shown = done("runs", "show", number)
    assert "10.00%" in shown.stderr
