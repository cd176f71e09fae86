"""One's own account: password, sessions, tokens. Nothing here is about anybody else's."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from flask import Response, request

from station_map.domain.accounts import Account, Role, Scope, passwords, scopes_for
from station_map.domain.accounts.events import EventKind
from station_map.domain.accounts.names import checked_title
from station_map.domain.accounts.signing_in import TOKEN_LABEL_LONGEST, TOKEN_LASTS_DAYS
from station_map.errors import InputError, NotFound, TooOften
from station_map.store import account_passwords, account_sessions, accounts, api_tokens, sign_in
from station_map.store.account_events import record
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.attempts import TOO_MANY, current_attempt, later
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.welcome import new_password
from station_map.web.runtime import database

_OWN: Final = f"{PATH}/account"
_DONE: Final = {
    "password": "密码改好了。别处的登录都已退出。",
    "session": "那一处已经退出。",
    "sessions": "别处都已退出，只剩这里。",
    "token": "令牌已经作废，马上不能再用。",
}


@blueprint.get("")
def home() -> Response:
    """The start: who one is here, and where one may do what."""
    live = identity.signed_in()
    me = live.account
    areas = accounts.known_areas(database(), me.areas)
    return page(
        "home.html",
        role=me.role,
        stored=live.stored,
        areas=[areas.get(adcode, adcode) for adcode in sorted(me.areas)],
        limited=me.role in {Role.KEEPER, Role.EDITOR},
    )


@blueprint.get("/account")
def account() -> Response:
    """Password, sessions, tokens."""
    return _own_page(done=_DONE.get(request.args.get("done", "")))


@blueprint.post("/account/password")
def password_send() -> Response:
    """Change the password: the old one proves that it is still the same person."""
    live, form = identity.signed_in(), given()
    me = live.account
    try:
        _prove(me, form["old"])
        chosen = new_password(form, me.name)
    except TooOften as error:
        form.trouble["old"] = in_chinese(error)
        return later(_own_page(status=TOO_MANY, password=form), error)
    except InputError as error:
        form.note(error)
        return _own_page(status=BAD_REQUEST, password=form)
    hashed = passwords.hashed(chosen)
    with writing(database(), actor=me.name) as unit:
        account_passwords.set_password(unit, me.id, hashed, me.name)
    identity.sign_in(me.id, me.name, by=live.signed_in_by)  # this one too gets a new secret
    return go(f"{request.root_path}{_OWN}?done=password")


def _prove(me: Account, password: str) -> None:
    """The old password, counted like an attempt to sign in. Raises InputError and TooOften."""
    attempt = current_attempt(me.name)
    with writing(database(), actor=me.name) as unit:
        tried = sign_in.count(unit, attempt)
    if not passwords.is_right(password, account_passwords.hash_of(database(), me.id)):
        with writing(database(), actor=me.name) as unit:
            sign_in.failed(unit, tried)
            record(unit, me.id, EventKind.SIGN_IN_FAILED, me.name)
        raise InputError(
            "现在的密码不对。 This is not the present password.",
            parameter="old",
            allowed="the present password",
        )
    with writing(database(), actor=me.name) as unit:
        sign_in.succeeded(unit, attempt)


@blueprint.post("/account/sessions/<int:number>/end")
def session_end(number: int) -> Response:
    """Sign out one browser of one's own; this one too."""
    live = identity.signed_in()
    if number == live.id:
        identity.sign_out()
        return go(f"{request.root_path}{PATH}/login?out=1")
    me = live.account
    with writing(database(), actor=me.name) as unit:
        if not account_sessions.end(unit, me.id, number, me.name):
            raise NotFound("session", str(number))
    return go(f"{request.root_path}{_OWN}?done=session")


@blueprint.post("/account/sessions/end")
def sessions_end() -> Response:
    """Sign out everywhere but here."""
    live = identity.signed_in()
    me = live.account
    with writing(database(), actor=me.name) as unit:
        account_sessions.end_all(unit, me.id, me.name, but=live.id)
    return go(f"{request.root_path}{_OWN}?done=sessions")


@blueprint.post("/account/tokens")
def token_make() -> Response:
    """Make a token and show it, this once."""
    me, form = identity.signed_in().account, given("scopes")
    label = form.read(_label, "label", "")
    scopes: tuple[Scope, ...] = ()
    scopes = form.read(lambda _: _scopes(me, form.chosen("scopes")), "scopes", scopes)
    lasts = form.read(_lasts, "days", dt.timedelta())
    if form.trouble:
        return _own_page(status=BAD_REQUEST, token=form)
    with writing(database(), actor=me.name) as unit:
        made = api_tokens.make(unit, me.id, label, scopes, lasts, me.name)
    return _own_page(made=made)


def _label(told: str) -> str:
    label = checked_title(told)
    if not 1 <= len(label) <= TOKEN_LABEL_LONGEST:
        raise InputError(f"写一句用在哪里，最多 {TOKEN_LABEL_LONGEST} 个字。 Say what it is for.")
    return label


def _scopes(me: Account, told: list[str]) -> tuple[Scope, ...]:
    chosen = tuple(scope for scope in scopes_for(me) if scope.value in told)
    if len(chosen) != len(set(told)):
        raise InputError("有不能给的权限。 Some of this is not yours to give.")
    return chosen


def _lasts(told: str) -> dt.timedelta:
    days = {str(days): days for days in TOKEN_LASTS_DAYS}.get(told)
    if days is None:
        raise InputError("请选多久后失效。 Choose when it ends.")
    return dt.timedelta(days=days)


@blueprint.post("/account/tokens/<int:number>/revoke")
def token_revoke(number: int) -> Response:
    """Revoke a token of one's own."""
    me = identity.signed_in().account
    with writing(database(), actor=me.name) as unit:
        if not api_tokens.revoke(unit, me.id, number, me.name):
            raise NotFound("token", str(number))
    return go(f"{request.root_path}{_OWN}?done=token")


def _own_page(
    *,
    status: int = 200,
    password: Form | None = None,
    token: Form | None = None,
    made: str = "",
    done: str | None = None,
) -> Response:
    live = identity.signed_in()
    me = live.account
    context: dict[str, Any] = {
        "stored": live.stored,
        "sessions": account_sessions.sessions_of(database(), me.id, identity.session_life()),
        "here": live.id,
        "tokens": api_tokens.tokens_of(database(), me.id),
        "scopes": [(scope.value, scope.zh) for scope in scopes_for(me)],
        "days": [(str(days), f"{days} 天") for days in TOKEN_LASTS_DAYS],
        "shortest": passwords.SHORTEST,
    }
    return page(
        "account.html",
        status=status,
        password_form=password or Form(),
        token_form=token or Form({"days": "90"}),
        made=made,
        done=done,
        **context,
    )
