"""Accounts, for administrators: list, make, change, link, disable; and what happened to them."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Response, request

from station_map.domain.accounts import Role, Scope
from station_map.domain.accounts.events import EventKind
from station_map.domain.accounts.names import checked_email, checked_name, checked_title
from station_map.domain.accounts.signing_in import LINK_LASTS
from station_map.errors import Conflict, InputError, NotFound
from station_map.store import account_events, account_passwords, account_sessions, accounts
from station_map.store.accounts import StoredAccount, Wanted
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.origin import origin
from station_map.web.runtime import database

_USERS: Final = f"{PATH}/users"
_CONFLICT: Final = 409
_MOST_CODES: Final = 2_000
_BETWEEN: Final = re.compile(r"[\s,，、;；]+")
_DONE: Final = {
    "changed": "改好了。",
    "disabled": "已经停用：登录和令牌马上失效。",
    "enabled": "已经恢复，可以登录了。",
    "sessions": "这个帐号在各处都已退出。",
}


@blueprint.get("/users")
def users() -> Response:
    """Every account, and the form for a new one."""
    return _list_page(Form({"role": Role.KEEPER.value}))


@blueprint.post("/users")
def user_add() -> Response:
    """Make an account, and show the link by which its owner chooses a password."""
    form, me = given("areas"), identity.signed_in().account
    name = form.read(checked_name, "name", "")
    wanted = _wanted(form)
    if form.trouble or wanted is None:
        return _list_page(form, status=BAD_REQUEST)
    try:
        with writing(database(), actor=me.name) as unit:
            number = accounts.create(unit, name, wanted, me.name)
            secret = account_passwords.make_link(unit, number, me.name)
    except InputError as error:
        form.note(error)
        return _list_page(form, status=BAD_REQUEST)
    return _user_page(number, link=_link(secret))


@blueprint.get("/users/<int:number>")
def user(number: int) -> Response:
    """One account, with what happened to it."""
    return _user_page(number, done=_DONE.get(request.args.get("done", "")))


@blueprint.post("/users/<int:number>")
def user_change(number: int) -> Response:
    """Change role, title, e-mail and scope."""
    form, me = given("areas"), identity.signed_in().account
    wanted = _wanted(form)
    if form.trouble or wanted is None:
        return _user_page(number, form=form, status=BAD_REQUEST)
    try:
        with writing(database(), actor=me.name) as unit:
            accounts.change(unit, number, wanted, me.name)
    except InputError as error:
        form.note(error)
        return _user_page(number, form=form, status=BAD_REQUEST)
    except Conflict as error:
        form.trouble["role"] = in_chinese(error)
        return _user_page(number, form=form, status=_CONFLICT)
    return _back(number, "changed")


@blueprint.post("/users/<int:number>/link")
def user_link(number: int) -> Response:
    """Make a new link for choosing a password, and show it this once."""
    me = identity.signed_in().account
    if accounts.account_by_id(database(), number).account.disabled:
        raise Conflict("这个帐号停用了，先恢复。 The account is disabled; enable it first.")
    with writing(database(), actor=me.name) as unit:
        secret = account_passwords.make_link(unit, number, me.name)
    return _user_page(number, link=_link(secret))


@blueprint.post("/users/<int:number>/disable")
def user_disable(number: int) -> Response:
    """Shut an account out at once."""
    me = identity.signed_in().account
    with writing(database(), actor=me.name) as unit:
        accounts.disable(unit, number, me.name)
    return _back(number, "disabled")


@blueprint.post("/users/<int:number>/enable")
def user_enable(number: int) -> Response:
    """Let an account in again."""
    me = identity.signed_in().account
    with writing(database(), actor=me.name) as unit:
        accounts.enable(unit, number, me.name)
    return _back(number, "enabled")


@blueprint.post("/users/<int:number>/sessions/end")
def user_sessions_end(number: int) -> Response:
    """Sign an account out everywhere."""
    live = identity.signed_in()
    accounts.account_by_id(database(), number)
    with writing(database(), actor=live.account.name) as unit:
        account_sessions.end_all(unit, number, live.account.name, but=live.id)
    return _back(number, "sessions")


@blueprint.get("/events")
def events() -> Response:
    """What happened to all accounts, the latest first."""
    return page("events.html", events=account_events.events_of(database()))


_DETAILS: Final = {
    "role": "角色",
    "title": "称呼",
    "stations": "驿站",
    "merged": "驿站合并",
    "unmerged": "驿站合并撤销",
    "areas": "地区",
    "email": "邮箱",
    "by": "方式",
    "device": "设备",
    "count": "处数",
    "label": "用在",
    "prefix": "开头",
    "scopes": "能做",
    "days": "天数",
    "issuer": "发行者",
}
# Of these fields the codes are ours; all others hold what somebody wrote.
_WORDS: Final[dict[str, dict[str, str]]] = {
    "role": {role.value: role.zh for role in Role},
    "scopes": {scope.value: scope.zh for scope in Scope},
    "by": {"password": "密码", "oidc": "单位统一登录"},
    "email": {"changed": "改了"},
}


@blueprint.app_template_filter("event_details")
def event_details(event: account_events.AccountEvent) -> list[str]:
    """What an event tells beside its kind, in words; of a change what was and what is."""
    pair = event.kind is EventKind.CHANGED
    return [
        f"{_DETAILS.get(name, name)}：{_told(told, _WORDS.get(name, {}), pair=pair)}"
        for name, told in event.detail.items()
    ]


def _told(told: Any, words: dict[str, str], *, pair: bool) -> str:
    if pair and isinstance(told, list):
        return " → ".join(_told(one, words, pair=False) or "没有" for one in told)
    several = told if isinstance(told, list) else [told]
    return "、".join(words.get(str(one), str(one)) for one in several)


# ---- forms ------------------------------------------------------------------------------


def _wanted(form: Form) -> Wanted | None:
    """What the form asks for; None, with the trouble kept, when it cannot be had."""
    role = form.read(_role, "role", None)
    title = form.read(checked_title, "title", "")
    email = form.read(checked_email, "email", None)
    stations: tuple[str, ...] = ()
    stations = form.read(_codes, "stations", stations)
    if role is None:
        return None
    return Wanted(
        role=role,
        title=title,
        email=email,
        stations=stations if role is Role.KEEPER else (),
        areas=tuple(dict.fromkeys(form.chosen("areas"))) if role is Role.EDITOR else (),
    )


def _role(told: str) -> Role:
    try:
        return Role(told)
    except ValueError:
        raise InputError("请选一个角色。 Choose a role.", parameter="role") from None


def _codes(told: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code for code in _BETWEEN.split(told) if code))
    if len(codes) > _MOST_CODES:
        raise InputError(f"最多 {_MOST_CODES} 个驿站。 At most {_MOST_CODES} stations.")
    return codes


def _link(secret: str) -> str:
    return f"{origin()}{request.root_path}{PATH}/welcome/{secret}"


def _back(number: int, done: str) -> Response:
    return go(f"{request.root_path}{_USERS}/{number}?done={done}")


def _list_page(form: Form, *, status: int = 200) -> Response:
    return page(
        "users.html",
        status=status,
        accounts=accounts.all_accounts(database()),
        form=form,
        **_fields(),
    )


def _user_page(
    number: int,
    *,
    form: Form | None = None,
    link: str = "",
    done: str | None = None,
    status: int = 200,
) -> Response:
    try:
        stored = accounts.account_by_id(database(), number)
    except OverflowError as error:  # more digits than any id has
        raise NotFound("account", str(number)) from error
    return page(
        "user.html",
        status=status,
        stored=stored,
        form=form or _filled(stored),
        link=link,
        link_days=LINK_LASTS.days,
        done=done,
        events=account_events.events_of(database(), number),
        **_fields(),
    )


def _filled(stored: StoredAccount) -> Form:
    account = stored.account
    return Form(
        {
            "role": account.role.value,
            "title": account.title,
            "email": stored.email or "",
            "stations": "\n".join(stored.station_codes),
            "areas": sorted(account.areas),
        }
    )


def _fields() -> dict[str, Any]:
    return {
        "roles": [(role.value, role.zh) for role in Role],
        "areas": accounts.areas_to_choose(database()),
    }
