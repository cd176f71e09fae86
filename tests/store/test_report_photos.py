"""Photos of riders: nothing but the picture stays, nothing hostile is decoded, nothing leaks."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from station_map.errors import InputError, LimitExceeded, NotFound
from station_map.store.pictures import LONGEST_SIDE_PX, PhotoLimits
from station_map.store.report_photos import FOLDER, discard, keep, path_of, redraw
from tests.support.pictures import (
    SECRET_WORDS,
    decoded,
    encoded,
    exif,
    picture,
    png_that_says,
)

LIMITS = PhotoLimits(max_bytes=2_000_000, max_pixels=6_000_000)


def png_with_text() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", SECRET_WORDS.decode())
    return encoded(picture(), "PNG", pnginfo=texts, exif=exif())


@pytest.mark.parametrize(
    "data",
    [
        encoded(picture(), exif=exif(), comment=SECRET_WORDS, dpi=(99, 99)),
        png_with_text(),
        encoded(picture(), "WEBP", exif=exif(), xmp=SECRET_WORDS),
        encoded(picture(), icc_profile=SECRET_WORDS * 20),
    ],
    ids=["jpeg", "png", "webp", "icc"],
)
def test_nothing_but_the_picture_stays(data: bytes) -> None:
    assert SECRET_WORDS in data
    drawn = redraw(data, LIMITS)
    assert SECRET_WORDS not in drawn
    assert b"Exif" not in drawn
    image = decoded(drawn)
    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert image.info["jfif_density"] != (99, 99)
    assert image.size == (60, 40)


def test_a_file_behind_the_picture_does_not_come_along() -> None:
    assert b"<script>" not in redraw(encoded(picture()) + b"<script>alert(1)</script>", LIMITS)


def test_a_picture_that_lies_on_its_side_is_put_upright() -> None:
    image = picture((60, 40))
    image.paste("blue", (0, 0, 30, 40))  # blue at the left
    upright = decoded(redraw(encoded(image, quality=95, exif=exif(orientation=6)), LIMITS))
    assert upright.size == (40, 60)
    red, _, blue = upright.getpixel((20, 10))  # type: ignore[misc]
    assert blue > 200 > red


def test_a_large_picture_is_made_smaller() -> None:
    image = decoded(redraw(encoded(picture((3000, 1500))), LIMITS))
    assert image.size == (LONGEST_SIDE_PX, LONGEST_SIDE_PX // 2)


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "I;16", "LA", "RGBA"])
def test_every_kind_of_colour_becomes_a_plain_picture(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    image = decoded(redraw(encoded(picture(mode=mode, colour=0), form), LIMITS))
    assert image.mode == "RGB"


def test_what_can_be_seen_through_lies_on_white() -> None:
    clear = picture(mode="RGBA", colour=(0, 0, 0, 0))
    assert decoded(redraw(encoded(clear, "PNG"), LIMITS)).getpixel((5, 5)) == (255, 255, 255)


# ---- hostile files -----------------------------------------------------------------------


@pytest.mark.parametrize("size", [(2451, 2449), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_by_its_head(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(self: Image.Image) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    with pytest.raises(LimitExceeded) as refused:
        redraw(png_that_says(*size), LIMITS)
    assert refused.value.parameter == "photo"
    assert "million pixels" in str(refused.value.allowed)


def test_a_bomb_of_text_in_a_png_is_refused() -> None:
    bomb = zlib.compress(b"x" * 70_000_000, 9)
    chunk = b"Comment\0\0" + bomb
    head = png_that_says(8, 8, b"\0" * (8 * 25))
    data = (
        head[:33]
        + struct.pack(">I", len(chunk))
        + b"zTXt"
        + chunk
        + struct.pack(">I", zlib.crc32(b"zTXt" + chunk))
        + head[33:]
    )
    with pytest.raises(InputError):
        redraw(data, LIMITS)


def test_too_many_bytes_are_refused_before_they_are_looked_at() -> None:
    with pytest.raises(LimitExceeded, match="2 MB"):
        redraw(b"x" * (LIMITS.max_bytes + 1), LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        encoded(picture(), "GIF"),
        encoded(picture(), "TIFF"),
        encoded(picture(), "BMP"),
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        encoded(picture((400, 400)))[:400],
        encoded(picture((400, 400)), "PNG")[:80],
        png_that_says(100, 100, b"too little"),
        png_that_says(0, 0),
    ],
)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InputError) as refused:
        redraw(data, LIMITS)
    assert refused.value.parameter == "photo"
    assert not isinstance(refused.value, LimitExceeded)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow tells of broken EXIF by warnings
@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
def test_a_damaged_picture_is_drawn_or_refused_and_nothing_else(
    form: str, data: st.DataObject
) -> None:
    whole = bytearray(encoded(picture((50, 50)), form, exif=exif()))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        drawn = redraw(bytes(whole), LIMITS)
    except InputError:
        return
    assert decoded(drawn).mode == "RGB"


# ---- keeping -----------------------------------------------------------------------------


def test_a_photo_is_kept_under_a_name_nobody_can_guess(tmp_path: Path) -> None:
    jpeg = redraw(encoded(picture()), LIMITS)
    first, second = keep(tmp_path, jpeg), keep(tmp_path, jpeg)
    assert first != second
    assert len(first) == 32
    path = path_of(tmp_path, first)
    assert path.read_bytes() == jpeg
    assert path.is_relative_to(tmp_path / FOLDER)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert sorted(p.name for p in (tmp_path / FOLDER).rglob("*.*")) == sorted(
        [f"{first}.jpg", f"{second}.jpg"]
    )
    discard(tmp_path, first)
    assert not path.exists()
    discard(tmp_path, first)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 32, "a" * 31, "a" * 32 + "\n"])
def test_no_other_file_can_be_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        path_of(tmp_path, name)
