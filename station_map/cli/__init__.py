"""The command line `station-map`: one module per group of verbs, read when it is asked for.

This module also holds the one table from the exception tree to exit codes: 0 done, 1 it
could not be done, 2 it was asked for in a wrong way.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import IO, Any, Final

import click

from station_map import __version__
from station_map.errors import EnvironmentFault, FileRefused, InputError, StationMapError

# Verb -> where its command is, and one line of help (so that --help imports nothing).
VERBS: Final[Mapping[str, tuple[str, str]]] = {
    "up": (
        "station_map.cli.serving:up",
        "建库、装演示数据、开始服务。 Prepare the database and serve; the one to start with.",
    ),
    "serve": (
        "station_map.cli.serving:serve",
        "只服务，不动数据库结构。 Serve only; the database must be ready.",
    ),
    "worker": (
        "station_map.cli.worker:worker",
        "做后台的活；up 和 serve 会自己带一个。 Work on the queue; up and serve run one themselves.",
    ),
    "import": (
        "station_map.cli.import_:import_command",
        "导入台账等文件。 Import ledgers and other files of stations.",
    ),
    "demand": (
        "station_map.cli.demand:demand",
        "需求图层：哪里有多少人要服务。 Layers of demand: how many are to be served where.",
    ),
    "plates": (
        "station_map.cli.plates:plates",
        "印门牌和海报。 Print door plates and posters.",
    ),
    "hours": (
        "station_map.cli.hours:hours",
        "某几天另外的开放时间。 Other opening hours on certain dates.",
    ),
    "history": (
        "station_map.cli.history:history",
        "撤销改动，多大的都行。 Take changes back, however large.",
    ),
    "photos": ("station_map.cli.photos:photos", "驿站的照片。 Photos of stations."),
    "events": (
        "station_map.cli.events:events",
        "驿站的服务活动。 Dated services at stations.",
    ),
    "live": ("station_map.cli.live:live", "设备发来的实时数据。 Live data from devices."),
    "driver-homes": (
        "station_map.cli.driver_homes:driver_homes",
        "司机之家离最低要求还差什么。 What driver homes lack of their minimum.",
    ),
    "export": (
        "station_map.cli.export:export",
        "把驿站写成文件。 Write stations into a file.",
    ),
    "coverage": (
        "station_map.cli.coverage:coverage",
        "谁离驿站多远，缺口在哪里。 Who is within reach of a station, and where the gaps are.",
    ),
    "site": (
        "station_map.cli.site:site",
        "下一批驿站建在哪里最好。 Where the next stations should stand, with a proof.",
    ),
    "runs": (
        "station_map.cli.runs:runs",
        "覆盖和选址的计算记录。 Runs of coverage and siting: listed, shown, cancelled, repeated.",
    ),
    "users": (
        "station_map.cli.users:users",
        "登录用的帐号。 Accounts for signing in.",
    ),
    "db": ("station_map.cli.db:db", "数据库的结构和状态。 The database's schema and state."),
    "doctor": (
        "station_map.cli.doctor:doctor",
        "检查这台机器，缺什么怎么办。 Check this machine and explain what is missing.",
    ),
}

# The nearest class counts. What a caller gave wrongly is bad use; a file that is read and
# refused, and everything else, is work that could not be done.
EXIT_CODES: Final[Mapping[type[StationMapError], int]] = {
    StationMapError: 1,
    InputError: 2,
    FileRefused: 1,
}


class Refusal(click.ClickException):
    """An error of ours, shown without a traceback and with what to do about it."""

    def __init__(self, error: StationMapError) -> None:
        super().__init__(str(error))
        self.error = error
        self.exit_code = exit_code(error)  # type: ignore[misc]  # click means it to be set

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the message and, indented, its remedies; both are data, never markup."""
        click.secho(f"错误 / error: {self.error}", err=file is None, file=file, fg="red")
        for remedy in _remedies(self.error):
            click.echo(f"  → {remedy}", err=file is None, file=file)


def exit_code(error: StationMapError) -> int:
    """The exit code that stands for an error."""
    return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)


def _remedies(error: StationMapError) -> tuple[str, ...]:
    if isinstance(error, EnvironmentFault):
        return error.remedies
    if isinstance(error, InputError):
        allowed = error.allowed and f"可以是 / allowed: {error.allowed}"
        example = error.example and f"例 / example: {error.example}"
        return tuple(filter(None, (allowed, example)))
    return ()


class Verbs(click.Group):
    """A group that imports a verb's module only when the verb is used."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb, imported now; None for an unknown one."""
        if cmd_name not in VERBS:
            return None
        module, _, attribute = VERBS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs from the table, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(verb, line) for verb, (_, line) in VERBS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb; an error of the tree becomes a message and an exit code."""
        try:
            return super().invoke(ctx)
        except StationMapError as error:
            raise Refusal(error) from error


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="station-map")
def main() -> None:
    """歇脚地图：离你最近、开着门、有你要的、让你进的驿站。

    Station map: the nearest union rest station that is open, has what a worker needs and
    lets them in. Settings are environment variables, STATION_MAP_…
    """
