"""`doctor`: is this machine fit, and if not, what to do."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from station_map.cli.checks import Finding, Verdict, run_checks
from station_map.settings import read_settings

_STYLES = {Verdict.GOOD: "green", Verdict.NOTE: "yellow", Verdict.BAD: "bold red"}


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """检查程序、PostGIS、连接、结构、数据文件夹、端口、资源；有问题时退出码为 1。

    Checks binaries, PostGIS, connection, schema, data folder, port and assets, and says
    what to do about each fault. Makes and changes nothing. Exit code 1 on a fault.
    """
    findings = list(run_checks(read_settings()))
    Console().print(_table(findings))
    if any(finding.verdict is Verdict.BAD for finding in findings):
        context.exit(1)


def _table(findings: list[Finding]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for width in (4, 20, None):
        table.add_column(overflow="fold", width=width)
    for finding in findings:
        # Text, not strings: a folder's name may look like markup.
        words = "\n".join([finding.detail, *(f"→ {remedy}" for remedy in finding.remedies)])
        style = _STYLES[finding.verdict]
        table.add_row(Text(finding.verdict.value, style=style), Text(finding.subject), Text(words))
    return table
