"""`station-map export FILE`: stations as a file that other programs, and `import`, read."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import click
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from station_map.cli.environment import note
from station_map.domain.vocabulary import Datum
from station_map.errors import InputError
from station_map.exporters.stations.formats import FORMATS, write
from station_map.exporters.stations.terms import Terms
from station_map.search.listing import groups_of
from station_map.settings import read_settings
from station_map.store.database import Database
from station_map.store.session import open_database
from station_map.store.station_exports import exported
from station_map.web.api.exports import CONTRACT, query_of

_STDOUT: Final = "-"


def _filters(verb: Callable[..., None]) -> Callable[..., None]:
    """The filters of the API as options, with their names; `crs` is --datum here."""
    for parameter in reversed(CONTRACT.parameters):
        if parameter.name != "crs":
            option = "--" + parameter.name.replace("_", "-")
            told = f"{parameter.allowed_zh}。 {parameter.allowed}."
            verb = click.option(option, parameter.name, metavar="VALUE", help=told)(verb)
    return verb


@click.command()
@click.argument("file", metavar="FILE|-")
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMATS)),
    help="格式；不写则看后缀。 The format; otherwise the suffix says it.",
)
@click.option(
    "--datum",
    type=click.Choice([datum.value for datum in Datum]),
    default=Datum.WGS84.value,
    show_default=True,
    help="坐标系，--bbox 也按它。 Datum of the coordinates, and of --bbox.",
)
@_filters
def export(file: str, form: str | None, datum: str, **filters: str | None) -> None:
    """把驿站写成文件：geojson、csv、xlsx、gpkg、kml、gpx。筛选和 API 一样。

    Writes stations into a file, whole or not at all; - is standard output. The filters are
    those of /api/v1/stations.
    """
    chosen = form or _form_of(file)
    given = {name: value for name, value in filters.items() if value is not None}
    values = CONTRACT.read(urlencode({**given, "crs": datum}))
    settings = read_settings()
    terms = Terms(Datum(datum), settings.data_licence, settings.data_attribution)
    with open_database(settings, schema="require") as database:
        count = _write_whole(file, chosen, database, values, terms)
    note(f"{file}: {count} 个驿站 / stations")


def _form_of(file: str) -> str:
    form = Path(file).suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise InputError(
            "看不出要什么格式。 The name does not say which format is wanted.",
            parameter="FILE",
            allowed=" ".join(f".{one}" for one in FORMATS) + "; --format for another name",
            example="station-map export stations.csv",
        )
    return form


def _write_whole(
    file: str, form: str, database: Database, values: dict[str, Any], terms: Terms
) -> int:
    folder = None if file == _STDOUT else _folder_of(Path(file))
    with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as scratch:
        draft = Path(scratch) / f"stations.{form}"
        columns = (TextColumn("{task.completed} 个驿站 / stations"), TimeElapsedColumn())
        bar = Progress(*columns, console=Console(stderr=True), transient=True)
        with bar, closing(exported(database, groups_of(database, query_of(values)))) as chunks:
            task = bar.add_task("", total=None)
            count = write(form, draft, chunks, terms, lambda n: bar.update(task, completed=n))
        if file == _STDOUT:
            with draft.open("rb") as made:
                shutil.copyfileobj(made, sys.stdout.buffer)
        else:
            draft.replace(file)
    return count


def _folder_of(path: Path) -> Path:
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise InputError(
            f"不能写入 {path}。 {path} cannot be written to.",
            parameter="FILE",
        )
    return path.parent
