"""The picture of a station: what stays true while others keep it.

So it tells the usual hours and never "open now"; a station that is not in use says so instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from station_map.domain.vocabulary import Status
from station_map.exporters.cards.lettering import letterings
from station_map.exporters.cards.paper import (
    DEMO,
    DEMO_INK,
    INK,
    LINE,
    RED,
    SOFT,
    SURFACE,
    TROUBLE,
    WIDTH_PX,
    Box,
    Sheet,
    Style,
)
from station_map.exporters.plates.facts import Offer, Plate

BRAND: Final = "歇脚地图"
DEMO_WORDS: Final = "示例数据，不是真的驿站"
NOT_IN_USE: Final[dict[str, str]] = {
    Status.PLANNED: "还在筹建，没有开放",
    Status.SUSPENDED: "暂停开放，恢复时间看网页",
    Status.CLOSED: "已经关闭",
    Status.DELISTED: "已经摘牌，不再是工会驿站",
}
AMENITIES_UNKNOWN: Final = "有什么还不清楚"
MORE: Final = "另有 {} 样"
_EDGE: Final = 64.0
_INNER: Final = WIDTH_PX - 2 * _EDGE
_CROWDED: Final = 100.0  # a name of several lines
_CHIP: Final = 56.0
_GAP: Final = 12.0
_ROWS: Final = 2
_WORD_PX: Final = 28.0
_ICON_PX: Final = 34.0


@dataclass(frozen=True, slots=True)
class StationCard:
    """What the picture says. place: district and address in one line, may be empty."""

    plate: Plate
    place: str


def draw_station(card: StationCard) -> Sheet:
    """The sheet of a station. Raises EnvironmentFault without a font, AssetsMissing."""
    sheet = Sheet(letterings())
    plate = card.plate
    head(sheet, plate.kind, DEMO_WORDS if plate.demo else "")
    name = Style(78, 44, leading=1.2)
    tall = sheet.text(Box(_EDGE, 136, _INNER, 154), [plate.name], name, sheet.fonts.bold)
    top = 136 + tall + (20 if tall > _CROWDED else 44)
    if card.place:
        _fact(sheet, "ui.place", top, [card.place], Style(30, 30, SOFT, middle=True))
        top += 46
    top = _hours(sheet, plate, top)
    _offers(sheet, plate.offers, top + (4 if tall > _CROWDED else 16))
    return sheet


def head(sheet: Sheet, tag: str, demo: str) -> None:
    """The kind, white on red; the product's mark and name at the right."""
    bold = sheet.fonts.bold
    wide = bold.width(tag) * 32 + 44
    sheet.filled(Box(0, 0, WIDTH_PX, 12), RED)
    sheet.filled(Box(_EDGE, 52, wide, 58), RED, 10)
    white = Style(32, 32, SURFACE, middle=True)
    sheet.text(Box(_EDGE + 22, 52, wide, 58), [tag], white, bold)
    if demo:
        words = bold.width(demo) * 24
        sheet.filled(Box(_EDGE + wide + 18, 52, words + 36, 58), DEMO, 10)
        told = Style(24, 24, DEMO_INK, middle=True)
        sheet.text(Box(_EDGE + wide + 36, 52, words + 36, 58), [demo], told, bold)
    left = WIDTH_PX - _EDGE - bold.width(BRAND) * 34
    sheet.logo((left - 64, 55), 52)
    sheet.text(Box(left, 52, 400, 58), [BRAND], Style(34, 34, middle=True), bold)


def _fact(
    sheet: Sheet, icon: str, top: float, lines: list[str], style: Style, colour: str = SOFT
) -> None:
    height = style.smallest * (1 + (len(lines) - 1) * style.leading) + 14
    sheet.icon(icon, (_EDGE, top + 7 + (style.smallest - _ICON_PX) / 2), _ICON_PX, colour)
    sheet.text(Box(_EDGE + 50, top, _INNER - 50, height), lines, style)


def _hours(sheet: Sheet, plate: Plate, top: float) -> float:
    """Hours and the way in, or that it is not in use; where the next thing may stand."""
    told = NOT_IN_USE.get(plate.status)
    if told is not None:
        _fact(sheet, "ui.gone", top, [told], Style(36, 36, TROUBLE, middle=True), TROUBLE)
        return top + 58
    # A longer week is cut: the page has all of it.
    line = "，".join(plate.hours)
    _fact(sheet, "ui.clock", top, [line], Style(36, 36, INK, middle=True), RED)
    top += 54
    _fact(sheet, "ui.door", top, [plate.access], Style(30, 30, SOFT, middle=True))
    return top + 50


def _offers(sheet: Sheet, offers: tuple[Offer, ...], top: float) -> None:
    """Two rows of what is there, each with its icon; what finds no room is counted."""
    if not offers:
        sheet.text(
            Box(_EDGE, top, _INNER, _CHIP), [AMENITIES_UNKNOWN], Style(30, 30, SOFT, middle=True)
        )
        return
    for place, offer in _placed(sheet, offers, top):
        _chip(sheet, place, offer)


def _placed(sheet: Sheet, offers: tuple[Offer, ...], top: float) -> list[tuple[Box, Offer]]:
    """As many as find room with the count of the others behind them."""
    for shown in range(len(offers), 0, -1):
        left_out = len(offers) - shown
        more = (Offer("", MORE.format(left_out)),) if left_out else ()
        places = _flowed(sheet, offers[:shown] + more, top)
        if places[-1].y < top + _ROWS * (_CHIP + _GAP):
            return list(zip(places, offers[:shown] + more, strict=True))
    return []


def _flowed(sheet: Sheet, offers: tuple[Offer, ...], top: float) -> list[Box]:
    places: list[Box] = []
    x, y = _EDGE, top
    for offer in offers:
        wide = sheet.fonts.regular.width(offer.words) * _WORD_PX + 40
        wide += _ICON_PX + 12 if offer.code else 0
        if x > _EDGE and x + wide > _EDGE + _INNER:
            x, y = _EDGE, y + _CHIP + _GAP
        places.append(Box(x, y, wide, _CHIP))
        x += wide + _GAP
    return places


def _chip(sheet: Sheet, place: Box, offer: Offer) -> None:
    words = place.x + 20
    if offer.code:
        sheet.filled(place, LINE, 14)
        sheet.filled(Box(place.x + 2, place.y + 2, place.width - 4, place.height - 4), SURFACE, 12)
        sheet.icon(offer.code, (words, place.y + (_CHIP - _ICON_PX) / 2), _ICON_PX, RED)
        words += _ICON_PX + 12
    style = Style(_WORD_PX, _WORD_PX, INK if offer.code else SOFT, middle=True)
    sheet.text(Box(words, place.y, place.width, _CHIP), [offer.words], style)
