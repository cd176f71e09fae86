"""GeoPackage and shapefile layers, by GDAL through pyogrio, with points in WGS-84 when projected."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import pyogrio.errors
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.refusals import Refusal
from station_map.importers.reading.rows import Layer, check_width

_STEP: Final = 20_000
_SQLITE_MAGIC: Final = b"SQLite format 3\0"
_DRIVERS: Final = {".gpkg": "GPKG", ".shp": "ESRI Shapefile"}
_POINT: Final = 0
# Geographic systems that are WGS-84 for this purpose (CGCS2000 differs by centimetres).
_AS_WGS84: Final = ("EPSG:4326", "OGC:CRS84", "EPSG:4490", "EPSG:4979", "EPSG:4480")


def geopackage_layers(path: Path, limits: ImportLimits) -> Iterator[Layer]:
    """Every layer of a GeoPackage."""
    with path.open("rb") as stream:
        if stream.read(len(_SQLITE_MAGIC)) != _SQLITE_MAGIC:
            raise Refusal(
                "不是 GeoPackage（不是 SQLite 文件）", "no GeoPackage: not an SQLite file"
            )
    yield from vector_layers(path, limits)


def vector_layers(
    path: Path,
    limits: ImportLimits,
    *,
    encoding: str | None = None,
    name: str | None = None,
    last: bool = True,
) -> Iterator[Layer]:
    """Layers of a local file; anything but the driver its suffix promises is refused.

    encoding: of texts and names of columns that the file itself says nothing reliable about.
    last: no other file comes after this one.
    """
    text = _Text(encoding)
    try:
        names = [str(layer) for layer, _ in pyogrio.list_layers(path)]
        for layer in names:
            info = pyogrio.read_info(
                path, layer=layer, encoding=text.gdal, force_feature_count=True
            )
            if info["driver"] != _DRIVERS[path.suffix]:
                raise Refusal(
                    f"文件内容是 {info['driver']}，与后缀不符",
                    f"the content is {info['driver']}, not what the suffix says",
                )
            found = _layer(path, layer, info, limits, text, name)
            yield replace(found, last=last and layer == names[-1])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeError) as error:
        raise Refusal(f"文件损坏，无法读取：{error}", f"broken file: {error}") from error


class _Text:
    """Texts in an encoding of our own finding.

    GDAL hands each byte on as one Latin-1 character, so that a column's name or a text
    whose last character was cut in half by its fixed width can still be read here.
    """

    def __init__(self, encoding: str | None) -> None:
        self._encoding = encoding
        self.gdal = "ISO-8859-1" if encoding else None

    def __call__(self, text: str) -> str:
        if self._encoding is None or text.isascii():
            return text
        return text.encode("latin-1", "ignore").decode(self._encoding, "ignore")


def _layer(
    path: Path,
    layer: str,
    info: dict[str, Any],
    limits: ImportLimits,
    text: _Text,
    name: str | None,
) -> Layer:
    fields = tuple(text(str(field)) for field in info["fields"])
    check_width(len(fields) + 3, limits)
    crs, transformer = stated_crs(info["crs"])
    return Layer(
        name=name or layer,
        rows=_rows(path, layer, text, transformer),
        fields=("@lon", "@lat", "@geometry", *fields),
        crs=crs,
        notes=tuple(str(value)[:1000] for value in (info.get("layer_metadata") or {}).values()),
        rows_hint=max(int(info["features"]), 0),
    )


def stated_crs(stated: str | None) -> tuple[str | None, Transformer | None]:
    """What the layer says, and how to reach WGS-84 when it is projected or foreign."""
    if not stated:
        return None, None
    if stated in _AS_WGS84:
        return "wgs84", None
    try:
        crs = CRS.from_user_input(stated)
        if crs.is_geographic and _names_wgs84(crs):
            return "wgs84", None
        return "wgs84", Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except CRSError:
        return stated[:100], None


def _names_wgs84(crs: CRS) -> bool:
    name = (crs.datum.name if crs.datum else crs.name).lower().replace("_", " ")
    return (
        "wgs 84" in name
        or "wgs 1984" in name
        or "world geodetic system 1984" in name
        or ("china 2000" in name or "cgcs2000" in name or "cgcs 2000" in name)
    )


def _rows(
    path: Path, layer: str, text: _Text, transformer: Transformer | None
) -> Iterator[Sequence[Any]]:
    skip = 0
    while True:
        _, _, geometry, columns = pyogrio.raw.read(
            path, layer=layer, encoding=text.gdal, skip_features=skip, max_features=_STEP
        )
        count = len(columns[0]) if len(columns) else (0 if geometry is None else len(geometry))
        if count == 0:
            return
        points = _points(geometry, count, transformer)
        yield from zip(*points, *(_plain(column, text) for column in columns), strict=True)
        if count < _STEP:
            return
        skip += count


def _points(
    geometry: Any, count: int, transformer: Transformer | None
) -> tuple[list[Any], list[Any], list[str]]:
    """Longitudes, latitudes and what is wrong with each geometry."""
    if geometry is None:
        return [""] * count, [""] * count, ["none"] * count
    shapes = shapely.from_wkb(geometry, on_invalid="ignore")
    kinds = shapely.get_type_id(shapes)
    good = (kinds == _POINT) & ~shapely.is_empty(shapes)
    lon = np.where(good, shapely.get_x(shapes), np.nan)
    lat = np.where(good, shapely.get_y(shapes), np.nan)
    if transformer is not None:
        lon, lat = transformer.transform(lon, lat)
    names = [_kind_name(shape, bool(ok)) for shape, ok in zip(shapes, good, strict=True)]
    return _cells(lon, good), _cells(lat, good), names


def _cells(values: Any, good: Any) -> list[Any]:
    return [value if ok else "" for value, ok in zip(values.tolist(), good.tolist(), strict=True)]


def _kind_name(shape: Any, ok: bool) -> str:
    if ok:
        return ""
    if shape is None:
        return "none"
    return f"empty {shape.geom_type}" if shape.is_empty else str(shape.geom_type)


def _plain(column: Any, text: _Text) -> list[Any]:
    """A column as Python values; nulls of every kind are blank."""
    if column.dtype.kind == "M":
        return ["" if np.isnat(value) else str(value)[:19] for value in column]
    if column.dtype.kind == "f":
        return ["" if math.isnan(value) else value for value in column.tolist()]
    return [_text_or_value(value, text) for value in column.tolist()]


def _text_or_value(value: Any, text: _Text) -> Any:
    if isinstance(value, str):
        return text(value)
    if value is None or isinstance(value, bytes | memoryview):
        return ""
    return value if isinstance(value, int | float | bool) else str(value)
