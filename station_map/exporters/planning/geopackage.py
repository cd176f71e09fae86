"""Layers into a GeoPackage, with descriptions, metadata, and the styles that QGIS takes by itself."""

from __future__ import annotations

import datetime as dt
import math
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import geopandas
import numpy as np
import pyogrio

from station_map.exporters.planning.archive import about_rows
from station_map.exporters.planning.layers import Layer
from station_map.exporters.planning.report import About

# GDAL lets no other thread run while it writes; so many rows take some hundredths of a second.
_BLOCK: Final = 4_000
_ABOUT: Final = "about"
_STYLES: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT,
    styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME)
"""
_STYLE: Final = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,
    styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time)
VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, 'station-map', ?)
"""
_LISTED: Final = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
VALUES ('layer_styles', 'attributes', 'layer_styles', 'styles for QGIS', ?)
"""


def write(path: Path, about: About, title: str, layers: Sequence[Layer]) -> None:
    """The whole file. Layers are in WGS-84 (EPSG:4326); `about` is a table without geometry."""
    # A draft is worth nothing until it is whole: no block waits for the disk.
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    told = [(zh, en, _clean(value)) for zh, en, value in about_rows(about)]
    metadata = {en: value for _, en, value in told if en not in {"note", "title"}}
    metadata["note"] = " ".join(value for _, en, value in told if en == "note")
    pyogrio.write_dataframe(
        geopandas.GeoDataFrame(told, columns=["zh", "en", "value"]),
        path,
        layer=_ABOUT,
        driver="GPKG",
        # The newest that QGIS 3.22 and ArcGIS read without a warning.
        dataset_options={"VERSION": "1.3"},
        dataset_metadata={**metadata, "TITLE": f"{title} {_clean(about.title)}".strip()},
        layer_options={"DESCRIPTION": "说明 what the figures rest on", "IDENTIFIER": _ABOUT},
    )
    for layer in layers:
        _write_layer(path, layer, metadata)
    with closing(sqlite3.connect(path)) as file, file:
        _finish(file, about, layers)


def _write_layer(path: Path, layer: Layer, metadata: dict[str, str]) -> None:
    frame = geopandas.GeoDataFrame(
        {name: _column(values) for name, values in layer.columns.items()},
        geometry=geopandas.GeoSeries(layer.shapes, crs=4326),
    )
    said = f"{layer.title.zh} {layer.title.en}"
    for number, block in enumerate(_blocks(frame)):
        first: dict[str, Any] = {
            "layer_metadata": metadata,
            "layer_options": {
                "DESCRIPTION": said,
                "IDENTIFIER": f"{layer.title.zh} {layer.name}",
                "GEOMETRY_NAME": "geom",
            },
        }
        pyogrio.write_dataframe(
            block,
            path,
            layer=layer.name,
            driver="GPKG",
            append=bool(number),
            **({} if number else first),
        )


def _blocks(frame: Any) -> Iterable[Any]:
    return (frame.iloc[at : at + _BLOCK] for at in range(0, len(frame), _BLOCK))


def _column(values: Any) -> Any:
    """Numbers stay numbers, whether some are unknown or not; texts lose what SQLite ends at."""
    if not isinstance(values, list):
        return values
    if any(isinstance(value, str) for value in values):
        return [None if value is None else _clean(str(value)) for value in values]
    if all(isinstance(value, int) for value in values):
        return np.array(values, np.int64)
    return np.array([math.nan if value is None else value for value in values], np.float64)


def _clean(text: str) -> str:
    return text.replace("\0", " ")


def _finish(file: sqlite3.Connection, about: About, layers: Sequence[Layer]) -> None:
    """Styles; and the time at which it was computed in place of the time of writing."""
    at = about.made.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    file.execute(_STYLES)
    for layer in layers:
        file.execute(_STYLE, (layer.name, layer.name, layer.style, layer.title.en, at))
    file.execute(_LISTED, (at,))
    file.execute("UPDATE gpkg_contents SET last_change = ?", (at,))
    file.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (at,))
