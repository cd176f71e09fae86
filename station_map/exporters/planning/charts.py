"""Charts: the hours of a week with their band, groups as bars, what each site adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from station_map.domain.hours.wording import WEEKDAYS_ZH
from station_map.exporters.planning import words
from station_map.exporters.planning.blocks import Drawing
from station_map.exporters.planning.palette import Rgb
from station_map.exporters.planning.pen import Pen

_DARK: Final[Rgb] = (0, 34, 78)
_PALE: Final[Rgb] = (195, 179, 105)
_LINE: Final[Rgb] = (205, 205, 205)
_SMALL: Final = 7.5
_LEFT: Final = 30.0
_FOOT: Final = 24.0
_BAR: Final = 13.0
_NAMES: Final = 96.0
MOST_BARS: Final = 24


class Bar(NamedTuple):
    """A group's share, from what is known to what may be; None: no demand."""

    name: str
    low: float | None
    high: float | None


def week(low: Sequence[float], high: Sequence[float]) -> Drawing:
    """Shares by hour of the week, (168,) each, 0 to 1."""
    keys = ("已知开着", "可能开着（时间不清楚）")

    def draw(pen: Pen, width: float, height: float) -> None:
        frame = (_LEFT, _FOOT, width - _LEFT, height - _FOOT - 14)
        _grid(pen, frame)
        x, y, wide, tall = frame
        hour = wide / len(low)
        tops, bottoms = _steps(high, frame), _steps(low, frame)
        pen.fill(_PALE)
        pen.shape([[*tops, *reversed(bottoms)]], filled=True)
        pen.stroke(_DARK, 1.1)
        pen.line(*bottoms)
        for day, name in enumerate(WEEKDAYS_ZH):
            pen.stroke(_LINE, 0.5)
            pen.line((x + day * 24 * hour, y), (x + day * 24 * hour, y + tall))
            pen.text((x + (day + 0.5) * 24 * hour, y - 19), name, _SMALL, "middle")
            for clock in (0, 6, 12, 18):
                place = x + (day * 24 + clock) * hour
                pen.text((place, y - 9), str(clock), 5.5, "middle")
        _keys(pen, (x, height - 9), keys)

    return Drawing(175.0, draw, (*WEEKDAYS_ZH, *keys, "0123456789%"))


def _steps(
    values: Sequence[float], frame: tuple[float, float, float, float]
) -> list[tuple[float, float]]:
    """A value holds for its whole hour."""
    x, y, width, height = frame
    hour = width / len(values)
    made = []
    for number, value in enumerate(values):
        level = round(y + height * value, 2)
        made.append((round(x + number * hour, 2), level))
        made.append((round(x + (number + 1) * hour, 2), level))
    return made


def _grid(pen: Pen, frame: tuple[float, float, float, float]) -> None:
    x, y, width, height = frame
    for part in (0.0, 0.25, 0.5, 0.75, 1.0):
        level = y + part * height
        pen.stroke(_LINE, 0.5)
        pen.line((x, level), (x + width, level))
        pen.text((x - 4, level - 2.5), f"{part:.0%}", 6.5, "right")


def _keys(pen: Pen, at: tuple[float, float], keys: tuple[str, str]) -> None:
    x, y = at
    for colour, key in zip((_DARK, _PALE), keys, strict=True):
        pen.fill(colour)
        pen.box((x, y, 14, 6))
        pen.text((x + 18, y), key, _SMALL)
        x += 18 + pen.faces.regular.width(key) * _SMALL + 16


def bars(found: Sequence[Bar]) -> Drawing:
    """Groups as bars: dark is known, pale may be."""
    shown = found[:MOST_BARS]
    keys = ("已知", "可能")
    said = [words.band(words.share(bar.low), words.share(bar.high)) for bar in shown]

    def draw(pen: Pen, width: float, height: float) -> None:
        room = width - _NAMES - 78
        for number, (bar, told) in enumerate(zip(shown, said, strict=True)):
            y = height - 14 - (number + 1) * _BAR
            pen.text((_NAMES - 6, y + 2.5), bar.name, _SMALL, "right")
            for end, colour in ((bar.high, _PALE), (bar.low, _DARK)):
                pen.fill(colour)
                pen.box((_NAMES, y, room * (end or 0.0), _BAR - 3))
            pen.stroke(_LINE, 0.4)
            pen.box((_NAMES, y, room, _BAR - 3), line=True)
            pen.text((_NAMES + room + 5, y + 2.5), told, _SMALL)
        _keys(pen, (_NAMES, height - 9), keys)

    names = [words.plain(bar.name, 18 if bar.name.isascii() else 12) for bar in shown]
    shown = [Bar(name, bar.low, bar.high) for name, bar in zip(names, shown, strict=True)]
    return Drawing(18 + len(shown) * _BAR, draw, (*names, *said, *keys))


def adds(values: Sequence[float | None]) -> Drawing:
    """What each site adds, the first at the left."""
    shown = [value or 0.0 for value in values[:200]]
    top = max(shown, default=0.0) or 1.0
    texts = [words.amount(value) for value in (*shown, top, top / 2)]

    def draw(pen: Pen, width: float, height: float) -> None:
        x, y, tall = 48.0, 16.0, height - 28
        room = width - x
        for part in (0.0, 0.5, 1.0):
            pen.stroke(_LINE, 0.5)
            pen.line((x, y + part * tall), (x + room, y + part * tall))
            pen.text((x - 4, y + part * tall - 2.5), words.amount(part * top), 6.5, "right")
        each = room / max(len(shown), 12)
        for number, value in enumerate(shown):
            pen.fill(_DARK)
            pen.box((x + (number + 0.12) * each, y, 0.76 * each, tall * max(value, 0.0) / top))
            if len(shown) <= 60:
                at = (x + (number + 0.5) * each, y - 9)
                pen.text(at, str(number + 1), min(_SMALL, 0.7 * each), "middle")

    return Drawing(150.0, draw, (*texts, "0123456789"))
