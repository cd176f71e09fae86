"""What stands before every view under /admin, and what every answer from there carries."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any, Final

from flask import Blueprint, Flask, Response, g, make_response, redirect, render_template, request
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.exceptions import Forbidden
from wtforms import ValidationError

from station_map.domain.accounts import Account, Action, Place, may
from station_map.domain.hours import SHANGHAI
from station_map.errors import NotAllowed
from station_map.web.access import ACCESS, lets_in
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH, AdminSessions, derived_key
from station_map.web.admin.navigation import NAVIGATION
from station_map.web.caching import NO_STORE
from station_map.web.headers import page_policy
from station_map.web.same_origin import foreign

CSRF_FIELD: Final = "csrf_token"
SEE_OTHER: Final = 303
_STALE: Final = "这一页放得太久，或者浏览器不收 Cookie。请回上一页，刷新以后再试。"
_FORBIDDEN: Final = 403

_log = logging.getLogger(__name__)
blueprint = Blueprint("admin", __name__, url_prefix=PATH)


def install(app: Flask) -> None:
    """Give `app` its sessions and its people, both under /admin only."""
    app.session_interface = AdminSessions()
    identity.install(app)


@blueprint.before_request
def _speak_chinese() -> None:
    """These pages are in Chinese alone, whatever language the browser asks for."""
    g.language = "zh"


@blueprint.before_request
def _let_in() -> Any:
    account = identity.current_account()
    if account is not None:
        g.account_number = account.id  # for the log, should it be refused
    rule = ACCESS.get(request.endpoint or "")
    if not lets_in(rule, account):
        if account is None:
            return to_login()
        raise NotAllowed("你的帐号没有这个权限。 Your account may not do this.")
    if request.method == "POST" and not _is_ours():
        return page("refused.html", status=_FORBIDDEN, title="没有收下", words=_STALE)
    return None


def _is_ours() -> bool:
    """A form counts when it is ours, and this browser's: two ways to know, and both must agree.

    Raises Forbidden for another site's.
    """
    if foreign():
        raise Forbidden
    try:
        validate_csrf(request.form.get(CSRF_FIELD), secret_key=_csrf_key(), token_key=CSRF_FIELD)
    except ValidationError:
        _log.warning("a form for %s came without a good token", request.endpoint)
        return False
    return True


def _csrf_key() -> str:
    return derived_key(b"account forms")


def form_token() -> str:
    """What a form of the current browser carries, so that we know it for ours."""
    token: str = generate_csrf(secret_key=_csrf_key(), token_key=CSRF_FIELD)
    return token


@blueprint.app_template_filter("china_time")
def china_time(moment: dt.datetime) -> str:
    """A moment as people in China read it: "2026-11-22 09:30"."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@blueprint.context_processor
def _context() -> dict[str, Any]:
    return {
        "csrf_token": form_token,
        "me": identity.current_account(),
        "navigation": NAVIGATION,
        "lets_in": lambda endpoint: lets_in(ACCESS.get(endpoint), identity.current_account()),
    }


@blueprint.after_request
def _keep_private(response: Response) -> Response:
    # Only a view that says so itself: what it tells is of no person and named after its content.
    response.headers["Cache-Control"] = g.get("kept", NO_STORE)
    # A link to choose a password is in the address; no other site learns it. (Nothing stricter:
    # without any referrer browsers say "null" for where a form comes from.)
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    if response.mimetype == "text/html":
        # Only a page with a map names the hosts of its tiles.
        hosts = g.get("image_hosts", ())
        response.headers["Content-Security-Policy"] = page_policy(g.get("csp_nonce"), hosts)
    return response


def page(template: str, *, status: int = 200, **context: Any) -> Response:
    """The page `admin/TEMPLATE`."""
    return make_response(render_template(f"admin/{template}", **context), status)


def go(address: str) -> Response:
    """To another page of ours, after a form."""
    answer: Response = make_response(redirect(address, SEE_OTHER))
    return answer


def to_login() -> Response:
    """To the form for signing in, and back here afterwards when here is a page."""
    here = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else ""
    asked = here.removeprefix(request.root_path)
    query = f"?next={asked}" if asked not in {"", PATH} and asked.isascii() else ""
    return go(f"{request.root_path}{PATH}/login{query}")


def require(action: Action, place: Place | None = None) -> Account:
    """Who is signed in, if that account may do `action` at `place`; no place means everywhere.

    For views that learn the place from what they look up. Raises NotSignedIn and NotAllowed.
    """
    account = identity.signed_in().account
    if not may(account, action, place):
        raise NotAllowed(f"你的帐号不能在这里{action.zh}。 Your account may not do this here.")
    return account
