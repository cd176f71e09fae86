"""Links in mails: an address proved, mails ended. Without a login: the link itself is the proof.

Opening a link changes nothing (mail programmes open links too); the button on its page does, and so
does a mail programme's own button for ending mails (RFC 8058).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, make_response, render_template

from station_map.domain.notice_links import Purpose, account_of, holds
from station_map.store import notice_wishes
from station_map.store.writing import writing
from station_map.web.caching import NO_STORE
from station_map.web.runtime import database
from station_map.web.senders import secret

_ACTOR: Final = "notices"
_GONE: Final = 404

type Meant = tuple[int, str]
"""The account that a link is for, and its address."""

blueprint = Blueprint("notices", __name__, url_prefix="/notices")


@blueprint.after_request
def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = NO_STORE
    response.headers["Referrer-Policy"] = "same-origin"  # the address holds the proof
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/prove/<token>")
def prove(token: str) -> Response:
    """Ask whether the address is one's own."""
    return _ask(_to_prove(token), "ask_prove")


@blueprint.post("/prove/<token>")
def prove_send(token: str) -> Response:
    """It is: mail goes there from now on."""
    return _do(_to_prove(token), notice_wishes.prove, "proved")


def _to_prove(token: str) -> Meant | None:
    account = account_of(token)
    facts = notice_wishes.link_facts(database(), account) if account is not None else None
    if account is None or facts is None:
        return None
    email, made_at = facts
    fits = holds(token, secret(), Purpose.PROVE, account, email, made_at.isoformat())
    return (account, email) if fits else None


@blueprint.get("/off/<token>")
def off(token: str) -> Response:
    """Ask whether the mails shall end."""
    return _ask(_to_end(token), "ask_off")


@blueprint.post("/off/<token>")
def off_send(token: str) -> Response:
    """They end."""
    return _do(_to_end(token), notice_wishes.switch_off, "ended")


def _to_end(token: str) -> Meant | None:
    account = account_of(token)
    wish = notice_wishes.wish_of(database(), account) if account is not None else None
    if account is None or wish is None:
        return None
    fits = holds(token, secret(), Purpose.OFF, account, wish.email)
    return (account, wish.email) if fits else None


def _ask(meant: Meant | None, state: str) -> Response:
    return _useless() if meant is None else _page(state, email=meant[1])


def _do(meant: Meant | None, act: Callable[..., object], state: str) -> Response:
    """act: what the button on the page does, in a unit of work, to the account and its address."""
    if meant is None:
        return _useless()
    with writing(database(), actor=_ACTOR) as unit:
        act(unit, *meant)
    return _page(state, email=meant[1])


def _page(state: str, *, email: str = "", status: int = 200) -> Response:
    return make_response(render_template("admin/mail_link.html", state=state, email=email), status)


def _useless() -> Response:
    return _page("useless", status=_GONE)
