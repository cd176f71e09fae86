"""From what `site` was asked to a checked problem, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from station_map import __version__
from station_map.cli import coverage_inputs as coverage
from station_map.cli import site_inputs as inputs
from station_map.siting import goals
from station_map.siting.candidates import SiteStatus, excluding, joined, too_close
from station_map.siting.problem import Problem
from station_map.siting.reach import covering
from station_map.store.areas import districts_at
from station_map.store.database import Database
from station_map.store.planning import read_planning_stations


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


def asked_for(database: Database, asked: dict[str, Any], metres: float) -> Made:
    """Read demand, stations and candidates, and put the problem. Raises InputError."""
    points = (
        coverage.from_layers(database, asked["mix"], asked["area"])
        if asked["points"] is None
        else coverage.from_file(asked["points"])
    )
    groups = coverage.grouped(database, points, asked["by"])
    box = coverage.box_about(points.lonlat)
    found = read_planning_stations(database, box)
    limited = asked["goal"] == "capacitated"
    new = inputs.candidates(
        database,
        points,
        asked["candidates"],
        asked["area"],
        most=asked["cells"],
        # Heaviest cells lie side by side; a quarter of the reach lets them spread over the city.
        apart_m=max(asked["spacing"], metres / 4),
    )
    new = inputs.with_room(new, asked["capacity"], limited)
    fresh = new.sites
    if asked["exclude"] is not None:
        fresh = excluding(fresh, inputs.areas_of(asked["exclude"]))
    sites = joined(inputs.existing(found, asked["workers_per_seat"] if limited else None), fresh)
    assert sites.lonlat is not None  # noqa: S101 - joined has checked it
    by_distance = asked["goal"] in {"p-median", "p-center"}
    problem = Problem(
        points.weight,
        sites,
        goal_of(asked),
        covers=None if by_distance else covering(points.lonlat, sites.lonlat, metres),
        distance=inputs.table_of(points.lonlat, sites) if by_distance else None,
        district=groups.slot,
        districts=groups.labels,
        floors=inputs.floors_of(points, groups, asked["floor"]),
        conflicts=too_close(sites.lonlat, asked["spacing"]) if asked["spacing"] else _none(),
    )
    lonlat = sites.lonlat
    names = districts_at(database, lonlat[:, 0].tolist(), lonlat[:, 1].tolist())
    about = {
        "version": __version__,
        "goal": asked["goal"],
        "metres": None if by_distance else metres,
        "unit": points.unit,
        "demand": points.source,
        "demand_digest": inputs.points_digest(points),
        "synthetic": points.synthetic,
        "unknown_cells": points.unknown,
        "total": problem.total,
        "stations": len(found.codes),
        "stations_digest": inputs.stations_digest(found),
        "demo_stations": int(found.demo.sum()),
        "unknown_seats": int(np.isnan(found.seats).sum()),
        "candidates": len(fresh.having(SiteStatus.CANDIDATE, SiteStatus.REQUIRED)),
        "excluded": len(fresh.having(SiteStatus.EXCLUDED)),
        "parameters": {
            key: str(value) if key in {"points", "exclude"} and value is not None else value
            for key, value in asked.items()
        },
    }
    blank = ("",) * len(fresh)
    return Made(
        problem,
        (*found.codes, *blank),
        (*found.names, *new.names),
        tuple(name or "" for name in names),
        about,
    )


def _none() -> Any:
    return np.zeros((0, 2), dtype=np.int64)


def goal_of(asked: dict[str, Any]) -> goals.Goal:
    """The goal that was asked for."""
    makes: dict[str, Callable[[], goals.Goal]] = {
        "cover": lambda: goals.MaximalCovering(asked["count"]),
        "share": lambda: goals.MinimumSites(asked["share"]),
        "budget": lambda: goals.Budget(asked["budget"]),
        "p-median": lambda: goals.PMedian(asked["count"]),
        "p-center": lambda: goals.PCenter(asked["count"]),
        "backup": lambda: goals.Backup(asked["count"]),
        "capacitated": lambda: goals.Capacitated(asked["count"]),
        "relocate": lambda: goals.Relocation(asked["close"], asked["open"]),
        "phases": lambda: goals.Phases(asked["phases"]),
    }
    return makes[asked["goal"]]()
