"""`events …`: the service calendar, what the union offers at stations on which days."""

from __future__ import annotations

import datetime as dt
from typing import Final

import click

from station_map.cli.environment import actor, database_for_verb, say
from station_map.cli.times import DAY, day
from station_map.domain.hours import SHANGHAI
from station_map.domain.service_event import Event, checked_event, checked_recurring
from station_map.domain.vocabulary import EventKind
from station_map.store import events as calendar

_CLOCK: Final = "HH:MM"


@click.group()
def events() -> None:
    """驿站的服务活动。 Dated services at stations."""


def _clock(_ctx: click.Context, _option: click.Parameter, given: str | None) -> dt.time | None:
    if given is None:
        return None
    try:
        return dt.datetime.strptime(given, "%H:%M").time()  # noqa: DTZ007 - a time of day alone
    except ValueError:
        raise click.BadParameter(f"{given!r} 不是钟点 / is no time of day ({_CLOCK})") from None


@events.command()
@click.option("--station", metavar="CODE", help="只在这个驿站。 At this station only.")
@click.option(
    "--area",
    metavar="ADCODE",
    help="在这个区或全市的每个驿站。 At every station of this district or city.",
)
@click.option(
    "--kind",
    required=True,
    type=click.Choice([kind.value for kind in EventKind]),
    help="哪一种。 What it is about.",
)
@click.option("--title", required=True, metavar="TEXT", help="叫什么。 As people read it.")
@click.option(
    "--from", "first", required=True, callback=day, metavar=DAY, help="第一天。 The first day."
)
@click.option(
    "--to",
    "last",
    callback=day,
    metavar=DAY,
    help="最后一天；不写就是同一天。 The last day; the first when not given.",
)
@click.option(
    "--starts", callback=_clock, metavar=_CLOCK, help="每天几点开始。 When it starts, each day."
)
@click.option(
    "--ends", callback=_clock, metavar=_CLOCK, help="每天几点结束。 When it ends, each day."
)
@click.option(
    "--rule",
    metavar="RRULE",
    help="重复的规则（RFC 5545），如 FREQ=WEEKLY;BYDAY=WE。 A rule by which it recurs.",
)
@click.option("--source", required=True, metavar="TEXT", help="谁办的。 Who holds it.")
@click.option("--note", metavar="TEXT", help="给人看的说明，一行。 A line for riders to read.")
def add(  # noqa: PLR0913, PLR0917 - click hands over each option by itself
    station: str | None,
    area: str | None,
    kind: str,
    title: str,
    first: dt.date,
    last: dt.date | None,
    starts: dt.time | None,
    ends: dt.time | None,
    rule: str | None,
    source: str,
    note: str | None,
) -> None:
    """加一项服务活动：一个驿站的，一个区的，或全市的。

    Adds a service that is held every day from the first to the last, at one station (--station)
    or at every station of a district or a city (--area), those that come later too. With --rule it
    is held on the days that the rule means, for a year unless --to, COUNT or UNTIL ends it.
    """
    told = Event(
        kind=EventKind(kind),
        title=title,
        first_day=first,
        last_day=last or first,
        source=source,
        starts_at=starts,
        ends_at=ends,
        note=note,
        rule=rule,
    )
    event = checked_event(told) if rule is None else checked_recurring(told, last)
    with (
        database_for_verb() as database,
        database.transaction(actor=actor(), origin="form") as connection,
    ):
        number, count = calendar.enter(connection, calendar.At(station, area), event)
    say(f"{number}: {event.title}，{event.first_day} – {event.last_day}，{count} 个驿站 / stations")


@events.command("list")
@click.option(
    "--all", "everything", is_flag=True, help="过去的和撤回的也列。 Past and withdrawn too."
)
def list_events(*, everything: bool) -> None:
    """现在和将来的，新的在前。 Those that are on or will be, the newest first."""
    today = dt.datetime.now(SHANGHAI).date()
    with database_for_verb() as database:
        found = calendar.stored_events(database, everything=everything, today=today)
    for one in found:
        say(_line(one))
    if not found:
        say("没有。 None.")


@events.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**63 - 1))
def withdraw(number: int) -> None:
    """撤回一项，页面上就没有了。 Take one back; no page shows it any more."""
    with (
        database_for_verb() as database,
        database.transaction(actor=actor(), origin="form") as connection,
    ):
        count = calendar.withdraw(connection, number)
    say(f"{number}: 撤回，{count} 个驿站。 Withdrawn; {count} stations.")


def _line(one: calendar.Stored) -> str:
    """One event on one line, as far as it is known."""
    days = f"{one.first_day} – {one.last_day}" if one.last_day > one.first_day else one.first_day
    times = f"{one.starts_at:%H:%M}" if one.starts_at else ""
    times += f"–{one.ends_at:%H:%M}" if one.ends_at else ""
    gone = f"撤回 / withdrawn {one.withdrawn_at:%Y-%m-%d}" if one.withdrawn_at else ""
    times = f"{one.rule} {times}" if one.rule else times
    where = f"{one.place} {one.station or one.adcode}"
    parts = (str(days), times, f"{EventKind(one.kind).zh} ({one.kind})", one.title, where)
    said = (*parts, one.source, one.note or "", one.created_by or "", gone)
    return f"{one.id}: " + "  ".join(part for part in said if part)
