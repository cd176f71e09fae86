"""Rounds of verification: what is due, one screen a station, one tap for "all right"."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final
from uuid import UUID, uuid4

from flask import Response, jsonify, request

from station_map.domain.accounts import Account, Action
from station_map.domain.cases import checked_note
from station_map.domain.reports import seen_when
from station_map.domain.rounds import Finding, RoundAnswer
from station_map.domain.vocabulary import AMENITY_BY_CODE, AccessMethod, Status
from station_map.errors import InputError
from station_map.store import rounds as stored
from station_map.store.rounds import Round, RoundStation
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import BAD_REQUEST, Form, given
from station_map.web.admin.gate import blueprint, go, page, require
from station_map.web.admin.queue.reading import AMENITY_STATE_WORDS, age, now
from station_map.web.pages.links import go_url
from station_map.web.runtime import database

_ROUND: Final = f"{PATH}/round"


@blueprint.get("/round")
def round_list() -> Response:
    """Stations that are due, and how far today's round has come."""
    found = _round(identity.signed_in().account)
    return page("round.html", round=found, done=request.args.get("done", "") == "1")


@blueprint.get("/round/<code>")
def round_station(code: str) -> Response:
    """One station, to be compared with what stands there."""
    station, me = _mine(code)
    return _station_page(station, me)


@blueprint.post("/round/<code>")
def round_answer(code: str) -> Response:
    """What somebody found at the station: stored once, however often it is sent.

    To who asks for JSON the answer is JSON; to a browser the next station.
    """
    station, me = _mine(code)
    form = given()
    finding = _finding(form, station)
    if finding is not None:
        try:
            with writing(database(), actor=me.name) as unit:
                new = stored.store_finding(unit, me, finding)
        except InputError as error:
            form.note(error)
        else:
            return _went_on(me, station, new=new)
    if _wants_json():
        refused: Response = jsonify({"trouble": form.trouble})
        refused.status_code = BAD_REQUEST
        return refused
    return _station_page(station, me, form=form, status=BAD_REQUEST)


def _mine(code: str) -> tuple[RoundStation, Account]:
    station = stored.round_station(database(), code)
    return station, require(Action.STATION_VERIFY, station.place)


def _round(me: Account) -> Round:
    return stored.round_of(database(), me, now())


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _finding(form: Form, station: RoundStation) -> Finding | None:
    number = form.read(_uuid, "id", None)
    answer = form.read(_answer, "answer", None)
    note = form.read(checked_note, "note", None)
    seen_at = form.read(_seen_at, "seen_at", None)
    if form.trouble or number is None or answer is None or seen_at is None:
        return None
    return Finding(id=number, station=station.id, answer=answer, seen_at=seen_at, note=note)


def _uuid(told: str) -> UUID:
    try:
        return UUID(told)
    except ValueError:
        raise InputError(
            "这一页不完整，请刷新再试。 The answer has no id.", parameter="id"
        ) from None


def _answer(told: str) -> RoundAnswer:
    try:
        return RoundAnswer(told)
    except ValueError:
        raise InputError("请选一个。 Choose an answer.", parameter="answer") from None


def _seen_at(told: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(told) if told else None
    except ValueError:
        raise InputError("时间写错了。 This is no time.", parameter="seen_at") from None
    return seen_when(moment, now())


def _went_on(me: Account, station: RoundStation, *, new: bool) -> Response:
    after = _round(me)
    onward = next((one.code for one in after.stations if one.id != station.id), None)
    if _wants_json():
        told = {"new": new, "done": after.done, "due": after.due, "next": onward}
        response: Response = jsonify(told)
        return response
    return go(f"{request.root_path}{_ROUND}{'' if onward is None else f'/{onward}'}?done=1")


def _station_page(
    station: RoundStation, me: Account, *, form: Form | None = None, status: int = 200
) -> Response:
    found = _round(me)
    onward = next((one.code for one in found.stations if one.id != station.id), None)
    return page(
        "round_station.html",
        status=status,
        station=station,
        told=told_of(station),
        round=found,
        form=form or Form(),
        answer_id=(form["id"] if form else "") or uuid4(),
        onward=onward,
        done=request.args.get("done", "") == "1",
    )


# ---- what is compared ----------------------------------------------------------------------


def told_of(station: RoundStation) -> dict[str, Any]:
    """What a screen says of a station: plain text, the same for the phone's own copy."""
    return {
        "code": station.code,
        "name": station.name,
        "district": _district(station),
        "address": station.address or "",
        "age": age(station.verified_at),
        "verified_at": station.verified_at.isoformat() if station.verified_at else None,
        "map": go_url(station.lon, station.lat, station.name),
        "lines": _lines(station),
        "cases": station.open_cases,
    }


def _district(station: RoundStation) -> str:
    """The district in words, "" where the address says it."""
    if station.district is None:
        return "地区未知"
    return "" if station.district in (station.address or "") else station.district


def _lines(station: RoundStation) -> list[tuple[str, str]]:
    hours = station.hours_text or station.opening_hours
    access = AccessMethod(station.access_method).zh if station.access_method else None
    lines = [
        ("状态", _status(station)),
        ("开放时间", hours or "不清楚"),
        ("怎么进门", access or "不清楚"),
        ("在哪里", station.landmark),
        *((AMENITY_STATE_WORDS[state], _having(station, state)) for state in AMENITY_STATE_WORDS),
    ]
    return [(label, text) for label, text in lines if text]


def _status(station: RoundStation) -> str:
    words = Status(station.status).zh
    until = station.suspended_until
    return f"{words}，{until} 恢复" if until else words


def _having(station: RoundStation, state: str) -> str:
    return "、".join(
        AMENITY_BY_CODE[code].zh for code, is_ in station.amenities.items() if is_ == state
    )
