"""A bounded folder of pictures that were drawn already, shared by all processes of a machine.

It can be emptied at any time: what is not there is drawn again. A folder that cannot be
written to costs time and nothing else.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

FOLDER: Final = "share-pictures"
MOST_FILES: Final = 400
"""About 20 MB: a picture weighs 20 to 60 KB."""
_SWEPT_TO: Final = 300
_NAME: Final = re.compile(r"[0-9a-f]{24,64}(?:-\d{1,4})?", re.ASCII)
_READABLE: Final = 0o644

_log = logging.getLogger(__name__)
# One drawing at a time in a process: each takes a processor and ten megabytes.
_drawing = Lock()


def kept(data_dir: Path, name: str, draw: Callable[[], bytes]) -> bytes:
    """The picture called `name` (hex digits, made of all that it shows), drawn if need be."""
    if _NAME.fullmatch(name) is None:
        raise ValueError(name)
    path = data_dir / FOLDER / f"{name}.png"
    found = _read(path)
    if found is not None:
        return found
    with _drawing:
        # While we waited, the same picture may have been drawn.
        found = _read(path) or draw()
    _write(path, found)
    return found


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
        os.utime(path)  # so that what is asked for stays
    except OSError:
        return None
    return data or None


def _write(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(
            os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _READABLE), "wb"
        ) as file:
            file.write(data)
        partial.rename(path)
        _sweep(path.parent)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        _log.warning("pictures of shared links cannot be kept in the data folder")


def _sweep(folder: Path) -> None:
    """Let go of those that nobody asked for longest, once there are too many."""
    with os.scandir(folder) as entries:
        files = [entry.path for entry in entries]
    if len(files) <= MOST_FILES:
        return
    by_use = sorted((_used(path), path) for path in files)
    for _, path in by_use[: len(files) - _SWEPT_TO]:
        Path(path).unlink(missing_ok=True)


def _used(path: str) -> float:
    try:
        return Path(path).stat().st_mtime
    except OSError:  # another process let go of it
        return 0.0
