"""`driver-homes`: which of them fall short of the ministry's minimum, and of what."""

from __future__ import annotations

from pathlib import Path

import click

from station_map.cli.environment import database_for_verb, say
from station_map.domain.driver_home import Shortfall, Verdict, check_minimum
from station_map.exporters.driver_homes import as_csv
from station_map.store.driver_homes import driver_homes as stored_homes


@click.command("driver-homes")
@click.option("--area", metavar="ADCODE", help="只要这个区或市的。 Of this district or city only.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写成这个 csv 文件。 Write this csv file instead.",
)
def driver_homes(area: str | None, output: Path | None) -> None:
    """司机之家离部里的最低要求还差什么。

    What each driver home lacks of the ministry's minimum; what is not known is told apart.
    """
    with database_for_verb() as database:
        homes = [
            (home, Shortfall(check_minimum(home.home))) for home in stored_homes(database, area)
        ]
    if output is not None:
        output.write_bytes(as_csv(homes))
        say(f"{output}: {len(homes)} 个 / driver homes")
        return
    for home, told in homes:
        say(f"{home.code} {home.name}: {_line(told)}")
    if not homes:
        say("没有。 None.")


def _line(told: Shortfall) -> str:
    parts = [
        f"{verdict.zh} / {verdict.en} {len(found)}: "
        + "、".join(f"{one.requirement.zh}（{one.reason}）" for one in found)
        for verdict in (Verdict.MISSING, Verdict.UNKNOWN)
        if (found := told.having(verdict))
    ]
    return "; ".join(parts) or "都达到 / meets all"
