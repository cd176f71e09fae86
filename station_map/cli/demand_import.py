"""`demand import`: a file in as a layer, all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from station_map.cli.datums import datum_option
from station_map.cli.demand_words import layer_line
from station_map.cli.environment import actor, note, say
from station_map.domain.demand import RESERVED, LayerFacts, checked_facts
from station_map.domain.vocabulary import Datum
from station_map.errors import InputError
from station_map.settings import Settings, read_settings
from station_map.store.session import open_database

if TYPE_CHECKING:
    from station_map.importers.demand.report import DemandReport
    from station_map.importers.demand.service import DemandOptions

_SHOWN_ROWS: Final = 10


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="图层名，不写就用文件名。 Name of the layer; the file's unless given.")
@click.option("--title", help="给人看的标题。 Its title.")
@click.option(
    "--unit", required=True, help="数量的单位，如 人、单/日。 Unit of the weights: 人, orders/day."
)
@click.option("--date", "as_of", metavar="YYYY[-MM[-DD]]", help="数据的日期。 Date of the data.")
@click.option("--source", help="数据从哪来。 Where the data come from.")
@click.option("--licence", help="使用许可。 The licence of the data.")
@datum_option
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="表头=字段",
    help="一列读作 weight、lon、lat、position、h3 或 -（不用）；可以写多次。"
    " What a column is read as; may be repeated.",
)
@click.option("--count-rows", is_flag=True, help="没有数量列，每行算 1。 Every row counts one.")
@click.option(
    "--spacing",
    "spacing_m",
    type=click.FloatRange(10, 10_000),
    default=100.0,
    show_default=True,
    help="面摊成点的间距，米。 Metres between the points that stand for a polygon.",
)
@click.option("--band", type=click.IntRange(1, 1000), help="栅格的波段。 Band of a raster.")
@click.option("--replace", is_flag=True, help="同名图层换成新版本。 Make a new version of a layer.")
@click.option("--dry-run", is_flag=True, help="只检查，不写入。 Check everything, write nothing.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.xlsx|FILE.json",
    help="结果写到这个文件。 Write what became of the rows to this file.",
)
def import_command(file: Path, report: Path | None, **told: Any) -> None:
    """导入一个需求图层：csv、xlsx、GeoJSON、GeoPackage、GeoTIFF，点、面、栅格或 H3 表。

    Bring in a layer of demand, all of it or nothing. Exit code 0: done, 1: refused, 2: bad use.
    """
    from station_map.cli.import_ import progress_bar
    from station_map.importers.demand.report import write_demand_report
    from station_map.importers.demand.service import import_demand
    from station_map.importers.reference import ensure_areas
    from station_map.importers.report_files import check_report_path

    if report is not None:
        check_report_path(report)
    settings = read_settings()
    facts = _facts(file, told)
    options = _options(told, settings)
    with open_database(settings) as database, progress_bar() as progress:
        ensure_areas(database)
        found = import_demand(database, file, facts, options, progress)
    if report is not None:
        write_demand_report(found, report)
    _show_report(found)


def _facts(file: Path, told: dict[str, Any]) -> LayerFacts:
    return checked_facts(
        name=told["name"] or _name_of(file),
        title=told["title"] or (None if told["name"] else file.stem),
        unit=told["unit"],
        as_of=told["as_of"],
        source=told["source"],
        licence=told["licence"],
    )


def _options(told: dict[str, Any], settings: Settings) -> DemandOptions:
    from station_map.importers.demand.columns import told_columns
    from station_map.importers.demand.incoming import ReadOptions
    from station_map.importers.demand.service import DemandOptions
    from station_map.importers.limits import limits_of

    return DemandOptions(
        datum=None if told["datum"] == "auto" else Datum(told["datum"]),
        reading=ReadOptions(
            columns=told_columns(told["columns"]),
            count_rows=told["count_rows"],
            spacing_m=told["spacing_m"],
            band=told["band"],
            limits=limits_of(settings),
        ),
        replace=told["replace"],
        dry_run=told["dry_run"],
        actor=actor(),
    )


def _name_of(file: Path) -> str:
    """A name made of the file's; what cannot stand in one becomes "-"."""
    name = "".join(c if c.isalnum() or c in "_-" else "-" for c in file.stem).strip("-_")[:40]
    if not name or not name[0].isalpha() or name.lower() in RESERVED:
        raise InputError(
            f"文件名 {file.stem[:40]!r} 做不了图层名。 The file's name cannot name a layer.",
            parameter="--name",
            example="--name residents",
        )
    return name


def _seen(text: str) -> str:
    """A line without characters that would steer the terminal: a stranger's file wrote it."""
    from station_map.importers.values.texts import text_of

    return text_of(text)


def _show_report(report: DemandReport) -> None:
    from station_map.importers.demand.report import OUTCOME_ZH

    for part in report.parts:
        because = f"{part.datum}（{part.datum_zh} / {part.datum_en}）" if part.datum else "-"
        say(_seen(f"{report.file} › {part.name}：坐标系 datum {because}"))
        for one in part.warnings:
            note(f"  {_seen(one.zh)} / {_seen(one.en)}")
        for row, outcome, zh, en in part.counted.told[:_SHOWN_ROWS]:
            said = f"第 {row} 行 row：{OUTCOME_ZH[outcome]} {outcome}：{zh} / {en}"
            say(f"  {_seen(said)}")
        more = len(part.counted.told) + part.counted.untold - _SHOWN_ROWS
        if more > 0:
            say(f"  ……还有 {more:,} 行，用 --report 看 / {more:,} more: see --report")
    for outcome, number in report.counts().items():
        say(f"{OUTCOME_ZH[outcome]} {outcome}：{number:,}")
    if report.layer is not None:
        say(layer_line(report.layer))
    if report.dry_run:
        say("试运行：什么也没有写入。 Dry run: nothing was written.")
    elif not report.changed:
        say("没有变化，数据库原样未动。 Nothing changed; the database was not touched.")
