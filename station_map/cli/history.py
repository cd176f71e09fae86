"""`history …`: taking changes back from the command line, however many stations they reached."""

from __future__ import annotations

from typing import Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from station_map.cli.environment import actor, database_for_verb, note, say
from station_map.domain.reasons import checked_reason
from station_map.errors import InputError
from station_map.store import change_sets
from station_map.store.change_sets import Outcome, Request, Undoing
from station_map.store.database import Database
from station_map.store.writing import writing

_ID: Final = click.IntRange(1, 2**63 - 1)
_WORDS: Final = {
    Outcome.BACK: "改回去 put back",
    Outcome.PARTLY: "改回一部分 put back in part",
    Outcome.DELETED: "删除 deleted",
    Outcome.RESTORED: "恢复 restored",
    Outcome.LEFT: "不动 left as they are",
    Outcome.SAME: "不用改 as before already",
}


@click.group()
def history() -> None:
    """改动的记录。 What was changed."""


@history.command()
@click.option("--import", "run", type=_ID, metavar="RUN", help="一次导入。 A whole import.")
@click.option("--set", "change_set", type=_ID, metavar="SET", help="一批改动。 A change set.")
@click.option("--revision", type=_ID, metavar="ID", help="一次改动。 One change of one station.")
@click.option("--reason", default="", metavar="TEXT", help="为什么，会留在记录里。 Why.")
@click.option("--dry-run", is_flag=True, help="只看会怎样，不写入。 Only tell what would happen.")
def revert(
    run: int | None, change_set: int | None, revision: int | None, reason: str, *, dry_run: bool
) -> None:
    """撤销一次导入、一批改动或一次改动；编号在 /admin/history。撤销以后还可以再撤销。

    Takes a whole import, a change set or one change back, in one transaction; what somebody
    changed since is left. Numbers are told at /admin/history.
    """
    undoing = _undoing(run, change_set, revision)
    wanted = Request(undoing, lambda _station, _adcode: True, reason=checked_reason(reason))
    with database_for_verb() as database:
        if dry_run:
            _tell(_planned(database, wanted))
            say("试运行：什么也没有写入。 Dry run: nothing was written.")
            return
        done = _done(database, wanted)
    _tell(done.counts)
    say(f"撤销 {done.change_set} 完成。 Done, as change set {done.change_set}.")


def _undoing(run: int | None, change_set: int | None, revision: int | None) -> Undoing:
    told = [
        Undoing("import_run", run) if run else None,
        Undoing("change_set", change_set) if change_set else None,
        Undoing("revision", revision) if revision else None,
    ]
    given = [one for one in told if one is not None]
    if len(given) != 1:
        raise InputError(
            "请写 --import、--set、--revision 里的一个。 Give just one of them.",
            allowed="--import RUN, --set SET or --revision ID",
            example="station-map history revert --import 12 --dry-run",
        )
    return given[0]


def _planned(database: Database, wanted: Request) -> dict[str, int]:
    counts: dict[str, int] = {}
    with database.reading() as connection, connection.transaction():
        connection.execute("SET LOCAL statement_timeout = 0")
        for one in change_sets.preview(connection, wanted):
            counts[one.outcome] = counts.get(one.outcome, 0) + 1
    return counts


def _done(database: Database, wanted: Request) -> change_sets.Undone:
    columns = (TextColumn("撤销 / reverting"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)
    with bar, writing(database, actor=actor()) as connection:
        connection.execute("SET LOCAL statement_timeout = 0")
        connection.execute("SET LOCAL lock_timeout = '60s'")
        task = bar.add_task("", total=None)
        return change_sets.undo(
            connection,
            wanted,
            tell=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _tell(counts: dict[str, int]) -> None:
    for outcome, words in _WORDS.items():
        if counts.get(outcome):
            say(f"{words}: {counts[outcome]}")
    if not any(counts.values()):
        note("没有这样的改动。 There is no such change.")
