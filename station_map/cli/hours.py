"""`hours …`: other opening hours on certain dates, for many stations in one action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import click

from station_map.cli.environment import actor, database_for_verb, say
from station_map.cli.times import DAY, day
from station_map.domain.hours import SHANGHAI
from station_map.domain.hours_override import OverrideReason, checked_override
from station_map.domain.vocabulary import AccessMethod, Kind, ServiceLevel
from station_map.search.filters import StationFilter
from station_map.search.nearest import filter_expression
from station_map.store import overrides


@click.group()
def hours() -> None:
    """某几天另外的开放时间。 Other opening hours on certain dates."""


@hours.command()
@click.option("--area", required=True, metavar="ADCODE", help="哪个地区。 Stations of this area.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind]),
    help="只要这一类，可写几次。 Only this kind; may be repeated.",
)
@click.option(
    "--service-level",
    "levels",
    multiple=True,
    type=click.Choice([level.value for level in ServiceLevel]),
    help="只要这一级，可写几次。 Only this level; may be repeated.",
)
@click.option(
    "--access-method",
    "methods",
    multiple=True,
    type=click.Choice([method.value for method in AccessMethod]),
    help="只要这样进门的，可写几次。 Only with this way in; may be repeated.",
)
@click.option(
    "--from", "first", required=True, callback=day, metavar=DAY, help="第一天。 The first day."
)
@click.option(
    "--to", "last", required=True, callback=day, metavar=DAY, help="最后一天。 The last day."
)
@click.option(
    "--hours",
    "said",
    required=True,
    metavar="HOURS",
    help='那几天的时间："08:00-22:00"、24/7，或 closed。 The hours of those days.',
)
@click.option(
    "--reason",
    required=True,
    type=click.Choice([reason.value for reason in OverrideReason]),
    help="为什么。 Why.",
)
@click.option("--note", metavar="TEXT", help="给人看的说明，一行。 A line for riders to read.")
@click.option("--dry-run", is_flag=True, help="只数一数，不写入。 Count only, write nothing.")
def override(
    area: str, first: dt.date, last: dt.date, said: str, *, dry_run: bool, **more: Any
) -> None:
    """一次给一批驿站定下某几天的时间，压过平时的时间。

    Gives all stations of an area (narrowed by the other options) these hours from the first to the
    last day, whatever their usual ones. It holds for the stations there are now.
    """
    reason = OverrideReason(more["reason"])
    decided = checked_override(first, last, said, reason, more["note"])
    stations = _stations(area, more["kinds"], more["levels"], more["methods"])
    with (
        database_for_verb() as database,
        database.transaction(actor=actor(), origin="form") as connection,
    ):
        name = overrides.area_name(connection, area)
        if dry_run:
            count = overrides.count_chosen(connection, stations)
            say(f"{name}：{count} 个驿站；没有写入。 {count} stations; nothing was written.")
            return
        number, count = overrides.decide(connection, stations, decided)
    say(f"{number}: {name}，{count} 个驿站 / stations，{first} – {last}，{decided.opening_hours}")


def _stations(
    area: str, kinds: Sequence[str], levels: Sequence[str], methods: Sequence[str]
) -> overrides.Stations:
    where = StationFilter(
        kinds=tuple(map(Kind, kinds)),
        service_levels=tuple(map(ServiceLevel, levels)),
        access_methods=tuple(map(AccessMethod, methods)),
    )
    told = {"kind": kinds, "service_level": levels, "access_method": methods}
    narrowed = {name: list(codes) for name, codes in told.items() if codes}
    return overrides.Stations(area, filter_expression(where), narrowed)


@hours.group("overrides")
def overrides_group() -> None:
    """看和撤回。 Look at them and take them back."""


@overrides_group.command("list")
@click.option(
    "--all", "everything", is_flag=True, help="过去的和撤回的也列。 Past and withdrawn too."
)
def list_overrides(*, everything: bool) -> None:
    """现在和将来的，新的在前。 Those that hold or will hold, the newest first."""
    today = dt.datetime.now(SHANGHAI).date()
    with database_for_verb() as database:
        found = overrides.stored_overrides(database, everything=everything, today=today)
    for one in found:
        filters = " ".join(f"{name}={','.join(codes)}" for name, codes in one.selection.items())
        gone = f"  撤回 / withdrawn {one.withdrawn_at:%Y-%m-%d}" if one.withdrawn_at else ""
        say(
            f"{one.id}: {one.first_day} – {one.last_day}  {one.opening_hours}  {one.words}"
            f" ({one.reason})  {one.area} {filters}".rstrip()
            + f"  {one.stations} 个驿站 / stations  {one.created_by}{gone}"
        )
    if not found:
        say("没有。 None.")


@overrides_group.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**63 - 1))
def withdraw(number: int) -> None:
    """撤回一次，平时的时间又算数。 Take one back; the usual hours count again."""
    with (
        database_for_verb() as database,
        database.transaction(actor=actor(), origin="form") as connection,
    ):
        count = overrides.withdraw(connection, number)
    say(f"{number}: 撤回，{count} 个驿站。 Withdrawn; {count} stations.")
