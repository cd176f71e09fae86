"""How QGIS shows a layer at once, as QML: our own constants and numbers, never anybody's text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from station_map.exporters.planning.palette import INK, Rgb

type Symbol = tuple[str, Mapping[str, str]]  # class of its one layer, and its options

_POINT, _AREA = "0", "2"
_KINDS: Final = {"SimpleMarker": ("marker", _POINT), "SimpleFill": ("fill", _AREA)}
_METRES: Final = "RenderMetersInMapUnits"


def dot(colour: Rgb, size_mm: float = 2.0, shape: str = "circle") -> Symbol:
    """A mark of the same size at every scale."""
    return "SimpleMarker", {
        "name": shape,
        "color": _rgb(colour),
        "outline_color": _rgb(INK),
        "outline_width": "0.2",
        "size": f"{size_mm:g}",
        "size_unit": "MM",
    }


def square(colour: Rgb, side_m: float) -> Symbol:
    """A square as large on the ground as the cell that it stands for."""
    return "SimpleMarker", {
        "name": "square",
        "color": _rgb(colour),
        "outline_style": "no",
        "size": f"{side_m:g}",
        "size_unit": _METRES,
    }


def outline(colour: Rgb, width_mm: float, pattern: str = "no") -> Symbol:
    """The edge of an area, hatched inside with "b_diagonal"."""
    return "SimpleFill", {
        "color": _rgb(colour),
        "style": pattern,
        "outline_color": _rgb(colour),
        "outline_width": f"{width_mm:g}",
        "outline_style": "solid",
    }


def single(symbol: Symbol) -> str:
    """The same for all."""
    return _qml({"type": "singleSymbol"}, [symbol], None)


def graduated(column: str, steps: Sequence[tuple[float, float, str]], symbols: list[Symbol]) -> str:
    """By ranges of a column: from, to, label."""
    ranges = Element("ranges")
    for number, (low, high, label) in enumerate(steps):
        told = {"lower": f"{low:g}", "upper": f"{high:g}", "label": label}
        SubElement(ranges, "range", told | {"symbol": str(number), "render": "true"})
    kind = {"type": "graduatedSymbol", "attr": column, "graduatedMethod": "GraduatedColor"}
    return _qml(kind, symbols, ranges)


def categories(column: str, values: Iterable[tuple[str, str]], symbols: list[Symbol]) -> str:
    """By the values of a column: value, label."""
    held = Element("categories")
    for number, (value, label) in enumerate(values):
        told = {"value": value, "label": label, "type": "string"}
        SubElement(held, "category", told | {"symbol": str(number), "render": "true"})
    return _qml({"type": "categorizedSymbol", "attr": column}, symbols, held)


def _qml(kind: Mapping[str, str], symbols: Sequence[Symbol], by: Element | None) -> str:
    root = Element("qgis", {"version": "3.22.0", "styleCategories": "Symbology"})
    common = {"forceraster": "0", "symbollevels": "0", "enableorderby": "0"}
    renderer = SubElement(root, "renderer-v2", dict(kind) | common)
    if by is not None:
        renderer.append(by)
    held = SubElement(renderer, "symbols")
    geometry = _POINT
    for number, (layer, options) in enumerate(symbols):
        type_, geometry = _KINDS[layer]
        symbol = SubElement(held, "symbol", {"name": str(number), "type": type_, "alpha": "1"})
        drawn = SubElement(symbol, "layer", {"class": layer, "enabled": "1", "pass": "0"})
        table = SubElement(drawn, "Option", {"type": "Map"})
        for name, value in options.items():
            SubElement(table, "Option", {"name": name, "type": "QString", "value": value})
    SubElement(root, "layerGeometryType").text = geometry
    return tostring(root, encoding="unicode")


def _rgb(colour: Rgb) -> str:
    return ",".join(map(str, (*colour, 255)))
