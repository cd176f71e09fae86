"""Counting a visit: who scanned a plate and wants to adds one to a number. No cookie, no script.

Opening a page counts nothing, so that previews of links and search engines do not. Whether a tap
was counted or had been before, the answer is the same: nobody learns from it who else was here.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, Final

from flask import Response, redirect, request
from werkzeug.exceptions import Forbidden

from station_map.domain.reports import Sender
from station_map.domain.visits import tap_of
from station_map.errors import NotFound
from station_map.search.listing import get_station
from station_map.store.visits import count_visit
from station_map.web.language import kept_language
from station_map.web.pages.query import RiderQuery
from station_map.web.pages.rendering import page
from station_map.web.pages.views import blueprint
from station_map.web.reporting import CODE
from station_map.web.runtime import database, settings
from station_map.web.same_origin import foreign, form_token, known_as_ours, token_holds
from station_map.web.senders import current_sender, secret

_NOT_KEPT: Final = "private, no-store"  # the form holds a token of its own
_SEE_OTHER: Final = 303
_FORBIDDEN: Final = 403


@blueprint.get("/stations/<code>/visit")
def visit(code: str) -> Response:
    """The button with what it does; after it, thanks."""
    return _visit_page(_facts(code), done=bool(request.args.get("done")))


@blueprint.post("/stations/<code>/visit")
def visit_send(code: str) -> Response:
    """Count one visit, at most one of this visitor at this door in this hour."""
    if foreign():
        raise Forbidden
    facts = _facts(code)
    now = dt.datetime.now(dt.UTC)
    sender = current_sender(now)
    if not (known_as_ours() or token_holds(secret(), sender, request.form.get("token", ""))):
        return _visit_page(facts, again=True, status=_FORBIDDEN)
    count_visit(database(), tap_of(secret(), sender, code, now))
    address = _address(code, "/visit")
    done = f"{address}{'&' if '?' in address else '?'}done=1"
    return redirect(done, _SEE_OTHER)  # type: ignore[return-value]


def _facts(code: str) -> dict[str, Any]:
    """The station's card. Raises NotFound, as it does where visits are not counted."""
    if not settings().count_visits or CODE.fullmatch(code) is None:
        raise NotFound("station", code)
    facts: dict[str, Any] = json.loads(get_station(database(), code).card)
    return facts


def _visit_page(
    facts: dict[str, Any], *, done: bool = False, again: bool = False, status: int = 200
) -> Response:
    code: str = facts["code"]
    response = page(
        "visit.html",
        status=status,
        name=facts["name"],
        done=done,
        again=again,
        token=form_token(secret(), _sender()),
        visit_to=_address(code, "/visit"),
        back=_address(code),
    )
    response.headers["Cache-Control"] = _NOT_KEPT
    return response


def _sender() -> Sender:
    return current_sender(dt.datetime.now(dt.UTC))


def _address(code: str, more: str = "") -> str:
    """In the language that was chosen; where the visitor is stays out of it."""
    return RiderQuery(language=kept_language()).address(f"/stations/{code}{more}")
