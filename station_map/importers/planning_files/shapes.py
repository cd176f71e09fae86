"""Shapes of a file as its own process reads them: layers with their columns, areas by name."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from station_map.importers.demand.frames import read_frames
from station_map.importers.limits import ImportLimits
from station_map.importers.reading.process import (
    end_reader,
    start_reader,
    stream_of,
    why_it_ended,
)
from station_map.importers.reading.refusals import Refusal
from station_map.importers.reading.sheets import refused

_MODULE: Final = "station_map.importers.planning_files.child"


@dataclass(frozen=True, slots=True)
class ShapeLayer:
    """A layer that begins here. rows: of a raster its pixels."""

    name: str
    crs: str | None
    notes: tuple[str, ...]
    labels: tuple[str, ...]
    rows: int | None


@dataclass(frozen=True, slots=True)
class ShapeRows:
    """Some features: (name, GeoJSON or None, why there is none). done: read so far, in all."""

    areas: list[tuple[str, str | None, str]]
    done: int


@contextmanager
def open_shapes(
    path: Path,
    form: str,
    limits: ImportLimits,
    what: Literal["look", "areas"],
    names: Mapping[str, str] | None = None,
) -> Iterator[Iterator[ShapeLayer | ShapeRows]]:
    """What the file holds, in order. names: the column that names an area, by layer.

    Raises FileRefused or LimitExceeded, also while iterating.
    """
    with tempfile.TemporaryDirectory(prefix="station-map-shapes-") as scratch:
        request = {
            "path": str(path.resolve()),
            "form": form,
            "what": what,
            "names": dict(names or {}),
            "scratch": scratch,
            "limits": dataclasses.asdict(limits),
        }
        process = start_reader(_MODULE, request)
        try:
            yield _told(path, limits, process)
        finally:
            end_reader(process)


def _told(path: Path, limits: ImportLimits, process: Any) -> Iterator[ShapeLayer | ShapeRows]:
    for head, _, _ in read_frames(stream_of(process.stdout)):
        if head["t"] == "end":
            return
        if head["t"] == "refused":
            raise refused(path, Refusal(head["zh"], head["en"], limit=head["limit"]))
        if head["t"] == "layer":
            notes, labels = tuple(head["notes"]), tuple(head["labels"])
            yield ShapeLayer(head["name"], head["crs"], notes, labels, head["rows"])
        else:
            areas = [(name, shape, why) for name, shape, why in head["areas"]]
            yield ShapeRows(areas, head["done"])
    # One that still has something to say would wait for ever to be heard.
    stream_of(process.stdout).close()
    raise refused(path, why_it_ended(process, limits))
