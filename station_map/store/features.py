"""Features for programs of geographers: pages of stations and of areas, by their keys.

Keys never change and a page begins after one, so what is added or removed between two pages
neither hides nor repeats another feature.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, LiteralString, NamedTuple

from station_map.errors import NotFound
from station_map.geo.axes import Axes
from station_map.store.database import Database
from station_map.store.features_where import Where


class StationFeature(NamedTuple):
    """A station. x, y: in the axes asked for. card: JSON text of its public properties.

    updated_at: ISO 8601, UTC, to the second. The rest: what its state at a moment depends on.
    """

    code: str
    x: float
    y: float
    card: str
    updated_at: str
    opening_hours: str | None
    status: str
    suspended_until: dt.date | None
    exceptions: str | None


class AreaFeature(NamedTuple):
    """An area. geometry: GeoJSON text, in the axes asked for."""

    adcode: str
    geometry: str
    name: str
    level: str
    parent_adcode: str | None


class Extent(NamedTuple):
    """What a collection covers: degrees, WGS-84; ISO 8601, UTC. None: it is empty or has no times."""

    box: tuple[float, float, float, float] | None
    first: str | None = None
    last: str | None = None


_ISO: Final[LiteralString] = '\'YYYY-MM-DD"T"HH24:MI:SS"Z"\''
_PLACE: Final[dict[Axes, LiteralString]] = {
    Axes.LON_LAT: "c.lon, c.lat",
    Axes.LAT_LON: "c.lat, c.lon",
    Axes.MERCATOR: "ST_X(c.merc), ST_Y(c.merc)",
}
_STATION: Final[LiteralString] = (
    f", c.properties, to_char(s.updated_at AT TIME ZONE 'UTC', {_ISO}),"
    " c.opening_hours, c.status, c.suspended_until, c.exceptions"
)
_CARDS: Final[LiteralString] = " FROM station_card c"
_STATIONS: Final[LiteralString] = _CARDS + " JOIN station s ON s.id = c.station_id"
# RFC 7946: outer rings run against the clock. Seven digits of a degree are a centimetre.
_OUTLINE: Final[dict[Axes, LiteralString]] = {
    Axes.LON_LAT: "ST_AsGeoJSON(ST_ForcePolygonCCW(a.geom), 7, 0)",
    Axes.LAT_LON: "ST_AsGeoJSON(ST_FlipCoordinates(ST_ForcePolygonCCW(a.geom)), 7, 0)",
    Axes.MERCATOR: "ST_AsGeoJSON(ST_Transform(ST_ForcePolygonCCW(a.geom), 3857), 3, 0)",
}
_AREA: Final[LiteralString] = ", a.name, a.level, a.parent_adcode FROM area a"

_STATION_EXTENT: Final[LiteralString] = f"""
SELECT min(lon), min(lat), max(lon), max(lat),
    to_char(min(updated_at) AT TIME ZONE 'UTC', {_ISO}),
    to_char(max(updated_at) AT TIME ZONE 'UTC', {_ISO})
FROM station
"""
_AREA_EXTENT: Final[LiteralString] = """
SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e), NULL, NULL
FROM (SELECT ST_Extent(geom) AS e FROM area) whole
"""


def count_features(database: Database, where: Where) -> int:
    """How many features meet the conditions."""
    if not where.of_stations:
        source: LiteralString = " FROM area a"
    else:
        source = _STATIONS if where.own else _CARDS
    statement: LiteralString = "SELECT count(*)" + source + " WHERE " + where.sql()
    [(count,)] = database.rows_planned_anew(statement, where.parameters)
    return int(count)


def station_features(
    database: Database, where: Where, axes: Axes, limit: int
) -> list[StationFeature]:
    """At most `limit` stations that meet the conditions, by code."""
    statement = stations_statement(where, axes)
    rows = database.rows_planned_anew(statement, {**where.parameters, "limit": limit})
    return [StationFeature(*row) for row in rows]


def stations_statement(where: Where, axes: Axes) -> LiteralString:
    """The statement behind `station_features`, which also takes `limit`."""
    columns: LiteralString = _PLACE[axes] + _STATION
    clause = where.sql()
    if where.own:
        return f"SELECT c.code, {columns}{_STATIONS} WHERE {clause} ORDER BY c.code LIMIT %(limit)s"
    # Only those of the page are looked up in `station`.
    cards: LiteralString = f"SELECT c.*{_CARDS} WHERE {clause} ORDER BY c.code LIMIT %(limit)s"
    return (
        f"SELECT c.code, {columns} FROM ({cards}) c JOIN station s ON s.id = c.station_id"
        " ORDER BY c.code"
    )


def area_features(database: Database, where: Where, axes: Axes, limit: int) -> list[AreaFeature]:
    """At most `limit` areas that meet the conditions, by adcode."""
    columns: LiteralString = _OUTLINE[axes] + _AREA
    clause = where.sql()
    statement: LiteralString = (
        f"SELECT a.adcode, {columns} WHERE {clause} ORDER BY a.adcode LIMIT %(limit)s"
    )
    rows = database.rows_planned_anew(statement, {**where.parameters, "limit": limit})
    return [AreaFeature(*row) for row in rows]


def station_feature(database: Database, code: str, axes: Axes) -> StationFeature:
    """One station. Raises NotFound."""
    where = Where(of_stations=True)
    where.add("c.code = " + where.bind(code))
    for found in station_features(database, where, axes, 1):
        return found
    raise NotFound("station", code)


def area_feature(database: Database, adcode: str, axes: Axes) -> AreaFeature:
    """One area. Raises NotFound."""
    where = Where(of_stations=False)
    where.add("a.adcode = " + where.bind(adcode))
    for found in area_features(database, where, axes, 1):
        return found
    raise NotFound("area", adcode)


def extent(database: Database, *, of_stations: bool) -> Extent:
    """What the stations, or the areas, cover."""
    [row] = database.rows(_STATION_EXTENT if of_stations else _AREA_EXTENT)
    west, south, east, north, first, last = row
    return Extent(None if west is None else (west, south, east, north), first, last)
