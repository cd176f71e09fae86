"""Photos that riders send: drawn anew, so that nothing but the picture is left, and kept.

Files lie in the data folder under random names; nothing serves them.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Final

from station_map.errors import NotFound
from station_map.store.pictures import PhotoLimits, as_jpeg, decoded, write_whole

FOLDER: Final = "report-photos"
_NAME: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


def redraw(data: bytes, limits: PhotoLimits) -> bytes:
    """The picture in `data` as a JPEG without any metadata, upright, at most LONGEST_SIDE_PX.

    Raises LimitExceeded beyond `limits`, InputError for what is no whole picture.
    """
    return as_jpeg(decoded(data, limits))


def keep(data_dir: Path, jpeg: bytes) -> str:
    """Write a redrawn photo; its name, which nobody can guess. Whole or not at all."""
    name = secrets.token_hex(16)
    path = path_of(data_dir, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, jpeg, 0o600)
    return name


def discard(data_dir: Path, name: str) -> None:
    """Delete a kept photo whose report was not stored after all."""
    path_of(data_dir, name).unlink(missing_ok=True)


def path_of(data_dir: Path, name: str) -> Path:
    """Where the photo of that name lies. Raises NotFound for what cannot be a name."""
    if _NAME.fullmatch(name) is None:
        raise NotFound("photo", name)
    return data_dir / FOLDER / name[:2] / f"{name}.jpg"
