"""The option that says in which datum the coordinates of a file stand."""

from __future__ import annotations

import click

from station_map.domain.vocabulary import Datum

datum_option = click.option(
    "--datum",
    type=click.Choice(("auto", *(datum.value for datum in Datum))),
    default="auto",
    show_default=True,
    help="坐标系；auto 表示由文件写明。 Datum of the coordinates; auto: as the file says.",
)
