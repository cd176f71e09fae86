"""The shipped areas reach the database, once."""

from __future__ import annotations

import shapely

from station_map.importers.reference import ensure_areas, load_areas, shipped_areas
from station_map.store.areas import area_outlines
from station_map.store.database import Database


def test_shipped_areas_are_multipolygons_below_their_city() -> None:
    areas = list(shipped_areas())
    assert [(area.adcode, area.level) for area in areas] == [
        ("340600", "city"),
        ("340602", "district"),
        ("340603", "district"),
        ("340604", "district"),
        ("340621", "district"),
    ]
    assert {area.parent_adcode for area in areas[1:]} == {"340600"}
    for area in areas:
        outline = shapely.from_wkb(area.geometry_wkb)
        assert outline.geom_type == "MultiPolygon"
        assert shapely.get_dimensions(outline) == 2
        west, south, east, north = outline.bounds
        assert 116 < west < east < 118
        assert 33 < south < north < 35


def test_areas_are_loaded_and_loading_again_changes_nothing(fresh_database: Database) -> None:
    with fresh_database.transaction(actor="system", origin="system") as connection:
        connection.exec_driver_sql("DELETE FROM area")
    assert load_areas(fresh_database) == 5
    first = area_outlines(fresh_database)
    assert load_areas(fresh_database) == 5
    assert area_outlines(fresh_database) == first
    assert [outline.name for outline in first] == ["淮北市", "杜集区", "相山区", "烈山区", "濉溪县"]


def test_areas_are_loaded_where_there_are_none(fresh_database: Database) -> None:
    with fresh_database.transaction(actor="system", origin="system") as connection:
        connection.exec_driver_sql("DELETE FROM area")
    ensure_areas(fresh_database)
    assert len(area_outlines(fresh_database)) == 5
    with fresh_database.transaction(actor="system", origin="system") as connection:
        connection.exec_driver_sql("UPDATE area SET name = '改名' WHERE adcode = '340602'")
    ensure_areas(fresh_database)
    assert "改名" in [outline.name for outline in area_outlines(fresh_database)]
