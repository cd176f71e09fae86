"""How demand is grouped: all together, by district, by city, by H3 cell, by areas of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from station_map.coverage.groups import Groups, by_area, by_code, by_h3, whole
from station_map.errors import FileRefused, InputError
from station_map.planning.demand import Points
from station_map.store.areas import AreaOutline, area_outlines
from station_map.store.database import Database
from station_map.store.planning_sets import members_of


def grouped(database: Database, points: Points, by: str) -> Groups:
    """Groups by "all", "district", "city", "h3:8", or the areas of a set that is kept.

    Raises InputError for anything else, NotFound for a set that is not there.
    """
    if by == "all":
        return whole(len(points.lonlat))
    if by in {"district", "city"}:
        return _districts(database, points, city=by == "city")
    if by.startswith("areas:"):
        return _by_set(database, points, by.removeprefix("areas:"))
    # by_h3 says what is allowed.
    digits = by.removeprefix("h3:")
    return by_h3(points.lonlat, int(digits) if digits.isdecimal() and len(digits) < 4 else -1)


def _by_set(database: Database, points: Points, reference: str) -> Groups:
    from shapely.geometry import shape

    with database.long_reading() as connection:
        members = members_of(connection, "areas", reference)
    return by_area(points.lonlat, [name for name, _ in members], [shape(one) for _, one in members])


def _districts(database: Database, points: Points, *, city: bool) -> Groups:
    outlines = area_outlines(database)
    names = {area.adcode: area.name for area in outlines}
    districts = [area for area in outlines if area.level == "district"]
    found = _by_district(points, districts)
    if not city:
        return found
    parents = [area.parent_adcode or f"{area.adcode[:4]}00" for area in districts]
    labels = [f"{adcode} {names.get(adcode, '')}".strip() for adcode in parents]
    return by_code([None if n < 0 else labels[n] for n in found.index.tolist()])


def _by_district(points: Points, districts: Sequence[AreaOutline]) -> Groups:
    names = tuple(f"{area.adcode} {area.name}" for area in districts)
    if points.district is None:
        import shapely

        shapes = [shapely.from_geojson(area.geojson) for area in districts]
        return by_area(points.lonlat, names, shapes)
    # As the layer has it: so its sums by district stay what they are. -1 stays -1.
    place = {area.adcode: number for number, area in enumerate(districts)}
    number = np.array([*(place.get(adcode, -1) for adcode in points.adcodes), -1], np.int32)
    return Groups(names, number[points.district])


def by_file(path: Path, points: Points) -> Groups:
    """Groups by the areas of a file, called by its column `name`. Raises FileRefused, InputError."""
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    if not path.is_file():
        raise InputError(
            f"{path} 不是文件，也不是分组方式 / is neither a file nor a way to group",
            parameter="by",
            allowed="all, district, city, h3:0 to h3:10, or a file of areas",
            example="district",
        )
    try:
        frame = pyogrio.read_dataframe(path)
        shapes = frame.geometry if frame.crs is None else frame.to_crs(4326).geometry
    except (DataSourceError, DataLayerError, AttributeError, ValueError) as error:
        raise FileRefused(
            f"{path.name} 读不出面 / holds no areas that can be read", parameter="by"
        ) from error
    names = frame["name"] if "name" in frame else [str(n) for n in range(1, len(frame) + 1)]
    return by_area(points.lonlat, [str(name) for name in names], _areas(path, list(shapes)))


def _areas(path: Path, shapes: list[Any]) -> list[Any]:
    if any(shape is None or shape.geom_type not in {"Polygon", "MultiPolygon"} for shape in shapes):
        raise FileRefused(f"{path.name} 里有不是面的 / holds what is no area", parameter="by")
    return shapes
