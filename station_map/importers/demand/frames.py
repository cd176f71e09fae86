"""What the demand reader's process tells its parent: a head of JSON, and arrays of doubles.

Neither can run code in the parent: JSON, and bytes that are taken as numbers of a stated count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_LENGTH: Final = 4
_MOST_HEAD: Final = 64 << 20
# Cells of one frame: 24 bytes each.
MOST_CELLS: Final = 500_000


def write_head(stream: BinaryIO, head: dict[str, Any]) -> None:
    """Send a frame without arrays. Lone surrogates become "?": they are no text."""
    body = json.dumps(head, ensure_ascii=False).encode("utf-8", "replace")
    stream.write(len(body).to_bytes(_LENGTH, "big"))
    stream.write(body)


def write_cells(stream: BinaryIO, lonlat: Floats, weight: Floats, done: int) -> None:
    """Send cells: lonlat (n, 2), weight (n,), in frames of bounded size. done: for progress."""
    for start in range(0, len(weight), MOST_CELLS):
        some = weight[start : start + MOST_CELLS]
        write_head(stream, {"t": "cells", "cells": len(some), "done": done})
        stream.write(lonlat[start : start + MOST_CELLS].astype("<f8").tobytes())
        stream.write(some.astype("<f8").tobytes())


def read_frames(stream: BinaryIO) -> Iterator[tuple[dict[str, Any], Floats, Floats]]:
    """Heads with their cells (none but of frames "cells"), until the pipe ends or is cut short."""
    nothing = np.empty((0, 2)), np.empty(0)
    while len(length := stream.read(_LENGTH)) == _LENGTH:
        size = int.from_bytes(length, "big")
        if size > _MOST_HEAD or len(body := stream.read(size)) < size:
            return
        head = json.loads(body)
        if head["t"] != "cells":
            yield head, *nothing
            continue
        count = min(int(head["cells"]), MOST_CELLS)
        numbers = stream.read(24 * count)
        if len(numbers) < 24 * count:
            return
        table = np.frombuffer(numbers, "<f8").astype(np.float64)
        yield head, table[: 2 * count].reshape(-1, 2), table[2 * count :]
