"""The glyphs that a file uses, as a small TrueType font of its own.

PDF libraries embed TrueType outlines; Noto Sans CJK holds PostScript ones, in a collection of
20 MB. So the glyphs in use are drawn once more into a new font (docs/adr/0016-plates.md).
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as PdfFont

from station_map.exporters.plates.fonts import Face

# Stands for a character that the font does not have; every Chinese font has this one.
MISSING: Final = "□"
# Curves may stray by this share of an em: a hundredth of a millimetre at plate size.
_TOLERANCE_EM: Final = 1 / 2000
# The beginning of 2026 in seconds since 1904, as fonts count.
_STAMP: Final = 3_850_070_400


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font that is ready to embed.

    name: what documents call it. pdf: reportlab's font. advances: width of each character
    in ems.
    """

    name: str
    pdf: Any
    advances: dict[str, float]

    def has(self, char: str) -> bool:
        """Whether the font has a glyph for the character."""
        return char in self.advances

    def width(self, text: str) -> float:
        """Width of a text at a size of one."""
        advances = self.advances
        return sum(advances.get(char, 1.0) for char in text)

    def shown(self, text: str) -> str:
        """The text with a box for each character that the font does not have."""
        if all(map(self.has, text)):
            return text
        return "".join(char if self.has(char) else MISSING for char in text)


def make_typeface(name: str, face: Face, chars: Iterable[str]) -> Typeface:
    """A font called `name` with the glyphs of these characters, as far as the face has them."""
    wanted = sorted({*chars, MISSING, " "})
    options = {"fontNumber": face.index, "lazy": True}
    with face.path.open("rb") as stream, TTFont(stream, **options) as source:
        mapped = source.getBestCmap()
        known = {ord(char): mapped[ord(char)] for char in wanted if ord(char) in mapped}
        data, advances = _redrawn(source, name, face.weight, known)
    return Typeface(name, PdfFont(name, io.BytesIO(data)), advances)


def register(typeface: Typeface) -> None:
    """Make reportlab know the font; it would keep the one of an earlier file under the name."""
    pdfmetrics._fonts.pop(typeface.name, None)  # noqa: SLF001 - there is no other way
    pdfmetrics._dynFaceNames.pop(typeface.pdf.face.name, None)  # noqa: SLF001
    pdfmetrics.registerFont(typeface.pdf)


def _redrawn(
    source: TTFont, name: str, weight: float, known: dict[int, str]
) -> tuple[bytes, dict[str, float]]:
    units = source["head"].unitsPerEm
    drawn = source.getGlyphSet(location={"wght": weight} if "fvar" in source else None)
    order = [".notdef", *dict.fromkeys(known.values())]
    outlines = {glyph: _outline(drawn, glyph, units) for glyph in order if glyph in drawn}
    outlines.setdefault(".notdef", TTGlyphPen(None).glyph())
    widths = {glyph: round(drawn[glyph].width) if glyph in drawn else units for glyph in order}
    builder = FontBuilder(units, isTTF=True)
    # Else it holds the time of day, and no two files are the same.
    builder.setupHead(unitsPerEm=units, created=_STAMP, modified=_STAMP)
    builder.font.recalcTimestamp = False
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(known)
    builder.setupGlyf(outlines)
    sides = {glyph: getattr(outlines[glyph], "xMin", 0) for glyph in order}
    builder.setupHorizontalMetrics({glyph: (widths[glyph], sides[glyph]) for glyph in order})
    line = source["hhea"]
    builder.setupHorizontalHeader(ascent=line.ascent, descent=line.descent)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    made = io.BytesIO()
    builder.save(made)
    return made.getvalue(), {chr(code): widths[glyph] / units for code, glyph in known.items()}


def _outline(drawn: Any, glyph: str, units: int) -> Any:
    """One glyph with quadratic curves."""
    recording = DecomposingRecordingPen(drawn)
    drawn[glyph].draw(recording)
    pen = TTGlyphPen(None)
    recording.replay(Cu2QuPen(pen, units * _TOLERANCE_EM))
    return pen.glyph()
