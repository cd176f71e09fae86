"""Population rasters: a GeoTIFF read window by window, whatever its size.

A window is made of whole blocks of the file, so that nothing is unpacked twice, and holds some
million pixels. Pixels without data, below zero and of zero are counted and make no cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.enums import MaskFlags
from rasterio.errors import RasterioError
from rasterio.windows import Window

from station_map.importers.demand.counting import NODATA, TAKEN, ZERO, Counted, short_notes
from station_map.importers.demand.weights import MOST, REFUSED
from station_map.importers.limits import ImportLimits
from station_map.importers.reading.ogr import stated_crs
from station_map.importers.reading.refusals import Refusal, too_much

Floats = NDArray[np.float64]
NEGATIVE: Final = "negative"
_AT_ONCE: Final = 4 << 20  # pixels
_SIDE: Final = 2_048
# Nothing beside the file is looked for, and blocks that were read are not kept.
OPTIONS: Final = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_CACHEMAX": 64}


class RasterSource:
    """An open GeoTIFF. Raises Refusal for what cannot be a raster of demand."""

    def __init__(self, path: Path, band: int | None, limits: ImportLimits) -> None:
        self._limits = limits
        self.counted = Counted()
        try:
            self._data = rasterio.open(path, driver="GTiff")
        except RasterioError as error:
            raise _broken(error) from error
        self._band = _band(self._data, band)
        self._scale = float(self._data.scales[self._band - 1])
        self._offset = float(self._data.offsets[self._band - 1])
        # A mask of its own beats the value that stands for "no data".
        flags = self._data.mask_flag_enums[self._band - 1]
        self._plain = not {MaskFlags.per_dataset, MaskFlags.alpha} & set(flags)
        stated = self._data.crs.to_wkt() if self._data.crs else None
        self.crs, self._transformer = stated_crs(stated)
        if self._data.transform.is_identity:
            raise Refusal(
                "GeoTIFF 没有写明它在哪里（没有地理参考）", "the GeoTIFF does not say where it lies"
            )
        self.notes = short_notes(self._data.tags().values())
        self.pixels = self._data.width * self._data.height

    def cells(self) -> Iterator[tuple[Floats, Floats, int]]:
        """Positions (n, 2) in degrees, weights (n,) above zero, and the pixels read so far."""
        done, found = 0, 0
        for window in _windows(self._data):
            lonlat, weight = self._window(window)
            done += int(window.width * window.height)
            found += len(weight)
            if found > self._limits.max_cells:
                raise too_much(
                    "有人的格子太多", "too many cells", "max_cells", self._limits.max_cells
                )
            yield lonlat, weight, done

    def _window(self, window: Window) -> tuple[Floats, Floats]:
        try:
            values = self._data.read(self._band, window=window)
            valid = None if self._plain else self._data.read_masks(self._band, window=window) > 0
        except RasterioError as error:
            raise _broken(error) from error
        rows, columns = np.nonzero(self._positive(values, valid))
        weight = values[rows, columns] * self._scale + self._offset
        lonlat = self._positions(rows + window.row_off, columns + window.col_off)
        good = np.isfinite(lonlat).all(axis=1) & (weight <= MOST)
        good &= (np.abs(lonlat) <= (180.0, 90.0)).all(axis=1)
        self.counted.add(TAKEN, int(np.count_nonzero(good)))
        self.counted.add(REFUSED, int(np.count_nonzero(~good)))
        return lonlat[good], weight[good]

    def _positive(self, values: NDArray[Any], valid: NDArray[np.bool_] | None) -> NDArray[Any]:
        """Where somebody is. Counts the others, in as few passes as can be: most pixels are."""
        nodata = self._data.nodatavals[self._band - 1] if valid is None else None
        if (self._scale, self._offset) != (1.0, 0.0):
            known = np.ones(values.shape, dtype=bool) if nodata is None else values != nodata
            valid = known if valid is None else valid
            values, nodata = values * self._scale + self._offset, None
        positive: NDArray[Any] = values > 0
        negative, zero = values < 0, values == 0
        if valid is None and nodata is not None and not np.isnan(nodata):
            valid = None if nodata <= 0 else values != nodata
            if nodata < 0:
                negative &= values != nodata
            elif nodata == 0:
                zero = np.zeros(0, dtype=bool)
        if valid is not None:
            for one in (positive, negative, zero):
                np.logical_and(one, valid, out=one)
        counts = [int(np.count_nonzero(one)) for one in (positive, negative, zero)]
        self.counted.add(NEGATIVE, counts[1])
        self.counted.add(ZERO, counts[2])
        self.counted.add(NODATA, values.size - sum(counts))
        return positive

    def _positions(self, rows: NDArray[Any], columns: NDArray[Any]) -> Floats:
        to = self._data.transform
        column, row = columns + 0.5, rows + 0.5
        x = to.a * column + to.b * row + to.c
        y = to.d * column + to.e * row + to.f
        return _degrees(x, y, self._transformer)


def _degrees(x: Floats, y: Floats, transformer: Transformer | None) -> Floats:
    if transformer is not None and len(x):
        x, y = transformer.transform(x, y)
    return np.column_stack((x, y)).astype(np.float64).reshape(-1, 2)


def _band(data: Any, asked: int | None) -> int:
    if asked is None and data.count != 1:
        raise Refusal(
            f"有 {data.count} 个波段，用 --band 写明用哪一个",
            f"it holds {data.count} bands; say which by --band",
        )
    band = asked or 1
    if not 1 <= band <= data.count:
        raise Refusal(
            f"没有第 {band} 个波段，一共 {data.count} 个", f"no band {band}; it holds {data.count}"
        )
    if np.dtype(data.dtypes[band - 1]).kind not in "iuf":
        raise Refusal(
            f"像元是 {data.dtypes[band - 1]}，不是数量", f"pixels are {data.dtypes[band - 1]}"
        )
    return band


def _windows(data: Any) -> Iterator[Window]:
    """Windows of whole blocks that cover the raster, each of some million pixels at most."""
    block_rows, block_columns = data.block_shapes[0]
    if block_columns >= data.width:
        height, width = block_rows * max(_AT_ONCE // (data.width * block_rows), 1), data.width
    else:
        height, width = (block * max(_SIDE // block, 1) for block in (block_rows, block_columns))
    for top in range(0, data.height, height):
        for left in range(0, data.width, width):
            yield Window(left, top, min(width, data.width - left), min(height, data.height - top))


def _broken(error: Exception) -> Refusal:
    return Refusal(f"GeoTIFF 损坏，无法读取：{error}", f"the GeoTIFF cannot be read: {error}")
