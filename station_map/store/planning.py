"""Stations for planning: one row each, as arrays, with what is unknown told from what is not.

Two brands on one door are two stations with their own seats. Whoever joins them (groups of
duplicates) does so on these arrays: seats of a group, its members' masks by "any".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import numpy as np
from numpy.typing import NDArray

from station_map.domain.hours import PLAIN_WEEKS, SHANGHAI, Code, Timetable, read_exceptions
from station_map.domain.hours.timeline import epoch_minute
from station_map.domain.vocabulary import AMENITIES
from station_map.geo.box import Box
from station_map.store.database import Database

HOURS_A_WEEK: Final = 168
_MINUTES: Final = HOURS_A_WEEK * 60
YES: Final = 1
NO: Final = 0
UNKNOWN: Final = -1
# Any Monday does for a usual week.
_SOME_MONDAY: Final = dt.date(2024, 1, 1)

_STATIONS: Final[LiteralString] = """
SELECT c.station_id, c.code, s.name, c.lon, c.lat, c.status, s.kind, s.audience, s.seats, c.adcode,
    c.demo, c.opening_hours, c.exceptions, c.suspended_until, a.offered, a.told
FROM station_card c
JOIN station s ON s.id = c.station_id
LEFT JOIN (
    SELECT station_id,
        coalesce(bit_or(1::bigint << amenity_id - 1) FILTER (WHERE state = 'yes'), 0) AS offered,
        coalesce(bit_or(1::bigint << amenity_id - 1)
            FILTER (WHERE state IN ('no', 'broken')), 0) AS told
    FROM station_amenity GROUP BY station_id
) a USING (station_id)
WHERE c.status = ANY (%(statuses)s)
    AND c.lon BETWEEN %(west)s AND %(east)s AND c.lat BETWEEN %(south)s AND %(north)s
ORDER BY c.station_id
"""


@dataclass(frozen=True, eq=False)
class PlanningStations:
    """m stations in the order of their ids; masks hold YES, NO or UNKNOWN (int8).

    ids: int64 (m,). lonlat: float64 (m, 2), degrees, WGS-84. codes, names, status, kinds,
    audiences (None: unknown), adcodes (None: outside all districts): (m,). seats: float64 (m,), NaN
    for unknown. amenities: code to (m,); what there is in part, or nobody told of, is UNKNOWN;
    what is broken is NO. open: (m, 168) by hour of the week from Monday 0 to 1 in China: YES where
    it is open all of the hour, UNKNOWN where it may be. demo: bool (m,).
    """

    ids: NDArray[np.int64]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    lonlat: NDArray[np.float64]
    status: tuple[str, ...]
    kinds: tuple[str, ...]
    audiences: tuple[str | None, ...]
    seats: NDArray[np.float64]
    adcodes: tuple[str | None, ...]
    demo: NDArray[np.bool_]
    amenities: Mapping[str, NDArray[np.int8]]
    open: NDArray[np.int8]


def read_planning_stations(
    database: Database,
    box: Box,
    statuses: Sequence[str] = ("open",),
    monday: dt.date | None = None,
) -> PlanningStations:
    """The stations inside a box of some statuses.

    monday: the week whose hours are told, with its holidays, dated exceptions and suspensions
    that end; None: the usual week, where only the weekday counts. Raises ValueError for another
    day of the week.
    """
    if monday is not None and monday.weekday() != 0:
        raise ValueError(f"{monday} is no Monday")
    rows = database.rows(
        _STATIONS,
        {
            "statuses": list(statuses),
            "west": box.west,
            "east": box.east,
            "south": box.south,
            "north": box.north,
        },
    )
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * 16
    ids, codes, names, lon, lat, status, kinds, audiences, seats, adcodes, demo = columns[:11]
    return PlanningStations(
        ids=np.array(ids, dtype=np.int64),
        codes=tuple(codes),
        names=tuple(names),
        lonlat=np.column_stack([np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)]),
        status=tuple(status),
        kinds=tuple(kinds),
        audiences=tuple(audiences),
        seats=np.array([np.nan if n is None else n for n in seats], dtype=np.float64),
        adcodes=tuple(adcodes),
        demo=np.array(demo, dtype=bool),
        amenities=_amenities(columns[14], columns[15]),
        open=_weeks(list(zip(*columns[11:14], status, strict=True)), monday),
    )


def _amenities(offered: Sequence[int | None], told: Sequence[int | None]) -> dict[str, Any]:
    there, not_there = (
        np.array([bits or 0 for bits in column], dtype=np.int64) for column in (offered, told)
    )
    found = {}
    for amenity in AMENITIES:
        bit = np.int64(1) << np.int64(amenity.id - 1)
        said = np.where(there & bit, YES, np.where(not_there & bit, NO, UNKNOWN))
        found[amenity.code] = said.astype(np.int8)
    return found


type _Told = tuple[str | None, str | None, dt.date | None, str]


def _weeks(told: Sequence[_Told], monday: dt.date | None) -> NDArray[np.int8]:
    """One row a station. Thousands share their hours, so each combination is worked out once."""
    number: dict[_Told, int] = {}
    which = [number.setdefault(one, len(number)) for one in told]
    weeks = [_week(one, monday) for one in number]
    return np.array(weeks, dtype=np.int8).reshape(-1, HOURS_A_WEEK)[which]


def _week(told: _Told, monday: dt.date | None) -> NDArray[np.int8]:
    hours, exceptions, until, status = told
    if monday is None:
        timetable, calendar = Timetable(hours), PLAIN_WEEKS
    else:
        # A suspension without an end is not over in any week.
        back = until or dt.date.max if status == "suspended" else None
        timetable, calendar = Timetable(hours, read_exceptions(exceptions), back), None
    start = dt.datetime.combine(monday or _SOME_MONDAY, dt.time(), SHANGHAI)
    end = start + dt.timedelta(minutes=_MINUTES)
    first = epoch_minute(start)
    minutes = np.zeros(_MINUTES, dtype=np.int8)
    for code, said in ((Code.OPEN, YES), (Code.UNKNOWN, UNKNOWN)):
        for begins, ends in timetable.stretches(start, end, code, calendar):
            minutes[begins - first : ends - first] = said
    by_hour = minutes.reshape(HOURS_A_WEEK, 60)
    closed, all_open = (by_hour == NO).any(axis=1), (by_hour == YES).all(axis=1)
    return np.where(closed, NO, np.where(all_open, YES, UNKNOWN)).astype(np.int8)
