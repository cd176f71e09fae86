"""The installation's own secret: from a setting, or made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Final

from station_map.errors import EnvironmentFault

FILE: Final = "report-key"
SHORTEST: Final = 16  # bytes
_MADE: Final = 32


def secret_of(given: str | None, data_dir: Path) -> bytes:
    """`given`, or what the file in `data_dir` holds; the first who asks makes the file.

    Raises EnvironmentFault when there is no usable secret and none can be made.
    """
    if given is not None:
        return given.encode()
    return _kept(data_dir / FILE)


@lru_cache(maxsize=8)
def _kept(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        held = path.read_bytes()
    except OSError as error:
        raise _unusable(path, str(error)) from error
    if len(held) < SHORTEST:
        raise _unusable(path, f"shorter than {SHORTEST} bytes")
    return held


def _make(path: Path) -> None:
    """Whole or not at all, and of two processes that make it at once the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_MADE))
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _unusable(path: Path, why: str) -> EnvironmentFault:
    return EnvironmentFault(
        f"反馈用的密钥 {path} 不能用：{why}。 The key for reports cannot be used: {why}.",
        remedies=("STATION_MAP_REPORT_KEY=<a secret of 16 bytes or more>",),
    )
