"""Positions in drawings of coverage: the template writes them, a table beside tells the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from station_map.coverage.arrays import FloatArray
from station_map.domain.hours.wording import WEEKDAYS_ZH
from station_map.planning.live_answer import District
from station_map.web.admin.planning.words import band, district_words

WIDTH: Final = 336  # two units an hour of the week
HEIGHT: Final = 100
_HOURS: Final = 168
BAR: Final = 300


@dataclass(frozen=True, slots=True)
class Curve:
    """low: the line of what is known; between: the area up to what may be, "" for none.

    mark: where the hour that is asked for stands, None for none.
    """

    low: str
    between: str
    mark: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """known, may: widths out of `BAR`; before: where the share stood, None when the same."""

    name: str
    known: float
    may: float
    before: float | None
    words: str


def curve(hours: tuple[FloatArray, FloatArray], whole: float, hour: int | None) -> Curve:
    """Coverage by hour of the week as steps from Monday 0 o'clock; 0 to 100 % is the height."""
    low, high = (_steps(values, whole) for values in hours)
    between = ""
    if hours[0] is not hours[1] and (hours[0] != hours[1]).any():
        between = _path([*high, *reversed(low)]) + "Z"
    mark = None if hour is None else (hour + 0.5) * WIDTH / _HOURS
    return Curve(_path(low), between, mark)


def _steps(values: FloatArray, whole: float) -> list[tuple[float, float]]:
    step = WIDTH / _HOURS
    found = []
    for hour, value in enumerate(values.tolist()):
        up = round(HEIGHT * (1 - (value / whole if whole > 0 else 0.0)), 1)
        found += [(hour * step, up), ((hour + 1) * step, up)]
    return found


def _path(places: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)


def bars(districts: Sequence[District]) -> list[Bar]:
    """One a district, the least covered first."""
    ordered = sorted(districts, key=lambda one: one.low / one.demand)
    return [
        Bar(
            name=district_words(one.name),
            known=round(BAR * one.low / one.demand, 1),
            may=round(BAR * one.high / one.demand, 1),
            before=None
            if one.before_low == one.low
            else round(BAR * one.before_low / one.demand, 1),
            words=band(one.low, one.high, one.demand),
        )
        for one in ordered
    ]


def week(hours: tuple[FloatArray, FloatArray], whole: float) -> list[tuple[int, list[str]]]:
    """The table of the curve: each hour of the day with its share by weekday."""
    low, high = (values.tolist() for values in hours)
    days = range(len(WEEKDAYS_ZH))
    return [
        (hour, [band(low[24 * day + hour], high[24 * day + hour], whole) for day in days])
        for hour in range(24)
    ]
