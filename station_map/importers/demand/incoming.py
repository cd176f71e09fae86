"""A file's layers as they come in: places in degrees of a stated datum, and weights."""

from __future__ import annotations

import dataclasses
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from station_map.domain.demand import DemandKind
from station_map.importers.demand.counting import Counted
from station_map.importers.demand.frames import read_frames
from station_map.importers.demand.spreading import USUAL_SPACING_M
from station_map.importers.limits import ImportLimits
from station_map.importers.reading.process import (
    end_reader,
    start_reader,
    stream_of,
    why_it_ended,
)
from station_map.importers.reading.refusals import Refusal
from station_map.importers.reading.sheets import refused
from station_map.importers.reading.sniff import form_of

Floats = NDArray[np.float64]
_MODULE: Final = "station_map.importers.demand.child"
_RASTERS: Final = (".tif", ".tiff")
_TIFF_MAGIC: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
RASTER: Final = "raster"
TABLES: Final = ("csv", "xlsx")
ARRAYS: Final = (RASTER, "geojson", "gpkg")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a file is read. columns: what columns hold, by their text. band: of a raster."""

    columns: Mapping[str, str] = field(default_factory=dict)
    count_rows: bool = False
    spacing_m: float = USUAL_SPACING_M
    band: int | None = None
    limits: ImportLimits = field(default_factory=ImportLimits)


@dataclass(slots=True)
class Incoming:
    """One sheet or layer. chunks: (lonlat (n, 2), weight (n,), done), once only, in order.

    h3: its places are H3 cells, whose datum is WGS-84. kind and counted hold once the chunks are
    used up.
    """

    name: str
    crs: str | None
    notes: tuple[str, ...]
    total: int | None
    h3: bool
    chunks: Iterator[tuple[Floats, Floats, int]] = field(default_factory=lambda: iter(()))
    kind: DemandKind = DemandKind.POINTS
    counted: Counted = field(default_factory=Counted)


def form_of_demand(path: Path, limits: ImportLimits) -> str:
    """The form to read a file as. Raises FileRefused or LimitExceeded."""
    try:
        if path.suffix.lower() in _RASTERS:
            _check_tiff(path)
            return RASTER
        form = form_of(path, limits)
    except Refusal as refusal:
        raise refused(path, refusal) from refusal
    if form not in (*TABLES, *ARRAYS):
        zh = "需求图层用 csv、xlsx、GeoJSON、GeoPackage、GeoTIFF"
        en = "demand comes as csv, xlsx, GeoJSON, GeoPackage or GeoTIFF"
        raise refused(path, Refusal(zh, en))
    return form


def _check_tiff(path: Path) -> None:
    # Its size is not bounded: it is never held as a whole, and its cells are counted.
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refusal("不是普通文件", "not a regular file")
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        zh, en = f"打不开文件：{error.strerror}", f"cannot open it: {error.strerror}"
        raise Refusal(zh, en) from error
    if head not in _TIFF_MAGIC:
        raise Refusal("不是 GeoTIFF", "no GeoTIFF")


@contextmanager
def open_arrays(path: Path, form: str, options: ReadOptions) -> Iterator[Iterator[Incoming]]:
    """Layers of a raster or vector file, read by another process that ends with this context.

    Raises FileRefused or LimitExceeded, also while iterating.
    """
    request = {
        "path": str(path.resolve()),
        "form": form,
        "columns": dict(options.columns),
        "count_rows": options.count_rows,
        "spacing_m": options.spacing_m,
        "band": options.band,
        "limits": dataclasses.asdict(options.limits),
    }
    process = start_reader(_MODULE, request)
    try:
        frames = read_frames(stream_of(process.stdout))

        def following() -> tuple[dict[str, Any], Floats, Floats]:
            frame = next(frames, None)
            if frame is None:
                # One that still has something to say would wait for ever to be heard.
                stream_of(process.stdout).close()
                raise refused(path, why_it_ended(process, options.limits))
            head = frame[0]
            if head["t"] == "refused":
                raise refused(path, Refusal(head["zh"], head["en"], limit=head["limit"]))
            return frame

        yield _layers(following)
    finally:
        end_reader(process)


def _layers(following: Any) -> Iterator[Incoming]:
    while (head := following()[0])["t"] != "end":
        layer = Incoming(head["name"], head["crs"], tuple(head["notes"]), head["total"], head["h3"])
        layer.chunks = _chunks(following, layer)
        yield layer


def _chunks(following: Any, layer: Incoming) -> Iterator[tuple[Floats, Floats, int]]:
    while True:
        head, lonlat, weight = following()
        if head["t"] == "counted":
            layer.kind = DemandKind(head["kind"])
            told = [(row, outcome, zh, en) for row, outcome, zh, en in head["told"]]
            layer.counted = Counted(head["counts"], told, head["untold"])
            return
        yield lonlat, weight, head["done"]
