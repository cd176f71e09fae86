"""`coverage`: how many are within reach of a station, when, and for what."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from station_map.cli.environment import database_for_verb, note
from station_map.cli.planning_files import FILES, areas_of_file, check_out, of_model, save
from station_map.cli.run_following import check_run_options, kept, queued, run_options
from station_map.domain.hours import SHANGHAI
from station_map.domain.travel import TravelMode
from station_map.domain.vocabulary import AMENITY_BY_CODE, Audience, Kind
from station_map.errors import InputError

if TYPE_CHECKING:
    from station_map.planning.coverage import CoverageRead

_MOST_THRESHOLDS: Final = 12
_MODES: Final = [TravelMode.WALK.value, TravelMode.EBIKE.value]


def _numbers(_ctx: click.Context, option: click.Parameter, given: str) -> tuple[float, ...]:
    try:
        found = tuple(float(part) for part in given.split(",") if part.strip())
    except ValueError:
        found = ()
    right = 0 < len(found) <= _MOST_THRESHOLDS and all(0 < n <= 50_000 for n in found)
    if not right:
        raise click.BadParameter(
            f"{given!r}: 请写大于 0 的数，用逗号隔开 / give numbers above 0, by commas",
            param=option,
        )
    return found


def _time(_ctx: click.Context, option: click.Parameter, given: str | None) -> dt.datetime | None:
    if given is None:
        return None
    try:
        found = dt.datetime.fromisoformat(given)
    except ValueError:
        raise click.BadParameter(
            f"{given!r} 不是时间 / is no time (2026-11-24T22:00)", param=option
        ) from None
    # Without a zone it is the clock on the wall, in China.
    return found.replace(tzinfo=SHANGHAI) if found.tzinfo is None else found.astimezone(SHANGHAI)


@click.command()
@click.option(
    "--demand",
    metavar="MIX",
    help="需求图层，例 0.5 residents + 0.5 orders；不写就用第一个。 Layers of demand.",
)
@click.option("--area", metavar="ADCODE", help="只算这个区或市。 Only the demand of this area.")
@click.option(
    "--points",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.csv",
    help="不用图层：lon,lat,weight 三列（WGS-84）。 No layer, but columns lon, lat, weight.",
)
@click.option(
    "--radius",
    "radii",
    default="300,500,1000",
    show_default=True,
    callback=_numbers,
    metavar="M,M…",
    help="半径（米）；最大的也用于其他指标。 Metres; the largest is that of all other indicators.",
)
@click.option(
    "--minutes",
    default="5,10,15",
    show_default=True,
    callback=_numbers,
    metavar="N,N…",
    help="分钟。 Minutes.",
)
@click.option(
    "--mode",
    type=click.Choice(_MODES),
    default=_MODES[0],
    show_default=True,
    help="怎么去。 How people come.",
)
@click.option(
    "--at",
    callback=_time,
    metavar="TIME",
    help="只算这个钟头都开着的，例 2026-11-24T22:00。 Open in that hour of that day.",
)
@click.option(
    "--hours",
    type=click.Choice(["day", "night", "weekend", "24h"]),
    help="只算这类时间一直开着的。 Open in all hours of a class.",
)
@click.option(
    "--amenity",
    "amenities",
    multiple=True,
    metavar="CODE",
    help="有这个设施的，可重复。 Offering it.",
)
@click.option("--kind", "kinds", multiple=True, type=click.Choice([k.value for k in Kind]))
@click.option(
    "--audience", "audiences", multiple=True, type=click.Choice([a.value for a in Audience])
)
@click.option(
    "--by",
    default="district",
    show_default=True,
    metavar="all|district|city|h3:8|FILE",
    help="按什么分组。 How demand is grouped.",
)
@click.option(
    "--workers-per-seat",
    type=click.FloatRange(0, min_open=True),
    default=20.0,
    show_default=True,
    help="一个座位够几个人用。 How many workers one seat serves.",
)
@click.option(
    "--without", multiple=True, metavar="CODE", help="比较：关掉这些驿站。 Compare: these closed."
)
@click.option(
    "--with-planned", is_flag=True, help="比较：筹建的也开了。 Compare: those planned open, too."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv", *FILES]),
    default="text",
    show_default=True,
    help="pdf、xlsx、gpkg、zip 是报告，要写 --out。 These four are reports and need --out.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@run_options
def coverage(
    points: Path | None,
    form: str,
    out: Path | None,
    keep: bool,
    queue: bool,
    title: str | None,
    **asked: Any,
) -> None:
    """谁在驿站的范围内、什么时候、为了什么；缺口在哪里，哪些站多余。

    Who is within reach of a station, when, and for what; where the gaps are, and which stations
    are too many. What is not known is told as a band: from what is known to what may be.
    """
    # numpy and scipy load here, so that --help stays quick.
    from station_map.cli.coverage_tables import written_coverage
    from station_map.planning.asked import CoverageAsked, checked
    from station_map.planning.coverage import computed, gap_places, read
    from station_map.planning.demand import from_file
    from station_map.planning.reports import coverage_report

    _check(asked, layers=points is None)
    check_out(form, out)
    check_run_options(keep=keep, queue=queue, title=title)
    groups = areas_of_file(asked)
    table = None if points is None else from_file(points)
    wanted = checked(CoverageAsked, of_model(asked, CoverageAsked))
    began = dt.datetime.now(dt.UTC)
    with database_for_verb() as database:
        given = read(database, wanted, table, groups)
        _say_demo(given)
        if queue:
            files = table is not None or groups is not None
            queued(database, wanted, (given, title, files), (form, out))
            return
        answer = computed(given, wanted)
        if keep:
            kept(database, wanted, (given, answer), title, began)
        if form in FILES:
            save(coverage_report(database, given, wanted, answer), form, out)
            return
        places = gap_places(database, answer) if form == "text" else []
    written_coverage(answer, places, form, out)


def _say_demo(given: CoverageRead) -> None:
    if count := int(given.found.demo.sum()):
        note(f"其中 {count} 个是演示数据。 Of the stations, so many are demo data.")


def _check(asked: dict[str, Any], *, layers: bool) -> None:
    if not layers and (asked["demand"] is not None or asked["area"] is not None):
        raise InputError(
            "--points 不能和 --demand、--area 一起写。 Give --points or layers, not both.",
            allowed="--points FILE.csv, or --demand MIX and --area ADCODE",
        )
    if asked["at"] is not None and asked["hours"] is not None:
        raise InputError(
            "--at 和 --hours 只能写一个。 Give --at or --hours, not both.",
            allowed="--at TIME or --hours day|night|weekend|24h",
            example="--hours night",
        )
    for code in asked["amenities"]:
        if code not in AMENITY_BY_CODE:
            raise InputError(
                f"没有设施 {code!r}。 There is no amenity {code!r}.",
                parameter="--amenity",
                allowed=", ".join(AMENITY_BY_CODE),
                example="microwave",
            )
