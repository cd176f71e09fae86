"""Administrative areas: saving them and reading their outlines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import LiteralString

from sqlalchemy import Connection, text

from station_map.domain.area import Area
from station_map.store.database import Database

_SAVE = text(
    """
    INSERT INTO area (adcode, name, level, parent_adcode, geom, source)
    VALUES (:adcode, :name, :level, :parent_adcode,
            ST_Multi(ST_GeomFromWKB(:geometry_wkb, 4326)), :source)
    ON CONFLICT (adcode) DO UPDATE SET
        name = excluded.name, level = excluded.level, parent_adcode = excluded.parent_adcode,
        geom = excluded.geom, source = excluded.source
    """
)

_OUTLINES = """
    SELECT adcode, name, level, parent_adcode, ST_AsGeoJSON(geom, 6), ST_X(c), ST_Y(c)
    FROM area, ST_PointOnSurface(geom) AS c
    ORDER BY adcode
"""

# Drawn a few hundred units wide, so a thousandth of a degree is more than can be seen.
_DISTRICTS_AROUND = """
    SELECT a.adcode, a.name, a.level, a.parent_adcode,
        ST_AsGeoJSON(ST_Multi(ST_SimplifyPreserveTopology(a.geom, 0.002)), 3), ST_X(c), ST_Y(c)
    FROM area here JOIN area a ON a.level = here.level
        AND a.parent_adcode IS NOT DISTINCT FROM here.parent_adcode,
        ST_PointOnSurface(a.geom) AS c
    WHERE here.adcode = %(adcode)s
    ORDER BY a.adcode
"""


@dataclass(frozen=True, slots=True)
class AreaOutline:
    """An area to draw: `geojson` is the text of its geometry, WGS-84; lon, lat lie inside."""

    adcode: str
    name: str
    level: str
    parent_adcode: str | None
    geojson: str
    lon: float
    lat: float


def district_at(point: LiteralString) -> LiteralString:
    """SQL for the adcode of the district that a geometry lies in; NULL outside all of them."""
    return (
        "(SELECT a.adcode FROM area a WHERE a.level = 'district' AND ST_Covers(a.geom, "
        + point
        + ") ORDER BY a.adcode LIMIT 1)"
    )


def save_areas(connection: Connection, areas: Iterable[Area]) -> int:
    """Insert or update areas by adcode, parents first; how many."""
    count = 0
    for area in sorted(areas, key=lambda a: (a.parent_adcode is not None, a.adcode)):
        connection.execute(
            _SAVE,
            {
                "adcode": area.adcode,
                "name": area.name,
                "level": area.level,
                "parent_adcode": area.parent_adcode,
                "geometry_wkb": area.geometry_wkb,
                "source": area.source,
            },
        )
        count += 1
    return count


def area_name(database: Database, adcode: str) -> str | None:
    """What an area is called; None when there is no such area."""
    rows = database.rows("SELECT name FROM area WHERE adcode = %(adcode)s", {"adcode": adcode})
    return next((name for (name,) in rows), None)


def area_outlines(database: Database) -> list[AreaOutline]:
    """Every area with its outline, ordered by adcode."""
    return [AreaOutline(*row) for row in database.rows(_OUTLINES)]


def districts_around(database: Database, adcode: str) -> list[AreaOutline]:
    """An area and those beside it, coarse: for a drawing, not for a map."""
    return [AreaOutline(*row) for row in database.rows(_DISTRICTS_AROUND, {"adcode": adcode})]


def cities_and_districts(database: Database) -> list[tuple[str, str]]:
    """Adcode and name of every city and district, cities first."""
    found = database.rows(
        "SELECT adcode, name FROM area WHERE level IN ('city', 'district') ORDER BY level, adcode"
    )
    return [(adcode, name) for adcode, name in found]


_DISTRICTS_AT: LiteralString = f"""
SELECT (SELECT name FROM area WHERE adcode = {district_at("ST_Point(p.lon, p.lat, 4326)")})
FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) WITH ORDINALITY AS p (lon, lat, number)
ORDER BY number
"""


def districts_at(
    database: Database, lons: Sequence[float], lats: Sequence[float]
) -> list[str | None]:
    """Name of the district each place (degrees, WGS-84) lies in; None outside all of them."""
    rows = database.rows(_DISTRICTS_AT, {"lons": list(lons), "lats": list(lats)})
    return [name for (name,) in rows]


def names_of_districts(database: Database) -> list[str]:
    """The names of all districts, longer ones first, for finding them in a text."""
    rows = database.rows("SELECT DISTINCT name FROM area WHERE level = 'district' ORDER BY name")
    return sorted((name for (name,) in rows), key=len, reverse=True)
