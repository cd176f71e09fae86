"""The parent's side of reading: start the reader's process, hand on its sheets row by row."""

from __future__ import annotations

import dataclasses
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from station_map.errors import FileRefused, LimitExceeded
from station_map.importers.limits import ImportLimits
from station_map.importers.reading.frames import read_frames
from station_map.importers.reading.process import (
    end_reader,
    start_reader,
    stream_of,
    why_it_ended,
)
from station_map.importers.reading.refusals import Refusal
from station_map.importers.reading.sniff import form_of

Cell = str | float | int | bool
_MODULE: Final = "station_map.importers.reading.child"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a sheet. numbers: their row numbers as people count them (from 1)."""

    numbers: list[int]
    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet or layer; see `rows.Layer` for the meaning of the fields.

    chunks: filled rows, once only, in order; must be used up before the next sheet.
    """

    name: str
    chunks: Iterator[Chunk]
    first_column: int = 0
    fields: tuple[str, ...] | None = None
    merged: tuple[tuple[int, int, int, int], ...] = ()
    crs: str | None = None
    notes: tuple[str, ...] = ()
    rows_hint: int | None = None
    hidden: bool = False
    last: bool = False


@contextmanager
def open_sheets(path: Path, limits: ImportLimits) -> Iterator[Iterator[Sheet]]:
    """Sheets of a file, read in another process that ends with this context.

    Raises FileRefused or LimitExceeded when the file cannot be read; also while iterating.
    """
    try:
        form = form_of(path, limits)
    except Refusal as refusal:
        raise refused(path, refusal) from refusal
    with tempfile.TemporaryDirectory(prefix="station-map-import-") as scratch:
        process = _start(path, form, limits, scratch)
        try:
            yield _sheets(path, process, limits)
        finally:
            end_reader(process)


def refused(path: Path, refusal: Refusal) -> FileRefused:
    """The error a caller sees for a refusal of this file."""
    kind = LimitExceeded if refusal.limit else FileRefused
    return kind(f"{path.name}：{refusal.zh}\n{path.name}: {refusal.en}", parameter=refusal.limit)


def _start(path: Path, form: str, limits: ImportLimits, scratch: str) -> subprocess.Popen[bytes]:
    return start_reader(
        _MODULE,
        {
            "path": str(path.resolve()),
            "form": form,
            "limits": dataclasses.asdict(limits),
            "scratch": scratch,
        },
    )


def _sheets(path: Path, process: subprocess.Popen[bytes], limits: ImportLimits) -> Iterator[Sheet]:
    frames = _Frames(path, process, limits)
    while (frame := frames.next_sheet()) is not None:
        yield Sheet(
            name=frame["name"],
            chunks=frames.chunks(),
            first_column=frame["first_column"],
            fields=None if frame["fields"] is None else tuple(frame["fields"]),
            merged=tuple(tuple(box) for box in frame["merged"]),
            crs=frame["crs"],
            notes=tuple(frame["notes"]),
            rows_hint=frame["rows_hint"],
            hidden=frame["hidden"],
            last=frame["last"],
        )


class _Frames:
    """Frames of one reader, with its refusals and its death turned into errors."""

    def __init__(self, path: Path, process: subprocess.Popen[bytes], limits: ImportLimits) -> None:
        self._path = path
        self._process = process
        self._limits = limits
        self._frames = read_frames(stream_of(process.stdout))
        self._waiting: dict[str, Any] | None = None

    def next_sheet(self) -> dict[str, Any] | None:
        """The next sheet's frame; rows nobody asked for are passed over."""
        while True:
            frame = self._waiting or self._next()
            self._waiting = None
            if frame["t"] == "end":
                return None
            if frame["t"] == "sheet":
                return frame

    def chunks(self) -> Iterator[Chunk]:
        """Rows up to the next sheet."""
        while True:
            frame = self._next()
            if frame["t"] != "rows":
                self._waiting = frame
                return
            yield Chunk(frame["n"], frame["rows"])

    def _next(self) -> dict[str, Any]:
        frame = next(self._frames, None)
        if frame is None:
            raise refused(self._path, why_it_ended(self._process, self._limits))
        if frame["t"] == "refused":
            raise refused(self._path, Refusal(frame["zh"], frame["en"], limit=frame["limit"]))
        return frame
