"""One change for many stations: choose them, look at what would become of each, do it, undo it.

The stations and their versions are fixed when the preview is made: they come back signed, so
that what is done is what was looked at. Whoever may not take changes back may not do this.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import islice
from typing import Any, Final

from flask import Response, request
from itsdangerous import BadData, URLSafeTimedSerializer

from station_map.domain.accounts import Account, Action, Place, may
from station_map.domain.bulk_change import AT_MOST
from station_map.domain.hours_override import OverrideReason
from station_map.domain.reasons import checked_reason
from station_map.domain.vocabulary import (
    AMENITIES,
    HostType,
    Kind,
    Status,
)
from station_map.errors import Conflict
from station_map.search.selecting import Selection, select
from station_map.store import accounts, bulk_changes
from station_map.store.bulk_changes import Preview
from station_map.store.selections import Chosen, Found, brands
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.bulk_form import area_names, read_change, read_selection
from station_map.web.admin.bulk_words import change_in_words, selection_in_words
from station_map.web.admin.cookies import PATH, derived_key
from station_map.web.admin.differences import Words
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.maps import admin_map
from station_map.web.requests import allow
from station_map.web.runtime import database

_CONFLICT: Final = 409
_SHOWN: Final = 100
_ON_MAP: Final = 2_000
_HELD_S: Final = 2 * 60 * 60
_HELD_BYTES: Final = 192 * 1024
_SEVERAL: Final = ("kind", "host_type", "status")
_BAD_HELD: Final = "预览放得太久，或者不是你的。请再看一次预览。"

CHANGES: Final = {
    "dated": "特别日子",
    "hours": "平时的开放时间",
    "status": "状态",
    "amenity": "一样设施",
}
LABELS: Final = {
    "area": "地区",
    "kind": "类型",
    "host_type": "设在",
    "status": "状态",
    "amenity": "有这样设施",
    "brand": "品牌",
    "text": "站名、地址里的字",
    "not_verified_days": "多少天没有核实",
    "polygon": "地图上的范围",
    "change": "改什么",
    "first_day": "第一天",
    "last_day": "最后一天",
    "dated_hours": "那几天的时间",
    "override_reason": "为什么",
    "note": "说明",
    "hours": "开放时间",
    "new_status": "新的状态",
    "status_reason": "原因",
    "suspended_until": "暂停到",
    "amenity_code": "设施",
    "amenity_state": "现在",
    "reason": "为什么改",
}


@blueprint.get("/bulk")
def bulk() -> Response:
    """The question: which stations."""
    return _choose_page(Form({}), None)


@blueprint.post("/bulk")
def bulk_find() -> Response:
    """Which stations they are, how many, where; and the forms for what to change."""
    form = given(*_SEVERAL)
    return _choose_page(form, read_selection(form))


@blueprint.post("/bulk/preview")
def bulk_preview() -> Response:
    """What would become of each."""
    form = given(*_SEVERAL)
    selection = read_selection(form)
    change = read_change(form)
    if selection is None or change is None:
        return _choose_page(form, selection, status=BAD_REQUEST)
    me = identity.signed_in().account
    found = select(database(), selection, me, AT_MOST)
    if not 1 <= len(found.stations) <= AT_MOST:
        return _choose_page(form, selection, status=BAD_REQUEST)
    with database().reading() as connection:
        ids = [one.id for one in found.stations]
        previews = list(bulk_changes.preview(connection, ids, change))
    changing = [one for one in previews if one.changes]
    same = [one for one in previews if not one.changes]
    told = {**change.told(), "selection": selection.told()}
    return page(
        "bulk_preview.html",
        form=form,
        change_words=change_in_words(told),
        selection_words=selection_in_words(told["selection"], area_names(selection)),
        rows=[_row(one) for one in islice(changing, _SHOWN)],
        changing=len(changing),
        same=same[:_SHOWN],
        same_count=len(same),
        outside=found.outside,
        shown=_SHOWN,
        held=_hold(me, form, changing, selection) if changing else "",
        **_again(form),
    )


@blueprint.post("/bulk/apply")
def bulk_apply() -> Response:
    """Do what was looked at, to the stations that are still as they were then."""
    me = identity.signed_in().account
    held = _held(me, request.form.get("held", ""))
    if held is None:
        form = Form({}, {"": _BAD_HELD})
        return _choose_page(form, None, status=BAD_REQUEST)
    form = Form({**held["form"], "reason": request.form.get("reason", "")[:_HELD_BYTES]})
    change = read_change(form)
    reason = form.read(checked_reason, "reason", None)
    if form.trouble or change is None:
        return _choose_page(form, read_selection(form), status=BAD_REQUEST)
    stations = dict(zip(held["ids"], held["versions"], strict=True))
    try:
        with writing(database(), actor=me.name) as unit:
            told = {"selection": held["selection"]}
            done = bulk_changes.carry_out(unit, stations, change, _allowed(me), told, reason)
    except Conflict as error:
        form.trouble[""] = in_chinese(error)
        return _choose_page(form, read_selection(form), status=_CONFLICT)
    return go(f"{request.root_path}{PATH}/history/sets/{done.change_set}?done=bulk")


allow(blueprint, "bulk_apply", lambda _settings: _HELD_BYTES)


def _allowed(me: Account) -> Callable[[int, str | None], bool]:
    def allowed(station: int, adcode: str | None) -> bool:
        place = Place(station, adcode)
        return may(me, Action.STATION_EDIT, place) and may(me, Action.STATION_REVERT, place)

    return allowed


# ---- what comes back --------------------------------------------------------------------


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(derived_key(b"bulk preview"), salt="bulk")


def _hold(me: Account, form: Form, changing: list[Preview], selection: Selection) -> str:
    told = {
        "by": me.id,
        "form": {name: form[name] for name in _OF_CHANGE} | _chosen(form),
        "selection": selection.told(),
        "ids": [one.id for one in changing],
        "versions": [one.version for one in changing],
    }
    return str(_signer().dumps(told))


def _held(me: Account, told: str) -> dict[str, Any] | None:
    try:
        held: dict[str, Any] = _signer().loads(told, max_age=_HELD_S)
    except BadData:
        return None
    return held if held.get("by") == me.id else None


_OF_CHANGE: Final = (
    *("change", "first_day", "last_day", "dated_hours", "override_reason", "note"),
    *("hours", "new_status", "status_reason", "suspended_until", "amenity_code", "amenity_state"),
)
_OF_SELECTION: Final = ("area", "amenity", "brand", "text", "not_verified_days", "polygon")


def _chosen(form: Form) -> dict[str, str | list[str]]:
    one = {name: form[name] for name in _OF_SELECTION}
    return {**one, **{name: form.chosen(name) for name in _SEVERAL}}


def _again(form: Form) -> dict[str, Any]:
    """The fields by which the form comes back as it was, for a template."""
    kept = [(name, value) for name in (*_OF_SELECTION, *_OF_CHANGE) if (value := form[name])]
    return {"kept": kept + [(name, one) for name in _SEVERAL for one in form.chosen(name) if one]}


# ---- pages ------------------------------------------------------------------------------


def _row(one: Preview) -> dict[str, Any]:
    lines = Words(contacts=True).lines(one.changes)
    return {"code": one.code, "name": one.name, "lines": lines}


def _choose_page(form: Form, selection: Selection | None, *, status: int = 200) -> Response:
    found = None
    if selection is not None:
        me = identity.signed_in().account
        found = select(database(), selection, me, AT_MOST)
        if len(found.stations) > AT_MOST:
            form.trouble.setdefault(
                "", f"符合的超过 {AT_MOST} 个，一次最多改 {AT_MOST} 个。请再加条件。"
            )
        elif not found.stations:
            form.trouble.setdefault("", "没有你能改的驿站符合这些条件。")
    if status == 200 and form.trouble:
        status = BAD_REQUEST
    good = found is not None and 1 <= len(found.stations) <= AT_MOST
    chart = admin_map("bulk-map.js")
    return page(
        "bulk.html",
        status=status,
        form=form,
        labels=LABELS,
        found=found if good else None,
        at_most=AT_MOST,
        shown=_SHOWN,
        map=chart,
        points=json.dumps(_points(chart, found) if good and found is not None else []),
        brands=brands(database()),
        areas=[("", "都可以"), *accounts.areas_to_choose(database())],
        amenities=[("", "都可以"), *((one.code, one.zh) for one in AMENITIES)],
        amenity_codes=[("", "请选"), *((one.code, one.zh) for one in AMENITIES)],
        kinds=[(one.value, one.zh) for one in Kind],
        hosts=[(one.value, one.zh) for one in HostType],
        statuses=[(one.value, one.zh) for one in Status],
        changes=list(CHANGES.items()),
        reasons=[(one.value, one.zh) for one in OverrideReason],
        states=[
            ("yes", "有"),
            ("no", "没有"),
            ("partial", "部分"),
            ("broken", "坏了"),
            ("unknown", "不清楚"),
        ],
        **_again(form),
    )


def _points(chart: Any, found: Found) -> list[tuple[float, float]]:
    stations: list[Chosen] = found.stations[:_ON_MAP]
    return [chart.place(one.lon, one.lat) for one in stations]
