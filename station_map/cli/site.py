"""`site`: where the next stations should stand, with a proof of how good the answer is."""

from __future__ import annotations

import datetime as dt
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import click

from station_map.cli.environment import database_for_verb, note
from station_map.cli.planning_files import FILES, areas_of_file, check_out, of_model, save
from station_map.cli.run_following import (
    INTERRUPTED,
    check_run_options,
    kept,
    put,
    queued,
    run_options,
)
from station_map.domain.siting_goal import GOALS, NEEDS
from station_map.domain.travel import TravelMode
from station_map.errors import InputError

if TYPE_CHECKING:
    from station_map.siting.result import Result

INFEASIBLE: Final = 1


def _phases(
    _ctx: click.Context, option: click.Parameter, given: str | None
) -> tuple[int, ...] | None:
    if given is None:
        return None
    parts = given.split(",")
    if not all(part.strip().isdecimal() and len(part.strip()) < 6 for part in parts):
        raise click.BadParameter(
            f"{given!r}: 请写每期几个，例 10,10 / numbers of sites, by commas", param=option
        )
    return tuple(int(part) for part in parts)


_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_COUNT: Final = click.IntRange(0)
_SHARE: Final = click.FloatRange(0, 1)


@click.command()
@click.option("--demand", metavar="MIX", help="需求图层。 Layers of demand.")
@click.option("--area", metavar="ADCODE", help="只算这个区或市的需求。 Demand of this area only.")
@click.option(
    "--points", type=_FILE, metavar="FILE.csv", help="不用图层：lon,lat,weight。 No layer."
)
@click.option("--goal", type=click.Choice(GOALS), default="cover", show_default=True)
@click.option("-p", "count", type=_COUNT, help="新开几个。 How many new sites.")
@click.option("--share", type=_SHARE, help="goal share：要覆盖多少，例 0.9。 What to cover.")
@click.option("--budget", type=click.FloatRange(0), help="goal budget：总费用。 What all may cost.")
@click.option(
    "--radius", type=click.FloatRange(0, 50_000, min_open=True), help="米；默认 1000。 Metres."
)
@click.option(
    "--minutes", type=click.FloatRange(0, 600, min_open=True), help="不写米，写分钟。 Not metres."
)
@click.option(
    "--mode", type=click.Choice([m.value for m in (TravelMode.WALK, TravelMode.EBIKE)]),
    default=TravelMode.WALK.value, show_default=True, help="分钟怎么走。 How minutes are gone.",
)  # fmt: skip
@click.option(
    "--candidates", default="cells", show_default=True, metavar="FILE.csv|cells|hosts:LAYER",
    help="备选地点：文件、需求格、一个图层的点。 A file, demand cells, or a layer's places.",
)  # fmt: skip
@click.option(
    "--cells", type=click.IntRange(1, 50_000), default=2000, show_default=True,
    help="cells：最重的几格。 So many of the heaviest cells.",
)  # fmt: skip
@click.option("--exclude", type=_FILE, metavar="FILE.geojson", help="不许建的面。 Forbidden areas.")
@click.option(
    "--spacing", type=click.FloatRange(0, 50_000), default=0.0, help="最小间距（米）。 Metres."
)
@click.option("--floor", type=_SHARE, help="各区至少覆盖多少。 Least share of each district.")
@click.option("--phases", callback=_phases, metavar="N,N…", help="goal phases：每期几个。 A phase.")
@click.option("--close", type=_COUNT, help="goal relocate：撤几个。 How many close.")
@click.option("--open", type=_COUNT, help="goal relocate：开几个。 How many open.")
@click.option(
    "--capacity", type=click.FloatRange(0, min_open=True),
    help="goal capacitated：一个新站够几个人。 Whom a new site serves.",
)  # fmt: skip
@click.option(
    "--workers-per-seat", type=click.FloatRange(0, min_open=True), default=20.0, show_default=True,
    help="goal capacitated：已有站一个座位够几个人。 Whom a seat of a station serves.",
)  # fmt: skip
@click.option(
    "--time-limit", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True,
    help="秒。 Seconds.",
)  # fmt: skip
@click.option("--gap", type=click.FloatRange(0, 1, max_open=True), default=0.0, show_default=True)
@click.option("--threads", type=click.IntRange(0, 1024), default=1, show_default=True)
@click.option(
    "--by", default="district", show_default=True, metavar="all|district|city|FILE",
    help="前后按什么分组，--floor 也按它。 Groups of before and after, and of --floor.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv", "geojson", *FILES]),
    default="text", show_default=True,
    help="pdf、xlsx、gpkg、zip 是报告，要写 --out。 These four are reports and need --out.",
)  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@run_options
def site(
    form: str, out: Path | None, keep: bool, queue: bool, title: str | None, **asked: Any
) -> None:
    """下一批驿站建在哪里最好，离最好还差多少。

    Where the next stations should stand, and how far at most the answer is from the best one.
    Existing stations stay. Ctrl-C gives the best answer so far, with its bound, and exit code
    130; when nothing can keep all conditions it says why, and the exit code is 1.
    """
    _check(asked)
    check_out(form, out)
    check_run_options(keep=keep, queue=queue, title=title)
    # numpy, scipy and the solver load here, so that --help stays quick.
    from station_map.cli.site_tables import written
    from station_map.planning.asked import SitingAsked, checked
    from station_map.planning.reports import siting_report
    from station_map.planning.runs_answers import SitingAnswer
    from station_map.planning.siting import NO_FILES, made, read, solved

    files = _files(asked)
    wanted = checked(SitingAsked, of_model(asked, SitingAsked))
    began = dt.datetime.now(dt.UTC)
    with database_for_verb() as database:
        given = read(database, wanted, files)
        if queue:
            queued(database, wanted, (given, title, files != NO_FILES), (form, out))
            return
    problem = made(given, wanted)
    with _interrupting() as stop, _progress() as tell:
        result = solved(problem.problem, wanted, tell, stop.is_set)
    if keep or form in FILES:
        with database_for_verb() as database:
            if keep:
                kept(database, wanted, (given, SitingAnswer(problem, result)), title, began)
            if form in FILES:
                save(siting_report(database, given, problem, result, wanted), form, out)
    if form not in FILES:
        put(written(form, problem, result), out, csv=form == "csv")
    _end(result)


def _end(result: Result) -> None:
    from station_map.siting.result import Stopped

    if result.stopped is Stopped.INFEASIBLE:
        note(f"无解 infeasible: {result.reason}")
        sys.exit(INFEASIBLE)
    if result.stopped is Stopped.INTERRUPTED:
        note("已中断，这是目前最好的。 Interrupted; this is the best so far.")
        sys.exit(INTERRUPTED)


def _files(asked: dict[str, Any]) -> Any:
    """What was given as files; `asked` says instead that there were some."""
    from station_map.planning import candidates
    from station_map.planning.demand import from_file
    from station_map.planning.siting import SitingFiles

    points, new, forbidden = asked["points"], asked["candidates"], asked["exclude"]
    from_layer = new == "cells" or new.startswith(("hosts:", "set:"))
    if not from_layer:
        asked["candidates"] = "file"
    return SitingFiles(
        points=points and from_file(points),
        groups=areas_of_file(asked),
        new=None if from_layer else candidates.from_file(Path(new)),
        forbidden=forbidden and candidates.areas_of(forbidden),
    )


def _check(asked: dict[str, Any]) -> None:
    if asked["radius"] is not None and asked["minutes"] is not None:
        raise InputError(
            "--radius 和 --minutes 只能写一个。 Give --radius or --minutes, not both.",
            allowed="--radius M or --minutes N",
        )
    if asked["points"] is not None and (asked["demand"] is not None or asked["area"] is not None):
        raise InputError(
            "--points 不能和 --demand、--area 一起写。 Give --points or layers, not both.",
            allowed="--points FILE.csv, or --demand MIX and --area ADCODE",
        )
    goal = asked["goal"]
    for name in NEEDS[goal]:
        if asked[name] is None:
            option = "-p" if name == "count" else f"--{name}"
            raise InputError(
                f"--goal {goal} 还要写 {option}。 --goal {goal} needs {option}.",
                parameter=option,
                example=f"{option} " + {"share": "0.9", "phases": "10,10"}.get(name, "20"),
            )


@contextmanager
def _interrupting() -> Iterator[Event]:
    """Ctrl-C asks the solver to end; a second one ends the verb at once."""
    stop = Event()
    before = signal.getsignal(signal.SIGINT)

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, asked)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress() -> Iterator[Callable[[Any], None]]:
    """A line on the terminal with the best answer, its bound and the gap."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from station_map.siting.result import gap_between

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("选址 siting", total=None)

        def tell(at: Any) -> None:
            both = at.objective is not None and at.bound is not None
            gap = f"{gap_between(at.objective, at.bound):.2%}" if both else "—"
            best, bound = ("—" if n is None else f"{n:,.0f}" for n in (at.objective, at.bound))
            said = f"{at.stage} 目标 objective {best} 界 bound {bound} 差距 gap {gap}"
            bar.update(task, description=said)

        yield tell
