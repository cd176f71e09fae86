"""The files of stations' photos, in the data folder.

A file is named by the SHA-256 of its JPEG, so the same picture is kept once, whichever stations
show it, and its address can be kept for ever. Each exists in a few sizes, as JPEG and as WebP.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from station_map.errors import EnvironmentFault, NotFound
from station_map.store.pictures import (
    PhotoLimits,
    as_jpeg,
    as_webp,
    decoded,
    reduced,
    write_whole,
)

FOLDER: Final = "station-photos"
SIDES_PX: Final = (480, 960)
"""Longer sides of the reduced forms; a form exists where the picture is larger than it."""
FORMS: Final = {"jpg": as_jpeg, "webp": as_webp}
_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_READABLE: Final = 0o644


class Photo(NamedTuple):
    """A photo on record. sha256: of its JPEG, and its name. Sizes in pixels."""

    id: int
    sha256: str
    caption: str | None
    width_px: int
    height_px: int
    added_at: dt.datetime

    def sides(self) -> tuple[int, ...]:
        """Longer sides in which it exists, its own last."""
        return sides_of(max(self.width_px, self.height_px))

    def size_at(self, side_px: int) -> tuple[int, int]:
        """Width and height of the form with that longer side, to a pixel."""
        own = max(self.width_px, self.height_px)
        width, height = (round(one * side_px / own) for one in (self.width_px, self.height_px))
        return max(width, 1), max(height, 1)


def sides_of(own: int) -> tuple[int, ...]:
    """Longer sides in which a picture is kept whose own longer side that is; its own last."""
    return (*(side for side in SIDES_PX if side < own), own)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture ready to be kept. files: contents by name."""

    sha256: str
    width_px: int
    height_px: int
    files: dict[str, bytes]


def prepare(data: bytes, limits: PhotoLimits) -> Prepared:
    """The picture in `data` in every size, drawn anew: nothing of the file itself is kept.

    Raises LimitExceeded beyond `limits`, InputError for what is no whole picture.
    """
    picture = decoded(data, limits)
    own = max(picture.size)
    made = {
        (side, form): encode(reduced(picture, side))
        for side in sides_of(own)
        for form, encode in FORMS.items()
    }
    name = sha256(made[own, "jpg"]).hexdigest()
    files = {_file_name(name, side, form, own): file for (side, form), file in made.items()}
    return Prepared(name, *picture.size, files)


def file_of(data_dir: Path, photo: Photo, side_px: int, form: str) -> bytes:
    """The file of a photo. side_px: one of its `sides()`. Raises NotFound when it is gone."""
    own = max(photo.width_px, photo.height_px)
    path = _folder(data_dir, photo.sha256) / _file_name(photo.sha256, side_px, form, own)
    try:
        return path.read_bytes()
    except OSError:
        raise NotFound("photo", str(photo.id)) from None


def lacks_files(data_dir: Path, photo: Photo) -> bool:
    """Whether any file of a photo is not where it should be."""
    return not all(path.is_file() for path in _files(data_dir, photo))


def write_files(data_dir: Path, new: Sequence[Prepared]) -> None:
    """Write the files of pictures; none of them stays when one cannot be written.

    Raises EnvironmentFault.
    """
    written: list[Path] = []
    try:
        for one in new:
            folder = _folder(data_dir, one.sha256)
            folder.mkdir(parents=True, exist_ok=True)
            for name, data in one.files.items():
                # Another station may show the same picture: its file is as good.
                if not (folder / name).exists():
                    write_whole(folder / name, data, _READABLE)
                    written.append(folder / name)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise EnvironmentFault(
            f"照片写不进 {data_dir / FOLDER}：{error.strerror}。 The photo cannot be written there.",
            remedies=("df -h; ls -ld " + str(data_dir),),
        ) from error


def delete_files(data_dir: Path, photo: Photo) -> None:
    """Delete the files of a photo, as far as they are there."""
    for path in _files(data_dir, photo):
        path.unlink(missing_ok=True)


def _files(data_dir: Path, photo: Photo) -> Iterator[Path]:
    own = max(photo.width_px, photo.height_px)
    for side in photo.sides():
        for form in FORMS:
            name = _file_name(photo.sha256, side, form, own)
            yield _folder(data_dir, photo.sha256) / name


def _folder(data_dir: Path, name: str) -> Path:
    if _HEX.fullmatch(name) is None:
        raise NotFound("photo", name)
    return data_dir / FOLDER / name[:2]


def _file_name(name: str, side: int, form: str, own: int) -> str:
    """Such as "ab….jpg" in full, "ab…-480.jpg" reduced."""
    return f"{name}.{form}" if side == own else f"{name}-{side}.{form}"
