"""A result as one long table: a figure a row, as csv and the terminal show it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from station_map.coverage.arrays import FloatArray
from station_map.coverage.measures.bands import Band
from station_map.coverage.run import Coverage

WHOLE: Final = "all"
HEAD: Final = ("indicator", "item", "group", "low", "high", "unit")


class Figure(NamedTuple):
    """low and high are the same where nothing unknown matters; None: not defined, or infinite."""

    indicator: str
    item: str
    group: str
    low: float | None
    high: float | None
    unit: str


def figures(result: Coverage) -> Iterator[Figure]:
    """All figures by group and of the whole; the ranked lists are not among them."""
    groups = (*result.groups, WHOLE)
    held = _with_whole(result.demand)
    yield from _rows("demand", "total", groups, held, held, result.unit)
    for share in result.shares:
        yield from _banded("share", share.label, groups, share.demand, result.demand)
        yield from _banded("area_share", share.label, groups, share.area, result.area)
    yield from _overlap(result, groups)
    yield from _distances(result, groups)
    for name, these in result.hours.classes.items():
        yield from _banded("hours_mean", name, groups, these.mean, result.demand)
        yield from _banded("hours_always", name, groups, these.always, result.demand)
    low, high = result.hours.low.sum(axis=0), result.hours.high.sum(axis=0)
    for hour in range(len(low)):
        item = f"{hour // 24 + 1} {hour % 24:02d}:00"
        ends = _ratio(low[hour], held[-1]), _ratio(high[hour], held[-1])
        yield Figure("hour_of_week", item, WHOLE, *ends, "share")
    for code, band in result.amenities.items():
        yield from _banded("amenity", code, groups, band, result.demand)
    yield from _seats(result, groups)
    yield from _equity(result)
    if (change := result.comparison) is not None:
        for item in ("before", "after", "gained", "lost", "nearer", "farther"):
            values = _with_whole(getattr(change, item))
            yield from _rows("comparison", item, groups, values, values, result.unit)


def _overlap(result: Coverage, groups: tuple[str, ...]) -> Iterator[Figure]:
    found = result.overlap
    bands = {
        "none": Band(found.possible.none, found.sure.none),
        "one": found.single,
        "more": Band(found.sure.more, found.possible.more),
    }
    for item, band in bands.items():
        yield from _banded("overlap", item, groups, band, result.demand)


def _distances(result: Coverage, groups: tuple[str, ...]) -> Iterator[Figure]:
    found = result.distances
    for item in ("mean", "median", "p90", "maximum"):
        # Whatever else may count can only be nearer.
        low, high = getattr(found.possible, item), getattr(found.sure, item)
        yield from _rows("distance", item, groups, low, high, "m")
    for number, means in enumerate(found.nth, 1):
        yield from _rows("distance_to_nth", str(number), groups, means, means, "m")


def _seats(result: Coverage, groups: tuple[str, ...]) -> Iterator[Figure]:
    seats = result.seats
    ends = seats.per_1000_low, seats.per_1000_high
    yield from _rows("seats_per_1000", seats.decay, groups, *ends, "seats per 1,000")
    bands = {
        "served": Band(seats.sure.served, seats.possible.served),
        "short": seats.short,
        "uncovered": Band(seats.possible.uncovered, seats.sure.uncovered),
    }
    for item, band in bands.items():
        yield from _banded("demand_split", item, groups, band, result.demand)


def _equity(result: Coverage) -> Iterator[Figure]:
    for name, held in (("seats", result.equity.seats), ("distance", result.equity.distance)):
        for item in ("gini", "palma", "theil", "theil_within", "theil_between"):
            value = getattr(held, item)
            yield Figure(f"equity_{name}", item, WHOLE, value, value, "")
    groups = (*result.groups, WHOLE)
    band = Band(result.equity.below_low, result.equity.below_high)
    yield from _banded("below_standard", f"{result.equity.standard:g}", groups, band, result.demand)


def _banded(
    indicator: str, item: str, groups: tuple[str, ...], band: Band, of: FloatArray
) -> Iterator[Figure]:
    held = _with_whole(of)
    low, high = (
        [_ratio(value, whole) for value, whole in zip(_with_whole(end), held, strict=True)]
        for end in (band.low, band.high)
    )
    for group, *ends in zip(groups, low, high, strict=True):
        yield Figure(indicator, item, group, ends[0], ends[1], "share")


def _rows(
    indicator: str,
    item: str,
    groups: tuple[str, ...],
    low: Iterable[float],
    high: Iterable[float],
    unit: str,
) -> Iterator[Figure]:
    for group, one, other in zip(groups, low, high, strict=True):
        yield Figure(indicator, item, group, _known(one), _known(other), unit)


def _with_whole(values: FloatArray) -> list[float]:
    return [*values.tolist(), float(values.sum())]


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
