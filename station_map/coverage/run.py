"""All ten indicators of one place: plain arrays in, one frozen result out.

`run` is the whole; the functions it is made of answer a slider, which wants one of them at a time
from the same `Prepared`. What was asked before with the same radius or choice is not found anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from station_map.coverage.arrays import NO, YES, BoolArray, FloatArray, TriArray
from station_map.coverage.bits import Answers, any_within
from station_map.coverage.inputs import Asked, Demand, Parameters, Stations
from station_map.coverage.measures.amenities import by_amenity
from station_map.coverage.measures.bands import Band
from station_map.coverage.measures.comparison import Comparison, compare
from station_map.coverage.measures.distances import Distances, mean_to_nth, spread
from station_map.coverage.measures.equity import Equity, inequality, worst_off
from station_map.coverage.measures.gaps import GapRule, Gaps, cell_side_m, gaps, usual_floor
from station_map.coverage.measures.hours import Hours, hours
from station_map.coverage.measures.overlap import Overlap, overlap
from station_map.coverage.measures.redundancy import Redundancy, redundancy
from station_map.coverage.measures.seats import (
    Seats,
    catchment,
    decay_of,
    loads,
    per_1000,
    short_of,
    split,
)
from station_map.coverage.measures.share import Share, share
from station_map.coverage.moments import meeting, open_at, possible, sure, with_amenities
from station_map.coverage.neighbours import Neighbours
from station_map.coverage.prepared import Prepared
from station_map.coverage.reach import Nearest, Reach, Threshold


@dataclass(frozen=True, eq=False)
class Cells:
    """For a map, (n,) each: cover by the main threshold (YES, NO, UNKNOWN), metres, seats a head."""

    cover: TriArray
    distance: FloatArray
    access: FloatArray


@dataclass(frozen=True, eq=False)
class Coverage:
    """The ten indicators; arrays are by group, in the order of `groups`, the last is outside.

    demand, area: sums by group. counted: stations that are known to count, that may, and all.
    """

    parameters: Parameters
    groups: tuple[str, ...]
    codes: tuple[str, ...]
    unit: str
    source: str
    synthetic: bool
    unknown_cells: int
    counted: tuple[int, int, int]
    demand: FloatArray
    area: FloatArray
    shares: tuple[Share, ...]
    overlap: Overlap
    distances: Distances
    hours: Hours
    amenities: Mapping[str, Band]
    seats: Seats
    equity: Equity
    gaps: Gaps
    redundancy: Redundancy
    comparison: Comparison | None
    cells: Cells


class Choice:
    """The stations that count for what is asked, and those that may; one array where they agree."""

    def __init__(self, stations: Stations, asked: Asked) -> None:
        self.mask = meeting(stations, asked)
        self.sure: BoolArray = sure(self.mask)
        may = possible(self.mask)
        self.possible: BoolArray = self.sure if (may == self.sure).all() else may

    @property
    def certain(self) -> bool:
        """Whether nothing unknown matters."""
        return self.possible is self.sure


def prepare(
    demand: Demand, stations: Stations, parameters: Parameters, reach: Reach | None = None
) -> Prepared:
    """What a run needs, with lists as far as its largest threshold goes."""
    made = Prepared(demand, stations, reach)
    every = (*parameters.thresholds, parameters.main, parameters.overlap, parameters.catchment)
    made.within(max(made.reach.cost_of(threshold) for threshold in every))
    return made


def run(
    prepared: Prepared,
    parameters: Parameters,
    against: Prepared | None = None,
    between: Callable[[], None] = lambda: None,
) -> Coverage:
    """All ten. against: the other scenario, of the same demand; it is what comes after.

    between: called after each indicator; what it raises ends the run there. Raises InputError for
    an amenity that the stations' data does not know.
    """

    def then[T](found: T) -> T:
        between()
        return found

    demand, stations = prepared.demand, prepared.stations
    choice = Choice(stations, parameters.asked)
    main = prepared.reach.cost_of(parameters.main)
    near = then(prepared.within(main))
    covered, perhaps = then(cover(near, choice))
    metres = then(prepared.nearest(choice.sure, max(parameters.nth, 2)))
    distance = metres.cost[:, 0]
    seats, access = then(seats_of(prepared, parameters, choice))
    held = demand.groups.sum(demand.weight)
    return Coverage(
        parameters=parameters,
        groups=demand.groups.labels,
        codes=stations.codes,
        unit=demand.unit,
        source=demand.source,
        synthetic=demand.synthetic,
        unknown_cells=demand.unknown,
        counted=(int(choice.sure.sum()), int(choice.possible.sum()), stations.n),
        demand=held,
        area=demand.groups.sum(np.ones(demand.n) if demand.area is None else demand.area),
        shares=tuple(then(share_within(prepared, t, choice)) for t in parameters.thresholds),
        overlap=then(overlap_of(prepared, parameters.overlap, choice)),
        distances=then(_distances(prepared, parameters, choice, metres)),
        hours=then(hours_of(prepared, main, parameters.asked)),
        amenities=then(amenities_of(prepared, main, parameters.asked)),
        seats=seats,
        equity=then(_equity(demand, parameters, (seats, access), distance, (covered, held))),
        gaps=then(gaps(demand, covered, perhaps, distance, gap_rule(prepared, parameters))),
        redundancy=then(redundancy(near, (choice.sure, choice.possible), demand.weight, metres)),
        comparison=None
        if against is None
        else then(compared(prepared, against, parameters, (covered, distance))),
        cells=Cells(
            np.where(covered, YES, np.where(perhaps, -1, NO)).astype(np.int8), distance, access[0]
        ),
    )


def _distances(
    prepared: Prepared, parameters: Parameters, choice: Choice, metres: Nearest
) -> Distances:
    """Indicator 3."""
    demand = prepared.demand
    known = spread(demand, metres.cost[:, 0])
    may = known if choice.certain else spread(demand, prepared.distance(choice.possible))
    return Distances(known, may, nth=mean_to_nth(demand, metres.cost[:, : parameters.nth]))


def gap_rule(prepared: Prepared, parameters: Parameters) -> GapRule:
    """What counts as a gap here; the side of a cell is found once."""
    demand, cell_m, floor = prepared.demand, parameters.cell_m, parameters.gap_floor
    if cell_m is None:
        cell_m = prepared.derived(("cell",), lambda: cell_side_m(demand.lonlat))
    if floor is None:
        floor = usual_floor(demand.weight)
    return GapRule(parameters.gaps, cell_m, floor)


def cover(near: Neighbours, choice: Choice) -> tuple[BoolArray, BoolArray]:
    """Whether each cell has a station that counts, and one that may."""
    covered = near.any_of(choice.sure)
    return covered, covered if choice.certain else near.any_of(choice.possible)


def share_within(prepared: Prepared, threshold: Threshold, choice: Choice) -> Share:
    """Indicator 1."""
    limit = prepared.reach.cost_of(threshold)
    covered = cover(prepared.within(limit), choice)
    return share(prepared.demand, threshold.label, limit, *covered)


def overlap_of(prepared: Prepared, threshold: Threshold, choice: Choice) -> Overlap:
    """Indicator 2."""
    limit = prepared.reach.cost_of(threshold)
    near = prepared.within(limit)
    known = near.number_of(choice.sure)
    may = known if choice.certain else near.number_of(choice.possible)
    return overlap(prepared.demand, limit, known, may)


def hours_of(prepared: Prepared, limit: float, asked: Asked) -> Hours:
    """Indicator 4: with what is asked but for the moment."""
    key = ("hours", limit, asked.amenities)
    return prepared.derived(
        key, lambda: hours(prepared.demand, *hour_answers(prepared, limit, asked))
    )


def hour_answers(prepared: Prepared, limit: float, asked: Asked) -> tuple[Answers, Answers]:
    """Whether each cell has a station that is open, or may be, in each of the 168 hours."""
    key = ("hour answers", limit, asked.amenities)

    def make() -> tuple[Answers, Answers]:
        stations = prepared.stations
        counts = with_amenities(stations, stations.counts, asked.amenities)[:, None]
        return _asked_of_all(prepared, limit, stations.open, counts)

    return prepared.derived(key, make)


def amenities_of(prepared: Prepared, limit: float, asked: Asked) -> Mapping[str, Band]:
    """Indicator 5: with the moment that is asked for, one amenity at a time."""
    stations = prepared.stations
    codes = tuple(stations.amenities)
    if not codes:
        return {}
    offered = np.stack([stations.amenities[code] for code in codes], axis=1)
    counts = open_at(stations, asked.moment)[:, None]
    return by_amenity(prepared.demand, codes, *_asked_of_all(prepared, limit, offered, counts))


def _asked_of_all(
    prepared: Prepared, limit: float, says: TriArray, counts: TriArray
) -> tuple[Answers, Answers]:
    near = prepared.within(limit)
    known = any_within(near, (says == YES) & (counts == YES))
    if not ((says < 0).any() or (counts < 0).any()):
        return known, known
    return known, any_within(near, (says != NO) & (counts != NO))


def seats_of(
    prepared: Prepared, parameters: Parameters, choice: Choice
) -> tuple[Seats, tuple[FloatArray, FloatArray]]:
    """Indicator 6, and seats a head of each cell: of what is known, and with what may be."""
    demand, stations = prepared.demand, prepared.stations
    limit = prepared.reach.cost_of(parameters.catchment)
    near = prepared.within(limit)
    factor = decay_of(near.cost, limit, parameters.decay)
    untold = np.isnan(stations.seats)
    assumed = _assumed(stations.seats, parameters)
    low = np.where(choice.sure & ~untold, stations.seats, 0.0)
    high = np.where(choice.possible, np.where(untold, assumed, stations.seats), 0.0)
    known = catchment(near, factor, demand.weight, low)
    may = known if (low == high).all() else catchment(near, factor, demand.weight, high)
    covered, perhaps = cover(near, choice)
    each = parameters.workers_per_seat
    found = Seats(
        limit=limit,
        decay=parameters.decay,
        per_1000_low=per_1000(demand, known.access),
        per_1000_high=per_1000(demand, may.access),
        sure=split(demand, covered, known.access, each),
        possible=split(demand, perhaps, may.access, each),
        short=short_of(demand, (covered, perhaps), (known.access, may.access), each),
        unknown=int((untold & choice.possible).sum()),
        assumed=assumed,
        overloaded=loads(
            stations.codes, known.potential, stations.seats, choice.sure, parameters.ranks
        ),
    )
    return found, (known.access, may.access)


def _assumed(seats: FloatArray, parameters: Parameters) -> float:
    if parameters.seats_if_unknown is not None:
        return parameters.seats_if_unknown
    told = seats[~np.isnan(seats)]
    return float(np.median(told)) if len(told) else 0.0


def _equity(
    demand: Demand,
    parameters: Parameters,
    seats: tuple[Seats, tuple[FloatArray, FloatArray]],
    distance: FloatArray,
    covered: tuple[BoolArray, FloatArray],
) -> Equity:
    """Indicator 7."""
    low, high = seats[1]
    standard = parameters.standard_seats / 1000.0
    cover_sums = demand.groups.sum(demand.weight * covered[0])
    worst, worst_share = worst_off(demand.groups, cover_sums, covered[1])
    return Equity(
        seats=inequality(low, demand.weight, demand.groups),
        distance=inequality(distance, demand.weight, demand.groups),
        worst=worst,
        worst_share=worst_share,
        standard=parameters.standard_seats,
        # The more may be there, the fewer are below standard.
        below_low=demand.groups.sum(demand.weight * (high < standard)),
        below_high=demand.groups.sum(demand.weight * (low < standard)),
    )


def compared(
    before: Prepared,
    after: Prepared,
    parameters: Parameters,
    known: tuple[BoolArray, FloatArray] | None = None,
) -> Comparison:
    """Indicator 10. known: cover and distance before, when they are at hand."""
    choice = Choice(after.stations, parameters.asked)
    later = after.within(after.reach.cost_of(parameters.main)).any_of(choice.sure)
    if known is None:
        first = Choice(before.stations, parameters.asked)
        near = before.within(before.reach.cost_of(parameters.main))
        known = near.any_of(first.sure), before.distance(first.sure)
    return compare(before.demand, (known[0], later), (known[1], after.distance(choice.sure)))
