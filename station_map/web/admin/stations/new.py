"""A new station: its name, its kind and where it is; all else is filled in afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import Response

from station_map.domain.accounts import Action, Place, may
from station_map.domain.station import Station
from station_map.domain.vocabulary import Datum, Kind, Status
from station_map.errors import Conflict, InputError
from station_map.store import edits
from station_map.web.admin import identity
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.stations.controls import BY_NAME
from station_map.web.admin.stations.positions import DATUMS, edit_map, readings_of
from station_map.web.admin.stations.reading import BY_HAND, move_of, value_of
from station_map.web.admin.stations.shared import address_of
from station_map.web.runtime import database

_CONFLICT: Final = 409
_MIDDLE: Final = (116.80, 33.78)
_PLAIN: Final = ("name", "kind", "status", "address", "position_precision_m", "position_source")


@blueprint.get("/stations/new")
def station_new() -> Response:
    """The form."""
    return _page(Form({"kind": Kind.UNION_STATION.value, "status": Status.OPEN.value}))


@blueprint.post("/stations/new")
def station_new_send() -> Response:
    """Create it, with a code of its district; 409 when one of that name is near."""
    account = identity.signed_in().account
    form = given()
    station = _station(form)
    if station is not None:
        district = edits.district_of(database(), station.lon, station.lat)
        there = Place(adcode=district.adcode if district else None)
        if not may(account, Action.STATION_CREATE, there):
            where = district.name if district else "已知的区县以外"
            form.trouble["position"] = f"这个位置在{where}，不是你管的地区。"
    if form.trouble or station is None:
        return _page(form, status=BAD_REQUEST)
    try:
        with database().transaction(actor=account.name, origin="form") as connection:
            code = edits.create_station(connection, station)
    except Conflict as error:
        form.trouble[""] = in_chinese(error)
        return _page(form, status=_CONFLICT)
    return go(f"{address_of(code)}?done=created")


def _station(form: Form) -> Station | None:
    """The station that a form describes; None, with what is wrong kept, when it is not whole."""
    values = {}
    for name in _PLAIN:
        try:
            values[name] = value_of(BY_NAME[name], form[name])
        except InputError as error:
            form.note(error, name)
    try:
        move = move_of(form["position"], form["datum"])
    except InputError as error:
        form.note(error)
        return None
    if form.trouble:
        return None
    station = Station(
        name=values["name"],
        lon=move.lon,
        lat=move.lat,
        kind=Kind(values["kind"]),
        status=Status(values["status"]),
        address=values["address"],
        position_precision_m=values["position_precision_m"],
        position_source=values["position_source"] or BY_HAND,
    )
    return replace(
        station,
        source_lon=move.source_lon,
        source_lat=move.source_lat,
        source_datum=Datum(move.source_datum),
    )


def _page(form: Form, *, status: int = 200) -> Response:
    readings = []
    if form["position"]:
        try:
            readings = readings_of(form["position"], None)
        except InputError:
            readings = []  # what is wrong stands at the field
    return page(
        "station_new.html",
        status=status,
        form=form,
        controls=[BY_NAME[name] for name in ("name", "kind", "status", "address")],
        further=[BY_NAME[name] for name in ("position_precision_m", "position_source")],
        map=edit_map(*_MIDDLE),
        readings=readings,
        datums=DATUMS,
    )
