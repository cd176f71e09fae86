"""Pictures from strangers and telephones: decoded within bounds, and encoded anew.

A photo from a telephone holds where and when it was taken, and with what; a file from a
stranger may be anything that only looks like a picture. What comes out of here are pixels, and
files that hold nothing else.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from station_map.errors import InputError, LimitExceeded

FORMATS: Final = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE_PX: Final = 1_600
_QUALITY: Final = 80
_ALLOWED: Final = "a JPEG, PNG or WebP picture"
_EXAMPLE: Final = '"photo": "/9j/4AAQSkZJRg…"'


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """Bounds of one photo as it is sent: bytes, and pixels once it is decoded."""

    max_bytes: int
    max_pixels: int


def decoded(data: bytes, limits: PhotoLimits) -> Image.Image:
    """The picture in `data`: RGB pixels alone, upright, at most LONGEST_SIDE_PX.

    Raises LimitExceeded beyond `limits`, InputError for what is no whole picture.
    """
    if len(data) > limits.max_bytes:
        raise _too_large(f"{limits.max_bytes / 1e6:g} MB")
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            return _pixels(picture, limits)
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


def _pixels(picture: Image.Image, limits: PhotoLimits) -> Image.Image:
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
    return clean


def reduced(picture: Image.Image, side_px: int) -> Image.Image:
    """The picture with its longer side `side_px` at most."""
    smaller = picture.copy()
    smaller.thumbnail((side_px, side_px))
    return smaller


def as_jpeg(picture: Image.Image) -> bytes:
    """Pixels as a JPEG file."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def as_webp(picture: Image.Image) -> bytes:
    """Pixels as a WebP file, a third smaller than the JPEG."""
    out = BytesIO()
    picture.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()


def write_whole(path: Path, data: bytes, mode: int) -> None:
    """Write a file whole or not at all, below a folder that is there."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _too_large(bound: str) -> LimitExceeded:
    return LimitExceeded(
        f"照片太大，最多 {bound}。 The photo is too large: at most {bound}.",
        parameter="photo",
        allowed=f"{_ALLOWED} of at most {bound}",
        example=_EXAMPLE,
    )


def _no_picture(message: str) -> InputError:
    return InputError(message, parameter="photo", allowed=_ALLOWED, example=_EXAMPLE)
