"""Choosing a password by a link that an administrator gave, once."""

from __future__ import annotations

from flask import Response, request, session

from station_map.domain.accounts import passwords
from station_map.errors import InputError, NotAllowed
from station_map.store import account_passwords
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import BAD_REQUEST, Form, given
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.runtime import database

_USED = (
    "这个链接已经用过、过期，或者不完整。请找系统管理员再要一个。"
    " This link was used, is too old, or is not whole. Ask an administrator for another."
)


@blueprint.get("/welcome/<secret>")
def welcome(secret: str) -> Response:
    """The form. Opening it uses nothing up: mail programmes open links too."""
    _, name = _linked(secret)
    return page("welcome.html", form=Form(), name=name, shortest=passwords.SHORTEST)


@blueprint.post("/welcome/<secret>")
def welcome_send(secret: str) -> Response:
    """Set the password, use the link up, and sign in."""
    number, name = _linked(secret)
    form = given()
    try:
        chosen = new_password(form, name)
    except InputError as error:
        form.note(error)
        return page(
            "welcome.html", status=BAD_REQUEST, form=form, name=name, shortest=passwords.SHORTEST
        )
    hashed = passwords.hashed(chosen)
    with writing(database(), actor=name) as unit:
        if account_passwords.use_link(unit, secret) != number:
            raise NotAllowed(_USED)
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


def _linked(secret: str) -> tuple[int, str]:
    found = account_passwords.linked_account(database(), secret)
    if found is None:
        raise NotAllowed(_USED)
    return found
