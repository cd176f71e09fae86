"""`runs …`: what was computed of coverage and siting: listed, shown, cancelled, repeated."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from station_map.cli.environment import actor, database_for_verb, note, say
from station_map.cli.planning_files import FILES, check_out
from station_map.cli.run_following import end_as, facts, follow, put, show_answer, took
from station_map.domain.planning_runs import RunKind, RunState
from station_map.store import planning_runs as store
from station_map.store.database import Database
from station_map.store.planning_runs import Run
from station_map.store.writing import writing

_NUMBER: Final = click.IntRange(1, 2**63 - 1)
DIFFERENT: Final = 1


@click.group()
def runs() -> None:
    """覆盖和选址的计算记录：能看、能停、能重算。

    Runs of coverage and siting: listed, shown, followed, cancelled, repeated. Begin one by
    `station-map coverage --queue`, `station-map site --keep`, the API or the pages.
    """


@runs.command("list")
@click.option("--kind", type=click.Choice([kind.value for kind in RunKind]))
@click.option("--limit", type=click.IntRange(1, store.MOST_LISTED), default=20, show_default=True)
@click.option("--before", type=_NUMBER, metavar="N", help="只要更早的。 Only those before run N.")
def list_(kind: str | None, limit: int, before: int | None) -> None:
    """最近的计算，新的在前。 The latest runs, the newest first."""
    from rich.console import Console
    from rich.table import Table

    from station_map.cli.coverage_tables import seen

    with database_for_verb() as database, database.reading() as connection:
        found = store.list_runs(
            connection, kind=None if kind is None else RunKind(kind), limit=limit, before=before
        )
    table = Table("#", "种类 kind", "状态 state", "名称 title", "谁 by", "时间 asked", "用时 took")
    for run in found:
        state = f"{run.state.zh} {run.state.en}"
        asked = f"{run.asked_at:%Y-%m-%d %H:%M}"
        cells = (run.kind.value, state, run.title or "", run.by, asked, took(run))
        table.add_row(str(run.id), *(seen(cell) for cell in cells))
    Console(width=None if sys.stdout.isatty() else 140).print(table)


@runs.command()
@click.argument("number", type=_NUMBER)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv", *FILES]),
    default="text",
    show_default=True,
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def show(number: int, form: str, out: Path | None) -> None:
    """一次计算：问了什么、怎么样了、结果。 One run: what was asked, how it stands, its answer."""
    check_out(form, out)
    with database_for_verb() as database:
        run = _read(database, number)
        if form == "json":
            put(json.dumps(asdict(run), ensure_ascii=False, default=str, indent=1), out)
            return
        for what, said in facts(run).items():
            note(f"{what}: {said}")
        note(f"问的 asked: {json.dumps(run.asked, ensure_ascii=True)}")
        show_answer(database, run, form, out)


@runs.command("follow")
@click.argument("number", type=_NUMBER)
def follow_(number: int) -> None:
    """看进度，到它结束；Ctrl-C 只是不看了。 Show how far it is until it ends; Ctrl-C stops looking."""
    with database_for_verb() as database:
        _read(database, number)
        run = follow(database, number)
    say(f"{run.state.zh} {run.state.en}: station-map runs show {number}")
    end_as(run)


@runs.command()
@click.argument("number", type=_NUMBER)
def cancel(number: int) -> None:
    """停下；选址留下目前最好的结果。 Stop it; siting keeps its best answer so far."""
    with database_for_verb() as database:
        with writing(database, actor=actor(), origin="form") as unit:
            stopped = store.cancel_run(unit, number)
        if not stopped:
            note("它已经结束了。 It had ended already.")
            return
        run = follow(database, number)
    say(f"{number}: {run.state.zh} {run.state.en}")


@runs.command()
@click.argument("number", type=_NUMBER)
@click.option("--queue", is_flag=True, help="交给后台，不在这里算。 Leave it to the worker.")
def repeat(number: int, queue: bool) -> None:
    """用当时的数据重算一次，数字应当一样；不一样退出码是 1。

    Compute it again from the data of then, and say whether the numbers are the same; the exit
    code is 1 when they are not. Siting that time ended may differ.
    """
    with database_for_verb() as database:
        with writing(database, actor=actor(), origin="form") as unit:
            again = store.repeat_run(unit, number, by=actor(), origin="cli", queue=queue)
        run = follow(database, again) if queue else _computed(database, again)
        before = _read(database, number)
    end_as(run)
    if run.same:
        say(
            f"{again}: 数字和第 {number} 次一样。 The numbers are the same as those of run {number}."
        )
        return
    say(_why(run, before))
    sys.exit(DIFFERENT)


def _computed(database: Database, number: int) -> Run:
    """Compute it here; Ctrl-C cancels it."""
    from station_map.planning.runs import execute

    try:
        execute(database, number)
    except KeyboardInterrupt:
        with writing(database, actor=actor(), origin="form") as unit:
            store.cancel_run(unit, number)
        raise
    return _read(database, number)


def _why(run: Run, before: Run) -> str:
    if run.same is None:
        return (
            f"{run.id}: 第 {before.id} 次没有结果可比。 Run {before.id} has no answer to compare."
        )
    said = f"{run.id}: 数字和第 {before.id} 次不一样。 The numbers differ from those of run {before.id}"
    if run.digests != before.digests:
        return f"{said}: 当时的数据太大没有留存，现在的数据变了 the data has changed, and was not kept."
    if run.version != before.version:
        return (
            f"{said}: 程序换了版本 {before.version} → {run.version} by another version of the code."
        )
    if before.state is RunState.CANCELLED or _timed(run) or _timed(before):
        return f"{said}: 有一次没算到底 one of them was ended before its proof."
    return f"{said}."


def _timed(run: Run) -> bool:
    return (run.answer or {}).get("stopped") in {"time_limit", "gap"}


def _read(database: Database, number: int) -> Run:
    with database.reading() as connection:
        return store.read_run(connection, number)
