"""Plates into one PDF: whole, or not at all."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from station_map.domain.hours import SHANGHAI
from station_map.errors import InputError
from station_map.exporters.plates.address import station_url
from station_map.exporters.plates.drawing import BRAND, WORDS, draw_plate
from station_map.exporters.plates.embedding import Typeface, make_typeface, register
from station_map.exporters.plates.facts import Plate
from station_map.exporters.plates.fonts import Faces
from station_map.exporters.plates.icons import load_icons, load_logo
from station_map.exporters.plates.layout import Layout, Size, Style, layout_of
from station_map.exporters.plates.sheet import Press, Trouble, put_icon
from station_map.resources import static_dir

_TITLES: Final = {Style.PLATE: "门牌", Style.POSTER: "海报"}
_REGULAR, _BOLD = "StationMapPlates-Regular", "StationMapPlates-Bold"
_FIGURES: Final = "0123456789"

Progress = Callable[[int], None]  # how many plates are drawn


@dataclass(frozen=True, slots=True)
class Order:
    """What to print. base_url: checked, see `check_base_url`. printed: the day on the plates."""

    base_url: str
    style: Style = Style.PLATE
    size: Size = Size.A4
    printed: dt.date | None = None


def check_target(path: Path) -> None:
    """Refuse, before any work, a file that could not be written. Raises InputError."""
    if path.suffix.lower() != ".pdf":
        raise InputError(
            f"只写 PDF，后缀 {path.suffix!r} 不行。 Only PDF is written, not {path.suffix!r}.",
            parameter="-o",
            allowed=".pdf",
            example="-o plates.pdf",
        )
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise InputError(f"不能写 {path}。 {path} cannot be written.", parameter="-o")


def write_plates(
    plates: Sequence[Plate], target: Path, order: Order, faces: Faces, progress: Progress
) -> dict[str, Trouble]:
    """One page a plate, in the given order, into `target`; what could not be shown, by code.

    Fonts are embedded, with the characters in use. A reader never sees half a file: it is
    made beside the target and then put in its place. Raises AssetsMissing without icons.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".plates-") as folder:
        draft = Path(folder) / "draft.pdf"
        press = _press(draft, plates, order, faces)
        troubles = {}
        for number, plate in enumerate(plates, 1):
            trouble = draw_plate(press, plate, station_url(order.base_url, plate.code))
            if trouble != Trouble():
                troubles[plate.code] = trouble
            progress(number)
        press.canvas.save()
        draft.replace(target)
    return troubles


def _press(draft: Path, plates: Sequence[Plate], order: Order, faces: Faces) -> Press:
    layout = layout_of(order.style, order.size)
    regular, bold = _typefaces(plates, order.base_url, faces)
    canvas = _canvas(draft, layout, order.style)
    icons = _icons(canvas, plates)
    printed = order.printed or dt.datetime.now(SHANGHAI).date()
    return Press(canvas, regular, bold, icons, load_logo(static_dir()), layout, printed)


def _typefaces(plates: Sequence[Plate], base_url: str, faces: Faces) -> tuple[Typeface, Typeface]:
    chars = {*WORDS, *_FIGURES, *station_url(base_url, "")}
    for plate in plates:
        chars.update(*plate.texts())
    made = (
        make_typeface(_REGULAR, faces.regular, chars),
        make_typeface(_BOLD, faces.bold, chars),
    )
    for typeface in made:
        register(typeface)
    return made


def _canvas(draft: Path, layout: Layout, style: Style) -> Any:
    canvas = Canvas(
        str(draft),
        pagesize=(layout.page.width * mm, layout.page.height * mm),
        pageCompression=1,
        initialFontName=_REGULAR,  # or every page would name a font that is not embedded
        lang="zh-CN",
    )
    canvas.setTitle(f"{BRAND}：{_TITLES[style]}")
    canvas.setCreator("station-map")
    return canvas


def _icons(canvas: Any, plates: Sequence[Plate]) -> dict[str, str]:
    """The icons in use, each once in the file."""
    drawings = load_icons(static_dir())
    used = {offer.code for plate in plates for offer in plate.offers}
    forms = {}
    for number, name in enumerate(sorted({*used, "ui.clock", "ui.door"})):
        forms[name] = f"icon{number}"
        put_icon(canvas, forms[name], drawings[name])
    return forms
