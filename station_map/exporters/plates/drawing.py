"""One plate on one sheet: which part goes where, and what it says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from reportlab.lib.units import mm

from station_map.exporters.plates.address import QUIET_MODULES, at_the_door, qr_modules
from station_map.exporters.plates.facts import AMENITIES_UNKNOWN, Offer, Plate
from station_map.exporters.plates.layout import READABLE_AT_3M, Box
from station_map.exporters.plates.offer_grid import LEADING, grid_of
from station_map.exporters.plates.sheet import BLACK, UNION_RED, WHITE, Press, Sheet, Trouble, Type

BRAND: Final = "歇脚地图"
PROMPTS: Final = ("扫码看一看", "扫码报问题")
HINTS: Final = ("开没开、有什么、怎么进", "锁门了、坏了、写错了，都能说")
MORE: Final = "另有 {} 样"
PRINTED: Final = "编号 {}　印于 {}年{}月{}日　有变化以扫码为准"
DEMO: Final = "示例数据，不是真的驿站"
# Characters of every text that is not data, so that the fonts hold them too.
WORDS: Final = "".join((BRAND, *PROMPTS, *HINTS, MORE, PRINTED, DEMO, AMENITIES_UNKNOWN, "…"))

_TAG: Final = Type(9.5, 6, centred=True)
_NAME: Final = Type(27, 5, leading=1.18, calm=0.75, legible=READABLE_AT_3M, middle=True)
# Readable at 3 m on A5 too.
_PROMPT: Final = Type(READABLE_AT_3M * math.sqrt(2), 8)
_PROMPT_BELOW: Final = Type(READABLE_AT_3M * math.sqrt(2), 8, centred=True)
_HINT: Final = Type(6.6, 4)
_HOURS: Final = Type(READABLE_AT_3M * math.sqrt(2), 4, leading=1.25, calm=0.6)
_HOURS_SHARE: Final = 0.45  # of the height for all facts
_ACCESS: Final = Type(11, 5)
_FOOT: Final = Type(3.6, 2, leading=1.3)
_DEMO: Final = Type(8, 3)


def draw_plate(press: Press, plate: Plate, url: str) -> Trouble:
    """A sheet with the plate of a station, whose page is at `url`; ends the page."""
    sheet, layout = Sheet(press), press.layout
    press.canvas.setFillColor(BLACK)
    _head(sheet, plate)
    sheet.text(layout.name, [plate.name], _NAME, press.bold)
    for rule in layout.rules:
        sheet.rule(rule)
    _qr(sheet, at_the_door(url))
    _prompts(sheet)
    _facts(sheet, plate)
    _foot(sheet, plate.code, url)
    press.canvas.showPage()
    return sheet.trouble


def _head(sheet: Sheet, plate: Plate) -> None:
    """The kind, white on the union's red; the product's mark and name at the right."""
    box, face = sheet.layout.tag, sheet.press.bold
    size = _TAG.largest * sheet.scale
    tag = Box(box.x, box.y, (face.width(plate.kind) + 1.1) * size, box.height)
    sheet.filled(tag, UNION_RED)
    sheet.canvas.setFillColor(WHITE)
    middle = Box(tag.x, tag.y + (tag.height - size) / 2, tag.width, size)
    sheet.text(middle, [plate.kind], _TAG, face)
    sheet.canvas.setFillColor(BLACK)
    brand = _brand(sheet)
    if plate.demo:
        _demo(sheet, tag.right, brand)


def _brand(sheet: Sheet) -> float:
    """The mark and the name; the left edge of both."""
    box, face = sheet.layout.brand, sheet.press.bold
    size = 6.5 * sheet.scale
    words, mark = face.width(BRAND) * size, 0.8 * box.height
    left = box.right - words - mark - size / 4
    sheet.logo(left, box.y + (box.height - mark) / 2, mark)
    sheet.line(box.right - words, box.y + (box.height - size) / 2, BRAND, size, face)
    return left


def _demo(sheet: Sheet, left: float, right: float) -> None:
    """In a frame between tag and mark: this is no real station."""
    tag, gap, face = sheet.layout.tag, 5 * sheet.scale, sheet.press.bold
    room = right - left - 4 * gap
    size = min(_DEMO.largest * sheet.scale, room / face.width(DEMO))
    words = face.width(DEMO) * size
    sheet.framed(Box(left + gap, tag.y, words + 2 * gap, tag.height))
    sheet.line(left + 2 * gap, tag.y + (tag.height - size) / 2, DEMO, size, face)


def _qr(sheet: Sheet, url: str) -> None:
    """The QR as large as its box, quiet zone included; the paper is its white."""
    box, modules = sheet.layout.qr, qr_modules(url)
    side = box.width / (modules.side + 2 * QUIET_MODULES)  # of one module
    left, top = box.x + QUIET_MODULES * side, box.y + QUIET_MODULES * side
    path = sheet.canvas.beginPath()
    for column, row, length in modules.runs:
        bottom = sheet.up(top + (row + 1) * side)
        path.rect((left + column * side) * mm, bottom, length * side * mm, side * mm)
    sheet.canvas.drawPath(path, stroke=0, fill=1)


def _prompts(sheet: Sheet) -> None:
    """What to scan it for: below the QR, or beside it with a word more."""
    layout, press = sheet.layout, sheet.press
    kind = _PROMPT if layout.hints else _PROMPT_BELOW
    for box, words in zip(layout.prompts, PROMPTS, strict=True):
        sheet.text(box, [words], kind, press.bold)
    if layout.hints:
        for box, words in zip(layout.hints, HINTS, strict=True):
            sheet.text(box, [words], _HINT, press.regular)


def _facts(sheet: Sheet, plate: Plate) -> None:
    """Hours, how to get in, amenities: each begins where the one above it ends."""
    box, scale = sheet.layout.facts, sheet.scale
    hours = Box(box.x, box.y, box.width, _HOURS_SHARE * box.height)
    below = _beside_icon(sheet, hours, "ui.clock", plate.hours, _HOURS) + 6 * scale
    access = Box(box.x, below, box.width, _ACCESS.largest * scale)
    below = _beside_icon(sheet, access, "ui.door", [plate.access], _ACCESS) + 8 * scale
    _offers(sheet, Box(box.x, below, box.width, box.bottom - below), plate.offers)


def _beside_icon(sheet: Sheet, box: Box, icon: str, lines: Sequence[str], kind: Type) -> float:
    """Text with an icon at its left; where the lower of them ends."""
    side, indent = 11 * sheet.scale, 15 * sheet.scale
    words = Box(box.x + indent, box.y, box.width - indent, box.height)
    fitted = sheet.text(words, lines, kind, sheet.press.bold)
    sheet.icon(icon, box.x, box.y + (fitted.size - side) / 2, side)
    return box.y + fitted.height(kind.leading)


def _offers(sheet: Sheet, box: Box, offers: Sequence[Offer]) -> None:
    """What is there, and how much more when not all of it finds a place."""
    face = sheet.press.regular
    if not offers:
        sheet.text(box, [AMENITIES_UNKNOWN], _ACCESS, face)
        return
    grid = grid_of([offer.words for offer in offers], box, sheet.scale, face.width)
    word = grid.size / sheet.scale
    kind = Type(word, word / 2, leading=LEADING)
    places = list(grid.places())
    for offer, place in zip(offers[: grid.shown], places, strict=False):
        sheet.icon(offer.code, place.icon.x, place.icon.y, place.icon.width)
        sheet.text(place.word, [offer.words], kind, face)
    if grid.left_out:
        sheet.text(places[-1].word, [MORE.format(grid.left_out)], kind, face)


def _foot(sheet: Sheet, code: str, url: str) -> None:
    """The code, the day, and the address for those who do not scan."""
    day = sheet.press.printed
    words = PRINTED.format(code, day.year, day.month, day.day)
    sheet.text(sheet.layout.footer, [words, url], _FOOT, sheet.press.regular)
