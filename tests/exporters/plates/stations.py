"""Stations for the tests of plates, and what a printed page shows."""

from __future__ import annotations

import atexit
import datetime as dt
import json
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypdfium2
import zxingcpp
from fontTools.ttLib import TTFont

import station_map
from station_map.domain.vocabulary import AMENITIES
from station_map.exporters.plates import embedding
from station_map.exporters.plates.document import Order, write_plates
from station_map.exporters.plates.facts import Plate, plate_of
from station_map.exporters.plates.fonts import Face, Faces, find_faces
from station_map.exporters.plates.layout import Size, Style
from station_map.exporters.plates.sheet import Trouble
from station_map.resources import geodata_dir

BASE_URL = "https://map.example.org"
DAY = dt.date(2026, 11, 22)
DPI = 150
_PACKAGE = Path(station_map.__file__).parent
_DEMO = geodata_dir() / "demo"

EVERYTHING = {amenity.code: "yes" for amenity in AMENITIES}
NOTHING_KNOWN: dict[str, Any] = {
    "opening_hours": None,
    "hours_text": None,
    "access_method": None,
    "registration_required": None,
    "amenities": {},
}


def card(**facts: Any) -> str:
    """The JSON of a station's card with these facts over usual ones."""
    usual = {
        "code": "340603-00012",
        "name": "淮海路邮政工会驿站",
        "kind": "union_station",
        "status": "open",
        "opening_hours": "Mo-Fr 08:30-12:00,14:30-17:30; PH off",
        "hours_text": "工作日 8:30-12:00，14:30-17:30",
        "amenities": {"drinking_water": "yes", "microwave": "yes", "aed": "partial"},
        "access_method": "open_door",
        "registration_required": False,
        "demo": False,
    }
    return json.dumps({**usual, **facts})


def plate(**facts: Any) -> Plate:
    """The plate of such a station."""
    return plate_of(card(**facts))


@lru_cache
def small_faces() -> Faces:
    """This machine's font with the characters of the product's and the tests' own texts.

    It is read in milliseconds, and the tests print many files.
    """
    found, folder = find_faces(), Path(tempfile.mkdtemp(prefix="station-map-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    sources = [
        *Path(__file__).parent.glob("*.py"),
        *_PACKAGE.rglob("*.py"),
        *_DEMO.glob("*.geojson"),
    ]
    chars = {char for path in sources for char in path.read_text("utf-8")} - {"😀"}
    faces = []
    for name, face in (("regular", found.regular), ("bold", found.bold)):
        with TTFont(face.path, fontNumber=face.index, lazy=True) as source:
            mapped = source.getBestCmap()
            known = {ord(char): mapped[ord(char)] for char in chars if ord(char) in mapped}
            data, _ = embedding._redrawn(source, name, face.weight, known)
        path = folder / f"{name}.ttf"
        path.write_bytes(data)
        faces.append(Face(path, 0, face.weight))
    return Faces(*faces)


def printed(
    target: Path, *plates: Plate, style: Style = Style.PLATE, size: Size = Size.A4
) -> dict[str, Trouble]:
    """The plates in a file."""
    order = Order(BASE_URL, style, size, DAY)
    return write_plates(plates, target, order, small_faces(), lambda _done: None)


def texts(path: Path) -> list[str]:
    """The text of each page, lines in the order in which they were set, without spaces."""
    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return ["".join(text.split()) for text in pages]


def picture(path: Path, number: int = 0) -> Any:
    """A page as an array of grey levels, 150 dots per inch."""
    with pypdfium2.PdfDocument(path) as document:
        bitmap = document[number].render(scale=DPI / 72, grayscale=True)
        return bitmap.to_numpy().squeeze().copy()


def scanned(image: Any) -> list[zxingcpp.Barcode]:
    """The codes that a camera would find."""
    return list(zxingcpp.read_barcodes(image))
