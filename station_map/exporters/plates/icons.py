"""The pages' own icons as drawings: one icon set on every surface."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from fontTools.pens.basePen import BasePen
from fontTools.svgLib import SVGPath

from station_map.errors import AssetsMissing

GRID: Final = 24.0  # icons are drawn on a square of this many units
LOGO_GRID: Final = 32.0
_SYMBOL: Final = re.compile(r'<symbol id="i-([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL)
_SVG: Final = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
_PATH: Final = re.compile(r"<path [^>]*>")

# Pen strokes: the name of a method of reportlab's path, and its arguments.
Strokes = tuple[tuple[str, tuple[float, ...]], ...]


class _StrokePen(BasePen):  # type: ignore[misc]  # fontTools publishes no types
    """Takes down lines and curves (quadratic ones become cubic)."""

    def __init__(self) -> None:
        super().__init__(None)
        self.strokes: list[tuple[str, tuple[float, ...]]] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools names it
        self.strokes.append(("moveTo", pt))

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.strokes.append(("lineTo", pt))

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self.strokes.append(("curveTo", (*pt1, *pt2, *pt3)))

    def _closePath(self) -> None:  # noqa: N802
        self.strokes.append(("close", ()))


def load_icons(static: Path) -> Mapping[str, Strokes]:
    """Every icon of the built front end by what it shows: "microwave", "ui.clock".

    Raises AssetsMissing when the front end is not built.
    """
    manifest, sprite = _read(static, "icons.svg")
    symbols = dict(_SYMBOL.findall(sprite))
    return {shown: _strokes(symbols[name]) for shown, name in manifest["icons"].items()}


def load_logo(static: Path) -> tuple[Strokes, Strokes]:
    """The product's mark: what is filled with the brand's colour, what is drawn white on it."""
    _, mark = _read(static, "favicon.svg")
    filled, drawn = _PATH.findall(mark)
    return _strokes(filled), _strokes(drawn)


def _read(static: Path, name: str) -> tuple[dict[str, Any], str]:
    try:
        manifest: dict[str, Any] = json.loads((static / "manifest.json").read_text("utf-8"))
        return manifest, (static / manifest["files"][name]).read_text("utf-8")
    except (OSError, ValueError, KeyError) as error:
        raise AssetsMissing(
            f"缺网页资源，没有图标。 The front end is not built, so there are no icons: {static}",
            remedies=("make setup",),
        ) from error


def _strokes(shapes: str) -> Strokes:
    pen = _StrokePen()
    SVGPath.fromstring(_SVG.format(shapes).encode()).draw(pen)
    return tuple(pen.strokes)


def trace(path: Any, strokes: Iterable[tuple[str, tuple[float, ...]]]) -> Any:
    """Draw the strokes on a path of reportlab's; returns that path."""
    for method, points in strokes:
        getattr(path, method)(*points)
    return path
