"""Stations as a run of coverage takes them: which count, which may, and which do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from station_map.coverage.arrays import HOURS_A_WEEK, NO, UNKNOWN, YES
from station_map.coverage.inputs import Stations
from station_map.domain.vocabulary import Audience, Kind, Status
from station_map.geo.box import Box
from station_map.planning.asked import Added
from station_map.store.database import Database
from station_map.store.planning import PlanningStations, read_planning_stations


def stations_of(
    database: Database, box: Box, monday: dt.date | None, *, planned: bool
) -> PlanningStations:
    """All that may matter, those planned with them if wanted."""
    statuses = [Status.OPEN, Status.SUSPENDED, *([Status.PLANNED] if planned else [])]
    return read_planning_stations(database, box, statuses, monday)


def as_input(
    found: PlanningStations,
    kinds: Sequence[str],
    audiences: Sequence[str],
    *,
    planned: bool = False,
    without: Sequence[str] = (),
    dated: bool = False,
) -> Stations:
    """The arrays of a run. A station for everyone serves every audience; one that says none may.

    planned: those planned count, too. without: codes of those that do not. dated: the hours are
    of a certain week, and tell of suspensions themselves.
    """
    counting = {Status.OPEN, *([Status.PLANNED] if planned else [])}
    counting |= {Status.SUSPENDED} if dated else set()
    counts = np.array([YES if status in counting else NO for status in found.status], np.int8)
    if kinds:
        counts[[kind not in kinds for kind in found.kinds]] = NO
    if audiences:
        wanted = {*audiences, Audience.EVERYONE}
        told = np.array(
            [UNKNOWN if who is None else YES if who in wanted else NO for who in found.audiences],
            np.int8,
        )
        counts = np.where((counts == NO) | (told == NO), NO, told).astype(np.int8)
    counts[[code in without for code in found.codes]] = NO
    return Stations(
        lonlat=found.lonlat,
        codes=found.codes,
        counts=counts,
        open=found.open,
        seats=found.seats,
        amenities=found.amenities,
    )


def with_added(
    found: PlanningStations, added: Sequence[Added], kind: str = Kind.UNION_STATION
) -> PlanningStations:
    """With stations that do not stand yet, at the end, coded +1, +2 …

    They are taken to be open at all hours, for everyone, and to offer everything.
    """
    if not added:
        return found
    m = len(added)
    seats = [np.nan if one.seats is None else one.seats for one in added]
    return replace(
        found,
        ids=np.append(found.ids, np.full(m, -1)),
        codes=(*found.codes, *(f"+{n}" for n in range(1, m + 1))),
        names=(*found.names, *[""] * m),
        lonlat=np.vstack([found.lonlat, [(one.lon, one.lat) for one in added]]),
        status=(*found.status, *[Status.OPEN] * m),
        kinds=(*found.kinds, *[kind] * m),
        audiences=(*found.audiences, *[Audience.EVERYONE] * m),
        seats=np.append(found.seats, seats),
        adcodes=(*found.adcodes, *[None] * m),
        demo=np.append(found.demo, np.zeros(m, dtype=bool)),
        amenities={
            code: np.append(mask, np.ones(m, np.int8)).astype(np.int8)
            for code, mask in found.amenities.items()
        },
        open=np.vstack([found.open, np.ones((m, HOURS_A_WEEK), np.int8)]),
    )
