"""The two collections: what they are called, what they hold, how they are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from station_map.errors import NotFound
from station_map.search.cql import EXAMPLE
from station_map.store.features import Extent, extent
from station_map.store.features_queryables import AREAS, STATIONS, Queryable, Type
from station_map.web.ogc.crs import AXES, CRS84
from station_map.web.ogc.links import GEOJSON, HTML, JSON, SCHEMA, Link, both, link, to
from station_map.web.runtime import database

GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_VALUES: Final[dict[Type, dict[str, Any]]] = {
    Type.TEXT: {"type": "string"},
    Type.NUMBER: {"type": "integer", "minimum": 0},
    Type.BOOLEAN: {"type": "boolean"},
    Type.TIME: {"type": "string", "format": "date-time"},
}


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection.

    queryables: by name. key: the one that is an item's id; keys: how that looks. example: an id;
    filter: a condition that works.
    """

    id: str
    title: str
    description: str
    of_stations: bool
    queryables: dict[str, Queryable]
    key: str
    keys: str
    example: str
    filter: str


COLLECTIONS: Final[dict[str, Collection]] = {
    "stations": Collection(
        "stations",
        "Union rest stations 工会驿站",
        "Stations of every status with hours, amenities and how to get in; unknown is null or left"
        " out, never no. 各类工会驿站、司机之家：开放时间、服务、进门方式；未知不等于没有。",
        True,
        STATIONS,
        "code",
        "^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$",
        "340603-00001",
        EXAMPLE,
    ),
    "areas": Collection(
        "areas",
        "Administrative areas 行政区划",
        "Outlines of city and districts. 市、区县的范围。",
        False,
        AREAS,
        "adcode",
        "^[0-9]{6,12}$",
        "340603",
        "level = 'district'",
    ),
}


def named(collection: str) -> Collection:
    """The collection of that name. Raises NotFound."""
    known = COLLECTIONS.get(collection)
    if known is None:
        raise NotFound("collection", collection[:64])
    return known


def described(collection: Collection, asked: str = "json", *, alone: bool = True) -> dict[str, Any]:
    """The collection as JSON. alone: whether it is the whole answer, and not one of a list."""
    path = f"collections/{collection.id}"
    own = both(path, asked) if alone else [link("self", JSON, to(path, "f=json"))]
    return {
        "id": collection.id,
        "title": collection.title,
        "description": collection.description,
        "itemType": "feature",
        "extent": _extent(extent(database(), of_stations=collection.of_stations)),
        "crs": list(AXES),
        "storageCrs": CRS84,
        "links": [*own, *_leading_on(path)],
    }


def _leading_on(path: str) -> list[Link]:
    return [
        link("items", GEOJSON, to(f"{path}/items", "f=json"), "Items 要素"),
        link("items", HTML, to(f"{path}/items", "f=html"), "Items 要素"),
        link(
            "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            SCHEMA,
            to(f"{path}/queryables", "f=json"),
            "Queryables 可筛选的属性",
        ),
    ]


def _extent(covered: Extent) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if covered.box is not None:
        told["spatial"] = {"bbox": [list(covered.box)], "crs": CRS84}
    if covered.first is not None:
        told["temporal"] = {"interval": [[covered.first, covered.last]], "trs": GREGORIAN}
    return told


def schema_of(collection: Collection) -> dict[str, Any]:
    """The queryables as JSON Schema."""
    return {
        "$schema": DIALECT,
        "$id": to(f"collections/{collection.id}/queryables"),
        "type": "object",
        "title": collection.title,
        "properties": {
            one.name: property_schema(one, collection) for one in collection.queryables.values()
        },
        "additionalProperties": False,
    }


def property_schema(one: Queryable, collection: Collection) -> dict[str, Any]:
    """A queryable as JSON Schema."""
    if one.type is Type.GEOMETRY:
        form = "geometry-point" if collection.of_stations else "geometry-multipolygon"
        return {"title": one.title, "x-ogc-role": "primary-geometry", "format": form}
    if one.type is Type.ARRAY:
        items = {"type": "string", "enum": list(one.codes)}
        return {"title": one.title, "type": "array", "items": items}
    told = {"title": one.title, **value_schema(one)}
    return told | {"x-ogc-role": "id"} if one.name == collection.key else told


def value_schema(one: Queryable) -> dict[str, Any]:
    """The values of a queryable that is no array and no geometry."""
    told = dict(_VALUES[one.type])
    return {**told, "enum": list(one.codes)} if one.codes else told
