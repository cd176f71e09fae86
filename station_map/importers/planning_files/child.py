"""The reader's own process for shapes: bounded in memory and CPU time, one file onto a pipe.

Run as `python -m station_map.importers.planning_files.child` with a JSON request on standard
input; heads leave on standard output (`importers/demand/frames.py`). what: "look" for the columns
of each layer, "areas" for its polygons too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import Any, BinaryIO, Final

import shapely

from station_map.importers.demand.frames import write_head
from station_map.importers.limits import ImportLimits
from station_map.importers.reading.refusals import too_much
from station_map.importers.reading.serving import serve_one

RASTER: Final = "raster"
MOST_AREAS: Final = 5_000
_STEP: Final = 200


def serve(request: dict[str, Any], limits: ImportLimits, out: BinaryIO) -> None:
    """For every layer a head "layer" and, when asked for, heads "areas"; then "end"."""
    path, form = Path(request["path"]), request["form"]
    if form == RASTER:
        _raster(path, limits, out)
    else:
        _vector(path, request, limits, out)
    write_head(out, {"t": "end"})


def _raster(path: Path, limits: ImportLimits, out: BinaryIO) -> None:
    import rasterio

    from station_map.importers.demand.raster import OPTIONS, RasterSource

    with rasterio.Env(**OPTIONS):
        source = RasterSource(path, 1, limits)
    _head(out, path.stem, source.crs, source.notes, (), source.pixels)


def _vector(path: Path, request: dict[str, Any], limits: ImportLimits, out: BinaryIO) -> None:
    number = 0
    for layer in _layers(path, request, limits):
        _head(out, layer.name, layer.crs, layer.notes, layer.labels, layer.rows)
        if request["what"] != "areas":
            continue
        label = request["names"].get(layer.name)
        place = layer.labels.index(label) if label in layer.labels else None
        for some in batched(layer.features, _STEP):
            number += len(some)
            if number > MOST_AREAS:
                raise too_much("面太多", "too many areas", "max_areas", MOST_AREAS)
            told = [_area(one, place) for one in some]
            write_head(out, {"t": "areas", "areas": told, "done": number})


def _layers(path: Path, request: dict[str, Any], limits: ImportLimits) -> Iterator[Any]:
    from station_map.importers.demand.vector import layers, shapefile_layer
    from station_map.importers.reading.shapefile_zip import unpacked

    if request["form"] != "shapefile":
        yield from layers(path, request["form"], limits)
        return
    for shape, encoding, name in unpacked(path, limits, Path(request["scratch"])):
        yield shapefile_layer(shape, limits, encoding, name)


def _head(
    out: BinaryIO, name: str, crs: str | None, notes: Any, labels: Any, rows: int | None
) -> None:
    head = {"t": "layer", "name": name[:200], "crs": crs, "notes": notes, "rows": rows}
    write_head(out, {**head, "labels": [str(label)[:200] for label in labels]})
    out.flush()


def _area(feature: Any, place: int | None) -> tuple[str, str | None, str]:
    """(name, GeoJSON of valid polygons, why there are none)."""
    from station_map.importers.demand.vector import area_of

    name = "" if place is None else str(feature.values[place])[:200]
    found = area_of(feature.geometry)
    if isinstance(found, str):
        return name, None, found
    return name, shapely.to_geojson(found), ""


if __name__ == "__main__":
    serve_one(serve, write_head)
