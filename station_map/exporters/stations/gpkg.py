"""GeoPackage 1.3, written as the SQLite file that it is: GDAL is not needed and nothing waits for it."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from station_map.exporters.stations.columns import AMENITY_HEADINGS, FIELDS, cells
from station_map.exporters.stations.kml import only_wgs84
from station_map.exporters.stations.terms import TITLE, Terms

_APPLICATION: Final = 0x47504B47  # "GPKG"
_VERSION: Final = 10300
_SRS: Final = 4326
_WHOLE: Final = frozenset(("seats", "bays_total", "bays_free"))
_REAL: Final = frozenset(("position_precision_m", "area_m2", "max_height_m", "max_length_m"))
_PLACE: Final = frozenset(("lon", "lat", "datum"))
_NAMES: Final = (*FIELDS, *AMENITY_HEADINGS)
_KEPT: Final = tuple(number for number, name in enumerate(_NAMES) if name not in _PLACE)
# The same stations give the same bytes.
_MADE: Final = "2000-01-01T00:00:00.000Z"
_WGS84: Final = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AUTHORITY["EPSG","4326"]]'
)
_SCHEMA: Final = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
    organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
    identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL,
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
    m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


def _type(name: str) -> str:
    if name in _WHOLE:
        return "INTEGER"
    return "DOUBLE" if name in _REAL else "TEXT"


_COLUMNS: Final = ", ".join(f"{_NAMES[number]} {_type(_NAMES[number])}" for number in _KEPT)
_TABLE: Final = (
    "CREATE TABLE stations (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,"
    f" geom POINT, {_COLUMNS});"
)
_KEPT_NAMES: Final = ",".join(_NAMES[number] for number in _KEPT)
_MARKS: Final = ",".join("?" * (len(_KEPT) + 1))
_INSERT: Final = f"INSERT INTO stations (geom,{_KEPT_NAMES}) VALUES ({_MARKS})"  # noqa: S608 - our own names


def write(path: Path, records: Iterable[dict[str, Any]], terms: Terms) -> None:
    """One layer, `stations`, EPSG:4326. Raises InputError for another datum than WGS-84."""
    only_wgs84(terms.datum, "GeoPackage")
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(f"PRAGMA application_id = {_APPLICATION}")
        file.execute(f"PRAGMA user_version = {_VERSION}")
        file.executescript(_SCHEMA + _TABLE)
        _describe(file, terms)
        file.executemany(_INSERT, _rows(records))


def _describe(file: sqlite3.Connection, terms: Terms) -> None:
    file.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)",
        [
            ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", None),
            ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
            ("WGS 84 geodetic", _SRS, "EPSG", _SRS, _WGS84, "longitude, latitude in degrees"),
        ],
    )
    told = "；".join((TITLE, *terms.sentences))
    file.execute(
        "INSERT INTO gpkg_contents VALUES"
        " ('stations','features','stations',?,?,NULL,NULL,NULL,NULL,?)",
        (told, _MADE, _SRS),
    )
    file.execute(
        "INSERT INTO gpkg_geometry_columns VALUES ('stations','geom','POINT',?,0,0)", (_SRS,)
    )


def _rows(records: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    for record in records:
        row = cells(record)
        yield [_point(record["lon"], record["lat"]), *(row[number] for number in _KEPT)]


def _point(lon: float, lat: float) -> bytes:
    """A GeoPackage header without a box, then the point as little-endian WKB."""
    return struct.pack("<2sBBiBIdd", b"GP", 0, 1, _SRS, 1, 1, lon, lat)
