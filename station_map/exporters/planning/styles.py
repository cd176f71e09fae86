"""How QGIS shows a layer at once, as QML: our own constants and numbers, never anybody's text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

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
    return _qml({"type": "singleSymbol"}, [symbol], "")


def graduated(column: str, steps: Sequence[tuple[float, float, str]], symbols: list[Symbol]) -> str:
    """By ranges of a column: from, to, label."""
    ranges = (
        _tag("range", lower=f"{low:g}", upper=f"{high:g}", label=label, symbol=n, render="true")
        for n, (low, high, label) in enumerate(steps)
    )
    kind = {"type": "graduatedSymbol", "attr": column, "graduatedMethod": "GraduatedColor"}
    return _qml(kind, symbols, _tag("ranges", *ranges))


def categories(column: str, values: Iterable[tuple[str, str]], symbols: list[Symbol]) -> str:
    """By the values of a column: value, label."""
    held = (
        _tag("category", value=value, label=label, type="string", symbol=n, render="true")
        for n, (value, label) in enumerate(values)
    )
    kind = {"type": "categorizedSymbol", "attr": column}
    return _qml(kind, symbols, _tag("categories", *held))


def _qml(kind: Mapping[str, str], symbols: Sequence[Symbol], by: str) -> str:
    type_, geometry = _KINDS[symbols[0][0]]
    drawn = (
        _tag("symbol", _layer(*symbol), name=number, type=type_, alpha="1")
        for number, symbol in enumerate(symbols)
    )
    renderer = _tag(
        "renderer-v2", by, _tag("symbols", *drawn), **kind, forceraster="0", symbollevels="0"
    )
    geometry_type = _tag("layerGeometryType", geometry)
    return _tag("qgis", renderer, geometry_type, version="3.22.0", styleCategories="Symbology")


def _layer(kind: str, options: Mapping[str, str]) -> str:
    told = (_tag("Option", name=n, type="QString", value=v) for n, v in options.items())
    return _tag("layer", _tag("Option", *told, type="Map"), **{"class": kind}, enabled="1")


def _tag(*parts: str, **attributes: object) -> str:
    """An element: its name, what is inside of it (made here), and its attributes."""
    name, *inside = parts
    told = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{name}{told}>{''.join(inside)}</{name}>"


def _rgb(colour: Rgb) -> str:
    return ",".join(map(str, (*colour, 255)))
