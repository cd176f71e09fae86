"""Files of demand in every form, made for one test."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.transform import Affine, from_origin
from rasterio.windows import Window

from station_map.domain.demand import checked_facts
from station_map.importers.demand.incoming import ReadOptions
from station_map.importers.demand.report import DemandReport
from station_map.importers.demand.service import DemandOptions, import_demand
from station_map.importers.limits import ImportLimits
from station_map.store.database import Database

MOLLWEIDE = "ESRI:54009"
WGS84 = "EPSG:4326"


def take(
    database: Database,
    path: Path,
    *,
    name: str = "layer",
    reading: Mapping[str, Any] | None = None,
    limits: ImportLimits | None = None,
    **options: Any,
) -> DemandReport:
    """Bring a file in as the layer `name`."""
    read = ReadOptions(**({"limits": limits or ImportLimits()} | dict(reading or {})))
    facts = checked_facts(name=name, title=None, unit="人")
    return import_demand(database, path, facts, DemandOptions(reading=read, **options))


def write_tiff(
    path: Path,
    values: NDArray[Any],
    *,
    crs: str | None = WGS84,
    transform: Affine | None = None,
    **profile: Any,
) -> Path:
    """A GeoTIFF of one band (or of several: three dimensions)."""
    bands = values if values.ndim == 3 else values[np.newaxis]
    told = {
        "driver": "GTiff",
        "count": bands.shape[0],
        "height": bands.shape[1],
        "width": bands.shape[2],
        "dtype": bands.dtype,
        "transform": transform or from_origin(116.7, 34.0, 0.001, 0.001),
    } | profile
    if crs is not None:
        told["crs"] = crs
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.open(path, "w", **told) as data:
            data.write(bands)
    return path


def write_sparse(path: Path, width: int, height: int, spots: Sequence[tuple[int, int]]) -> Path:
    """A large GeoTIFF that is empty but for pixels (column, row), each of weight one."""
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=1, dtype="float32", crs=WGS84,
        transform=from_origin(73.0, 54.0, 0.001, 0.001), nodata=-1, tiled=True, blockxsize=256,
        blockysize=256, sparse_ok=True, compress="deflate",
    ) as data:  # fmt: skip
        one = np.ones((1, 1), dtype="float32")
        for column, row in spots:
            data.write(one, 1, window=Window(column, row, 1, 1))
    return path


def write_gpkg(
    path: Path, shapes: Sequence[Any], crs: str = WGS84, layer: str = "layer", **columns: Any
) -> Path:
    """A GeoPackage of any geometries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array(shapes, dtype=object)),
            [np.array(values) for values in columns.values()], list(columns),
            layer=layer, driver="GPKG", geometry_type="Unknown", crs=crs,
            append=path.exists(),
        )  # fmt: skip
    return path
