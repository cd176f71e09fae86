"""Pictures of a station: added one or a few at a time, drawn anew; their captions; removing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response, request

from station_map.domain.accounts import Action
from station_map.errors import InputError
from station_map.store import station_photos
from station_map.store.edits import Snapshot
from station_map.store.pictures import PhotoLimits
from station_map.store.station_photo_files import Prepared, prepare
from station_map.web import photos as public
from station_map.web.admin.forms import BAD_REQUEST, Form, given
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.stations.shared import address_of, station_for
from station_map.web.requests import allow
from station_map.web.runtime import database, settings

if TYPE_CHECKING:
    from station_map.settings import Settings

AT_ONCE: Final = 4
_BIGGEST_ID: Final = 2**63 - 1


@blueprint.get("/stations/<code>/photos")
def station_photos_page(code: str) -> Response:
    """What is shown now, and a form for more."""
    _, station = station_for(Action.STATION_EDIT, code)
    return _page(station, Form())


@blueprint.post("/stations/<code>/photos")
def photo_add(code: str) -> Response:
    """Keep pictures: all that were sent, or none."""
    account, station = station_for(Action.STATION_EDIT, code)
    form = given()
    try:
        caption = station_photos.checked_caption(form["caption"])
        pictures = _pictures()
        station_photos.add_photos(
            database(),
            settings().data_dir,
            station.code,
            pictures,
            caption,
            actor=account.name,
        )
    except InputError as error:
        form.note(error, "photo")
        if "FILE" in form.trouble:
            form.trouble["photo"] = form.trouble.pop("FILE")
        return _page(station, form, status=BAD_REQUEST)
    return go(address_of(station.code, "/photos"))


@blueprint.post("/stations/<code>/photos/<int:number>/caption")
def photo_caption(code: str, number: int) -> Response:
    """Say something else below a picture. Raises NotFound."""
    account, station = station_for(Action.STATION_EDIT, code)
    form = given()
    try:
        caption = station_photos.checked_caption(form["caption"])
    except InputError as error:
        form.note(error, "caption")
        return _page(station, form, status=BAD_REQUEST)
    station_photos.caption_photo(
        database(), station.code, min(number, _BIGGEST_ID), caption, actor=account.name
    )
    return go(address_of(station.code, "/photos"))


@blueprint.post("/stations/<code>/photos/<int:number>/remove")
def photo_remove(code: str, number: int) -> Response:
    """Take a picture away. Raises NotFound."""
    account, station = station_for(Action.STATION_EDIT, code)
    station_photos.remove_photo(
        database(),
        settings().data_dir,
        station.code,
        min(number, _BIGGEST_ID),
        actor=account.name,
    )
    return go(address_of(station.code, "/photos"))


def _pictures() -> list[Prepared]:
    """The files of the request, drawn anew. Raises InputError and LimitExceeded."""
    files = [file for file in request.files.getlist("photo") if file.filename]
    if not files or len(files) > AT_ONCE:
        raise InputError(
            f"请选 1 到 {AT_ONCE} 张照片。 Choose 1 to {AT_ONCE} photos.",
            parameter="photo",
            allowed=f"1 to {AT_ONCE} JPEG, PNG or WebP pictures",
        )
    limits = _limits(settings())
    return [prepare(file.stream.read(limits.max_bytes + 1), limits) for file in files]


def _limits(chosen: Settings) -> PhotoLimits:
    return PhotoLimits(chosen.report_photo_max_bytes, chosen.report_photo_max_pixels)


allow(blueprint, "photo_add", lambda chosen: AT_ONCE * chosen.report_photo_max_bytes)


def _page(station: Snapshot, form: Form, *, status: int = 200) -> Response:
    name = station.document["name"]
    found = station_photos.photos_of(database(), station.code)
    limits = _limits(settings())
    return page(
        "station_photos.html",
        status=status,
        station=station,
        name=name,
        form=form,
        photos=list(zip(found, public.shown(station.code, name, found), strict=True)),
        most=station_photos.MOST,
        at_once=AT_ONCE,
        max_mb=f"{limits.max_bytes / 1e6:g}",
    )
