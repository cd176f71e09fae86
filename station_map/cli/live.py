"""`live …`: what devices said, in hours, for planners."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Final

import click

from station_map.cli.environment import database_for_verb, say
from station_map.cli.times import DAY, day
from station_map.domain.hours import SHANGHAI
from station_map.store.live_hours import Hour, hours_of

_HEAD: Final = ("code", "hour", *Hour._fields[2:])


@click.group()
def live() -> None:
    """设备发来的实时数据。 Live data from devices."""


@live.command()
@click.option(
    "--from", "first", required=True, callback=day, metavar=DAY, help="第一天。 The first day."
)
@click.option(
    "--to", "last", required=True, callback=day, metavar=DAY, help="最后一天。 The last day."
)
@click.option("--station", metavar="CODE", help="只要这个驿站。 This station only.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="写到哪个 csv 文件。 The csv file to write.",
)
def export(first: dt.date, last: dt.date, station: str | None, output: Path) -> None:
    """每小时的汇总写成 csv。

    Hours of live data as csv: count, minimum, mean, maximum and last; hours in Asia/Shanghai, of
    door and device the share of open and working.
    """
    begin = dt.datetime.combine(first, dt.time(), SHANGHAI)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), SHANGHAI)
    with database_for_verb() as database, output.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_HEAD)
        count = 0
        for hour in hours_of(database, begin, end, station):
            local = hour.hour.astimezone(SHANGHAI).isoformat(timespec="minutes")
            writer.writerow((hour.code, local, *hour[2:]))
            count += 1
    say(f"{output}: {count} 行 / rows")
