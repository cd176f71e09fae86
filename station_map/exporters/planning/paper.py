"""Blocks into a PDF on A4: pages numbered, tables broken between rows, fonts embedded."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any, Final

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Spacer,
    Table,
)

from station_map.exporters.planning import words
from station_map.exporters.planning.blocks import (
    Block,
    Drawing,
    Figures,
    Heading,
    NewPage,
    Rows,
    Text,
    texts_of,
)
from station_map.exporters.planning.palette import INK
from station_map.exporters.planning.pen import Faces, Pen, lines_of
from station_map.exporters.planning.report import About
from station_map.exporters.plates.embedding import make_typeface, register
from station_map.exporters.plates.fonts import Faces as FontFiles
from station_map.exporters.plates.fonts import find_faces

BRAND: Final = "歇脚地图 station-map"
_REGULAR, _BOLD = "StationMapReport-Regular", "StationMapReport-Bold"
_MARGIN: Final = 17 * mm
_BOTTOM: Final = 16 * mm
WIDTH: Final = A4[0] - 2 * _MARGIN
_FIGURES: Final = "0123456789/…—–-.,%（）第页"
_TITLE_SIZE, _HEAD_SIZE, _BODY_SIZE, _SMALL_SIZE, _CELL_SIZE = 20.0, 13.0, 9.5, 8.0, 7.8
_LEADING: Final = 1.5
_HEAD_ROOM: Final = 18 * mm
_RED: Final = Color(0xC8 / 255, 0x16 / 255, 0x1D / 255)
_PALE: Final = Color(0.93, 0.93, 0.93)
_RULE: Final = Color(0.75, 0.75, 0.75)
# reportlab keeps fonts by name for the whole process, so one file is made at a time.
_ONE: Final = Lock()


def printed(
    title: str, about: About, blocks: Sequence[Block], files: FontFiles | None = None
) -> bytes:
    """The PDF; the same report gives the same bytes. files: of the fonts; None: this machine's.

    Raises EnvironmentFault when the machine has no Chinese font.
    """
    found = files or find_faces()
    named = words.plain(about.title, 80)
    foot = f"{BRAND}　{title}　算于 {words.date(about.made)}　{about.digest}"
    chars = {*_FIGURES, *title, *foot, *named}
    chars.update(*(text for block in blocks for text in texts_of(block)))
    with _ONE:
        faces = Faces(
            make_typeface(_REGULAR, found.regular, chars), make_typeface(_BOLD, found.bold, chars)
        )
        for typeface in (faces.regular, faces.bold):
            register(typeface)
        flow: list[Flowable] = [
            _Lines(faces, title, (_TITLE_SIZE, True)),
            *([_Lines(faces, named, (_HEAD_SIZE, True))] if named else []),
            Spacer(0, 3 * mm),
        ]
        for number, block in enumerate(blocks):
            if isinstance(block, Heading):
                flow.append(CondPageBreak(_kept_together(blocks[number + 1 :])))
            flow.extend(_flowables(block, faces))
        return _built(flow, faces, (title, foot))


def _built(flow: list[Flowable], faces: Faces, told: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    frame = Frame(_MARGIN, _BOTTOM, WIDTH, A4[1] - _BOTTOM - _MARGIN, 0, 0, 0, 0, showBoundary=0)
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=told[0],
        creator="station-map",
        lang="zh-CN",
        invariant=1,
        pageCompression=1,
        initialFontName=_REGULAR,
    )
    document.addPageTemplates([PageTemplate(frames=[frame])])
    document.build(flow, canvasmaker=_numbering(faces, told[1]))
    return out.getvalue()


def _numbering(faces: Faces, foot: str) -> type[Canvas]:
    """A canvas that keeps its pages back until it knows how many there are."""

    class Numbered(Canvas):  # type: ignore[misc]
        """Writes the foot of every page at the end."""

        def __init__(self, *given: Any, **options: Any) -> None:
            super().__init__(*given, **options | {"initialFontName": _REGULAR})
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._kept, 1):
                self.__dict__.update(page)
                _foot(Pen(self, faces), foot, f"第 {number} / {len(self._kept)} 页")
                super().showPage()
            super().save()

    return Numbered


def _foot(pen: Pen, left: str, right: str) -> None:
    pen.stroke((190, 190, 190), 0.4)
    pen.line((_MARGIN, 12 * mm), (A4[0] - _MARGIN, 12 * mm))
    pen.text((_MARGIN, 8.5 * mm), left, 7)
    pen.text((A4[0] - _MARGIN, 8.5 * mm), right, 7, "right")


def _kept_together(after: Sequence[Block]) -> float:
    """Room that a heading wants below it: never alone at the foot, and with its drawing."""
    for block in after:
        if isinstance(block, Drawing):
            return float(block.height + _HEAD_ROOM)
        if not isinstance(block, Text):
            break
    return float(2 * _HEAD_ROOM)


def _flowables(block: Block, faces: Faces) -> Iterable[Flowable]:
    if isinstance(block, NewPage):
        yield PageBreak()
    elif isinstance(block, Heading):
        yield Spacer(0, 4 * mm)
        yield _Lines(faces, f"{block.zh}　{block.en}", (_HEAD_SIZE, True))
        yield Spacer(0, 1.5 * mm)
    elif isinstance(block, Text):
        size = _SMALL_SIZE if block.small else _BODY_SIZE
        yield _Lines(faces, block.text, (size, block.bold))
        yield Spacer(0, 1.5 * mm)
    elif isinstance(block, Figures):
        yield _Keys(faces, block)
        yield Spacer(0, 2 * mm)
    elif isinstance(block, Rows):
        if block.table.rows:
            yield _table(faces, block)
            yield Spacer(0, 2 * mm)
    else:
        yield _Drawn(faces, block)
        yield Spacer(0, 2 * mm)


class _Lines(Flowable):  # type: ignore[misc]
    """A paragraph: lines as they are, which a page may break between."""

    def __init__(self, faces: Faces, text: str | list[str], how: tuple[float, bool]) -> None:
        super().__init__()
        self.faces, self.text, self.how = faces, text, how
        self.lines: list[str] = []

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        size, bold = self.how
        face = self.faces.bold if bold else self.faces.regular
        given = self.text
        self.lines = given if isinstance(given, list) else lines_of(given, width, size, face)
        return width, len(self.lines) * size * _LEADING

    def split(self, width: float, height: float) -> list[Flowable]:
        self.wrap(width, height)
        room = int(height / (self.how[0] * _LEADING))
        if room < 1:
            return []
        parts = (self.lines[:room], self.lines[room:])
        return [_Lines(self.faces, part, self.how) for part in parts if part]

    def draw(self) -> None:
        pen = Pen(self.canv, self.faces)
        size, bold = self.how
        for number, line in enumerate(reversed(self.lines)):
            pen.text((0, (number * _LEADING + 0.35) * size), line, size, bold=bold)


class _Keys(Flowable):  # type: ignore[misc]
    """Key figures, four beside each other."""

    beside, tall, gap = 4, 17 * mm, 2 * mm

    def __init__(self, faces: Faces, block: Figures) -> None:
        super().__init__()
        self.faces, self.held, self.room = faces, block.held, WIDTH

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        rows = -(-len(self.held) // self.beside)
        self.room = width
        return width, rows * (self.tall + self.gap)

    def draw(self) -> None:
        pen = Pen(self.canv, self.faces)
        width = (self.room - (self.beside - 1) * self.gap) / self.beside
        top = -(-len(self.held) // self.beside) * (self.tall + self.gap)
        for number, (value, what) in enumerate(self.held):
            row, column = divmod(number, self.beside)
            x, y = column * (width + self.gap), top - (row + 1) * (self.tall + self.gap)
            pen.fill((243, 243, 243))
            pen.box((x, y, width, self.tall))
            size = min(15.0, 0.9 * width / max(self.faces.bold.width(value), 1))
            pen.text((x + 6, y + 0.5 * self.tall), value, size, bold=True)
            size = min(_SMALL_SIZE, 0.92 * width / max(self.faces.regular.width(what), 1))
            pen.text((x + 6, y + 0.17 * self.tall), what, size)


class _Drawn(Flowable):  # type: ignore[misc]
    """A map or chart, as wide as the page."""

    def __init__(self, faces: Faces, block: Drawing) -> None:
        super().__init__()
        self.faces, self.block, self.room = faces, block, WIDTH

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.room = width
        return width, self.block.height

    def draw(self) -> None:
        self.canv.saveState()
        self.block.draw(Pen(self.canv, self.faces), self.room, self.block.height)
        self.canv.restoreState()


def _table(faces: Faces, block: Rows) -> Table:
    """Cells are plain strings, wrapped here: reportlab reads no markup in them."""
    table = block.table
    widths = _widths(faces, block)
    rows = [
        [
            "\n".join(lines_of(cell, width - 6, _CELL_SIZE, face)) or " "
            for cell, width in zip(row, widths, strict=True)
        ]
        for row, face in (
            (table.heads, faces.bold),
            *((row, faces.regular) for row in table.rows),
        )
    ]
    style: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), _REGULAR, _CELL_SIZE, _CELL_SIZE * 1.3),
        ("FONT", (0, 0), (-1, 0), _BOLD, _CELL_SIZE, _CELL_SIZE * 1.3),
        ("TEXTCOLOR", (0, 0), (-1, -1), Color(*(part / 255 for part in INK))),
        ("BACKGROUND", (0, 0), (-1, 0), _PALE),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, _RULE),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, _RED),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    for number, left in enumerate(table.left):
        style.append(("ALIGN", (number, 0), (number, -1), "LEFT" if left else "RIGHT"))
    return Table(rows, colWidths=widths, repeatRows=1, style=style, hAlign="LEFT")


def _widths(faces: Faces, block: Rows) -> list[float]:
    """What each column would like, made narrower together where the page has not the room."""
    table = block.table
    wanted = []
    for number, head in enumerate(table.heads):
        texts = [faces.bold.width(head), *(faces.regular.width(row[number]) for row in table.rows)]
        wanted.append(max(texts) * _CELL_SIZE + 7)
    if sum(wanted) <= WIDTH:
        return wanted
    # The narrow keep their width; what is left is shared by the wide.
    fair, left, room = WIDTH / len(wanted), WIDTH, len(wanted)
    while True:
        narrow = [width for width in wanted if width <= fair]
        left, room = WIDTH - sum(narrow), len(wanted) - len(narrow)
        if room == 0 or left / room <= fair + 0.01:
            return [width if width <= fair else max(left / max(room, 1), 20) for width in wanted]
        fair = left / room
