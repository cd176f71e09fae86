"""GeoTIFFs: every pixel with somebody in it, nothing else, whatever their size and projection."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from rasterio.transform import from_origin

from station_map.domain.vocabulary import Datum
from station_map.errors import DatumUnknown, FileRefused, LimitExceeded
from station_map.geo.datum import wgs84_to_gcj02
from station_map.importers.limits import ImportLimits
from station_map.resources import geodata_dir
from station_map.store.database import Database
from tests.importers.demand.demand_files import MOLLWEIDE, take, write_sparse, write_tiff
from tests.store.demand_help import read

TILED = {"tiled": True, "blockxsize": 16, "blockysize": 32, "compress": "lzw"}
STRIPED: dict[str, Any] = {"tiled": False, "blockysize": 3}


def people(seed: int = 1, shape: tuple[int, int] = (70, 50)) -> np.ndarray:
    dice = np.random.default_rng(seed)
    values = dice.uniform(0, 90, shape).astype("float32")
    values[dice.random(shape) < 0.4] = 0
    values[dice.random(shape) < 0.1] = -99999
    return values


@pytest.mark.parametrize("form", [TILED, STRIPED], ids=["tiled", "striped"])
def test_pixels_keep_their_place_and_weight(
    database: Database, tmp_path: Path, form: dict[str, Any]
) -> None:
    values = people()
    path = write_tiff(tmp_path / "pop.tif", values, nodata=-99999, **form)
    report = take(database, path)
    rows, columns = np.nonzero(values > 0)
    wanted = {
        (round(116.7 + (c + 0.5) / 1000, 7), round(34.0 - (r + 0.5) / 1000, 7)): float(values[r, c])
        for r, c in zip(rows.tolist(), columns.tolist(), strict=True)
    }
    found = read(database, "layer")
    got = {
        (round(lon, 7), round(lat, 7)): weight
        for (lon, lat), weight in zip(found.lonlat.tolist(), found.weight.tolist(), strict=True)
    }
    assert got == wanted
    nodata, zero = int((values < 0).sum()), int((values == 0).sum())
    assert report.counts() == {"taken": len(wanted), "zero": zero, "nodata": nodata}
    assert report.layer is not None
    assert (report.layer.kind, report.layer.datum) == ("raster", "wgs84")


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(1, 40), st.booleans())
def test_the_sum_of_a_projected_raster_is_kept(
    database: Database, tmp_path: Path, seed: int, height: int, width: int, tiled: bool
) -> None:
    values = people(seed, (height, width))
    values[0, 0] = 1
    x, y = Transformer.from_crs("EPSG:4326", MOLLWEIDE, always_xy=True).transform(116.8, 33.9)
    path = write_tiff(
        tmp_path / "ghsl.tif", values, crs=MOLLWEIDE, transform=from_origin(x, y, 100, 100),
        nodata=-99999, **(TILED if tiled else STRIPED),
    )  # fmt: skip
    report = take(database, path, replace=True)
    positive = values[values > 0].astype(float)
    assert report.layer is not None
    assert report.layer.cells == len(positive)
    assert report.layer.total == pytest.approx(positive.sum(), rel=1e-12)
    back = Transformer.from_crs(MOLLWEIDE, "EPSG:4326", always_xy=True).transform(x + 50, y - 50)
    nearest = np.abs(read(database, "layer").lonlat - back).max(axis=1).min()
    assert nearest < 1e-7


def test_below_zero_is_no_weight_and_is_told(database: Database, tmp_path: Path) -> None:
    values = np.array([[5, -3], [0, np.nan]], dtype="float64")
    report = take(database, write_tiff(tmp_path / "a.tif", values))
    assert report.counts() == {"taken": 1, "zero": 1, "nodata": 1, "negative": 1}


@pytest.mark.parametrize(
    ("nodata", "weights"),
    [(None, [7.0, 255.0, 3.0]), (0, [7.0, 255.0, 3.0]), (255, [7.0, 3.0]), (7, [255.0, 3.0])],
)
def test_any_value_may_stand_for_no_data(
    database: Database, tmp_path: Path, nodata: int | None, weights: list[float]
) -> None:
    values = np.array([[0, 7], [255, 3]], dtype="uint8")
    report = take(database, write_tiff(tmp_path / "a.tif", values, nodata=nodata))
    assert read(database, "layer").weight.tolist() == weights
    assert sum(report.counts().values()) == 4
    assert report.counts().get("nodata", 0) == (nodata is not None)
    assert report.counts().get("zero", 0) == (nodata != 0)


def test_a_mask_of_its_own_counts(database: Database, tmp_path: Path) -> None:
    import rasterio

    path = tmp_path / "a.tif"
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        write_tiff(path, np.array([[1.0, 2.0, 4.0]]))
        with rasterio.open(path, "r+") as data:
            data.write_mask(np.array([[True, False, True]]))
    report = take(database, path)
    assert report.counts() == {"taken": 2, "nodata": 1}
    assert read(database, "layer").weight.tolist() == [1.0, 4.0]


def test_scale_and_offset_count(database: Database, tmp_path: Path) -> None:
    import rasterio

    path = write_tiff(tmp_path / "a.tif", np.array([[0, 10]], dtype="int16"))
    with rasterio.open(path, "r+") as data:
        data.scales, data.offsets = (0.5,), (2.0,)
    take(database, path)
    assert read(database, "layer").weight.tolist() == [2.0, 7.0]
    with rasterio.open(path, "r+") as data:
        data.nodata = 0
    assert take(database, path, replace=True).counts() == {"taken": 1, "nodata": 1}


def test_gcj02_rasters_are_put_right_when_it_is_said(database: Database, tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "a.tif", np.array([[1.0]]))
    report = take(database, path, datum=Datum.GCJ02)
    (place,) = read(database, "layer").lonlat.tolist()
    assert wgs84_to_gcj02(*place) == pytest.approx((116.7005, 33.9995), abs=1e-7)
    assert report.layer is not None
    assert report.layer.datum == "gcj02"


def test_a_raster_that_says_nothing_of_its_datum_is_refused(
    database: Database, tmp_path: Path
) -> None:
    path = write_tiff(tmp_path / "a.tif", np.ones((2, 2)), crs=None)
    with pytest.raises(DatumUnknown):
        take(database, path)
    assert take(database, path, datum=Datum.WGS84).changed


def test_bands_must_be_chosen(database: Database, tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "a.tif", np.stack([np.ones((2, 2)), np.full((2, 2), 3.0)]))
    with pytest.raises(FileRefused, match="--band"):
        take(database, path)
    with pytest.raises(FileRefused, match="没有第 3 个波段"):
        take(database, path, reading={"band": 3})
    take(database, path, reading={"band": 2})
    assert read(database, "layer").weight.tolist() == [3.0] * 4


def test_what_is_no_raster_of_weights_is_refused(database: Database, tmp_path: Path) -> None:
    nowhere = write_tiff(
        tmp_path / "nowhere.tif", np.ones((2, 2)), transform=from_origin(0, 0, 1, -1)
    )
    with pytest.raises(FileRefused, match="没有地理参考"):
        take(database, nowhere)
    waves = write_tiff(tmp_path / "waves.tif", np.ones((2, 2), dtype="complex64"))
    with pytest.raises(FileRefused, match="complex64"):
        take(database, waves)
    empty = write_tiff(tmp_path / "empty.tif", np.zeros((2, 2)))
    with pytest.raises(FileRefused, match="没有大于 0 的数量"):
        take(database, empty)
    for number, content in enumerate((b"", b"PK\3\4", b"II*\0" + b"\xff" * 500, b"<VRTDataset/>")):
        broken = tmp_path / f"broken{number}.tif"
        broken.write_bytes(content)
        with pytest.raises(FileRefused):
            take(database, broken)


def test_a_torn_raster_is_refused_and_nothing_is_kept(database: Database, tmp_path: Path) -> None:
    whole = write_tiff(
        tmp_path / "a.tif", people(2, (300, 300)), nodata=-99999, **TILED
    ).read_bytes()
    torn = tmp_path / "torn.tif"
    torn.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(FileRefused):
        take(database, torn)
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM demand_layer").fetchone() == (0,)


def test_nothing_beside_the_file_is_read(database: Database, tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "a.tif", np.ones((2, 2)))
    (tmp_path / "a.tif.aux.xml").write_text(
        '<PAMDataset><PAMRasterBand band="1"><NoDataValue>1</NoDataValue></PAMRasterBand></PAMDataset>'
    )
    assert take(database, path).counts() == {"taken": 4}


def test_too_many_cells_are_refused(database: Database, tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "a.tif", np.ones((30, 30)))
    with pytest.raises(LimitExceeded, match="STATION_MAP_IMPORT_MAX_CELLS"):
        take(database, path, limits=ImportLimits(max_cells=899))


def test_a_bomb_meets_the_bounds_of_the_reader(database: Database, tmp_path: Path) -> None:
    # One strip of 1.6 billion pixels: some megabytes on disk, 6.4 GB unpacked.
    path = tmp_path / "bomb.tif"
    import rasterio

    with rasterio.open(
        path, "w", driver="GTiff", width=40_000, height=40_000, count=1, dtype="float32",
        crs="EPSG:4326", transform=from_origin(73, 54, 0.001, 0.001), blockysize=40_000,
        compress="deflate", sparse_ok=True,
    ):  # fmt: skip
        pass
    limits = ImportLimits(reader_memory_bytes=1500 << 20, reader_seconds=60)
    with pytest.raises(FileRefused):
        take(database, path, limits=limits)


PEAK = """
import io, json, resource, sys
from station_map.importers.demand.child import serve
from station_map.importers.limits import ImportLimits
out = io.BytesIO()
request = {"path": sys.argv[1], "form": "raster", "band": None}
serve(request, ImportLimits(), out)
print(json.dumps({"kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""


def peak_kb(path: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(path)],
        capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(geodata_dir().parent)},
    )  # fmt: skip
    return int(json.loads(done.stdout)["kb"])


def test_memory_does_not_grow_with_the_raster(database: Database, tmp_path: Path) -> None:
    spots = [(0, 0), (39_999, 19_999), (12_345, 6_789), (256, 256)]
    large = write_sparse(tmp_path / "large.tif", 40_000, 20_000, spots)
    small = write_sparse(tmp_path / "small.tif", 2_048, 2_048, spots[:1])
    # 800 million pixels are 3.2 GB; a window takes 16 MB and its masks as much again.
    assert peak_kb(large) - peak_kb(small) < 100_000
    report = take(database, large)
    assert report.counts()["taken"] == len(spots)
    assert read(database, "layer").weight.sum() == len(spots)
