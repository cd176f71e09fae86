"""Geometries in filters: read, checked and asked of an index first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, LiteralString

from station_map.errors import InputError
from station_map.geo.axes import Axes, boxes, lon_lat
from station_map.store.features_queryables import Queryable, Type
from station_map.store.features_where import Where

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_FUNCTIONS: Final[dict[str, LiteralString]] = {
    "s_contains": "ST_Contains",
    "s_crosses": "ST_Crosses",
    "s_disjoint": "ST_Disjoint",
    "s_equals": "ST_Equals",
    "s_intersects": "ST_Intersects",
    "s_overlaps": "ST_Overlaps",
    "s_touches": "ST_Touches",
    "s_within": "ST_Within",
}
# PostGIS answers the others for plain geometries only.
_OF_COLLECTIONS: Final = frozenset({"s_intersects", "s_disjoint"})
_MOST_POINTS: Final = 2_000


def relation(where: Where, op: str, args: Sequence[Any], axes: Axes) -> LiteralString:
    """A function S_… of the feature's geometry and one that was given. Raises InputError."""
    if op not in _FUNCTIONS:
        raise _refuse(f"{op[:40]!r} is not supported here")
    first, second = args
    columns = [_column(where, one) for one in (first, second)]
    if columns[0] is not None and columns[1] is not None:
        raise _refuse("a geometry is compared with one that is written out")
    if columns[0] is None and columns[1] is None:
        raise _refuse("one of the two must be the property geometry")
    shape = _shape(second if columns[0] is not None else first, axes)
    if shape.geom_type == "GeometryCollection" and op not in _OF_COLLECTIONS:
        raise _refuse("a GEOMETRYCOLLECTION goes with S_INTERSECTS and S_DISJOINT only")
    given = where.bind(shape.wkb_hex) + "::geometry"
    sides: list[LiteralString] = [
        where.column(column) if column is not None else f"ST_SetSRID({given}, 4326)"
        for column in columns
    ]
    asked: LiteralString = f"{_FUNCTIONS[op]}({sides[0]}, {sides[1]})"
    if not where.of_stations or op == "s_disjoint":
        return f"({asked})"
    west, south, east, north = shape.bounds
    return f"({where.near((west, south, east, north))} AND {asked})"


def _column(where: Where, node: Any) -> Queryable | None:
    if not isinstance(node, dict) or "property" not in node:
        return None
    queryable = where.queryables.get(node["property"])
    if queryable is None or queryable.type is not Type.GEOMETRY:
        raise _refuse(f"{str(node['property'])[:60]!r} is no geometry")
    return queryable


def _shape(node: Any, axes: Axes) -> BaseGeometry:
    """The geometry in longitude and latitude."""
    import shapely
    from shapely.errors import ShapelyError
    from shapely.geometry import box, shape

    try:
        if isinstance(node, dict) and isinstance(node.get("bbox"), list):
            read = shapely.union_all([box(*one) for one in boxes(axes, node["bbox"])])
            turned = read
        else:
            read = shapely.force_2d(shape(node))
            turned = shapely.transform(read, _turner(axes))
    except ValueError as error:
        raise _refuse(f"the geometry cannot be used: {str(error)[:120]}") from None
    except (ShapelyError, TypeError, KeyError, IndexError, AttributeError):
        raise _refuse(f"{str(node)[:60]} is no geometry") from None
    if turned.is_empty or shapely.get_num_coordinates(turned) > _MOST_POINTS:
        raise _refuse(f"a geometry has 1 to {_MOST_POINTS} points")
    # A rectangle without width is what its sides say: a line or a point.
    if not turned.is_valid and read is not turned:
        raise _refuse(f"the geometry is not valid: {shapely.is_valid_reason(turned)[:120]}")
    return turned if turned.is_valid else turned.envelope


def _turner(axes: Axes) -> Any:
    import numpy as np

    def turn(points: Any) -> Any:
        return np.array([lon_lat(axes, x, y) for x, y in points.tolist()]).reshape(-1, 2)

    return turn


def _refuse(message: str) -> InputError:
    return InputError(
        message,
        parameter="filter",
        allowed="a geometry in well-known text, in the order of filter-crs",
        example="S_INTERSECTS(geometry, BBOX(116.6,33.7,117.1,34.1))",
    )
