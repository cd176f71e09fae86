"""Points, polygons and H3 cells of GeoJSON and GeoPackage, with weights, as places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import pyogrio.errors
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from station_map.domain.demand import DemandKind
from station_map.importers.demand.columns import Columns, choose_columns
from station_map.importers.demand.counting import TAKEN, ZERO, Counted, short_notes
from station_map.importers.demand.hexagons import centre_of
from station_map.importers.demand.spreading import spread
from station_map.importers.demand.weights import REFUSED, Weight, weight_of
from station_map.importers.limits import ImportLimits
from station_map.importers.reading import geojson
from station_map.importers.reading.ogr import stated_crs
from station_map.importers.reading.refusals import Refusal, too_much
from station_map.importers.reading.rows import check_width
from station_map.importers.values.remarks import Remark

Floats = NDArray[np.float64]
_STEP: Final = 5_000
_SQLITE: Final = b"SQLite format 3\0"
_ONE: Final = Weight(1.0)
_POINT: Final = 0
_POLYGONS: Final = (3, 6)
_BROKEN: Final = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    pyogrio.errors.GeometryError,
    UnicodeError,
)
_NO_PLACE: Final = Remark("refusal", "没有图形", "it has no geometry")


@dataclass(frozen=True, slots=True)
class VectorOptions:
    """columns: what the person said of them. spacing_m: between points that stand for polygons."""

    columns: Mapping[str, str]
    count_rows: bool
    spacing_m: float
    limits: ImportLimits


@dataclass(frozen=True, slots=True)
class _Feature:
    """geometry: None where there is none; values: by column."""

    geometry: shapely.Geometry | None
    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class VectorLayer:
    """One layer with features of degrees; crs: "wgs84", another name, or None as it says itself."""

    name: str
    crs: str | None
    notes: tuple[str, ...]
    rows: int | None
    labels: tuple[str, ...]
    features: Iterator[_Feature]


def layers(path: Path, form: str, limits: ImportLimits) -> Iterator[VectorLayer]:
    """The layers of a file. Raises Refusal."""
    return _geojson(path, limits) if form == "geojson" else _geopackage(path, limits)


class VectorSource:
    """The cells of one layer."""

    def __init__(self, layer: VectorLayer, options: VectorOptions) -> None:
        self._layer = layer
        self._options = options
        self._columns: Columns = choose_columns(
            layer.labels, options.columns, count_rows=options.count_rows, places=False
        )
        self._cells = 0
        self._filled = False
        self.counted = Counted()

    @property
    def by_h3(self) -> bool:
        """Whether H3 cells say where it is; geometries are not looked at then."""
        return self._columns.h3 is not None

    @property
    def kind(self) -> DemandKind:
        """What it was made from, once it is read."""
        if self.by_h3:
            return DemandKind.H3
        return DemandKind.POLYGONS if self._filled else DemandKind.POINTS

    def cells(self) -> Iterator[tuple[Floats, Floats, int]]:
        """Positions (n, 2) in degrees, weights (n,) with NaN for unknown, and the rows so far."""
        number = 0
        for some in batched(self._layer.features, _STEP):
            if number + len(some) > self._options.limits.max_rows:
                bound = self._options.limits.max_rows
                raise too_much("行数太多", "too many rows", "max_rows", bound)
            places: list[Floats] = [np.empty((0, 2))]
            weights: list[Floats] = [np.empty(0)]
            for feature in some:
                number += 1
                lonlat, weight = self._cells_of(number, feature)
                places.append(lonlat)
                weights.append(weight)
            yield np.concatenate(places), np.concatenate(weights), number

    def _cells_of(self, row: int, feature: _Feature) -> tuple[Floats, Floats]:
        column = self._columns.weight
        weight = _ONE if column is None else weight_of(feature.values[column])
        place = self._place(feature)
        if isinstance(place, Remark):
            weight = Weight(0.0, REFUSED, place.zh, place.en)
        if weight.outcome:
            self.counted.tell(row, weight.outcome, weight.zh, weight.en)
        self.counted.add(weight.outcome or (TAKEN if weight.value else ZERO))
        if isinstance(place, Remark) or weight.outcome == REFUSED or weight.value == 0:
            return np.empty((0, 2)), np.empty(0)
        if place.geom_type == "Point" or weight.outcome:
            spot = place if place.geom_type == "Point" else shapely.point_on_surface(place)
            found = np.array(shapely.get_coordinates(spot)), np.array([weight.value])
        else:
            options = self._options
            found = spread(place, weight.value, options.spacing_m, options.limits.max_cells)
        self._cells += len(found[1])
        if self._cells > self._options.limits.max_cells:
            raise too_much(
                "摊开后的点太多，可以用 --spacing 加大间距",
                "too many points; a wider --spacing makes fewer",
                "max_cells",
                self._options.limits.max_cells,
            )
        return found

    def _place(self, feature: _Feature) -> shapely.Geometry | Remark:
        """A point or a valid polygon, or why there is none."""
        if self._columns.h3 is not None:
            centre = centre_of(feature.values[self._columns.h3])
            return centre if isinstance(centre, Remark) else shapely.Point(*centre)
        shape = feature.geometry
        if shape is None or shapely.is_empty(shape):
            return _NO_PLACE
        kind = int(shapely.get_type_id(shape))
        if kind not in (_POINT, *_POLYGONS):
            return Remark(
                "refusal",
                f"{shape.geom_type} 不是点也不是面",
                f"{shape.geom_type}: no point, no polygon",
            )
        west, south, east, north = shape.bounds
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            return Remark("refusal", "坐标超出经纬度范围", "it leaves the globe")
        if kind == _POINT:
            return shape
        self._filled = True
        return _valid(shape)


def area_of(shape: shapely.Geometry | None) -> shapely.Geometry | str:
    """Valid polygons in degrees, or in Chinese why there are none."""
    if shape is None or shapely.is_empty(shape):
        return _NO_PLACE.zh
    if int(shapely.get_type_id(shape)) not in _POLYGONS:
        return f"{shape.geom_type} 不是面"
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return "坐标超出经纬度范围"
    found = _valid(shape)
    return found.zh if isinstance(found, Remark) else found


def _valid(shape: shapely.Geometry) -> shapely.Geometry | Remark:
    """The polygon without lines that cross themselves."""
    mended = shape if shapely.is_valid(shape) else shapely.make_valid(shape)
    parts = [
        part
        for part in shapely.get_parts(shapely.get_parts(mended))
        if part.geom_type == "Polygon" and part.area > 0
    ]
    if not parts:
        return Remark("refusal", "面没有面积", "the polygon has no area")
    return shapely.MultiPolygon(parts)


def _geojson(path: Path, limits: ImportLimits) -> Iterator[VectorLayer]:
    text = geojson.text_of(path)
    try:
        labels, top, count = geojson.survey(text, limits)
        yield VectorLayer(
            str(top.get("name") or path.stem)[:200],
            geojson.crs_of(top),
            geojson.notes_of(top),
            count,
            tuple(labels),
            (_feature(one, labels) for one in geojson.features(text, {})),
        )
    except RecursionError as error:
        raise Refusal("GeoJSON 嵌套太深", "the GeoJSON is nested too deeply") from error


def _feature(told: Any, labels: Sequence[str]) -> _Feature:
    if not isinstance(told, dict):
        return _Feature(None, [""] * len(labels))
    properties = told.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    values = ["" if (value := properties.get(label)) is None else value for label in labels]
    return _Feature(_shape(told.get("geometry")), values)


def _shape(told: Any) -> shapely.Geometry | None:
    if not isinstance(told, dict):
        return None
    try:
        shape = shapely.geometry.shape(told)
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError):
        return None
    return shapely.force_2d(shape) if np.isfinite(shapely.get_coordinates(shape)).all() else None


def _geopackage(path: Path, limits: ImportLimits) -> Iterator[VectorLayer]:
    with path.open("rb") as stream:
        if stream.read(len(_SQLITE)) != _SQLITE:
            raise Refusal("不是 GeoPackage（不是 SQLite 文件）", "no GeoPackage: no SQLite file")
    try:
        for name, _ in pyogrio.list_layers(path):
            info = pyogrio.read_info(path, layer=name, force_feature_count=True)
            if info["driver"] != "GPKG":
                raise Refusal(f"内容是 {info['driver']}", f"the content is {info['driver']}")
            check_width(len(info["fields"]), limits)
            crs, transformer = stated_crs(info["crs"])
            notes = (info.get("layer_metadata") or {}).values()
            yield VectorLayer(
                str(name),
                crs,
                short_notes(notes),
                max(int(info["features"]), 0),
                tuple(map(str, info["fields"])),
                _read(path, str(name), transformer),
            )
    except _BROKEN as error:
        raise _broken(error) from error


def shapefile_layer(path: Path, limits: ImportLimits, encoding: str, name: str) -> VectorLayer:
    """The layer of a shapefile that was unpacked here. Raises Refusal."""
    try:
        info = pyogrio.read_info(path, encoding=encoding, force_feature_count=True)
        if info["driver"] != "ESRI Shapefile":
            raise Refusal(f"内容是 {info['driver']}", f"the content is {info['driver']}")
        check_width(len(info["fields"]), limits)
        crs, transformer = stated_crs(info["crs"])
    except _BROKEN as error:
        raise _broken(error) from error
    labels = tuple(map(str, info["fields"]))
    rows = max(int(info["features"]), 0)
    features = _read(path, None, transformer, encoding)
    return VectorLayer(name, crs, (), rows, labels, features)


def _broken(error: Exception) -> Refusal:
    return Refusal(f"文件损坏，无法读取：{error}", f"broken file: {error}")


def _read(
    path: Path, layer: str | None, transformer: Transformer | None, encoding: str | None = None
) -> Iterator[_Feature]:
    skip, count = 0, _STEP
    while count == _STEP:
        try:
            _, _, wkb, columns = pyogrio.raw.read(
                path, layer=layer, encoding=encoding, skip_features=skip, max_features=_STEP
            )
        except (*_BROKEN, ValueError) as error:
            raise _broken(error) from error
        count = len(columns[0]) if len(columns) else (0 if wkb is None else len(wkb))
        shapes = _shapes(wkb, count, transformer)
        values = [column.tolist() for column in columns]
        for index in range(count):
            row = ["" if (cell := column[index]) is None else cell for column in values]
            yield _Feature(shapes[index], row)
        skip += count


def _shapes(wkb: Any, count: int, transformer: Transformer | None) -> Sequence[Any]:
    """Geometries in degrees; None for what is missing, broken or nowhere."""
    if wkb is None:
        return [None] * count
    shapes = shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore"))
    if transformer is not None:
        shapes = shapely.transform(shapes, transformer.transform, interleaved=False)
    return [
        shape if shape is not None and np.isfinite(shapely.get_coordinates(shape)).all() else None
        for shape in shapes
    ]
