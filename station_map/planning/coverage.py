"""Coverage as it was asked for: read from the store, then computed from what was read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from station_map import __version__
from station_map.coverage.groups import Groups
from station_map.coverage.inputs import Asked as Condition
from station_map.coverage.inputs import Demand, Moment, Parameters
from station_map.coverage.prepared import Prepared
from station_map.coverage.reach import Geodesic, Threshold
from station_map.coverage.run import Coverage, prepare, run
from station_map.domain.vocabulary import Kind
from station_map.errors import InputError
from station_map.planning.asked import CoverageAsked
from station_map.planning.demand import Points, box_about, from_layers
from station_map.planning.digests import points_digest, stations_digest
from station_map.planning.gap_names import gap_names
from station_map.planning.groups import grouped
from station_map.planning.stations import as_input, stations_of, with_added
from station_map.store.database import Database
from station_map.store.planning import PlanningStations

STEPS: Final = ("read", "distances", "indicators", "places")

type Tell = Callable[[str], None]


def _silent(_step: str) -> None:
    """Nobody asked."""


@dataclass(frozen=True, eq=False)
class CoverageRead:
    """All that the numbers depend on, beside what was asked."""

    points: Points
    groups: Groups
    found: PlanningStations

    @property
    def demand(self) -> Demand:
        """As coverage takes it."""
        points = self.points
        return Demand(
            points.lonlat,
            points.weight,
            self.groups,
            unit=points.unit,
            source=points.source,
            synthetic=points.synthetic,
            unknown=points.unknown,
        )


@dataclass(frozen=True, eq=False)
class CoverageAnswer:
    """found: the stations. about: what the run can be repeated with."""

    result: Coverage
    found: PlanningStations
    about: dict[str, Any]

    @property
    def names(self) -> dict[str, str]:
        """Of the stations, by code."""
        return dict(zip(self.found.codes, self.found.names, strict=True))


def read(
    database: Database,
    asked: CoverageAsked,
    points: Points | None = None,
    groups: Callable[[Points], Groups] | None = None,
) -> CoverageRead:
    """What the store has now. points, groups: instead of the layers, and of `asked.by`."""
    found = from_layers(database, asked.demand, asked.area) if points is None else points
    made = grouped(database, found, asked.by) if groups is None else groups(found)
    stations = stations_of(
        database, box_about(found.lonlat), asked.monday, planned=asked.with_planned
    )
    return CoverageRead(found, made, stations)


def scenarios(given: CoverageRead, asked: CoverageAsked) -> tuple[Prepared, Prepared | None]:
    """Stations as they stand, and as the other scenario has them, with the distances shared.

    Raises InputError for a code that no station near has.
    """
    _check_codes(asked.without, given.found.codes)
    kind = asked.kinds[0] if asked.kinds else Kind.UNION_STATION
    found = with_added(given.found, asked.added, kind)
    filters = (asked.kinds, asked.audiences)
    dated = asked.monday is not None
    # New ones are there from the start and do not count, so that both share their distances.
    new = found.codes[len(given.found.codes) :]
    before = as_input(found, *filters, without=new, dated=dated)
    prepared = prepare(given.demand, before, parameters(asked))
    if not asked.compares:
        return prepared, None
    after = as_input(
        found, *filters, planned=asked.with_planned, without=asked.without, dated=dated
    )
    return prepared, prepared.scenario(after)


def computed(given: CoverageRead, asked: CoverageAsked, tell: Tell = _silent) -> CoverageAnswer:
    """All ten indicators. tell: called with the step that begins, and within it now and then."""
    tell("distances")
    prepared, against = scenarios(given, asked)
    tell("indicators")
    result = run(prepared, parameters(asked), against, lambda: tell("indicators"))
    found = given.found
    about = {
        "version": __version__,
        "asked": asked.model_dump(mode="json"),
        "demand": given.points.source,
        "demand_digest": points_digest(given.points),
        "synthetic": given.points.synthetic,
        "stations": len(found.codes),
        "stations_digest": stations_digest(found),
        "demo_stations": int(found.demo.sum()),
        "unknown_seats": int(np.isnan(found.seats).sum()),
    }
    return CoverageAnswer(result, found, about)


def gap_places(database: Database, answer: CoverageAnswer) -> list[str]:
    """What each of the worst gaps is called; see `gap_names`."""
    worst, found = answer.result.gaps.worst, answer.found
    if not worst:
        return []
    middles = np.array([(gap.lon, gap.lat) for gap in worst])
    nearest = Geodesic(found.lonlat).nearest(middles).station[:, 0].tolist() if found.codes else []
    return gap_names(database, found, middles, nearest)


def parameters(asked: CoverageAsked) -> Parameters:
    """As coverage takes them."""
    main = Threshold(metres=max(asked.radii))
    return Parameters(
        thresholds=(
            *(Threshold(metres=metres) for metres in asked.radii),
            *(Threshold(minutes=minutes, mode=asked.mode) for minutes in asked.minutes),
        ),
        main=main,
        catchment=main,
        asked=Condition(Moment(hour=_hour(asked.at), hours=asked.hours), asked.amenities),
        workers_per_seat=asked.workers_per_seat,
    )


def _hour(at: dt.datetime | None) -> int | None:
    return None if at is None else at.weekday() * 24 + at.hour


def _check_codes(wanted: tuple[str, ...], codes: tuple[str, ...]) -> None:
    if missing := [code for code in wanted if code not in set(codes)]:
        raise InputError(
            f"附近没有编码为 {missing[0]!r} 的驿站。 No station {missing[0]!r} stands near.",
            parameter="without",
            example=codes[0] if codes else None,
        )
