"""Photos of stations over HTTP: their addresses, and answering them.

An address names the station, the photo, a size and the first digits of the picture's hash, so
what it answers never changes and may be kept for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request

from station_map.errors import NotFound
from station_map.store.station_photo_files import SIDES_PX, Photo, file_of
from station_map.store.station_photos import photo_of
from station_map.web.caching import answer
from station_map.web.contract import Contract, Parameter
from station_map.web.contract.parsers import matching, one_of
from station_map.web.language import t
from station_map.web.reporting import CODE
from station_map.web.runtime import database, settings

MIMETYPES: Final = {"jpg": "image/jpeg", "webp": "image/webp"}
FOR_EVER: Final = "public, max-age=31536000, immutable"
_MAX_AGE_S: Final = 300  # an address without the hash
_DIGITS: Final = 12

SIZE: Final = Parameter(
    name="size",
    parse=one_of({str(side): side for side in SIDES_PX}),
    schema={"type": "integer", "enum": list(SIDES_PX)},
    allowed=" or ".join(map(str, SIDES_PX)),
    allowed_zh="、".join(map(str, SIDES_PX)),
    example=str(SIDES_PX[0]),
    description="The longer side in pixels; the whole picture when not given.",
    also_called=("w", "width"),
)
HASH: Final = Parameter(
    name="v",
    parse=matching(f"[0-9a-f]{{{_DIGITS}}}", "a hash", "照片的校验值"),
    schema={"type": "string"},
    allowed=f"the first {_DIGITS} digits of the picture's SHA-256",
    allowed_zh=f"照片 SHA-256 的前 {_DIGITS} 位",
    example="(from a page or the API)",
    description="With it the answer may be kept for ever.",
)
CONTRACT: Final = Contract(SIZE, HASH)


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo as pages show it. thumb: the smallest JPEG; whole: the largest.

    alt: what is to be seen, as far as it is known. sources: (media type, srcset).
    """

    caption: str
    alt: str
    thumb: str
    whole: str
    width: int
    height: int
    sources: tuple[tuple[str, str], ...]


def address(code: str, photo: Photo, form: str, side_px: int | None = None) -> str:
    """Path and query of one form of a photo; its whole size unless told. code: as stored."""
    size = f"size={side_px}&" if side_px in SIDES_PX and side_px in photo.sides()[:-1] else ""
    return f"/stations/{code}/photos/{photo.id}.{form}?{size}v={photo.sha256[:_DIGITS]}"


def shown(code: str, name: str, photos: Sequence[Photo]) -> list[Shown]:
    """Photos for a page, in their order. name: of the station."""
    return [
        Shown(
            caption=photo.caption or "",
            alt=photo.caption or t("%(name)s的照片 %(number)s", name=name, number=number),
            thumb=address(code, photo, "jpg", photo.sides()[0]),
            whole=address(code, photo, "jpg"),
            width=photo.width_px,
            height=photo.height_px,
            sources=tuple((kind, _srcset(code, photo, form)) for form, kind in _BEST_FIRST),
        )
        for number, photo in enumerate(photos, 1)
    ]


_BEST_FIRST: Final = (("webp", MIMETYPES["webp"]), ("jpg", MIMETYPES["jpg"]))


def _srcset(code: str, photo: Photo, form: str) -> str:
    forms = ((address(code, photo, form, side), photo.size_at(side)[0]) for side in photo.sides())
    return ", ".join(f"{to} {width}w" for to, width in forms)


def members(code: str, photos: Sequence[Photo]) -> list[dict[str, Any]]:
    """Photos as JSON objects; `href` is relative to this server."""
    return [
        {
            "id": photo.id,
            "caption": photo.caption,
            "added_at": photo.added_at.isoformat(timespec="seconds"),
            "forms": [
                {
                    "type": MIMETYPES[form],
                    "href": address(code, photo, form, side),
                    "width_px": photo.size_at(side)[0],
                    "height_px": photo.size_at(side)[1],
                }
                for form in MIMETYPES
                for side in photo.sides()
            ],
        }
        for photo in photos
    ]


def photo_file(code: str, number: int, form: str) -> Response:
    """One form of a photo. Raises NotFound, RefusedQuery."""
    values = CONTRACT.read(request.environ["QUERY_STRING"])
    if CODE.fullmatch(code) is None:  # PostgreSQL would refuse a NUL with an error
        raise NotFound("station", code[:64])
    photo = photo_of(database(), code, number)
    told = values.get(HASH.name)
    if told is not None and not photo.sha256.startswith(told):
        raise NotFound("photo", f"{code}/{number}")
    asked = values.get(SIZE.name, photo.sides()[-1])
    side = max((side for side in photo.sides() if side <= asked), default=photo.sides()[-1])
    data = file_of(settings().data_dir, photo, side, form)
    response = answer(data, MIMETYPES[form], max_age_s=_MAX_AGE_S)
    if told is not None:
        response.headers["Cache-Control"] = FOR_EVER
    return response
