"""Reports and suggestions as plain forms: for whoever has no JavaScript, and for a door's QR.

With JavaScript the same fields stand in a sheet over the page (`_report_sheet.html`), which
sends JSON to the API.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID, uuid4

from flask import Response, make_response, redirect, render_template, request
from werkzeug.exceptions import Forbidden

from station_map.domain.reports import NOTE_LONGEST, ReportField, ReportKind, Sender
from station_map.domain.vocabulary import AMENITIES, AMENITY_BY_CODE, Amenity, Datum
from station_map.errors import InputError, LimitExceeded, NotFound
from station_map.search.listing import get_station
from station_map.store.stations import demo_presence
from station_map.web import requests
from station_map.web.contract import Entry, RefusedQuery
from station_map.web.language import kept_language, language, mark, of_both, t, tell
from station_map.web.pages.cards import what_is_there
from station_map.web.pages.query import RiderQuery, read_query
from station_map.web.pages.views import blueprint
from station_map.web.reporting import (
    CODE,
    NOTHING_PERSONAL,
    REPORT,
    SUGGESTED,
    SUGGESTION,
    report_of,
    submit_report,
    submit_suggestion,
    suggestion_of,
    thanks_for,
)
from station_map.web.runtime import database
from station_map.web.same_origin import foreign, form_token, known_as_ours, token_holds
from station_map.web.senders import current_sender, secret

# Each form holds an id and a token of its own.
_NOT_KEPT: Final = "private, no-store"
_SEE_OTHER: Final = 303
_BAD_REQUEST: Final = 400
_FORBIDDEN: Final = 403
_TOO_LARGE: Final = 413
_AGAIN: Final = mark("这一页放得太久，或者网络换过了。填的都还在，请再按一次。")
# Offered to whoever wants a station; the other fifty would only be in the way.
_WANTED: Final = (
    "microwave",
    "drinking_water",
    "seating",
    "air_conditioning",
    "heating",
    "toilet",
    "phone_charging",
    "ebike_charging",
    "battery_swap",
    "truck_parking",
    "shower",
)
_DATUMS: Final = (
    (Datum.GCJ02.value, mark("高德、腾讯地图")),
    (Datum.BD09.value, mark("百度地图")),
    (Datum.WGS84.value, mark("手机定位（GPS）")),
)
_LABELS: Final = {
    "note": mark("想说的"),
    "photo": mark("照片"),
    "amenity": mark("哪样坏了"),
    "field": mark("哪条不对"),
    "kind": mark("哪种情况"),
    "lon": mark("经度"),
    "lat": mark("纬度"),
    "crs": mark("坐标来自"),
    "amenities": mark("最想有什么"),
}


def _in_words(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((code, t(words)) for code, words in pairs)


@dataclass(frozen=True, slots=True)
class Form:
    """What a form shows: its choices, and what was filled in before.

    amenities: titles with what may be broken, of this station first. trouble: sentences
    about what could not be taken.
    """

    id: str = ""
    token: str = ""
    amenities: tuple[tuple[str, tuple[Amenity, ...]], ...] = (("", AMENITIES),)
    fields: tuple[ReportField, ...] = tuple(ReportField)
    wanted: tuple[Amenity, ...] = tuple(AMENITY_BY_CODE[code] for code in _WANTED)
    datums: tuple[tuple[str, str], ...] = field(default_factory=lambda: _in_words(_DATUMS))
    longest: int = NOTE_LONGEST
    amenity: str = ""
    field: str = ""
    note: str = ""
    lon: str = ""
    lat: str = ""
    crs: str = Datum.WGS84.value
    chosen: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()


@blueprint.app_template_global("report_form")
def empty_form() -> Form:
    """The form of the sheet, which the page's own script fills and sends."""
    return Form(amenities=((t("都有哪些"), AMENITIES),))


@blueprint.get("/stations/<code>/report")
def report(code: str) -> Response:
    """The form about one station; after sending, what it changed and what comes next."""
    facts = _facts(code)
    done = ReportKind(request.args["done"]) if request.args.get("done") in _KINDS else None
    if done is not None:
        thanks = thanks_for(done, reported_locked=facts.get("reported_locked") is True)
        return _report_page(facts, thanks=t(thanks))
    return _report_page(facts, form=_form_for(facts, _sender()))


@blueprint.post("/stations/<code>/report")
def report_send(code: str) -> Response:
    """Store what the form says, then show what it changed; or the form with what is wrong."""
    _refuse_foreign()
    facts, sender = _facts(code), _sender()
    if not _is_ours(sender):
        return _report_page(facts, form=_form_for(facts, sender, t(_AGAIN)), status=_FORBIDDEN)
    try:
        values = REPORT.read_pairs(_told())
        values["id"] = _id_of(sender, str(sorted(map(str, values.items()))))
        asked = report_of(code, values, dt.datetime.now(dt.UTC))
        stored = submit_report(asked, _photo(), sender)
    except InputError as error:
        status = _TOO_LARGE if isinstance(error, LimitExceeded) else _BAD_REQUEST
        return _report_page(facts, form=_form_for(facts, sender, *_said(error)), status=status)
    return redirect(_with_done(stored.kind.value), _SEE_OTHER)  # type: ignore[return-value]


@blueprint.get("/suggest")
def suggest() -> Response:
    """The form for a wanted station; after sending, what comes of it."""
    if request.args.get("done"):
        return _wish_page(thanks=t(SUGGESTED))
    position = read_query(request.args, kept_language()).position
    form = Form(id=str(uuid4()), token=form_token(secret(), _sender()))
    if position is not None:
        form = replace(form, lon=f"{position[0]:.5f}", lat=f"{position[1]:.5f}")
    return _wish_page(form=form)


@blueprint.post("/suggest")
def suggest_send() -> Response:
    """Store what the form says, then thank; or the form with what is wrong."""
    _refuse_foreign()
    sender = _sender()
    if not _is_ours(sender):
        return _wish_page(form=_wish_for(sender, t(_AGAIN)), status=_FORBIDDEN)
    try:
        values = SUGGESTION.read_pairs(_told())
        values["id"] = _id_of(sender, str(sorted(map(str, values.items()))))
        submit_suggestion(suggestion_of(values), sender)
    except InputError as error:
        return _wish_page(form=_wish_for(sender, *_said(error)), status=_BAD_REQUEST)
    return redirect(_with_done("wish"), _SEE_OTHER)  # type: ignore[return-value]


requests.allow(blueprint, "report_send", lambda chosen: chosen.report_photo_max_bytes)

_KINDS: Final = frozenset(kind.value for kind in ReportKind)
# A choice beside another button than the one pressed says nothing.
_ONLY_WITH: Final = {"amenity": ReportKind.BROKEN.value, "field": ReportKind.WRONG.value}


def _facts(code: str) -> dict[str, Any]:
    if CODE.fullmatch(code) is None:
        raise NotFound("station", code)
    facts: dict[str, Any] = json.loads(get_station(database(), code).card)
    return facts


def _sender() -> Sender:
    return current_sender(dt.datetime.now(dt.UTC))


def _refuse_foreign() -> None:
    if foreign():
        raise Forbidden


def _is_ours(sender: Sender) -> bool:
    return known_as_ours() or token_holds(secret(), sender, request.form.get("token", ""))


def _told() -> Iterable[tuple[str, Any]]:
    """The fields that were filled in and matter, as the parameter table reads them."""
    kind = request.form.get("kind", "")
    for name in request.form:
        if name in {"id", "token"} or _ONLY_WITH.get(name, kind) != kind:
            continue
        given = [one for one in request.form.getlist(name) if one.strip()]
        if given:
            yield name, ",".join(given)


def _photo() -> bytes | None:
    """The chosen file; browsers send an empty one when none was."""
    file = request.files.get("photo")
    return (file.read() or None) if file else None


def _id_of(sender: Sender, told: str) -> UUID:
    """The id under which this sender's form is stored.

    The form's own id is not enough: a page that a cache gave to two riders has it twice.
    """
    given = request.form.get("id", "")[:64]
    mixed = f"{given}\n{told}".encode("utf-8", "surrogatepass")
    return UUID(bytes=blake2b(mixed, key=sender.hashes[0], digest_size=16).digest(), version=4)


def _said(error: InputError) -> tuple[str, ...]:
    """What is wrong, for people."""
    if isinstance(error, RefusedQuery):
        return tuple(_entry(one) for one in error.entries)
    return (of_both(str(error)),)


def _entry(one: Entry) -> str:
    label = _LABELS.get(one.parameter)
    what = one.message_zh if language() == "zh" else one.message
    return t("%(label)s：%(what)s。", label=t(label) if label else one.parameter, what=what)


def _form_for(facts: dict[str, Any], sender: Sender, *trouble: str) -> Form:
    here = what_is_there(facts.get("amenities") or {})
    return Form(
        id=request.form.get("id") or str(uuid4()),
        token=form_token(secret(), sender),
        amenities=(
            (t("这里有的"), tuple(AMENITY_BY_CODE[code] for code in here)),
            (t("其他"), tuple(one for one in AMENITIES if one.code not in here)),
        ),
        amenity=request.form.get("amenity", ""),
        field=request.form.get("field", ""),
        note=request.form.get("note", "")[:NOTE_LONGEST],
        trouble=trouble,
    )


def _wish_for(sender: Sender, *trouble: str) -> Form:
    return Form(
        id=request.form.get("id") or str(uuid4()),
        token=form_token(secret(), sender),
        note=request.form.get("note", "")[:NOTE_LONGEST],
        lon=request.form.get("lon", ""),
        lat=request.form.get("lat", ""),
        crs=request.form.get("crs", Datum.WGS84.value),
        chosen=tuple(request.form.getlist("amenities")),
        trouble=trouble,
    )


def _with_done(what: str) -> str:
    address = _query().address(request.path)
    return f"{address}{'&' if '?' in address else '?'}done={what}"


def _query() -> RiderQuery:
    return read_query(request.args, kept_language())


def _report_page(
    facts: dict[str, Any], *, form: Form | None = None, thanks: str = "", status: int = 200
) -> Response:
    return _page(
        status,
        name=facts["name"],
        form=form,
        thanks=thanks,
        back=_query().address(f"/stations/{facts['code']}"),
        back_words=t("回到驿站"),
    )


def _wish_page(*, form: Form | None = None, thanks: str = "", status: int = 200) -> Response:
    back = _query().address()
    return _page(
        status,
        name=t("这里需要一个驿站"),
        wish=True,
        form=form,
        thanks=thanks,
        back=back,
        back_words=t("回到列表"),
    )


def _page(status: int, **context: Any) -> Response:
    body = render_template(
        "report.html",
        presence=demo_presence(database()),
        nothing_personal=t(NOTHING_PERSONAL),
        home=_query().address(),
        **context,
    )
    response = make_response(body, status)
    response.headers["Cache-Control"] = _NOT_KEPT
    return tell(response)
