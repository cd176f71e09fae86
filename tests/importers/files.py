"""Small files of every form that the importer reads, holding the same three stations."""

from __future__ import annotations

import csv
import json
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyogrio
import shapely

STATIONS: tuple[Mapping[str, Any], ...] = (
    {"名称": "甲驿站", "lon": 116.80, "lat": 33.95, "微波炉": "√", "开放时间": "8:00-18:00"},
    {"名称": "乙驿站（东门）", "lon": 116.82, "lat": 33.96, "微波炉": "×", "开放时间": "全天"},
    {"名称": "丙驿站", "lon": 116.84, "lat": 33.97, "微波炉": "", "开放时间": "详询电话"},
)
FIELDS = ("名称", "微波炉", "开放时间")
Row = Sequence[Any]


def table(*, datum: str = "GPS") -> list[Row]:
    """Header and rows as a sheet; the columns of the position name the datum."""
    return [
        ["名称", f"{datum}经度", f"{datum}纬度", "微波炉", "开放时间"],
        *([s["名称"], s["lon"], s["lat"], s["微波炉"], s["开放时间"]] for s in STATIONS),
    ]


def write_xlsx(path: Path, rows: Sequence[Row], merged: Sequence[str] = ()) -> Path:
    """A workbook of one sheet. merged: ranges such as "C3:C5"."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    book.save(path)
    return path


def write_csv(
    path: Path, rows: Sequence[Row], encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    """A text table."""
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


def feature(properties: Mapping[str, Any], geometry: object) -> dict[str, Any]:
    """A GeoJSON Feature."""
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def point(lon: float, lat: float) -> dict[str, Any]:
    """A GeoJSON Point."""
    return {"type": "Point", "coordinates": [lon, lat]}


def collection(*features: object, **members: object) -> str:
    """The text of a FeatureCollection."""
    return json.dumps(
        {"type": "FeatureCollection", **members, "features": list(features)}, ensure_ascii=False
    )


def write_geojson(path: Path, **members: object) -> Path:
    """The three stations as GeoJSON."""
    features = (
        feature({name: s[name] for name in FIELDS}, point(s["lon"], s["lat"])) for s in STATIONS
    )
    path.write_text(collection(*features, **members), encoding="utf-8")
    return path


def write_layer(
    path: Path,
    driver: str,
    *,
    crs: str | None = "EPSG:4326",
    shapes: Sequence[Any] | None = None,
    encoding: str | None = None,
) -> Path:
    """The three stations by GDAL. shapes: geometries instead of their points."""
    if shapes is None:
        shapes = [shapely.Point(s["lon"], s["lat"]) for s in STATIONS]
    with warnings.catch_warnings():
        # A layer without CRS is what one test is about.
        warnings.filterwarnings("ignore", "'crs' was not provided")
        # GDAL cuts Chinese names of columns to ten bytes, and says so in half a character.
        warnings.filterwarnings("ignore", "Could not decode error message")
        _write_layer(path, driver, crs, shapes, encoding)
    return path


def _write_layer(
    path: Path, driver: str, crs: str | None, shapes: Sequence[Any], encoding: str | None
) -> None:
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=[np.array([s[name] for s in STATIONS], dtype=object) for name in FIELDS],
        fields=list(FIELDS),
        geometry_type="Unknown" if driver == "GPKG" else "Point",
        crs=crs,
        driver=driver,
        encoding=encoding,
    )


def write_shapefile_zip(
    path: Path, *, encoding: str = "GBK", cpg: str | None = None, inside: str = "站点"
) -> Path:
    """A zipped shapefile. cpg: what its .cpg claims; None leaves it out."""
    shape = write_layer(path.with_suffix(".shp"), "ESRI Shapefile", encoding=encoding)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in (".shp", ".shx", ".dbf", ".prj"):
            archive.write(shape.with_suffix(suffix), f"{inside}{suffix}")
        if cpg is not None:
            archive.writestr(f"{inside}.cpg", cpg)
    return path


def write_kml(path: Path, *, before: str = "", extra: str = "") -> Path:
    """The three stations as placemarks with extended data."""
    marks = "".join(
        f"<Placemark><name>{s['名称']}</name><ExtendedData>"
        f'<Data name="微波炉"><value>{s["微波炉"]}</value></Data>'
        f'<Data name="开放时间"><value>{s["开放时间"]}</value></Data></ExtendedData>'
        f"<Point><coordinates>{s['lon']},{s['lat']},0</coordinates></Point></Placemark>"
        for s in STATIONS
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>{before}'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>台账</name>'
        f"{marks}{extra}</Document></kml>",
        encoding="utf-8",
    )
    return path
