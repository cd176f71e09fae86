"""Areas: saved by code, parents first; outlines as GeoJSON with a point inside."""

from __future__ import annotations

import dataclasses
import json

import pytest
from shapely import MultiPolygon, Point, Polygon, box, from_wkb, to_wkb
from shapely.geometry import shape
from sqlalchemy.exc import IntegrityError

from station_map.domain.area import Area
from station_map.store.areas import area_outlines, save_areas
from station_map.store.database import Database
from tests.store.merging import merge, station

# Far from the reference areas that the template holds.
WHOLE = MultiPolygon([box(80, 40, 82, 42)])
EAST = MultiPolygon([box(81, 40, 82, 42)])
# A crescent: its centre of gravity lies outside.
CRESCENT = MultiPolygon(
    [Polygon([(80, 40), (81, 40), (81, 40.1), (80.1, 40.1), (80.1, 42), (80, 42)])]
)


def area(adcode: str, geometry: MultiPolygon | Polygon, **changes: object) -> Area:
    made = Area(
        adcode=adcode,
        name=f"区{adcode}",
        level="district",
        parent_adcode=None,
        geometry_wkb=to_wkb(geometry),
        source="测试",
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


CITY = area("990100", WHOLE, level="city")
DISTRICTS = (
    area("990102", CRESCENT, parent_adcode="990100"),
    area("990103", EAST, parent_adcode="990100"),
)


def save(database: Database, *areas: Area) -> int:
    with database.transaction(actor="x", origin="system") as connection:
        return save_areas(connection, areas)


def test_children_may_come_before_their_parents(fresh_database: Database) -> None:
    assert save(fresh_database, *DISTRICTS, CITY) == 3
    saved = {a.adcode: a for a in area_outlines(fresh_database) if a.adcode.startswith("99")}
    assert list(saved) == ["990100", "990102", "990103"]
    assert saved["990102"].parent_adcode == "990100"
    assert (saved["990100"].level, saved["990100"].name) == ("city", "区990100")


def test_outlines_are_the_shapes_with_a_point_inside(fresh_database: Database) -> None:
    save(fresh_database, CITY, *DISTRICTS)
    for outline in area_outlines(fresh_database):
        drawn = shape(json.loads(outline.geojson))
        assert drawn.geom_type == "MultiPolygon"
        assert drawn.covers(Point(outline.lon, outline.lat)), outline.adcode
        if outline.adcode == "990102":
            assert drawn.equals(CRESCENT)


def test_saving_again_replaces_by_code(fresh_database: Database) -> None:
    save(fresh_database, CITY, *DISTRICTS)
    count = len(area_outlines(fresh_database))
    save(fresh_database, area("990103", CRESCENT, name="新区"))
    outlines = area_outlines(fresh_database)
    assert len(outlines) == count
    (changed,) = [a for a in outlines if a.adcode == "990103"]
    assert (changed.name, changed.parent_adcode) == ("新区", None)
    assert shape(json.loads(changed.geojson)).equals(CRESCENT)


def test_a_single_polygon_is_taken_as_one_of_many(fresh_database: Database) -> None:
    save(fresh_database, area("990104", box(80, 40, 81, 41)))
    (outline,) = [a for a in area_outlines(fresh_database) if a.adcode == "990104"]
    assert json.loads(outline.geojson)["type"] == "MultiPolygon"


def test_an_outline_that_crosses_itself_is_refused(fresh_database: Database) -> None:
    before = area_outlines(fresh_database)
    bow_tie = Polygon([(80, 40), (81, 41), (81, 40), (80, 41)])
    with pytest.raises(IntegrityError, match="ck_area_geom_valid"):
        save(fresh_database, CITY, area("990105", bow_tie))
    assert area_outlines(fresh_database) == before


def test_a_station_on_a_border_lies_in_one_area_always_the_same(
    fresh_database: Database,
) -> None:
    west = area("990106", box(80, 40, 81, 42))
    save(fresh_database, CITY, DISTRICTS[1], west)
    applied = merge(fresh_database, station("界上", 81.0, 41.0), station("界上二", 81.0, 40.5))
    assert [row.adcode for row in applied] == ["990103", "990103"]


def test_a_city_is_no_district(fresh_database: Database) -> None:
    save(fresh_database, CITY)
    (applied,) = merge(fresh_database, station("城里", 80.5, 41.0))
    assert (applied.adcode, applied.code) == (None, "000000-00001")


def test_the_reference_areas_are_there(database: Database) -> None:
    outlines = {a.adcode: a for a in area_outlines(database)}
    assert {"340602", "340603", "340604", "340621"} <= outlines.keys()
    assert from_wkb(to_wkb(shape(json.loads(outlines["340603"].geojson)))).is_valid
