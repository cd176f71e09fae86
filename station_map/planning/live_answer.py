"""The answer to one move on the planning page: figures by district, gaps, and cells for the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from station_map.coverage.arrays import BoolArray, FloatArray
from station_map.coverage.inputs import Demand
from station_map.coverage.measures.gaps import GapFigures, clusters, figures
from station_map.coverage.run import Choice, hour_answers
from station_map.planning.gap_names import gap_names
from station_map.planning.live import City
from station_map.planning.live_asked import LiveAsked
from station_map.planning.live_cells import characters, cover_and_distance
from station_map.store.database import Database

_STAYS, _GAINS, _LOSES = 0, 1, 2


@dataclass(frozen=True, slots=True)
class District:
    """Demand of a group: all of it, covered by what is known and by what may be; then the same

    before, and who gains and loses between the two, in what is known.
    """

    name: str
    demand: float
    low: float
    high: float
    before_low: float
    before_high: float
    gained: float
    lost: float


@dataclass(frozen=True, kw_only=True)
class NamedGap(GapFigures):
    """A gap, and what it is called (gap_names.py)."""

    name: str


@dataclass(frozen=True, eq=False)
class LiveAnswer:
    """whole: the sums. hours: demand covered by hour of the week, low and high, (168,) each.

    cells, change, gap_of: a character a cell (live_cells.py); change is None when nothing is
    compared. stations: a character a station, 0 does not count, 1 counts, 2 may. counted: how
    many count, may, and there are.
    """

    asked: LiveAsked
    against: LiveAsked
    whole: District
    districts: tuple[District, ...]
    hours: tuple[FloatArray, FloatArray]
    gaps: tuple[NamedGap, ...]
    gaps_count: int
    gaps_demand: float
    scattered: float
    floor: float
    cells: str
    change: str | None
    gap_of: str
    stations: str
    counted: tuple[int, int, int]
    unknown_cells: int


@dataclass(frozen=True, eq=False)
class _Side:
    """One scenario: bool (n,) covered, perhaps; metres (n,)."""

    covered: BoolArray
    perhaps: BoolArray
    distance: FloatArray
    inside_new: BoolArray | None
    choice: Choice


def answer(
    database: Database, city: City, asked: LiveAsked, against: LiveAsked | None = None
) -> LiveAnswer:
    """What is asked, compared with the same question of the stations `against` has.

    against: None for the stations as they stand. Raises InputError for a code nobody has.
    """
    before = asked.with_scenario(against)
    with city.lock:
        return city.answers((asked, before), lambda: _answer(database, city, asked, before))


def _answer(database: Database, city: City, asked: LiveAsked, before: LiveAsked) -> LiveAnswer:
    demand = city.demand
    now = _side(city, asked)
    compares = before != asked
    then = _side(city, before) if compares else now
    found = clusters(demand, now.covered, city.rule, city.touching())
    told = _gaps(database, city, now, found.worst)
    whole, districts = _districts(demand, now, then)
    numbers = np.zeros(demand.n, dtype=np.int64)
    for number, cells in enumerate(found.worst, 1):
        numbers[cells] = number
    return LiveAnswer(
        asked=asked,
        against=before,
        whole=whole,
        districts=districts,
        hours=_hours(city, asked, now),
        gaps=told,
        gaps_count=found.count,
        gaps_demand=found.demand,
        scattered=found.scattered,
        floor=city.rule.floor,
        cells=cover_and_distance(now.covered, now.perhaps, now.distance),
        change=_change(now, then) if compares else None,
        gap_of=characters(numbers),
        stations=characters(np.where(now.choice.sure, 1, np.where(now.choice.possible, 2, 0))),
        counted=(
            int(now.choice.sure.sum()),
            int(now.choice.possible.sum()),
            len(now.choice.mask),
        ),
        unknown_cells=city.given.points.unknown,
    )


def _side(city: City, asked: LiveAsked) -> _Side:
    prepared = city.stations(asked)
    choice = Choice(prepared.stations, asked.condition)
    # Kept from the last move when only the radius changed; lists are asked for the unknown alone.
    distance = prepared.distance(choice.sure)
    covered = perhaps = distance <= asked.metres
    if not choice.certain:
        perhaps = prepared.within(asked.metres).any_of(choice.possible)
    if not asked.added:
        return _Side(covered, perhaps, distance, None, choice)
    new = np.minimum.reduce([city.distance_to(place) for place in asked.added])
    inside = new <= asked.metres
    return _Side(covered | inside, perhaps | inside, np.minimum(distance, new), inside, choice)


def _hours(city: City, asked: LiveAsked, now: _Side) -> tuple[FloatArray, FloatArray]:
    """New stations are open at all hours: whoever is near one is covered in each."""
    demand, prepared = city.demand, city.stations(asked)
    known, may = hour_answers(prepared, asked.metres, asked.condition)
    slot, size = demand.groups.slot, demand.groups.size
    weight, new = demand.weight, 0.0
    if now.inside_new is not None:
        weight, new = weight * ~now.inside_new, float(weight[now.inside_new].sum())
    low = known.weights(weight, slot, size).sum(axis=0) + new
    return low, low if may is known else may.weights(weight, slot, size).sum(axis=0) + new


def _districts(demand: Demand, now: _Side, then: _Side) -> tuple[District, tuple[District, ...]]:
    weight, groups = demand.weight, demand.groups

    def by_group(flags: BoolArray) -> FloatArray:
        return groups.sum(weight * flags)

    low, high = by_group(now.covered), by_group(now.perhaps)
    if then is now:
        columns = [low, high, low, high, np.zeros_like(low), np.zeros_like(low)]
    else:
        gained, lost = now.covered & ~then.covered, then.covered & ~now.covered
        before = [by_group(then.covered), by_group(then.perhaps)]
        columns = [low, high, *before, by_group(gained), by_group(lost)]
    table = np.column_stack([groups.sum(weight), *columns])
    rows = [
        District(label, *row)
        for label, row in zip(groups.labels, table.tolist(), strict=True)
        if row[0] > 0
    ]
    return District("", *table.sum(axis=0).tolist()), tuple(rows)


def _change(now: _Side, then: _Side) -> str:
    gains, loses = now.covered & ~then.covered, then.covered & ~now.covered
    return characters(np.where(gains, _GAINS, np.where(loses, _LOSES, _STAYS)))


def _gaps(
    database: Database, city: City, now: _Side, worst: Sequence[NDArray[np.int64]]
) -> tuple[NamedGap, ...]:
    found = [figures(city.demand, cells, now.perhaps, now.distance) for cells in worst]
    middles = np.array([(one["lon"], one["lat"]) for one in found]).reshape(-1, 2)
    nearest = city.nearest_station(middles) if found and len(city.given.found.codes) else []
    names = gap_names(database, city.given.found, middles, nearest)
    return tuple(NamedGap(name=name, **one) for name, one in zip(names, found, strict=True))
