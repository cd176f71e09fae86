"""Photos of stations: rows in the database, files in the data folder, both or neither.

Each change is one of its station: recorded and derived by `store.changing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, LiteralString, cast

import psycopg
from sqlalchemy import Connection, text

from station_map.domain.texts_and_days import line_if_any
from station_map.errors import LimitExceeded, NotFound
from station_map.store.changing import Changing, changing
from station_map.store.database import Database, Origin
from station_map.store.station_photo_files import Photo, Prepared, delete_files, write_files

MOST: Final = 12
LONGEST_CAPTION: Final = 200

# Rows and files are changed under one lock, so that nobody deletes what another just took up.
LOCK: Final = "SELECT pg_advisory_xact_lock(5459274)"  # "SMI" of the imports, and one
_STATION: Final = "SELECT id FROM station WHERE code = :code FOR UPDATE"
_PHOTOS: Final = """
SELECT p.id, p.sha256, p.caption, p.width_px, p.height_px, p.added_at
FROM station_photo p JOIN station s ON s.id = p.station_id
"""  # as in `Photo`
_OF_STATION: Final = _PHOTOS + "WHERE s.id = :station_id ORDER BY p.id"
_INSERT: Final = """
INSERT INTO station_photo (station_id, sha256, caption, width_px, height_px)
VALUES (:station_id, :sha256, :caption, :width_px, :height_px)
"""
_DELETE: Final = "DELETE FROM station_photo WHERE id = :id AND station_id = :station_id"
_SHOWN: Final = "SELECT EXISTS (SELECT FROM station_photo WHERE sha256 = :sha256)"
_CAPTION: Final = """
UPDATE station_photo SET caption = :caption WHERE id = :id AND station_id = :station_id
"""
_BY_CODE: Final[LiteralString] = _PHOTOS + "WHERE s.code = %(code)s ORDER BY p.id"
_ONE: Final[LiteralString] = _PHOTOS + "WHERE s.code = %(code)s AND p.id = %(id)s"
_BIGGEST_ID: Final = 2**63 - 1
_ORIGIN: Final[Origin] = "form"


def checked_caption(given: str | None) -> str | None:
    """A line for people, or None. Raises InputError."""
    return line_if_any(
        given, "caption", "照片的说明", LONGEST_CAPTION, example="--caption 从北门进"
    )


# --- reading ----------------------------------------------------------------------------------


def photos_of(database: Database, code: str) -> list[Photo]:
    """A station's photos in the order in which they came; none of one that does not exist."""
    return [Photo(*row) for row in database.rows(_BY_CODE, {"code": code})]


def check_station(database: Database, code: str) -> None:
    """Raises NotFound when there is no such station."""
    if not database.rows("SELECT 1 FROM station WHERE code = %(code)s", {"code": code}):
        raise NotFound("station", code)


def photo_of(database: Database, code: str, number: int) -> Photo:
    """One photo of a station. Raises NotFound."""
    if number <= _BIGGEST_ID:
        for row in database.rows(_ONE, {"code": code, "id": number}):
            return Photo(*row)
    raise NotFound("photo", f"{code}/{number}")


# --- writing ----------------------------------------------------------------------------------


def add_photos(
    database: Database,
    data_dir: Path,
    code: str,
    pictures: Sequence[Prepared],
    caption: str | None,
    *,
    actor: str,
) -> list[Photo]:
    """Keep pictures of a station; what it shows then. One that it shows already is left.

    Raises NotFound, LimitExceeded beyond MOST, EnvironmentFault when a file cannot be written.
    """
    with database.transaction(actor=actor, origin=_ORIGIN) as connection:
        station_id, before = _locked(connection, code)
        held = {photo.sha256 for photo in before}
        new = {one.sha256: one for one in pictures if one.sha256 not in held}
        if len(before) + len(new) > MOST:
            raise LimitExceeded(
                f"一个驿站最多 {MOST} 张照片，{code} 已经有 {len(before)} 张。 A station has at"
                f" most {MOST} photos; {code} has {len(before)}.",
                parameter="FILE",
                allowed=f"at most {MOST - len(before)} more",
            )
        with _changing(connection, station_id):
            for one in new.values():
                told = {name: getattr(one, name) for name in ("sha256", "width_px", "height_px")}
                values = {"station_id": station_id, "caption": caption, **told}
                connection.execute(text(_INSERT), values)
        after = _photos(connection, station_id)
        # Last of all: what fails before has written nothing. Files that were lost come back.
        write_files(data_dir, pictures)
        return after


def remove_photo(
    database: Database, data_dir: Path, code: str, number: int, *, actor: str
) -> list[Photo]:
    """Take a photo away from a station; what it shows then.

    Its files go when no other station shows them. Raises NotFound.
    """
    with database.transaction(actor=actor, origin=_ORIGIN) as connection:
        station_id, before = _locked(connection, code)
        gone = next((photo for photo in before if photo.id == number), None)
        if gone is None:
            raise NotFound("photo", f"{code}/{number}")
        with _changing(connection, station_id):
            connection.execute(text(_DELETE), {"id": number, "station_id": station_id})
        after = _photos(connection, station_id)
    # After the commit: a row never names a file that is gone.
    with database.transaction(actor=actor, origin=_ORIGIN) as connection:
        connection.execute(text(LOCK))
        if not connection.execute(text(_SHOWN), {"sha256": gone.sha256}).scalar_one():
            delete_files(data_dir, gone)
    return after


def caption_photo(
    database: Database, code: str, number: int, caption: str | None, *, actor: str
) -> None:
    """Say something else below a photo. Raises NotFound."""
    with database.transaction(actor=actor, origin=_ORIGIN) as connection:
        station_id, _ = _locked(connection, code)
        values = {"id": number, "station_id": station_id, "caption": caption}
        with _changing(connection, station_id):
            if connection.execute(text(_CAPTION), values).rowcount == 0:
                raise NotFound("photo", f"{code}/{number}")


def _locked(connection: Connection, code: str) -> tuple[int, list[Photo]]:
    connection.execute(text(LOCK))
    station_id = connection.execute(text(_STATION), {"code": code}).scalar()
    if station_id is None:
        raise NotFound("station", code)
    return station_id, _photos(connection, station_id)


def _photos(connection: Connection, station_id: int) -> list[Photo]:
    found = connection.execute(text(_OF_STATION), {"station_id": station_id})
    return [Photo(*row) for row in found]


def _changing(connection: Connection, station_id: int) -> AbstractContextManager[Changing]:
    raw = cast("psycopg.Connection", connection.connection.driver_connection)
    return changing(raw, [station_id])
