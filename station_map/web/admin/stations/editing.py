"""One subject of a station: its form, saving it, and two people who save at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Response, request

from station_map.domain.accounts import Account, Action, Place, may
from station_map.domain.editing.edit import StationEdit
from station_map.domain.editing.merging import merged
from station_map.domain.editing.subjects import Subject
from station_map.domain.reasons import checked_reason
from station_map.domain.vocabulary import AMENITIES
from station_map.errors import InputError, StationChanged
from station_map.store import drafts, edits, hours_exceptions
from station_map.store.edits import Snapshot
from station_map.store.writing import writing
from station_map.web.admin.forms import BAD_REQUEST, Form
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.stations import controls, hours, positions, words
from station_map.web.admin.stations.reading import read
from station_map.web.admin.stations.shared import (
    address_of,
    sent_base,
    sent_values,
    sent_version,
    station_for,
    subject_of,
    told_base,
)
from station_map.web.runtime import database

_CONFLICT: Final = 409


@dataclass(slots=True)
class Opened:
    """A form as it is shown: what it began with, what stands in it, what is wrong."""

    version: int
    base: Mapping[str, str]
    values: Mapping[str, str]
    form: Form = field(default_factory=Form)
    draft: drafts.Draft | None = None
    reason: str = ""


@blueprint.get("/stations/<code>/edit/<subject>")
def station_form(code: str, subject: str) -> Response:
    """The form, with the draft that the account left if there is one."""
    about = subject_of(subject)
    account, station = station_for(Action.STATION_EDIT, code)
    draft = drafts.drafts_of(database(), account.id, station.code).get(about)
    stored = controls.shown(about, station.document)
    if draft is None:
        opened = Opened(station.version, stored, stored)
    else:
        opened = Opened(draft.version, draft.base, stored | draft.given, draft=draft)
        opened.reason = draft.given.get("reason", "")
    return _form_page(station, about, opened)


@blueprint.post("/stations/<code>/edit/<subject>")
def station_form_send(code: str, subject: str) -> Response:
    """Save what was changed; 400 with what is wrong, 409 with what another changed."""
    about = subject_of(subject)
    account, station = station_for(Action.STATION_EDIT, code)
    version, base = sent_version(), sent_base(about)
    opened = Opened(version, base, _with_choices(about, base, sent_values(about, base)))
    opened.reason = request.form.get("reason", "")[:1_000]
    if request.form.get("do") == "preview":
        return _form_page(station, about, opened)
    reading = read(about, base, opened.values, station.document, dt.datetime.now(dt.UTC))
    for name, error in reading.trouble.items():
        opened.form.note(error, name)
    try:
        reason = checked_reason(opened.reason)
        _check_place(account, station, reading.edit)
    except InputError as error:
        opened.form.note(error)
    if opened.form.trouble:
        return _form_page(station, about, opened, status=BAD_REQUEST)
    if _undecided():
        return _merge_page(code, about, opened)
    try:
        done = _save(account, station, about, reading.edit, version, reason)
    except StationChanged:
        return _merge_page(code, about, opened)
    except InputError as error:
        opened.form.note(error)
        return _form_page(station, about, opened, status=BAD_REQUEST)
    return go(f"{address_of(station.code)}?done={'saved' if done else 'same'}#{about.value}")


def _save(
    account: Account,
    station: Snapshot,
    about: Subject,
    edit: StationEdit,
    version: int,
    reason: str | None,
) -> bool:
    """Save, and forget the draft; whether anything changed. Raises as `edit_station`."""
    with writing(database(), actor=account.name) as unit:
        after = version
        if edit:
            after = edits.edit_station(unit, station.code, edit, version=version, reason=reason)
        drafts.drop_draft(unit, account.id, station.code, about.value)
    return after != version


def _check_place(account: Account, station: Snapshot, edit: StationEdit) -> None:
    """A station stays within reach of whoever moves it. Raises InputError."""
    if edit.move is None:
        return
    district = edits.district_of(database(), edit.move.lon, edit.move.lat)
    there = Place(station.id, district.adcode if district else None)
    if not may(account, Action.STATION_EDIT, there):
        where = district.name if district else "已知的区县以外"
        raise InputError(
            f"这个位置在{where}，不是你管的地区；请检查坐标，或者请系统管理员来改。"
            " This position is outside your areas.",
            parameter="position",
            allowed="a position in your areas",
        )


# --- the page ---------------------------------------------------------------------------------


def _form_page(station: Snapshot, about: Subject, opened: Opened, *, status: int = 200) -> Response:
    opened.form.values = dict(opened.values)
    return page(
        "station_form.html",
        status=status,
        station=station,
        name=station.document["name"],
        subject=about,
        controls=controls.CONTROLS[about],
        opened=opened,
        form=opened.form,
        base=told_base(opened.base),
        labels=_labels(about),
        **_more(station, about, opened),
    )


def _labels(about: Subject) -> dict[str, str]:
    """What the list of trouble calls each control."""
    labels = {control.name: control.label for control in controls.CONTROLS[about]}
    if about is Subject.PLACE:
        labels |= {"position": "坐标", "datum": "坐标是哪一种"}
    if about is Subject.AMENITIES:
        for unit in controls.AMENITY_UNITS.values():
            labels |= dict.fromkeys(unit, controls.label_of(unit[0]))
    return labels | {"reason": "为什么改"}


def _more(station: Snapshot, about: Subject, opened: Opened) -> dict[str, Any]:
    if about is Subject.HOURS:
        return {
            "preview": hours.preview(station, opened.values),
            "exceptions": hours_exceptions.exceptions_of(database(), station.code),
            "exception_form": Form(),
        }
    if about is Subject.PLACE:
        return positions.context(station, opened.values, opened.base)
    if about is Subject.AMENITIES:
        return {"groups": _groups(), "states": words.STATES, "units": controls.AMENITY_UNITS}
    return {}


def _groups() -> list[tuple[str, list[Any]]]:
    """Amenities under the first of their tiers."""
    tiers = {"basic": "基本", "rider": "骑手常用", "truck": "货车司机", "service": "服务和智能"}
    return [
        (heading, [amenity for amenity in AMENITIES if amenity.tiers[0] == tier])
        for tier, heading in tiers.items()
    ]


# --- two people at once -----------------------------------------------------------------------


def _with_choices(
    about: Subject, base: Mapping[str, str], values: dict[str, str]
) -> dict[str, str]:
    """What was sent, where it says "theirs" with what is stored (the form's beginning)."""
    for unit in controls.units_of(about):
        if request.form.get(f"take.{unit[0]}") == "theirs":
            values |= {name: base.get(name, "") for name in unit}
    return values


def _undecided() -> bool:
    """Whether a page of conflicts came back with one of them open."""
    asked = request.form.getlist("conflict")
    return any(request.form.get(f"take.{unit}") not in {"mine", "theirs"} for unit in asked)


def _merge_page(code: str, about: Subject, opened: Opened) -> Response:
    """409: what others changed, what the sender changed, and where both did."""
    now = edits.snapshot(database(), code)
    theirs = controls.shown(about, now.document)
    units = controls.units_of(about)
    if opened.version == now.version:  # conflicts were left open
        asked = set(request.form.getlist("conflict"))
        found = merged(units, opened.base, opened.values, theirs)
        conflicts = [unit for unit in found.mine if unit in asked]
        mine = [unit for unit in found.mine if unit not in asked]
    else:
        found = merged(units, opened.base, opened.values, theirs)
        conflicts, mine = list(found.conflicts), list(found.mine)

    def compared(chosen: list[str]) -> list[tuple[str, str, str, str]]:
        return [
            (
                unit,
                controls.label_of(unit),
                words.unit_words(unit, theirs),
                words.unit_words(unit, opened.values),
            )
            for unit in chosen
        ]

    return page(
        "station_merge.html",
        status=_CONFLICT,
        station=now,
        name=now.document["name"],
        subject=about,
        values=found.values,
        base=told_base(theirs),
        reason=opened.reason,
        told=words.told_in_words(edits.told_since(database(), code, now.version - opened.version)),
        conflicts=compared(conflicts),
        mine=compared(mine),
        undecided=_undecided(),
        checks={c.name for c in controls.CONTROLS[about] if c.kind == "checks"},
    )
