"""Visits of a period, by station and by hour of the week. Numbers here are exact: pages tell less."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final, LiteralString, NamedTuple

from station_map.domain.accounts import Place
from station_map.store.database import Database

# Days are China's: their first and last hours are.
_PERIOD: Final[LiteralString] = """
v.hour >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
    AND v.hour < (%(last)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
"""
_BY_STATION: Final[LiteralString] = f"""
SELECT s.id, s.code, s.name, s.adcode, a.name, s.lon, s.lat, sum(v.visits)::integer
FROM visit_hourly v JOIN station s ON s.id = v.station_id LEFT JOIN area a ON a.adcode = s.adcode
WHERE {_PERIOD}
GROUP BY s.id, a.name ORDER BY sum(v.visits) DESC, s.code
"""
_BY_HOUR: Final[LiteralString] = f"""
SELECT extract(isodow FROM v.hour AT TIME ZONE 'Asia/Shanghai')::integer - 1,
    extract(hour FROM v.hour AT TIME ZONE 'Asia/Shanghai')::integer, sum(v.visits)::integer
FROM visit_hourly v WHERE {_PERIOD} AND v.station_id = ANY (%(stations)s)
GROUP BY 1, 2
"""


class StationVisits(NamedTuple):
    """A station with any visit in the period. lon, lat: degrees, WGS-84.

    district: its name, None when it lies in no known one. place: for rights.
    """

    code: str
    name: str
    place: Place
    district: str | None
    lon: float
    lat: float
    visits: int


def visits_by_station(database: Database, first: dt.date, last: dt.date) -> list[StationVisits]:
    """Stations with visits on the days (of China) from `first` to `last`, the most visited first.

    Stations where nobody tapped are not in it: that is no proof that nobody came.
    """
    rows = database.rows(_BY_STATION, {"first": first, "last": last})
    return [
        StationVisits(code, name, Place(number, adcode), district, lon, lat, visits)
        for number, code, name, adcode, district, lon, lat, visits in rows
    ]


def visits_by_hour(
    database: Database, first: dt.date, last: dt.date, stations: Iterable[int]
) -> dict[tuple[int, int], int]:
    """Visits of these stations (ids) together, by weekday (0: Monday) and hour of China."""
    asked = {"first": first, "last": last, "stations": list(stations)}
    return {(day, hour): visits for day, hour, visits in database.rows(_BY_HOUR, asked)}
