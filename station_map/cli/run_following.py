"""What `coverage`, `site` and `runs` share about stored runs: put there, followed, shown."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from station_map.cli.environment import actor, note, say
from station_map.cli.planning_files import FILES, save
from station_map.domain.planning_runs import RunState
from station_map.errors import InputError, StationMapError
from station_map.store import planning_runs as store
from station_map.store.database import Database
from station_map.store.jobs import queue_state
from station_map.store.planning_runs import Run
from station_map.store.writing import writing

if TYPE_CHECKING:
    from station_map.planning.runs import AnyAnswer, AnyAsked
    from station_map.planning.runs_kept import AnyRead

EVERY_S: Final = 0.3
# As a shell says of what Ctrl-C ended.
INTERRUPTED: Final = 130
_OPTIONS: Final = (
    click.option("--keep", is_flag=True, help="算完留存，以后能重算。 Keep it as a run."),
    click.option(
        "--queue", is_flag=True, help="交给后台算，这里看进度。 Leave it to the worker; follow it."
    ),
    click.option("--title", metavar="TEXT", help="留存的名称。 What the run is called."),
)


def run_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of verbs that can make runs."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def check_run_options(*, keep: bool, queue: bool, title: str | None) -> None:
    """Raises InputError for options that do not go together."""
    if keep and queue:
        raise InputError(
            "--keep 和 --queue 只能写一个。 Give --keep or --queue, not both.",
            allowed="--keep or --queue",
        )
    if title is not None and not (keep or queue):
        raise InputError(
            "--title 要和 --keep 或 --queue 一起写。 --title goes with --keep or --queue.",
            parameter="--title",
            example="--keep --title 2027",
        )
    store.checked_title(title)


def kept(
    database: Database,
    asked: AnyAsked,
    computed: tuple[AnyRead, AnyAnswer],
    title: str | None,
    began: dt.datetime,
) -> None:
    """Write down what was computed here."""
    from station_map.planning.runs import About, record

    number = record(database, asked, computed, About(title, actor(), "cli"), began)
    note(f"留存为第 {number} 次计算 / kept as run {number}: station-map runs show {number}")


def queued(
    database: Database,
    asked: AnyAsked,
    read: tuple[AnyRead, str | None, bool],
    shown: tuple[str, Path | None],
) -> None:
    """Leave what was read (title, whether from files) to the worker; follow it; show the answer."""
    given, title, files = read
    run = follow(database, put_in_queue(database, asked, given, title, files=files))
    show_answer(database, run, *shown)
    end_as(run)


def put_in_queue(
    database: Database, asked: AnyAsked, given: AnyRead, title: str | None, *, files: bool
) -> int:
    """A run for the worker, from what was read here; its number.

    files: whether some of it came from files, which the worker does not have. Raises InputError.
    """
    from station_map.planning.runs import document_of, kind_of
    from station_map.planning.runs_kept import keep

    kept = keep(database, given)
    if kept.inputs != "kept" and files:
        raise InputError(
            "文件里的数据太多，不能交给后台；去掉 --queue 在这里算。"
            " Too much came from files to leave it to the worker; compute it here, without --queue.",
            parameter="--queue",
        )
    with writing(database, actor=actor(), origin="form") as unit:
        return store.create_run(
            unit,
            kind_of(asked),
            document_of(asked),
            title=title,
            by=actor(),
            origin="cli",
            digests=kept.digests if kept.inputs == "kept" else None,
        )


def follow(database: Database, number: int) -> Run:
    """Show how far it is until it ends. Ctrl-C stops showing, not the run: exit code 130."""
    note(f"第 {number} 次计算 / run {number}")
    _say_if_nobody_works(database)
    try:
        return _followed(database, number)
    except KeyboardInterrupt:
        note(
            f"它还在后台。 It goes on: station-map runs follow {number}；"
            f"取消 to cancel: station-map runs cancel {number}"
        )
        sys.exit(INTERRUPTED)


def _say_if_nobody_works(database: Database) -> None:
    state = queue_state(database)
    if state is None or not state.workers:
        note("现在没有后台在干活：station-map worker。 No worker is at work: station-map worker.")


def _followed(database: Database, number: int) -> Run:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        while True:
            with database.reading() as connection:
                run = store.read_run(connection, number)
            if run.state.ended:
                return run
            share = (run.progress or {}).get("share")
            total = None if share is None else 1.0
            bar.update(task, description=progress_words(run), total=total, completed=share or 0)
            time.sleep(EVERY_S)


def progress_words(run: Run) -> str:
    """How far it is, in a line."""
    said = f"{run.state.zh} {run.state.en}"
    progress = run.progress
    if progress is None:
        return said
    best, bound = (
        "—" if n is None else f"{n:,.0f}" for n in (progress["objective"], progress["bound"])
    )
    gap = "—" if progress["gap"] is None else f"{progress['gap']:.2%}"
    solved = f" 目标 objective {best} 界 bound {bound} 差距 gap {gap}"
    return f"{said} {progress['step']}" + (solved if progress["share"] is None else "")


def show_answer(database: Database, run: Run, form: str, out: Path | None) -> None:
    """The answer of a run in the format of `coverage` or `site`; its words when it has none."""
    if run.answer is None:
        note(run.error or progress_words(run))
        if run.state.ended:
            sys.exit(1)
        return
    if form == "json":
        put(json.dumps(run.answer, ensure_ascii=False, allow_nan=False, indent=1), out)
        return
    from station_map.planning.coverage import CoverageAnswer
    from station_map.planning.runs import again

    found = again(database, run.id)
    answer = found.answer
    if form in FILES:
        from station_map.planning.reports import Run as Of
        from station_map.planning.reports import report_of

        of = Of(run.title or "", run.ended_at)
        save(report_of(database, found.given, found.asked, answer, of), form, out)
        return
    if isinstance(answer, CoverageAnswer):
        from station_map.cli.coverage_tables import written_coverage

        written_coverage(answer, list(run.answer["places"]), form, out)
        return
    from station_map.cli.site_tables import written

    put(written(form, answer.made, answer.result), out, csv=form == "csv")


def put(text: str, out: Path | None, *, csv: bool = False) -> None:
    """To the terminal or into a file."""
    if out is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        out.write_text(text, encoding="utf-8-sig" if csv else "utf-8", newline="")
        say(f"→ {out}")


def end_as(run: Run) -> None:
    """The exit code of how it ended: 130 for a run that was cancelled, 1 for one that failed."""
    if run.state is RunState.CANCELLED:
        note("已取消，这是目前最好的。 Cancelled; this is the best so far.")
        sys.exit(INTERRUPTED)
    if run.state is RunState.FAILED:
        raise StationMapError(run.error or "")


def facts(run: Run) -> dict[str, Any]:
    """What is said of a run beside its answer."""
    return {
        "名称 title": run.title or "—",
        "种类 kind": run.kind.value,
        "状态 state": progress_words(run)
        if not run.state.ended
        else f"{run.state.zh} {run.state.en}",
        "谁 by": f"{run.by} ({run.origin})",
        "时间 asked": f"{run.asked_at:%Y-%m-%d %H:%M:%S} UTC",
        "用时 took": took(run),
        "版本 version": run.version or "—",
        "数据 data": ", ".join(f"{part} {str(digest)[:12]}" for part, digest in run.digests.items())
        + {"too_large": "（太大，没有留存 too large to keep）"}.get(run.inputs or "", ""),
        "重算 repeats": "—" if run.repeats is None else str(run.repeats),
        "数字一样 same": {None: "—", True: "是 yes", False: "不一样 no"}[run.same],
    }


def took(run: Run) -> str:
    """Seconds from its start to its end."""
    if run.started_at is None or run.ended_at is None:
        return "—"
    return f"{(run.ended_at - run.started_at).total_seconds():.1f} s"
