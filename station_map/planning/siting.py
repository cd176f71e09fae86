"""Siting as it was asked for: read from the store, put as a problem, and solved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from station_map import __version__
from station_map.coverage.groups import Groups
from station_map.domain.siting_goal import BY_DISTANCE
from station_map.domain.travel import TravelMode, seconds_per_metre
from station_map.planning import candidates
from station_map.planning.asked import SitingAsked
from station_map.planning.candidates import Places
from station_map.planning.demand import Points, box_about, from_layers
from station_map.planning.digests import points_digest, stations_digest
from station_map.planning.groups import grouped
from station_map.siting import goals
from station_map.siting.candidates import SiteStatus, excluding, joined, too_close
from station_map.siting.problem import Problem
from station_map.siting.reach import covering
from station_map.siting.result import Progress, Result
from station_map.siting.run import solve
from station_map.store.areas import districts_at
from station_map.store.database import Database
from station_map.store.planning import PlanningStations, read_planning_stations

USUAL_RADIUS_M: Final = 1000.0


@dataclass(frozen=True, eq=False)
class SitingRead:
    """All that the answer depends on, beside what was asked.

    new: candidates. district: of each existing station and then each candidate, "" outside all.
    """

    points: Points
    groups: Groups
    found: PlanningStations
    new: Places
    district: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Made:
    """A problem with what its answer says of it.

    codes, names: (n,) of the sites, "" for new ones without a name. district: (n,), "" outside
    of all. about: what the run can be repeated with, and what is unknown or made up.
    """

    problem: Problem
    codes: tuple[str, ...]
    names: tuple[str, ...]
    district: tuple[str, ...]
    about: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SitingFiles:
    """What comes from files instead of the store; None: it does not."""

    points: Points | None = None
    groups: Callable[[Points], Groups] | None = None
    new: Places | None = None
    forbidden: list[Any] | None = None


NO_FILES: Final = SitingFiles()


def read(database: Database, asked: SitingAsked, files: SitingFiles = NO_FILES) -> SitingRead:
    """What the store has now. Raises InputError."""
    points = files.points or from_layers(database, asked.demand, asked.area)
    groups = grouped(database, points, asked.by) if files.groups is None else files.groups(points)
    found = read_planning_stations(database, box_about(points.lonlat))
    new = files.new or candidates.candidates(
        database,
        points,
        asked.candidates,
        asked.area,
        most=asked.cells,
        # Heaviest cells lie side by side; a quarter of the reach lets them spread over the city.
        apart_m=max(asked.spacing, metres_of(asked) / 4),
    )
    new = candidates.with_room(new, asked.capacity, asked.goal == "capacitated")
    if files.forbidden is not None:
        new = replace(new, sites=excluding(new.sites, files.forbidden))
    assert new.sites.lonlat is not None  # noqa: S101 - every way to candidates gives positions
    lonlat = np.vstack([found.lonlat, new.sites.lonlat])
    names = districts_at(database, lonlat[:, 0].tolist(), lonlat[:, 1].tolist())
    return SitingRead(points, groups, found, new, tuple(name or "" for name in names))


def made(given: SitingRead, asked: SitingAsked) -> Made:
    """The problem of what was read. Raises InputError."""
    points, groups, found, fresh = given.points, given.groups, given.found, given.new.sites
    limited = asked.goal == "capacitated"
    seats = asked.workers_per_seat if limited else None
    sites = joined(candidates.existing(found, seats), fresh)
    assert sites.lonlat is not None  # noqa: S101 - joined has checked it
    metres = metres_of(asked)
    by_distance = asked.goal in BY_DISTANCE
    problem = Problem(
        points.weight,
        sites,
        goal_of(asked),
        covers=None if by_distance else covering(points.lonlat, sites.lonlat, metres),
        distance=candidates.table_of(points.lonlat, sites) if by_distance else None,
        district=groups.slot,
        districts=groups.labels,
        floors=candidates.floors_of(points, groups, asked.floor),
        conflicts=too_close(sites.lonlat, asked.spacing) if asked.spacing else _none(),
    )
    about = {
        "version": __version__,
        "goal": asked.goal,
        "metres": None if by_distance else metres,
        "unit": points.unit,
        "demand": points.source,
        "demand_digest": points_digest(points),
        "synthetic": points.synthetic,
        "unknown_cells": points.unknown,
        "total": problem.total,
        "stations": len(found.codes),
        "stations_digest": stations_digest(found),
        "demo_stations": int(found.demo.sum()),
        "unknown_seats": int(np.isnan(found.seats).sum()),
        "candidates": len(fresh.having(SiteStatus.CANDIDATE, SiteStatus.REQUIRED)),
        "excluded": len(fresh.having(SiteStatus.EXCLUDED)),
        "asked": asked.model_dump(mode="json"),
    }
    blank = ("",) * len(fresh)
    return Made(
        problem,
        (*found.codes, *blank),
        (*found.names, *given.new.names),
        given.district,
        about,
    )


def solved(
    problem: Problem,
    asked: SitingAsked,
    progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> Result:
    """The best plan found; see `siting.run.solve`."""
    return solve(
        problem,
        time_limit_s=asked.time_limit,
        gap=asked.gap,
        threads=asked.threads,
        progress=progress,
        should_stop=should_stop,
    )


def metres_of(asked: SitingAsked) -> float:
    """What is within reach; minutes are estimated with detours (domain/travel.py)."""
    if asked.minutes is None:
        return asked.radius or USUAL_RADIUS_M
    return asked.minutes * 60.0 / seconds_per_metre(TravelMode(asked.mode))


def _none() -> Any:
    return np.zeros((0, 2), dtype=np.int64)


def goal_of(asked: SitingAsked) -> goals.Goal:
    """The goal that was asked for; SitingAsked has checked that it has what it needs."""
    count, phases = asked.count or 0, asked.phases or ()
    makes: dict[str, Callable[[], goals.Goal]] = {
        "cover": lambda: goals.MaximalCovering(count),
        "share": lambda: goals.MinimumSites(asked.share or 0.0),
        "budget": lambda: goals.Budget(asked.budget or 0.0),
        "p-median": lambda: goals.PMedian(count),
        "p-center": lambda: goals.PCenter(count),
        "backup": lambda: goals.Backup(count),
        "capacitated": lambda: goals.Capacitated(count),
        "relocate": lambda: goals.Relocation(asked.close or 0, asked.open or 0),
        "phases": lambda: goals.Phases(phases),
    }
    return makes[asked.goal]()
