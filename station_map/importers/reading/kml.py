"""KML placemarks, streamed by expat. No document type, so no entities to expand; no links followed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.refusals import Refusal, too_much
from station_map.importers.reading.rows import Layer, check_width

_STEP: Final = 1 << 16
_MAX_DEPTH: Final = 100
_TEXT_ELEMENTS: Final = ("name", "description", "address", "phoneNumber", "coordinates", "value")
_OTHER_SHAPES: Final = ("LineString", "Polygon", "MultiGeometry", "LinearRing", "Model", "Track")


def layers(path: Path, limits: ImportLimits) -> Iterator[Layer]:
    """All placemarks of a KML file as one layer; KML is WGS-84 by definition."""
    reader = _Reader(limits)
    reader.read(path)
    fields = ("@lon", "@lat", "@geometry", *reader.fields)
    yield Layer(
        name=reader.title or path.stem,
        rows=(_row(placemark, reader.fields) for placemark in reader.placemarks),
        fields=fields,
        crs="wgs84",
        notes=tuple(reader.notes),
        rows_hint=len(reader.placemarks),
        last=True,
    )


def _row(placemark: dict[str, str], fields: dict[str, None]) -> list[Any]:
    if "@shape" in placemark:
        point: list[Any] = ["", "", placemark["@shape"]]
    elif "coordinates" not in placemark:
        point = ["", "", "none"]
    else:
        parts = placemark["coordinates"].strip().split(",")
        point = [parts[0], parts[1], ""] if len(parts) > 1 else ["", "", "empty Point"]
    return [*point, *(placemark.get(name, "") for name in fields)]


class _Reader:
    """State of one parse: the path of open elements and the placemark being read."""

    def __init__(self, limits: ImportLimits) -> None:
        self.limits = limits
        self.placemarks: list[dict[str, str]] = []
        self.fields: dict[str, None] = {}
        self.title = ""
        self.notes: list[str] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._placemark: dict[str, str] | None = None
        self._data_name = ""

    def read(self, path: Path) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            with path.open("rb") as stream:
                while block := stream.read(_STEP):
                    parser.Parse(block, False)
                parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise Refusal(f"KML 损坏：{error}", f"broken KML: {error}") from error

    def _doctype(self, *_: object) -> None:
        raise Refusal(
            "KML 里有 DOCTYPE 声明，出于安全不读取", "the KML declares a DOCTYPE; not read"
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        self._path.append(name)
        if len(self._path) > _MAX_DEPTH:
            raise Refusal("KML 嵌套太深", "the KML is nested too deeply")
        self._text, self._length = [], 0
        if name == "Placemark":
            self._placemark = {}
        elif self._placemark is not None:
            if name in ("Data", "SimpleData"):
                self._data_name = attributes.get("name", "")
            elif name in _OTHER_SHAPES:
                self._placemark["@shape"] = name

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length > self.limits.max_cell_chars * 8:
            raise too_much(
                "KML 里有过长的文字",
                "too long a text in the KML",
                "max_cell_chars",
                self.limits.max_cell_chars,
            )
        self._text.append(text)

    def _end(self, _tag: str) -> None:
        name = self._path.pop()
        text = "".join(self._text).strip()
        self._text, self._length = [], 0
        if self._placemark is None:
            self._outside(name, text)
        elif name == "Placemark":
            self._finish(self._placemark)
            self._placemark = None
        elif name == "SimpleData" or (name == "value" and self._path[-1:] == ["Data"]):
            self._keep(self._data_name, text)
        elif name == "coordinates" and self._path[-1:] == ["Point"]:
            self._placemark["coordinates"] = text
        elif name in _TEXT_ELEMENTS and self._path[-1:] == ["Placemark"]:
            self._keep(name, text)

    def _outside(self, name: str, text: str) -> None:
        if name not in ("name", "description") or not text:
            return
        if name == "name" and not self.title:
            self.title = text[:200]
        if len(self.notes) < 100:
            self.notes.append(text[:1000])

    def _keep(self, field: str, text: str) -> None:
        if field and self._placemark is not None:
            self.fields[field] = None
            check_width(len(self.fields) + 3, self.limits)
            self._placemark[field] = text

    def _finish(self, placemark: dict[str, str]) -> None:
        self.placemarks.append(placemark)
        if len(self.placemarks) > self.limits.max_rows:
            raise too_much("地标太多", "too many placemarks", "max_rows", self.limits.max_rows)
