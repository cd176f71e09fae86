"""Pictures that are something else as well, through every door that takes one.

What is taken is drawn anew, so of whatever a file was besides a picture nothing stays; what is no
picture, or one too large, is refused and leaves neither row nor file.
"""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageCms
from werkzeug.test import TestResponse

from station_map.store.database import Database
from tests.store.merging import value
from tests.support import people
from tests.support.pictures import encoded, picture, png_that_says
from tests.web.stations import save, station

SCRIPT = b"<script>alert('evil')</script>"
TAKEN, REFUSED = "taken", "refused"


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def gif_and_script() -> bytes:
    """A GIF whose first bytes, read as a script, are an assignment."""
    return b"GIF89a=1;/*" + encoded(picture(), "GIF")[11:] + b"*/;alert('evil')//"


def jpeg_and_zip() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("evil.html", SCRIPT)
    return encoded(picture()) + archive.getvalue()


def jpeg_and_phar() -> bytes:
    return (
        b"\xff\xd8\xff\xfe" + struct.pack(">H", 2 + len(SCRIPT)) + SCRIPT + encoded(picture())[2:]
    )


def png_and_page() -> bytes:
    return encoded(picture(), "PNG") + b"<html>" + SCRIPT


def png_with_chunks() -> bytes:
    """Scripts in text chunks and in a chunk that nobody knows."""
    whole = encoded(picture(), "PNG")
    inside = chunk(b"tEXt", b"Comment\0" + SCRIPT) + chunk(
        b"zTXt", b"x\0\0" + zlib.compress(SCRIPT)
    )
    return whole[:33] + inside + chunk(b"evIl", SCRIPT) + whole[33:]


def exif_with_script() -> bytes:
    told = Image.Exif()
    told[0x010E] = SCRIPT.decode()  # ImageDescription
    told[0x9286] = SCRIPT  # UserComment
    return encoded(picture(), exif=told)


def xmp_with_script() -> bytes:
    return encoded(picture(), xmp=b"<x:xmpmeta>" + SCRIPT + b"</x:xmpmeta>")


def real_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded(picture(), icc_profile=profile + SCRIPT)


def false_profile() -> bytes:
    return encoded(picture(), icc_profile=b"\xff" * 500 + SCRIPT)


def profile_bomb() -> bytes:
    """A compressed profile of 80 MB in a small PNG."""
    whole = encoded(picture(), "PNG")
    squeeze = zlib.compressobj(9)
    packed = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(80)) + squeeze.flush()
    return whole[:33] + chunk(b"iCCP", b"x\0\0" + packed) + whole[33:]


def animated(form: str) -> Callable[[], bytes]:
    def make() -> bytes:
        frames = [picture(colour=colour) for colour in ("red", "blue", "green")]
        return encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=50)

    return make


def sixteen_bits() -> bytes:
    return encoded(Image.new("I;16", (60, 40), 40_000), "PNG")


def svg(head: bytes = b"") -> bytes:
    return head + b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"


def page_that_begins_as_a_picture() -> bytes:
    return b"\xff\xd8\xff\xe0" + b"<html>" + SCRIPT


def webp_that_says(width: int, height: int) -> bytes:
    """An extended WebP whose canvas is as large as it says, and which holds a small picture."""
    inner = encoded(picture(), "WEBP")[12:]
    head = b"VP8X" + struct.pack("<I", 10) + bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")  # fmt: skip
    body = b"WEBP" + head + inner
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_that_says(width: int, height: int) -> bytes:
    whole = bytearray(encoded(picture()))
    at = whole.index(b"\xff\xc0")
    whole[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(whole)


def many_frames() -> bytes:
    """An animated PNG that says it has four thousand million frames."""
    whole = encoded(picture(), "PNG")
    return whole[:33] + chunk(b"acTL", struct.pack(">II", 2**32 - 1, 0)) + whole[33:]


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "gif and script": (gif_and_script, REFUSED),
    "jpeg and zip": (jpeg_and_zip, TAKEN),
    "jpeg with a comment": (jpeg_and_phar, TAKEN),
    "png and page": (png_and_page, TAKEN),
    "png with chunks": (png_with_chunks, TAKEN),
    "exif with script": (exif_with_script, TAKEN),
    "xmp with script": (xmp_with_script, TAKEN),
    "profile": (real_profile, TAKEN),
    "false profile": (false_profile, TAKEN),
    "profile bomb": (profile_bomb, REFUSED),
    "animated png": (animated("PNG"), TAKEN),
    "animated webp": (animated("WEBP"), TAKEN),
    "animated gif": (animated("GIF"), REFUSED),
    "cmyk": (lambda: encoded(Image.new("CMYK", (60, 40)), "JPEG"), TAKEN),
    "16 bits": (sixteen_bits, TAKEN),
    "svg": (svg, REFUSED),
    "svg in disguise": (lambda: svg(b'<?xml version="1.0"?><!-- \x89PNG\r\n\x1a\n -->'), REFUSED),
    "page in disguise": (page_that_begins_as_a_picture, REFUSED),
    "half a jpeg": (lambda: encoded(picture((600, 400)))[:-900], REFUSED),
    "half a png": (lambda: encoded(picture((600, 400)), "PNG")[:60], REFUSED),
    "half a webp": (lambda: encoded(picture((600, 400)), "WEBP")[:90], REFUSED),
    "png bomb": (lambda: png_that_says(60_000, 60_000, bytes(1 << 22)), REFUSED),
    "png of nothing": (lambda: png_that_says(0, 0), REFUSED),
    "webp bomb": (lambda: webp_that_says(16_383, 16_383), REFUSED),
    "jpeg bomb": (lambda: jpeg_that_says(65_500, 65_500), REFUSED),
    "tiff": (lambda: encoded(picture(), "TIFF"), REFUSED),
    "bmp": (lambda: encoded(picture(), "BMP"), REFUSED),
    "ico": (lambda: encoded(picture((32, 32)), "ICO"), REFUSED),
    "eps": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run", REFUSED),
    "frames without end": (many_frames, TAKEN),
    "one line": (lambda: encoded(picture((20_000, 1)), "PNG"), TAKEN),
    "text": (lambda: b"hello", REFUSED),
}


@cache
def made(name: str) -> bytes:
    return FILES[name][0]()


Door = Callable[[bytes], TestResponse]


@pytest.fixture
def code(database: Database) -> str:
    (code,) = save(database, [station("甲站")])
    return code


def by_form(client: FlaskClient, code: str) -> Door:
    def send(data: bytes) -> TestResponse:
        return client.post(
            f"/stations/{code}/report",
            data={
                "kind": "open",
                "note": str(len(data)),
                "photo": (io.BytesIO(data), "../../evil.html", "text/html"),
            },
            headers={"Sec-Fetch-Site": "same-origin"},
        )

    return send


def by_api(client: FlaskClient, code: str) -> Door:
    def send(data: bytes) -> TestResponse:
        told = {"kind": "open", "photo": base64.b64encode(data).decode()}
        return client.post(f"/api/v1/stations/{code}/reports", json=told)

    return send


def by_keeper(client: FlaskClient, code: str) -> Door:
    address = f"/admin/stations/{code}/photos"

    def send(data: bytes) -> TestResponse:
        file = (io.BytesIO(data), "evil.svg", "image/svg+xml")
        return people.send(client, address, form=address, photo=file)  # type: ignore[no-any-return]

    return send


def pictures_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "report-key"]


def look_at(path: Path) -> None:
    data = path.read_bytes()
    assert data.startswith((b"\xff\xd8\xff", b"RIFF")), path.name
    assert path.suffix in {".jpg", ".webp"}
    for part in (b"evil", b"script", b"PK\x03\x04", b"Exif", b"ICC_PROFILE", b"XMP", b"ANMF"):
        assert part not in data, (path.name, part)
    with Image.open(io.BytesIO(data)) as shown:
        assert max(shown.size) <= 1_600
        assert getattr(shown, "n_frames", 1) == 1


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow tells of broken EXIF by warnings
@pytest.mark.parametrize("door", ["form", "api", "keeper"])
def test_of_a_file_only_pixels_come_in(
    app: Flask, client: FlaskClient, database: Database, code: str, tmp_path: Path, door: str
) -> None:
    if door == "keeper":
        people.account(database)
        people.signed_in(client)
    send = {"form": by_form, "api": by_api, "keeper": by_keeper}[door](client, code)
    table = "station_photo" if door == "keeper" else "report"
    told = 0
    for name, (_, becomes) in FILES.items():
        before = set(pictures_below(tmp_path))
        people.execute(database, "DELETE FROM sender")  # so many at once would be a flood
        people.execute(database, "DELETE FROM station_photo")
        rows = value(database, f"SELECT count(*) FROM {table}")  # type: ignore[arg-type]
        answer = send(made(name))
        new = set(pictures_below(tmp_path)) - before
        stored = value(database, f"SELECT count(*) FROM {table}") - rows  # type: ignore[arg-type]
        if becomes == TAKEN:
            assert answer.status_code in {201, 303}, (name, answer.text)
            assert stored == 1, name
            told += len(new)
        else:
            assert answer.status_code in {400, 413}, (name, answer.status_code)
            assert (stored, new) == (0, set()), name
            assert "照片" in answer.text, name
        for path in new:
            look_at(path)
    assert told > 10


def test_what_is_served_is_a_picture_and_nothing_a_browser_could_run(
    client: FlaskClient, database: Database, code: str
) -> None:
    people.account(database)
    people.signed_in(client)
    assert by_keeper(client, code)(png_and_page()).status_code == 303
    number = value(database, "SELECT id FROM station_photo")
    for form, kind in (("jpg", "image/jpeg"), ("webp", "image/webp")):
        got = client.get(f"/stations/{code}/photos/{number}.{form}")
        assert (got.status_code, got.mimetype) == (200, kind)
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in got.headers["Content-Security-Policy"]
    for form in ("html", "svg", "png", "jpg.html", "jpg%00.html", "jpg/x.html", "JPG"):
        assert client.get(f"/stations/{code}/photos/{number}.{form}").status_code == 404
