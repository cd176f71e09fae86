"""Photos of a station: on its page, for programs, and as files that may be kept for ever."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from station_map.store.database import Database
from station_map.store.pictures import PhotoLimits
from station_map.store.station_photo_files import FOLDER, prepare
from station_map.store.station_photos import add_photos, photos_of, remove_photo
from station_map.web.api.models import StationFeature
from station_map.web.photos import FOR_EVER
from tests.support.pictures import encoded, picture
from tests.web.pages.test_station_page import data, headings, meta, open_page
from tests.web.stations import HOSTILE_NAMES, save, station
from tests.web.test_pages import Page

LIMITS = PhotoLimits(max_bytes=5_000_000, max_pixels=6_000_000)
SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture
def code(database: Database) -> str:
    return save(database, [station("甲")])[0]


def add(
    database: Database,
    folder: Path,
    code: str,
    size: tuple[int, int] = (1200, 900),
    *,
    caption: str | None = None,
    colour: str = "red",
    tail: bytes = b"",
) -> None:
    made = prepare(encoded(picture(size, colour=colour)) + tail, LIMITS)
    add_photos(database, folder, code, [made], caption, actor="test")


def images(page: Page) -> list[dict[str, str | None]]:
    return [one.attributes for one in page.all("img") if one.attributes.get("loading")]


def srcset(told: str | None) -> dict[str, int]:
    """Address to width, as a browser reads it."""
    pairs = [one.strip().rsplit(" ", 1) for one in (told or "").split(",")]
    return {to: int(width.removesuffix("w")) for to, width in pairs}


# --- the page ---------------------------------------------------------------------------------


def test_a_station_without_photos_says_nothing_of_them(
    client: FlaskClient, database: Database, code: str
) -> None:
    page = open_page(client, code)
    assert "照片" not in headings(page)
    assert "image" not in data(page)
    assert [one for one in page.all("meta") if "/photos/" in str(one.attributes)] == []


def test_photos_are_lazy_and_have_their_place_before_they_come(
    client: FlaskClient, database: Database, code: str, tmp_path: Path
) -> None:
    add(database, tmp_path, code, caption="从北门进")
    add(database, tmp_path, code, (300, 400), colour="blue")
    page = open_page(client, code)
    assert "照片" in headings(page)
    first, second = images(page)
    assert (first["width"], first["height"], first["alt"]) == ("1200", "900", "从北门进")
    assert (second["width"], second["height"], second["alt"]) == ("300", "400", "甲的照片 2")
    assert {one["loading"] for one in (first, second)} == {"lazy"}
    assert page.texts("figcaption") == ["从北门进"]


def test_every_address_on_the_page_is_that_picture_in_that_width(
    client: FlaskClient, database: Database, code: str, tmp_path: Path
) -> None:
    add(database, tmp_path, code)
    page = open_page(client, code)
    offered: dict[str, int] = {}
    for source in page.all("source"):
        found = srcset(source.attributes["srcset"])
        for to in found:
            assert client.get(to).mimetype == source.attributes["type"]
        offered |= found
    assert sorted(offered.values()) == [480, 480, 960, 960, 1200, 1200]
    for to, width in offered.items():
        with Image.open(BytesIO(client.get(to).data)) as image:
            assert image.width == width
    (link,) = [one.attributes["href"] for one in page.all("a") if "/photos/" in str(one.attributes)]
    assert offered[str(link)] == 1200
    assert offered[str(images(page)[0]["src"])] == 480


def test_programs_are_told_of_them(
    client: FlaskClient, database: Database, code: str, tmp_path: Path
) -> None:
    add(database, tmp_path, code, caption="从北门进")
    page = open_page(client, code)
    told = meta(page)
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "900")
    assert told["og:image:alt"] == "从北门进"
    assert str(told["og:image"]).startswith(f"http://localhost/stations/{code}/photos/")
    (image,) = data(page)["image"]
    assert image["contentUrl"] == told["og:image"]
    assert (image["@type"], image["width"], image["caption"]) == ("ImageObject", 1200, "从北门进")
    for to in (image["contentUrl"], image["thumbnailUrl"]):
        assert client.get(to).mimetype == "image/jpeg"


def test_the_api_tells_every_form_and_its_validator_changes(
    client: FlaskClient, database: Database, code: str, tmp_path: Path
) -> None:
    path = f"/api/v1/stations/{code}"
    before = client.get(path)
    assert json.loads(before.data)["properties"]["photos"] == []
    add(database, tmp_path, code, caption="从北门进")
    again = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 200
    (photo,) = StationFeature.model_validate_json(again.data).properties.photos
    assert photo.caption == "从北门进"
    assert len(photo.forms) == 6
    for form in photo.forms:
        got = client.get(form.href)
        assert got.mimetype == form.type
        with Image.open(BytesIO(got.data)) as image:
            assert image.size == (form.width_px, form.height_px)


@pytest.mark.parametrize("name", [n for n in HOSTILE_NAMES if n.isprintable()])
def test_hostile_captions_stay_text(
    client: FlaskClient, database: Database, tmp_path: Path, name: str
) -> None:
    caption = name[:200].strip()
    quiet, code = save(database, [station("安静", 116.7, 33.9), station(name, 116.8, 33.9)])
    add(database, tmp_path, quiet, caption="从北门进")
    add(database, tmp_path, code, caption=caption)
    page, plain = open_page(client, code), open_page(client, quiet)
    assert page.texts("figcaption") == [caption]
    assert images(page)[0]["alt"] == meta(page)["og:image:alt"] == caption
    assert data(page)["image"][0]["caption"] == caption
    assert len(page.all("script")) == len(plain.all("script"))
    told = json.loads(client.get(f"/api/v1/stations/{code}").data)
    assert told["properties"]["photos"][0]["caption"] == caption


# --- the file ---------------------------------------------------------------------------------


@pytest.fixture
def address(database: Database, tmp_path: Path, code: str) -> str:
    """Of the JPEG of the only photo, without its query."""
    add(database, tmp_path, code, tail=SCRIPT)
    (photo,) = photos_of(database, code)
    return f"/stations/{code}/photos/{photo.id}.jpg"


def digits(database: Database, code: str) -> str:
    return photos_of(database, code)[0].sha256[:12]


def test_an_address_with_the_hash_may_be_kept_for_ever(
    client: FlaskClient, database: Database, code: str, address: str
) -> None:
    kept = client.get(f"{address}?v={digits(database, code)}")
    assert kept.headers["Cache-Control"] == FOR_EVER
    plain = client.get(address)
    assert plain.headers["Cache-Control"] == "public, max-age=300"
    assert plain.data == kept.data
    held = client.get(address, headers={"If-None-Match": plain.headers["ETag"]})
    assert (held.status_code, held.data) == (304, b"")


def test_a_photo_is_nothing_but_a_picture(client: FlaskClient, address: str) -> None:
    got = client.get(address)
    assert got.headers["Content-Type"] == "image/jpeg"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert got.data.startswith(b"\xff\xd8\xff")
    assert SCRIPT not in got.data
    webp = client.get(address.replace(".jpg", ".webp"))
    assert webp.headers["Content-Type"] == "image/webp"
    assert (webp.data[:4], webp.data[8:12]) == (b"RIFF", b"WEBP")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?size=480", 200),
        ("?size=481", 400),
        ("?size=0", 400),
        ("?size=480&size=480", 400),
        ("?w=480", 400),
        ("?v=000000000000", 404),
        ("?v=../../etc/pw", 400),
    ],
)
def test_only_what_there_is_can_be_asked_for(
    client: FlaskClient, address: str, query: str, status: int
) -> None:
    assert client.get(address + query).status_code == status


def test_a_picture_smaller_than_asked_comes_as_it_is(
    client: FlaskClient, database: Database, code: str, tmp_path: Path
) -> None:
    add(database, tmp_path, code, (300, 200))
    (photo,) = photos_of(database, code)
    for size in (480, 960):
        got = client.get(f"/stations/{code}/photos/{photo.id}.jpg?size={size}")
        with Image.open(BytesIO(got.data)) as image:
            assert image.size == (300, 200)


@pytest.mark.parametrize(
    "path",
    [
        "{folder}/{id}.svg",
        "{folder}/{id}.php",
        "{folder}/{id}",
        "{folder}/{id}.jpg/x",
        "{folder}/99999999.jpg",
        "{folder}/1208925819614629174706176.jpg",
        "{folder}/-1.jpg",
        "{folder}/..%2f..%2fetc%2fpasswd.jpg",
        "/stations/nowhere/photos/{id}.jpg",
        "/stations/%00/photos/{id}.jpg",
    ],
)
def test_nothing_else_is_there(client: FlaskClient, address: str, path: str) -> None:
    folder, _, name = address.rpartition("/")
    got = client.get(path.format(folder=folder, id=name.removesuffix(".jpg")))
    assert got.status_code == 404
    assert "Traceback" not in got.text


def test_another_stations_photo_is_not_this_ones(
    client: FlaskClient, database: Database, address: str
) -> None:
    (other,) = save(database, [station("乙", 116.9, 34.0)])
    assert client.get(f"/stations/{other}/photos/{address.rsplit('/', 1)[1]}").status_code == 404


def test_what_is_removed_is_gone(
    client: FlaskClient, database: Database, tmp_path: Path, code: str, address: str
) -> None:
    (photo,) = photos_of(database, code)
    remove_photo(database, tmp_path, code, photo.id, actor="test")
    assert client.get(address).status_code == 404
    assert "照片" not in headings(open_page(client, code))


def test_a_lost_file_is_not_found_and_the_page_stands(
    app: Flask, database: Database, tmp_path: Path, code: str, address: str
) -> None:
    for path in (tmp_path / FOLDER).rglob("*.jpg"):
        path.unlink()
    client = app.test_client()
    assert client.get(address).status_code == 404
    assert client.get(f"/stations/{code}").status_code == 200


def test_only_reading_is_offered(client: FlaskClient, address: str) -> None:
    for method in (client.post, client.put, client.delete):
        assert method(address).status_code == 405
    assert client.head(address).data == b""
