"""The demand reader's own process: bounded in memory and CPU time, one file onto a pipe.

Run as `python -m station_map.importers.demand.child` with a JSON request on standard input;
frames leave on standard output (see `frames`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from station_map.importers.demand.frames import write_cells, write_head
from station_map.importers.limits import ImportLimits
from station_map.importers.reading.serving import serve_one

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


if __name__ == "__main__":
    serve_one(serve, write_head)
