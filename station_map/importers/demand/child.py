"""The demand reader's own process: bounded in memory and CPU time, one file onto a pipe.

Run as `python -m station_map.importers.demand.child` with a JSON request on standard input;
frames leave on standard output (see `frames`).
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from station_map.importers.demand.frames import write_cells, write_head
from station_map.importers.limits import ImportLimits
from station_map.importers.reading.child import GDAL_ENVIRONMENT, bound_resources
from station_map.importers.reading.refusals import Refusal, too_much

RASTER = "raster"


def serve(request: dict[str, Any], limits: ImportLimits, out: BinaryIO) -> None:
    """Every layer of the file: a frame "layer", its "cells", a frame "counted"; then "end"."""
    path = Path(request["path"])
    if request["form"] == RASTER:
        _raster(path, request, limits, out)
    else:
        _vector(path, request, limits, out)
    write_head(out, {"t": "end"})


def _raster(path: Path, request: dict[str, Any], limits: ImportLimits, out: BinaryIO) -> None:
    import rasterio

    from station_map.importers.demand.raster import OPTIONS, RasterSource

    with rasterio.Env(**OPTIONS):
        source = RasterSource(path, request["band"], limits)
        _layer(out, path.stem, source.crs, source.notes, source.pixels)
        _cells(out, source)
    write_head(out, {"t": "counted", "kind": RASTER, **source.counted.as_json()})


def _vector(path: Path, request: dict[str, Any], limits: ImportLimits, out: BinaryIO) -> None:
    from station_map.importers.demand.vector import VectorOptions, VectorSource, layers

    options = VectorOptions(request["columns"], request["count_rows"], request["spacing_m"], limits)
    for layer in layers(path, request["form"], limits):
        source = VectorSource(layer, options)
        _layer(out, layer.name, layer.crs, layer.notes, layer.rows, h3=source.by_h3)
        _cells(out, source)
        write_head(out, {"t": "counted", "kind": source.kind.value, **source.counted.as_json()})


def _layer(
    out: BinaryIO,
    name: str,
    crs: str | None,
    notes: tuple[str, ...],
    total: int | None,
    *,
    h3: bool = False,
) -> None:
    head = {"t": "layer", "name": name, "crs": crs, "notes": notes, "total": total, "h3": h3}
    write_head(out, head)
    out.flush()


def _cells(out: BinaryIO, source: Any) -> None:
    for lonlat, weight, done in source.cells():
        write_cells(out, lonlat, weight, done)
        write_head(out, {"t": "done", "done": done})


def _refused(out: BinaryIO, refusal: Refusal) -> None:
    write_head(out, {"t": "refused", "zh": refusal.zh, "en": refusal.en, "limit": refusal.limit})


def main() -> None:
    """Serve one request, then exit; refusals travel as a frame."""
    request = json.loads(sys.stdin.buffer.readline())
    limits = ImportLimits(**request["limits"])
    os.environ.update(GDAL_ENVIRONMENT)
    bound_resources(limits)
    out = sys.stdout.buffer
    # The parent is gone, or wants no more: nobody is left to tell.
    with contextlib.suppress(BrokenPipeError):
        try:
            serve(request, limits, out)
        except Refusal as refusal:
            _refused(out, refusal)
        except MemoryError:
            bound = limits.reader_memory_bytes
            zh, en = "文件太大，读取时内存不够", "the file needs too much memory to read"
            _refused(out, too_much(zh, en, "reader_memory_bytes", bound))
        out.flush()
    # Skip the interpreter's tidy-up, as the station importer's reader does.
    os._exit(0)


if __name__ == "__main__":
    main()
