"""What a small picture of an area is drawn from: coarse outlines, and where its stations are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, LiteralString

from station_map.store import stations
from station_map.store.database import Database

_ACROSS: Final = 500  # steps: a picture shows no finer ones
MOST_DISTRICTS: Final = 3_000

# The districts of an area, or the area alone where it has none; all districts without an area.
_DISTRICTS: Final[LiteralString] = """
WITH wanted AS (
    SELECT a.adcode, a.level, a.geom FROM area a LEFT JOIN area p ON p.adcode = a.parent_adcode
    WHERE %(area)s::text IS NULL OR %(area)s IN (a.adcode, a.parent_adcode, p.parent_adcode)
), chosen AS (
    SELECT adcode, geom FROM wanted
    WHERE level = 'district' OR NOT EXISTS (SELECT FROM wanted WHERE level = 'district')
    ORDER BY adcode LIMIT %(most)s
), extent AS (
    SELECT ST_XMin(e) w, ST_YMin(e) s, ST_XMax(e) - ST_XMin(e) wide, ST_YMax(e) - ST_YMin(e) tall
    FROM (SELECT ST_Extent(geom) e FROM chosen) AS box
)
SELECT ST_AsGeoJSON(ST_SimplifyPreserveTopology(geom, greatest(wide, tall) / %(across)s), 4)
FROM chosen, extent ORDER BY adcode
"""

_SQUARES: Final[LiteralString] = """
), step AS (
    SELECT greatest(max(lon) - min(lon), max(lat) - min(lat), 0.001) / 500 AS side FROM found
)
SELECT avg(lon), avg(lat), count(*), bool_or(demo) FROM found, step
GROUP BY floor(lon / side), floor(lat / side) ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Spots:
    """count: of stations. places: longitude, latitude in degrees, WGS-84; near ones are one."""

    count: int
    demo: bool
    places: list[tuple[float, float]]


def district_shapes(database: Database, area: str | None) -> list[str]:
    """GeoJSON texts of the districts of an area, coarse, by adcode; of all without an area."""
    values: dict[str, object] = {"area": area, "most": MOST_DISTRICTS, "across": _ACROSS}
    return [shape for (shape,) in database.rows(_DISTRICTS, values)]


def spots(database: Database, names: list[str], parameters: dict[str, object]) -> Spots:
    """Where the stations are that meet named conditions (keys of `stations.CONDITIONS`).

    At most a few hundred thousand squares are told, however many stations there are.
    """
    where: LiteralString = " AND ".join([stations.CONDITIONS[name] for name in names])
    statement: LiteralString = (
        "WITH found AS (SELECT lon, lat, demo FROM station_card WHERE " + where + _SQUARES
    )
    rows = database.rows_planned_anew(statement, parameters)
    return Spots(
        count=sum(count for _, _, count, _ in rows),
        demo=any(demo for *_, demo in rows),
        places=[(float(lon), float(lat)) for lon, lat, _, _ in rows],
    )
