"""`photos …`: pictures of stations, for their pages and the API."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from station_map.cli.environment import actor, note, say
from station_map.errors import FileRefused, InputError, LimitExceeded
from station_map.settings import Settings, read_settings
from station_map.store import station_photos
from station_map.store.pictures import PhotoLimits
from station_map.store.session import open_database
from station_map.store.station_photo_files import Photo, Prepared, lacks_files, prepare

_ALLOWED: Final = "JPEG, PNG, WebP"
_EXAMPLE: Final = "station-map photos add 340603-00001 北门.jpg"


@click.group()
def photos() -> None:
    """驿站的照片。 Photos of stations."""


@photos.command()
@click.argument("code")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--caption", metavar="TEXT", help="照片的说明，一行。 A line below the photos.")
def add(code: str, files: tuple[Path, ...], caption: str | None) -> None:
    """加照片：JPEG、PNG、WebP。拍摄地点、时间等都会去掉。

    Adds photos to a station, all of them or none. They are drawn anew: where, when and with what
    they were taken is not kept.
    """
    settings = read_settings()
    said = station_photos.checked_caption(caption)
    pictures = [_prepared(path, settings) for path in files]
    with open_database(settings) as database:
        before = station_photos.photos_of(database, code)
        after = station_photos.add_photos(
            database,
            settings.data_dir,
            code,
            pictures,
            said,
            actor=actor(),
        )
    new = [photo for photo in after if photo.id not in {one.id for one in before}]
    for photo in new:
        say(_line(photo))
    if len(new) < len(files):
        note(
            f"{len(files) - len(new)} 张已经有了。"
            f" {len(files) - len(new)} of them the station had already."
        )


@photos.command("list")
@click.argument("code")
def list_photos(code: str) -> None:
    """列出一个驿站的照片。 The photos of a station."""
    settings = read_settings()
    with open_database(settings) as database:
        station_photos.check_station(database, code)
        found = station_photos.photos_of(database, code)
    for photo in found:
        say(_line(photo))
        if lacks_files(settings.data_dir, photo):
            note(
                f"{photo.id}：文件不全，页面上看不到。请把这张再加一次。"
                f" {photo.id}: its files are not all there; add it once more."
            )
    if not found:
        say("没有。 None.")


@photos.command()
@click.argument("code")
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**63 - 1))
def remove(code: str, number: int) -> None:
    """删掉一张照片，文件也删。 Takes a photo away, with its files."""
    settings = read_settings()
    with open_database(settings) as database:
        left = station_photos.remove_photo(database, settings.data_dir, code, number, actor=actor())
    say(f"{number}: 删掉了，还有 {len(left)} 张。 Removed; {len(left)} are left.")


def _line(photo: Photo) -> str:
    size = f"{photo.width_px}×{photo.height_px}"
    return f"{photo.id}: {size}  {photo.added_at:%Y-%m-%d}  {photo.caption or ''}".rstrip()


def _prepared(path: Path, settings: Settings) -> Prepared:
    """The picture of a file. Raises FileRefused or InputError, which name the file."""
    limits = PhotoLimits(settings.report_photo_max_bytes, settings.report_photo_max_pixels)
    try:
        return prepare(_contents(path, limits.max_bytes), limits)
    except LimitExceeded as error:
        raise LimitExceeded(
            _about(path, error), parameter="FILE", allowed=error.allowed, example=_EXAMPLE
        ) from None
    except InputError as error:
        raise FileRefused(
            _about(path, error), parameter="FILE", allowed=_ALLOWED, example=_EXAMPLE
        ) from None


def _contents(path: Path, most: int) -> bytes:
    """What the file holds, and one byte more than is allowed at most."""
    try:
        # A pipe or a device might never end.
        if not path.is_file():
            raise InputError("没有这个文件。 There is no such file.")
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise InputError(f"读不了：{error.strerror}。 It cannot be read.") from None


def _about(path: Path, error: InputError) -> str:
    return f"{str(path)!r}：{error}"
