"""Choosing a password by a link that an administrator gave, once."""

from __future__ import annotations

from typing import Final

from flask import Response, request, session

from station_map.domain.accounts import passwords
from station_map.errors import InputError
from station_map.store import account_passwords
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import BAD_REQUEST, Form, given
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.runtime import database

_USED: Final = "这个链接已经用过、过期，或者不完整。请找系统管理员再要一个。"
_FORBIDDEN: Final = 403


@blueprint.get("/welcome/<secret>")
def welcome(secret: str) -> Response:
    """The form. Opening it uses nothing up: mail programmes open links too."""
    found = account_passwords.linked_account(database(), secret)
    return _used() if found is None else _form_page(Form(), found[1])


@blueprint.post("/welcome/<secret>")
def welcome_send(secret: str) -> Response:
    """Set the password, use the link up, and sign in."""
    found = account_passwords.linked_account(database(), secret)
    if found is None:
        return _used()
    (number, name), form = found, given()
    try:
        chosen = new_password(form, name)
    except InputError as error:
        form.note(error)
        return _form_page(form, name, status=BAD_REQUEST)
    hashed = passwords.hashed(chosen)
    with writing(database(), actor=name) as unit:
        if account_passwords.use_link(unit, secret) is None:  # somebody was quicker
            return _used()
        account_passwords.set_password(unit, number, hashed, name)
    session.clear()
    identity.sign_in(number, name, by="password")
    return go(f"{request.root_path}{PATH}")


def new_password(form: Form, *names: str) -> str:
    """The password that was chosen, twice the same. Raises InputError."""
    chosen = form["password"]
    passwords.check_password(chosen, names=names)
    if passwords.normalized(chosen) != passwords.normalized(form["again"]):
        raise InputError(
            "两次写的密码不一样。 The two passwords differ.",
            parameter="again",
            allowed="the same password again",
        )
    return chosen


def _form_page(form: Form, name: str, *, status: int = 200) -> Response:
    return page("welcome.html", status=status, form=form, name=name, shortest=passwords.SHORTEST)


def _used() -> Response:
    return page("refused.html", status=_FORBIDDEN, title="链接不能用了", words=_USED)
