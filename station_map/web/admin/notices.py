"""`/admin/notices`: the mail that one wants about one's stations; webhooks, for administrators."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from flask import Response, request

from station_map.domain.accounts import Action, may
from station_map.domain.accounts.names import checked_email
from station_map.domain.notices import Frequency, is_deliverable, scope_of
from station_map.domain.webhooks import checked_url
from station_map.errors import InputError, TooOften
from station_map.store import accounts, notice_wishes
from station_map.store import webhooks as hooks
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page, require
from station_map.web.runtime import database, settings

_OWN: Final = f"{PATH}/notices"
_TOO_MANY: Final = 429
_DONE: Final = {
    "kept": "记下了。",
    "sent": "记下了。确认信已经发出，打开信里的链接以后才会收到通知。",
    "off": "关掉了，不会再有通知寄来。",
    "forgotten": "邮箱已经删掉。",
    "webhook": "记下了。",
    "removed": "删掉了。",
}


@blueprint.get("/notices", endpoint="notices")
def show() -> Response:
    """What one wants; for administrators, the webhooks too."""
    return _page(done=_DONE.get(request.args.get("done", "")))


@blueprint.post("/notices")
def notices_change() -> Response:
    """Keep what one wants, and send a link to an address that is not proved yet."""
    me, form = identity.signed_in().account, given()
    email = form.read(_email, "email", "")
    frequency = form.read(_frequency, "frequency", Frequency.DAILY)
    form.read(_agreed, "agreed", None)
    if form.trouble:
        return _page(status=BAD_REQUEST, mail=form)
    try:
        with writing(database(), actor=me.name) as unit:
            sent = notice_wishes.set_wish(unit, me.id, email, frequency, dt.datetime.now(dt.UTC))
    except TooOften as error:
        form.trouble["email"] = in_chinese(error)
        response = _page(status=_TOO_MANY, mail=form)
        response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    return _to("sent" if sent else "kept")


def _email(told: str) -> str:
    email = checked_email(told)
    if email is None:
        raise InputError("写一个邮箱。 Give an address.", example="zhang@example.org")
    if not is_deliverable(email):
        raise InputError("这样的邮箱寄不到。 No mail goes to such an address.")
    if settings().smtp_host is None:
        raise InputError("这台服务器还不能发邮件。 This server cannot send mail.")
    return email


def _frequency(told: str) -> Frequency:
    if told not in {one.value for one in Frequency}:
        raise InputError("请选多久收一次。 Choose how often.")
    return Frequency(told)


def _agreed(told: str) -> None:
    if told != "yes":
        raise InputError("要勾上才能寄。 Nothing is sent without consent.")


@blueprint.post("/notices/off")
def notices_off() -> Response:
    """No more mail; if asked, without keeping the address."""
    me, forget = identity.signed_in().account, given()["forget"] == "yes"
    with writing(database(), actor=me.name) as unit:
        if forget:
            notice_wishes.forget_wish(unit, me.id)
        else:
            notice_wishes.switch_off(unit, me.id)
    return _to("forgotten" if forget else "off")


@blueprint.post("/notices/webhooks")
def webhook_add() -> Response:
    """Keep an address of another programme; its secret is shown this once."""
    me, form = require(Action.ACCOUNTS_MANAGE), given()
    try:
        url = checked_url(form["url"], allow_private=settings().webhook_allow_private)
        with writing(database(), actor=me.name) as unit:
            secret = hooks.add_webhook(unit, url, me.name)
    except InputError as error:
        form.note(error)
        return _page(status=BAD_REQUEST, webhook=form)
    return _page(made=secret)


@blueprint.post("/notices/webhooks/<int:number>")
def webhook_change(number: int) -> Response:
    """Switch it on or off, or remove it."""
    me, wanted = require(Action.ACCOUNTS_MANAGE), given()["do"]
    with writing(database(), actor=me.name) as unit:
        if wanted == "remove":
            hooks.remove_webhook(unit, number)
        else:
            hooks.switch_webhook(unit, number, wanted=wanted == "on")
    return _to("removed" if wanted == "remove" else "webhook")


def _to(done: str) -> Response:
    return go(f"{request.root_path}{_OWN}?done={done}")


def _page(
    *,
    status: int = 200,
    mail: Form | None = None,
    webhook: Form | None = None,
    made: str = "",
    done: str | None = None,
) -> Response:
    me = identity.signed_in().account
    wish = notice_wishes.wish_of(database(), me.id)
    manages = may(me, Action.ACCOUNTS_MANAGE)
    if mail is None and wish is not None:
        mail = Form({"email": wish.email, "frequency": wish.frequency.value, "agreed": "yes"})
    elif mail is None:
        email = accounts.account_by_id(database(), me.id).email or ""
        mail = Form({"email": email, "frequency": Frequency.DAILY.value})
    context: dict[str, Any] = {
        "wish": wish,
        "in_scope": bool(scope_of(me)),
        "can_mail": settings().smtp_host is not None,
        "frequencies": [(one.value, one.zh) for one in Frequency],
        "manages": manages,
        "webhooks": hooks.webhooks(database()) if manages else [],
    }
    return page(
        "notices.html",
        status=status,
        mail_form=mail,
        webhook_form=webhook or Form(),
        made=made,
        done=done,
        **context,
    )
