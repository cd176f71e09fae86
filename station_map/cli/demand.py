"""`demand …`: layers of where people are that stations shall serve."""

from __future__ import annotations

from pathlib import Path

import click

from station_map.cli.demand_import import import_command
from station_map.cli.demand_words import figure, layer_facts, layer_line
from station_map.cli.environment import actor, database_for_verb, note, say
from station_map.domain.demand import SYNTHETIC_ZH
from station_map.errors import InputError


@click.group()
def demand() -> None:
    """需求图层：哪里有多少人要服务。 Layers of demand: how many are to be served where."""


demand.add_command(import_command)


@demand.command("list")
@click.option("--all", "every", is_flag=True, help="旧版本也列出。 Replaced versions too.")
def list_layers(*, every: bool) -> None:
    """列出图层；一个都没有时先生成合成的。 The layers; makes the synthetic one if there is none."""
    from station_map.importers.demand.synthetic import ensure_demand
    from station_map.store.demand_layers import layers
    from station_map.store.demand_live import LIVE

    with database_for_verb() as database:
        ensure_demand(database)
        with database.reading() as connection:
            found = layers(connection)
    for one in found:
        if one.current or every:
            say(layer_line(one))
    for name, live in LIVE.items():
        say(f"{name}  {live.title}  {live.unit}  实时 / live")


@demand.command()
@click.argument("name")
@click.option("--version", type=click.IntRange(1), help="旧版本。 A replaced version.")
def show(name: str, version: int | None) -> None:
    """一个图层的来历和各县区的合计。 What a layer says of itself, and its sums by district."""
    from station_map.domain.demand import SYNTHETIC_NAME, layer_name
    from station_map.importers.demand.synthetic import ensure_demand
    from station_map.store.demand_blocks import sums_by_district
    from station_map.store.demand_layers import layer

    name = layer_name(name)
    with database_for_verb() as database:
        if name == SYNTHETIC_NAME:
            ensure_demand(database)
        with database.long_reading() as connection:
            found = layer(connection, name, version)
            sums = sums_by_district(connection, found.id, found.adcodes)
    for label, value in layer_facts(found):
        say(f"{label}：{value}")
    for adcode, total, cells in sums:
        say(f"  {adcode or '县区以外 outside'}  {figure(total)} {found.unit}  {cells:,} 格 cells")


@demand.command()
@click.argument("name")
@click.option(
    "--replaced", is_flag=True, help="只删旧版本，留下现在的。 Only versions that were replaced."
)
@click.option("--yes", is_flag=True, help="不再问。 Do not ask.")
def remove(name: str, *, replaced: bool, yes: bool) -> None:
    """删除一个图层和它的旧版本；用它算过的结果留着，但不能再重算。

    Remove a layer with all its versions. What was computed from it stays, and cannot be again.
    """
    from station_map.domain.demand import layer_name
    from station_map.store.demand_layers import remove_layer
    from station_map.store.writing import writing

    name = layer_name(name)
    if not yes:
        click.confirm(f"删除图层 {name}？ Remove the layer {name}?", abort=True)
    with (
        database_for_verb() as database,
        writing(database, actor=actor(), origin="form") as unit,
    ):
        gone = remove_layer(unit, name, only_replaced=replaced)
    say(
        f"删了 {len(gone)} 个版本。 Removed {len(gone)} versions: {', '.join(map(str, gone)) or '-'}"
    )


@demand.command()
@click.argument("mix")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.csv",
    help="写到这个文件。 Write to this file.",
)
@click.option("--area", metavar="ADCODE", help="只要一个地区。 One area alone.")
def export(mix: str, output: Path, area: str | None) -> None:
    """图层或组合写成 csv：经度、纬度（WGS-84）、数量、县区代码。

    Write a layer, or a mix such as "0.5 residents + 0.5 orders", as csv.
    """
    from station_map.exporters.demand_csv import write_demand_csv
    from station_map.importers.demand.synthetic import ensure_demand
    from station_map.store.demand import read_demand

    if output.suffix.lower() != ".csv":
        raise InputError(
            "只写 csv。 Only csv is written.", parameter="--output", example="-o demand.csv"
        )
    with database_for_verb() as database:
        ensure_demand(database)
        with database.long_reading() as connection:
            found = read_demand(connection, mix, area=area)
    write_demand_csv(found, output)
    if found.synthetic:
        note(f"含{SYNTHETIC_ZH}，不是真实分布。 It holds synthetic data.")
    say(f"{len(found.weight):,} 格 cells → {output}")
    say(f"{found.mix}  {found.digest}")
