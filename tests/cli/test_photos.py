"""`station-map photos …`: files in, a list, and out again; what is no picture is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from station_map.cli import main
from station_map.store.database import Database
from station_map.store.station_photo_files import FOLDER
from station_map.store.station_photos import MOST, photos_of
from tests.store.merging import value
from tests.support.pictures import encoded, picture, png_that_says
from tests.web.stations import save, station

JPEG = encoded(picture())


@pytest.fixture
def code(outside: Database) -> str:
    return save(outside, [station("甲")])[0]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["photos", *map(str, arguments)])


def file(folder: Path, name: str, data: bytes = JPEG) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_added_listed_and_removed(outside: Database, code: str, tmp_path: Path) -> None:
    done = run("add", code, file(tmp_path, "北门.jpg"), "--caption", "从北门进")
    assert done.exit_code == 0, done.output
    (photo,) = photos_of(outside, code)
    line = f"{photo.id}: 60×40  {photo.added_at:%Y-%m-%d}  从北门进\n"
    assert done.output == run("list", code).output == line
    again = run("add", code, tmp_path / "北门.jpg")
    assert (again.exit_code, "已经有了" in again.output) == (0, True)
    gone = run("remove", code, photo.id)
    assert (gone.exit_code, "还有 0 张" in gone.output) == (0, True)
    assert run("list", code).output == "没有。 None.\n"
    assert not [path for path in (tmp_path / "data" / FOLDER).rglob("*") if path.is_file()]
    assert run("remove", code, photo.id).exit_code == 1


def test_all_of_them_or_none(outside: Database, code: str, tmp_path: Path) -> None:
    good, bad = file(tmp_path, "a.jpg"), file(tmp_path, "b.jpg", b"no picture")
    done = run("add", code, good, bad)
    assert done.exit_code == 1
    assert "b.jpg" in done.output
    assert photos_of(outside, code) == []
    assert run("add", code, good, file(tmp_path, "c.png", encoded(picture(), "PNG"))).exit_code == 0


def test_more_than_a_station_may_have(outside: Database, code: str, tmp_path: Path) -> None:
    many = [
        file(tmp_path, f"{number}.jpg", encoded(picture(colour=(number * 17, 0, 0))))
        for number in range(MOST + 1)
    ]
    done = run("add", code, *many)
    assert done.exit_code == 1
    assert f"最多 {MOST} 张" in done.output
    assert photos_of(outside, code) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><!DOCTYPE svg><svg/>",
        b"%PDF-1.7",
        encoded(picture(), "GIF"),
        JPEG[: len(JPEG) // 2],
        png_that_says(20_000, 20_000),
    ],
    ids=["empty", "svg", "svg-xml", "pdf", "gif", "half", "bomb"],
)
def test_what_is_no_picture_is_refused(
    outside: Database, code: str, tmp_path: Path, data: bytes
) -> None:
    done = run("add", code, file(tmp_path, "照片.jpg", data))
    assert done.exit_code == 1
    assert "照片.jpg" in done.output
    assert "Traceback" not in done.output
    assert photos_of(outside, code) == []


@pytest.mark.parametrize(
    "name",
    [
        "{{7*7}}.jpg",
        "-rf.jpg",
        "$(touch x).jpg",
        "a\nb.jpg",
        "\x1b[31mred.jpg",
        "'; DROP TABLE station;--.jpg",
        "x" * 200 + ".jpg",
        "photo.php",
        "photo.svg",
        b"\xff\xfe.jpg",
    ],
)
def test_a_hostile_file_name_is_no_more_than_a_name(
    outside: Database, code: str, tmp_path: Path, name: str | bytes
) -> None:
    path = tmp_path / (os.fsdecode(name) if isinstance(name, bytes) else name)
    path.write_bytes(JPEG)
    done = run("add", code, path)
    assert done.exit_code == 0, done.output
    (photo,) = photos_of(outside, code)
    kept = {one.name for one in (tmp_path / "data" / FOLDER).rglob("*") if one.is_file()}
    assert kept == {f"{photo.sha256}.jpg", f"{photo.sha256}.webp"}
    path.write_bytes(b"no picture")
    refused = run("add", code, path)
    assert refused.exit_code == 1
    assert "\x1b" not in refused.output


def test_what_never_ends_is_not_read(outside: Database, code: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero"), tmp_path, tmp_path / "none.jpg"):
        done = run("add", code, path)
        assert (done.exit_code, "没有这个文件" in done.output) == (1, True)


def test_a_file_that_is_too_large(
    outside: Database, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_MAP_REPORT_PHOTO_MAX_BYTES", str(len(JPEG) - 1))
    done = run("add", code, file(tmp_path, "大.jpg"))
    assert (done.exit_code, "太大" in done.output) == (1, True)


def test_files_that_are_lost_are_told(outside: Database, code: str, tmp_path: Path) -> None:
    run("add", code, file(tmp_path, "a.jpg"))
    next((tmp_path / "data" / FOLDER).rglob("*.webp")).unlink()
    assert "再加一次" in run("list", code).output


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("add", "nowhere", "a.jpg"), 1),
        (("list", "nowhere"), 1),
        (("remove", "nowhere", 1), 1),
        (("remove", "nowhere", "x"), 2),
        (("add", "nowhere"), 2),
    ],
)
def test_what_is_not_there(
    outside: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[object, ...],
    status: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    file(tmp_path, "a.jpg")
    assert run(*arguments).exit_code == status
    assert value(outside, "SELECT count(*) FROM station_photo") == 0


def test_a_caption_of_two_lines_is_refused(outside: Database, code: str, tmp_path: Path) -> None:
    done = run("add", code, file(tmp_path, "a.jpg"), "--caption", "两\n行")
    assert (done.exit_code, "一行" in done.output) == (2, True)
