"""The reader's own process: bounded in memory and CPU time, parsing one file onto a pipe.

Run as `python -m station_map.importers.reading.child` with a JSON request on standard
input; frames leave on standard output (see `frames`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.frames import write_frame
from station_map.importers.reading.rows import Layer, RowBudget, chunks
from station_map.importers.reading.serving import serve_one


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


def serve(request: dict[str, Any], limits: ImportLimits, out: BinaryIO) -> None:
    """Write every frame of the file that was asked for."""
    layers = layers_of(Path(request["path"]), request["form"], limits, Path(request["scratch"]))
    for frame in frames_of(layers, limits):
        write_frame(out, frame)


if __name__ == "__main__":
    serve_one(serve, write_frame)
