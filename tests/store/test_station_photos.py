"""Photos of stations: rows and files together, bounded, on record, and nothing but the picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import ImageFile

from station_map.errors import EnvironmentFault, InputError, LimitExceeded, NotFound
from station_map.store import station_photo_files
from station_map.store.database import Database
from station_map.store.pictures import PhotoLimits
from station_map.store.station_photo_files import (
    FOLDER,
    FORMS,
    Photo,
    Prepared,
    file_of,
    lacks_files,
    prepare,
)
from station_map.store.station_photos import (
    LONGEST_CAPTION,
    MOST,
    add_photos,
    checked_caption,
    photo_of,
    photos_of,
    remove_photo,
)
from tests.store.merging import merge, rows, station, value
from tests.support.pictures import SECRET_WORDS, decoded, encoded, exif, picture

LIMITS = PhotoLimits(max_bytes=2_000_000, max_pixels=6_000_000)


def made(size: tuple[int, int] = (60, 40), colour: str = "red") -> Prepared:
    return prepare(encoded(picture(size, colour=colour)), LIMITS)


def several(count: int) -> list[Prepared]:
    return [made(colour=f"#{number * 17:02x}0000") for number in range(count)]


@pytest.fixture
def codes(database: Database) -> list[str]:
    return [one.code for one in merge(database, station("甲"), station("乙", 116.9, 34.1))]


def add(database: Database, folder: Path, code: str, *pictures: Prepared, **more: Any) -> None:
    add_photos(database, folder, code, pictures, more.get("caption"), actor="test")


def remove(database: Database, folder: Path, code: str, number: int) -> None:
    remove_photo(database, folder, code, number, actor="test")


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / FOLDER).rglob("*") if path.is_file())


def test_a_photo_is_there_in_every_size_and_nothing_else_of_the_file(
    database: Database, tmp_path: Path, codes: list[str]
) -> None:
    data = encoded(picture((1200, 600)), exif=exif(), comment=SECRET_WORDS)
    assert SECRET_WORDS in data
    add(database, tmp_path, codes[0], prepare(data, LIMITS), caption="北门")
    (photo,) = photos_of(database, codes[0])
    assert (photo.caption, photo.width_px, photo.height_px) == ("北门", 1200, 600)
    assert photo.sides() == (480, 960, 1200)
    for side in photo.sides():
        for form in FORMS:
            drawn = file_of(tmp_path, photo, side, form)
            assert SECRET_WORDS not in drawn
            assert b"Exif" not in drawn
            assert decoded(drawn).size == photo.size_at(side) == (side, side // 2)
    assert len(files(tmp_path)) == 6
    assert all(name.startswith(photo.sha256) for name in files(tmp_path))
    assert not lacks_files(tmp_path, photo)


def test_a_small_picture_has_one_size() -> None:
    small = made((300, 480))
    assert sorted(small.files) == [f"{small.sha256}.jpg", f"{small.sha256}.webp"]


def test_the_same_picture_is_kept_once(
    database: Database, tmp_path: Path, codes: list[str]
) -> None:
    one, again = made(), made()
    add(database, tmp_path, codes[0], one, again)
    add(database, tmp_path, codes[0], again)
    add(database, tmp_path, codes[1], again)
    assert [len(photos_of(database, code)) for code in codes] == [1, 1]
    assert len(files(tmp_path)) == 2
    assert value(database, "SELECT count(*) FROM revision WHERE changes ? 'photos'") == 2


def test_files_go_with_the_last_station_that_shows_them(
    database: Database, tmp_path: Path, codes: list[str]
) -> None:
    for code in codes:
        add(database, tmp_path, code, made())
    first, second = (photos_of(database, code)[0] for code in codes)
    remove(database, tmp_path, codes[0], first.id)
    assert len(files(tmp_path)) == 2
    remove(database, tmp_path, codes[1], second.id)
    assert files(tmp_path) == []
    assert photos_of(database, codes[1]) == []


def test_one_that_is_not_this_stations_stays(
    database: Database, tmp_path: Path, codes: list[str]
) -> None:
    add(database, tmp_path, codes[0], made())
    (photo,) = photos_of(database, codes[0])
    for code, number in ((codes[1], photo.id), (codes[0], photo.id + 1), ("nowhere", photo.id)):
        with pytest.raises(NotFound):
            remove(database, tmp_path, code, number)
    assert photos_of(database, codes[0]) == [photo]
    assert len(files(tmp_path)) == 2


def test_each_change_is_on_record_and_the_station_is_another(
    database: Database, tmp_path: Path, codes: list[str]
) -> None:
    add(database, tmp_path, codes[0], made(), caption="北门")
    (photo,) = photos_of(database, codes[0])
    remove(database, tmp_path, codes[0], photo.id)
    told = {"id": photo.id, "sha256": photo.sha256, "caption": "北门"}
    found = rows(
        database,
        "SELECT station_code, actor, origin, action, changes FROM revision"
        " WHERE changes ? 'photos' ORDER BY id",
    )
    assert found == [
        (codes[0], "test", "form", "updated", {"photos": [[], [told]]}),
        (codes[0], "test", "form", "updated", {"photos": [[told], []]}),
    ]
    assert value(database, "SELECT version FROM station WHERE code = %s", codes[0]) == 3
    assert value(database, "SELECT version FROM station WHERE code = %s", codes[1]) == 1


def test_there_is_a_largest_number(database: Database, tmp_path: Path, codes: list[str]) -> None:
    first, *others = several(MOST + 1)
    add(database, tmp_path, codes[0], first)
    with pytest.raises(LimitExceeded, match=str(MOST)):
        add(database, tmp_path, codes[0], *others)
    assert len(photos_of(database, codes[0])) == 1
    assert len(files(tmp_path)) == 2
    add(database, tmp_path, codes[0], *others[:-1])
    assert len(photos_of(database, codes[0])) == MOST
    add(database, tmp_path, codes[0], first)  # it is there already


def test_no_station_no_photo(database: Database, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        add(database, tmp_path, "nowhere", made())
    assert files(tmp_path) == []
    assert photos_of(database, "nowhere") == []


def test_a_full_disk_leaves_neither_row_nor_file(
    database: Database, tmp_path: Path, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write, count = station_photo_files.write_whole, iter(range(99))

    def full(path: Path, data: bytes, mode: int) -> None:
        if next(count) == 3:
            raise OSError(28, "No space left on device")
        write(path, data, mode)

    monkeypatch.setattr(station_photo_files, "write_whole", full)
    with pytest.raises(EnvironmentFault, match="No space left"):
        add(database, tmp_path, codes[0], *several(3))
    assert photos_of(database, codes[0]) == []
    assert files(tmp_path) == []
    assert value(database, "SELECT count(*) FROM revision WHERE changes ? 'photos'") == 0


def test_lost_files_come_back_by_adding_once_more(
    database: Database, tmp_path: Path, codes: list[str]
) -> None:
    one = made()
    add(database, tmp_path, codes[0], one)
    (photo,) = photos_of(database, codes[0])
    next((tmp_path / FOLDER).rglob("*.webp")).unlink()
    assert lacks_files(tmp_path, photo)
    with pytest.raises(NotFound):
        file_of(tmp_path, photo, 60, "webp")
    add(database, tmp_path, codes[0], one)
    assert not lacks_files(tmp_path, photo)


def test_photos_go_with_their_station(database: Database, tmp_path: Path, codes: list[str]) -> None:
    add(database, tmp_path, codes[0], made())
    with database.transaction(actor="test", origin="system") as connection:
        connection.exec_driver_sql("DELETE FROM station")
    assert value(database, "SELECT count(*) FROM station_photo") == 0


def test_a_photo_is_found_under_its_own_station_alone(
    database: Database, tmp_path: Path, codes: list[str]
) -> None:
    add(database, tmp_path, codes[0], made())
    (photo,) = photos_of(database, codes[0])
    assert photo_of(database, codes[0], photo.id) == photo
    for code, number in ((codes[1], photo.id), (codes[0], 0), (codes[0], 2**70)):
        with pytest.raises(NotFound):
            photo_of(database, code, number)


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", ""])
def test_no_other_file_can_be_named(tmp_path: Path, database: Database, name: str) -> None:
    shown = value(database, "SELECT now()")
    with pytest.raises(NotFound):
        file_of(tmp_path, Photo(1, name, None, 10, 10, shown), 10, "jpg")


@pytest.mark.parametrize("caption", ["长" * (LONGEST_CAPTION + 1), "两\n行", "\u202e倒", "\0"])
def test_a_caption_is_one_line(caption: str) -> None:
    with pytest.raises(InputError) as refused:
        checked_caption(caption)
    assert refused.value.parameter == "caption"


def test_no_caption_is_none() -> None:
    assert [checked_caption(one) for one in (None, "", "  ", " 北门 ")] == [
        None, None, None, "北门"
    ]  # fmt: skip


def test_a_bomb_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object) -> None:
        raise AssertionError

    data = encoded(picture((3000, 2001)), "PNG")
    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)
    with pytest.raises(LimitExceeded):
        prepare(data, LIMITS)
