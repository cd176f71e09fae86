"""Chinese text in a picture: how wide it is, and what stands for signs that the font lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from fontTools.ttLib import TTFont
from PIL import ImageFont

from station_map.exporters.plates.fonts import Face, find_faces

# Stands for a sign that the font does not have; every Chinese font has this one.
MISSING: Final = "□"
_MEASURED_AT_PX: Final = 100
_MOST_SIZES: Final = 64


@dataclass(frozen=True, slots=True)
class Lettering:
    """One weight of a font. known: code points it has glyphs for."""

    face: Face
    known: frozenset[int]
    _sizes: dict[int, ImageFont.FreeTypeFont] = field(default_factory=dict)
    _widths: dict[str, float] = field(default_factory=dict)

    def at(self, size_px: int) -> ImageFont.FreeTypeFont:
        """The font at a size in pixels."""
        found = self._sizes.get(size_px)
        if found is None:
            if len(self._sizes) >= _MOST_SIZES:
                self._sizes.clear()
            found = self._sizes[size_px] = _opened(self.face, size_px)
        return found

    def width(self, text: str) -> float:
        """Width of a text at a size of one, sign by sign."""
        return sum(map(self._advance, text))

    def _advance(self, sign: str) -> float:
        known = self._widths.get(sign)
        if known is None:
            known = self.at(_MEASURED_AT_PX).getlength(sign) / _MEASURED_AT_PX
            if len(self._widths) < len(self.known):
                self._widths[sign] = known
        return known

    def shown(self, text: str) -> str:
        """The text with a box for each sign that the font does not have."""
        return "".join(sign if ord(sign) in self.known else MISSING for sign in text)


@dataclass(frozen=True, slots=True)
class Letterings:
    """What pictures are set in. name: of the font's file, for telling pictures apart."""

    regular: Lettering
    bold: Lettering
    name: str


@cache
def letterings() -> Letterings:
    """The best Chinese font of this machine, opened once. Raises EnvironmentFault."""
    faces = find_faces()
    regular, bold = (Lettering(face, _known(face)) for face in (faces.regular, faces.bold))
    return Letterings(regular, bold, faces.regular.path.name)


def _known(face: Face) -> frozenset[int]:
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def _opened(face: Face, size_px: int) -> ImageFont.FreeTypeFont:
    # The simple layout needs no library of the system, so that every machine draws the same.
    basic = ImageFont.Layout.BASIC
    font = ImageFont.truetype(str(face.path), size_px, index=face.index, layout_engine=basic)
    set_axes: Callable[[list[float]], None] = font.set_variation_by_axes
    try:
        axes = font.get_variation_axes()
    except OSError:  # a font of one weight
        return font
    weights = {b"Weight", b"wght"}
    set_axes([face.weight if axis["name"] in weights else axis["default"] for axis in axes])  # type: ignore[misc]
    return font
