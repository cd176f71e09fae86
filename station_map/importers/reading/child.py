"""The reader's own process: bounded in memory and CPU time, parsing one file onto a pipe.

Run as `python -m station_map.importers.reading.child` with a JSON request on standard
input; frames leave on standard output (see `frames`).
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.frames import write_frame
from station_map.importers.reading.refusals import Refusal, too_much
from station_map.importers.reading.rows import Layer, RowBudget, chunks

# No remote files, no drivers that reach out: GDAL reads the named local file or nothing.
GDAL_ENVIRONMENT: Final = {
    "GDAL_SKIP": "HTTP,WFS,OAPIF,CSW,Carto,AmigoCloud,PLSCENES,EEDA,OGCAPI,NGW,Elasticsearch,"
    "GeoRSS,OGR_VRT,GDALG,ADBC,LIBKML,KML,GML,CSV,PDF,GPSBabel",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_MAX_RETRY": "0",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "CPL_DEBUG": "OFF",
    "OGR_ORGANIZE_POLYGONS": "SKIP",
}


def bound_resources(limits: ImportLimits) -> None:
    """Memory and CPU time that this process may use; no core file when it breaks."""
    for what, bound in (
        (resource.RLIMIT_AS, limits.reader_memory_bytes),
        (resource.RLIMIT_CPU, limits.reader_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(
            what, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard)
        )


def layers_of(path: Path, form: str, limits: ImportLimits, scratch: Path) -> Iterator[Layer]:
    """Layers of a file in the given form; parsers are imported only when needed."""
    if form == "xlsx":
        from station_map.importers.reading import xlsx

        return xlsx.layers(path, limits)
    if form == "csv":
        from station_map.importers.reading import csv_text

        return csv_text.layers(path, limits)
    if form == "geojson":
        from station_map.importers.reading import geojson

        return geojson.layers(path, limits)
    if form == "kml":
        from station_map.importers.reading import kml

        return kml.layers(path, limits)
    if form == "gpkg":
        from station_map.importers.reading import ogr

        return ogr.geopackage_layers(path, limits)
    from station_map.importers.reading import shapefile_zip

    return shapefile_zip.layers(path, limits, scratch)


def frames_of(layers: Iterator[Layer], limits: ImportLimits) -> Iterator[dict[str, Any]]:
    """Everything the parent is told about a file, in order."""
    budget = RowBudget(limits)
    for layer in layers:
        yield {
            "t": "sheet",
            "name": layer.name,
            "first_column": layer.first_column,
            "fields": layer.fields,
            "merged": layer.merged,
            "crs": layer.crs,
            "notes": layer.notes,
            "rows_hint": layer.rows_hint,
            "hidden": layer.hidden,
            "last": layer.last,
        }
        yield from chunks(layer, budget)
    yield {"t": "end"}


def _refusal_frame(refusal: Refusal) -> dict[str, Any]:
    return {"t": "refused", "zh": refusal.zh, "en": refusal.en, "limit": refusal.limit}


def _out_of_memory(limits: ImportLimits) -> Refusal:
    return too_much(
        "文件太大，读取时内存不够",
        "the file needs too much memory to read",
        "reader_memory_bytes",
        limits.reader_memory_bytes,
    )


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
            layers = layers_of(
                Path(request["path"]), request["form"], limits, Path(request["scratch"])
            )
            for frame in frames_of(layers, limits):
                write_frame(out, frame)
        except Refusal as refusal:
            write_frame(out, _refusal_frame(refusal))
        except MemoryError:
            write_frame(out, _refusal_frame(_out_of_memory(limits)))
        out.flush()
    # Skip the interpreter's tidy-up: the parsed workbook may be large.
    os._exit(0)


if __name__ == "__main__":
    main()
