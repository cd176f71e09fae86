"""Photos that riders send: drawn anew, so that nothing but the picture is left, and kept.

A photo from a telephone holds where and when it was taken, and with what; a file from a
stranger may be anything that only looks like a picture. So the pixels are decoded within
bounds, scaled down and encoded again. Files lie in the data folder under random names; nothing
serves them.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from station_map.errors import InputError, LimitExceeded, NotFound

FOLDER: Final = "report-photos"
FORMATS: Final = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE_PX: Final = 1_600
_QUALITY: Final = 80
_NAME: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_ALLOWED: Final = "a JPEG, PNG or WebP picture"
_EXAMPLE: Final = '"photo": "/9j/4AAQSkZJRg…"'


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """Bounds of one photo as it is sent: bytes, and pixels once it is decoded."""

    max_bytes: int
    max_pixels: int


def redraw(data: bytes, limits: PhotoLimits) -> bytes:
    """The picture in `data` as a JPEG without any metadata, upright, at most LONGEST_SIDE_PX.

    Raises LimitExceeded beyond `limits`, InputError for what is no whole picture.
    """
    if len(data) > limits.max_bytes:
        raise _too_large(f"{limits.max_bytes / 1e6:g} MB")
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            return _redrawn(picture, limits)
    except LimitExceeded:
        raise
    except Image.DecompressionBombError:
        raise _too_large(f"{limits.max_pixels / 1e6:g} million pixels") from None
    except UnidentifiedImageError:
        raise _no_picture(
            "不是照片，只收 JPEG、PNG、WebP。 This is no JPEG, PNG or WebP."
        ) from None
    except Exception:  # noqa: BLE001 - a stranger's file can break a decoder in any way
        raise _no_picture("照片坏了，打不开。 The picture is broken.") from None


def _redrawn(picture: Image.Image, limits: PhotoLimits) -> bytes:
    # The size stands in the file's head; nothing is decoded before it is known to be bounded.
    width, height = picture.size
    if width * height > limits.max_pixels:
        raise _too_large(f"{limits.max_pixels / 1e6:g} million pixels")
    # A JPEG can be decoded at half or a quarter of its size, in as much less memory.
    picture.draft("RGB", (LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    # A new picture holds pixels only: no EXIF, no comment, no thumbnail, no text chunks.
    clean = Image.new("RGB", upright.size, "white")
    seen_through = upright.has_transparency_data
    shown = upright.convert("RGBA" if seen_through else "RGB")
    clean.paste(shown, mask=shown if seen_through else None)
    out = BytesIO()
    clean.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def keep(data_dir: Path, jpeg: bytes) -> str:
    """Write a redrawn photo; its name, which nobody can guess. Whole or not at all."""
    name = secrets.token_hex(16)
    path = path_of(data_dir, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{name}.part")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(jpeg)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    return name


def discard(data_dir: Path, name: str) -> None:
    """Delete a kept photo whose report was not stored after all."""
    path_of(data_dir, name).unlink(missing_ok=True)


def path_of(data_dir: Path, name: str) -> Path:
    """Where the photo of that name lies. Raises NotFound for what cannot be a name."""
    if _NAME.fullmatch(name) is None:
        raise NotFound("photo", name)
    return data_dir / FOLDER / name[:2] / f"{name}.jpg"


def _too_large(bound: str) -> LimitExceeded:
    return LimitExceeded(
        f"照片太大，最多 {bound}。 The photo is too large: at most {bound}.",
        parameter="photo",
        allowed=f"{_ALLOWED} of at most {bound}",
        example=_EXAMPLE,
    )


def _no_picture(message: str) -> InputError:
    return InputError(message, parameter="photo", allowed=_ALLOWED, example=_EXAMPLE)
