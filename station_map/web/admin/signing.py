"""Signing in by name and password, and out."""

from __future__ import annotations

import logging
from typing import Final

from flask import Response, request

from station_map.domain.accounts import passwords
from station_map.domain.accounts.events import EventKind
from station_map.domain.accounts.signing_in import BARRED_ONCE, safe_next
from station_map.errors import TooOften
from station_map.store import account_passwords, sign_in
from station_map.store.account_events import record, record_once
from station_map.store.sign_in import Attempt
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.attempts import TOO_MANY, current_attempt, later
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.runtime import database, settings

# One sentence for a wrong name, a wrong password and a disabled account.
WRONG: Final = "帐号名或密码不对。忘了密码，请找系统管理员要一个新链接。"
_NOBODY: Final = "(nobody)"
_UNAUTHORIZED: Final = 401

_log = logging.getLogger(__name__)


@blueprint.get("/login")
def login() -> Response:
    """The form; whoever is signed in already is sent on."""
    onward = safe_next(request.args.get("next"))
    if identity.current_account() is not None:
        return go(request.root_path + (onward or PATH))
    return _login_page(Form({"next": onward or ""}))


@blueprint.post("/login")
def login_send() -> Response:
    """Sign in, or say that name or password is wrong, never which."""
    form = given()
    try:
        number, name = _proved(form["name"], form["password"])
    except TooOften as error:
        form.trouble[""] = in_chinese(error)
        return later(_login_page(form, status=TOO_MANY), error)
    if number is None or not identity.sign_in(number, name, by="password"):
        form.trouble[""] = WRONG
        return _login_page(form, status=_UNAUTHORIZED)
    return go(request.root_path + (safe_next(form["next"]) or PATH))


def _login_page(form: Form, *, status: int = 200) -> Response:
    return page(
        "login.html", status=status, form=form, with_oidc=settings().oidc_issuer is not None
    )


def _proved(name: str, password: str) -> tuple[int | None, str]:
    """Id and name of the account whose password this is; None as id otherwise.

    The attempt is counted first, and the hash takes as long for a name that nobody has.
    Raises TooOften.
    """
    attempt = current_attempt(name)
    number, spelled, stored = account_passwords.stored_hash(database(), name)
    tried = _counted(attempt, number)
    if not passwords.is_right(password, stored) or number is None or stored is None:
        _tell_failure(tried, number)
        return None, ""
    renewed = passwords.hashed(password) if passwords.is_outdated(stored) else None
    with writing(database(), actor=spelled) as unit:
        sign_in.succeeded(unit, attempt)
        if renewed is not None:
            account_passwords.rehash(unit, number, stored, renewed)
    return number, spelled


def _counted(attempt: Attempt, number: int | None) -> int:
    try:
        with writing(database(), actor=_NOBODY) as unit:
            return sign_in.count(unit, attempt)
    except TooOften:
        _log.warning("too many attempts to sign in, account %s", number or "unknown")
        with writing(database(), actor=_NOBODY) as unit:
            record_once(unit, number or 0, EventKind.SIGN_IN_BARRED, _NOBODY, BARRED_ONCE)
        raise


def _tell_failure(tried: int, number: int | None) -> None:
    """To the log, and to the audit of an account that there is. What was typed goes nowhere."""
    _log.warning("signing in failed, account %s", number or "unknown")
    with writing(database(), actor=_NOBODY) as unit:
        sign_in.failed(unit, tried)
        record(unit, number or 0, EventKind.SIGN_IN_FAILED, _NOBODY)


@blueprint.post("/logout")
def logout() -> Response:
    """End this browser's session."""
    identity.sign_out()
    return go(f"{request.root_path}{PATH}/login?out=1")
