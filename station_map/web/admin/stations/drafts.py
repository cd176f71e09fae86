"""Drafts: what stands in a form is kept while it is written, and thrown away when asked."""

from __future__ import annotations

import datetime as dt

from flask import Response, jsonify, request

from station_map.domain.accounts import Action
from station_map.errors import InputError
from station_map.store import drafts
from station_map.store.writing import writing
from station_map.web.admin.gate import blueprint, china_time, go
from station_map.web.admin.stations.shared import (
    address_of,
    sent_base,
    sent_values,
    sent_version,
    station_for,
    subject_of,
)
from station_map.web.runtime import database

_BAD_REQUEST = 400
_TOO_LARGE = 413


@blueprint.post("/stations/<code>/draft/<subject>")
def draft_keep(code: str, subject: str) -> Response:
    """Keep what stands in the form; told as JSON to the script that sent it."""
    about = subject_of(subject)
    account, station = station_for(Action.STATION_EDIT, code)
    try:
        version, base = sent_version(), sent_base(about)
        given = sent_values(about, base)
        changed = {name: text for name, text in given.items() if text != base.get(name, "")}
        if reason := request.form.get("reason", "")[:1_000]:
            changed["reason"] = reason
        with writing(database(), actor=account.name) as unit:
            if changed:
                begun = drafts.Begun(version, base, changed)
                drafts.keep_draft(unit, account.id, station.code, about.value, begun)
            else:  # all was put back as it was
                drafts.drop_draft(unit, account.id, station.code, about.value)
    except InputError as error:
        answer = jsonify({"kept": False, "why": str(error)})
        answer.status_code = _BAD_REQUEST if error.parameter != "draft" else _TOO_LARGE
        return answer
    return jsonify({"kept": True, "at": china_time(dt.datetime.now(dt.UTC))})


@blueprint.post("/stations/<code>/draft/<subject>/drop")
def draft_drop(code: str, subject: str) -> Response:
    """Throw the draft away and show what is stored."""
    about = subject_of(subject)
    account, station = station_for(Action.STATION_EDIT, code)
    with writing(database(), actor=account.name) as unit:
        drafts.drop_draft(unit, account.id, station.code, about.value)
    return go(address_of(station.code, f"/edit/{about.value}"))
