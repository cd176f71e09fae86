"""Taking reports on a station, and suggestions for a new one. Nothing of it can be read here."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from flask import Response, jsonify, request
from werkzeug.exceptions import Forbidden, UnsupportedMediaType

from station_map.web.caching import NO_STORE
from station_map.web.contract import Contract
from station_map.web.contract.body import BodyContract
from station_map.web.reporting import (
    REPORT,
    SUGGESTED,
    SUGGESTION,
    report_of,
    submit_report,
    submit_suggestion,
    suggestion_of,
    thanks_for,
)
from station_map.web.same_origin import foreign
from station_map.web.senders import current_sender

REPORTS_PATH: Final = "/api/v1/stations/{code}/reports"
SUGGESTIONS_PATH: Final = "/api/v1/suggestions"
CONTRACT: Final = Contract()
_CREATED: Final = 201
_KNOWN: Final = 200


def report(code: str) -> Response:
    """Store one report: 201, or 200 when it was stored before under its id."""
    values = _read(REPORT)
    now = dt.datetime.now(dt.UTC)
    asked = report_of(code, values, now)
    stored = submit_report(asked, values.get("photo"), current_sender(now))
    told = {
        "id": str(stored.id),
        "station": stored.code,
        "kind": stored.kind.value,
        "received_at": _iso(stored.received_at),
        "verified_at": _iso(stored.verified_at),
        "reported_locked": stored.reported_locked,
        "text": thanks_for(stored.kind, reported_locked=stored.reported_locked),
    }
    return _answer(told, new=stored.new)


def suggest() -> Response:
    """Store one suggestion: 201, or 200 when it was stored before under its id."""
    asked = suggestion_of(_read(SUGGESTION))
    stored = submit_suggestion(asked, current_sender(dt.datetime.now(dt.UTC)))
    told = {
        "id": str(stored.id),
        "lon": stored.lon,
        "lat": stored.lat,
        "adcode": stored.adcode,
        "received_at": _iso(stored.received_at),
        "text": SUGGESTED,
    }
    return _answer(told, new=stored.new)


def _read(contract: BodyContract) -> dict[str, Any]:
    """The body's fields, from our own pages and from programs that are no browsers.

    Another site's page can neither send this media type nor hide where it comes from.
    """
    if foreign():
        raise Forbidden
    if not request.is_json:
        raise UnsupportedMediaType
    CONTRACT.read(request.environ["QUERY_STRING"])
    return contract.read_json(request.get_data())


def _answer(told: dict[str, Any], *, new: bool) -> Response:
    response = jsonify(told)
    response.status_code = _CREATED if new else _KNOWN
    response.headers["Cache-Control"] = NO_STORE
    return response


def _iso(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
