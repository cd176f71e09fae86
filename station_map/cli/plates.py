"""`station-map plates CODE… | --all -o plates.pdf`: door plates and posters to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from station_map.cli.environment import note, say
from station_map.domain.vocabulary import Kind, Status
from station_map.exporters.plates.address import check_base_url
from station_map.exporters.plates.document import Order, check_target, write_plates
from station_map.exporters.plates.facts import Plate
from station_map.exporters.plates.fonts import find_faces
from station_map.exporters.plates.layout import Size, Style
from station_map.exporters.plates.reading import HANGING, Selection, read_named, read_selected
from station_map.exporters.plates.sheet import Trouble
from station_map.settings import Settings, read_settings
from station_map.store.database import Database
from station_map.store.session import open_database

_TOLD: Final = 20
_TOLD_CHARS: Final = 40


@click.command()
@click.argument("codes", nargs=-1, metavar="[CODE…]")
@click.option("--all", "everything", is_flag=True, help="所有驿站。 All stations.")
@click.option(
    "--area", metavar="AREA", help="只要这个地区：名字或代码。 Only this area: name or adcode."
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind]),
    help="只要这一类，可写几次。 Only this kind; may be repeated.",
)
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice([status.value for status in Status]),
    help="只要这种状态，可写几次；不写则是启用的和暂停的。"
    " Only this status; may be repeated. Otherwise open and suspended ones.",
)
@click.option(
    "-o",
    "--output",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE.pdf",
    help="写到这个文件。 The file to write.",
)
@click.option(
    "--size",
    type=click.Choice([size.value for size in Size]),
    default=Size.A4.value,
    show_default=True,
    help="纸张。 The paper.",
)
@click.option(
    "--style",
    type=click.Choice([style.value for style in Style]),
    default=Style.PLATE.value,
    show_default=True,
    help="门牌（横）或海报（竖）。 Door plate (landscape) or poster (portrait).",
)
@click.option(
    "--base-url",
    metavar="URL",
    help="二维码里的公开网址；不写则用 STATION_MAP_PUBLIC_URL。"
    " Public address in the QR; otherwise STATION_MAP_PUBLIC_URL.",
)
@click.option(
    "--font",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="中文字体文件；不写则自己找。 A Chinese font's file; otherwise one is found.",
)
def plates(  # noqa: PLR0913, PLR0917 - click hands over each option by itself
    codes: tuple[str, ...],
    everything: bool,
    area: str | None,
    kinds: tuple[str, ...],
    statuses: tuple[str, ...],
    target: Path,
    size: str,
    style: str,
    base_url: str | None,
    font: Path | None,
) -> None:
    """印门牌和海报：驿站的二维码、名字、时间、怎么进、有什么。

    Door plates and posters as a PDF, a page each: a station's QR, name, hours, how to get
    in, what there is. Name stations by their codes, or take --all, narrowed by --area,
    --kind and --status. The file is written whole or not at all.
    """
    _check_use(codes, everything=everything, narrowed=bool(area or kinds or statuses))
    check_target(target)
    settings = read_settings()
    order = Order(check_base_url(base_url or settings.public_url), Style(style), Size(size))
    faces = find_faces(font)
    selection = Selection(area, tuple(map(Kind, kinds)), tuple(map(Status, statuses)) or HANGING)
    with _bar() as bar:
        chosen = _read(settings, codes, selection, bar)
        task = bar.add_task("画 / drawing", total=len(chosen))
        troubles = write_plates(
            chosen, target, order, faces, lambda done: bar.update(task, completed=done)
        )
    say(f"{len(chosen)} 张 / sheets: {target}")
    for line in _notices(chosen, troubles):
        note(line)


def _check_use(codes: Sequence[str], *, everything: bool, narrowed: bool) -> None:
    if bool(codes) == everything:
        raise click.UsageError(
            "写明驿站的编号，或者用 --all，二选一。 Give codes of stations, or --all: one of them."
        )
    if codes and narrowed:
        raise click.UsageError(
            "--area、--kind、--status 只和 --all 一起用。 They narrow --all, not codes."
        )


def _read(
    settings: Settings, codes: Sequence[str], selection: Selection, bar: Progress
) -> list[Plate]:
    with open_database(settings) as database:
        if codes:
            return read_named(database, codes)
        return _read_all(database, selection, bar)


def _read_all(database: Database, selection: Selection, bar: Progress) -> list[Plate]:
    task = bar.add_task("读 / reading", total=None)
    return read_selected(
        database, selection, lambda done, total: bar.update(task, completed=done, total=total)
    )


def _bar() -> Progress:
    """On standard error, gone when done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _notices(chosen: Sequence[Plate], troubles: Mapping[str, Trouble]) -> Iterator[str]:
    """What the operator should know before printing."""
    demo = sum(plate.demo for plate in chosen)
    if demo:
        yield f"{demo} 个是示例数据，牌上写明了。 {demo} are demo data; their plates say so."
    for status in Status:
        count = sum(plate.status == status for plate in chosen)
        if count and status is not Status.OPEN:
            yield (
                f"{count} 个的状态是“{status.zh}”，牌上不写。"
                f" {count} have the status {status.value}, which plates do not show."
            )
    told = [line for code, trouble in troubles.items() for line in _trouble(code, trouble)]
    yield from told[:_TOLD]
    if len(told) > _TOLD:
        yield f"还有 {len(told) - _TOLD} 条这样的。 And {len(told) - _TOLD} more of these."


def _trouble(code: str, trouble: Trouble) -> Iterator[str]:
    if trouble.missing:
        chars = " ".join(f"{char} U+{ord(char):04X}" for char in sorted(trouble.missing)[:_TOLD])
        yield f"{code}：字体里没有，印成 □。 Not in the font, printed as a box: {chars}"
    for text in trouble.cut:
        yield f"{code}：太长，没印全。 Too long, cut: {_start(text)}"


def _start(text: str) -> str:
    return text if len(text) <= _TOLD_CHARS else text[:_TOLD_CHARS] + "…"
