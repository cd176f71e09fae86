"""Signing in by the organisation's identity provider: OpenID Connect, by Authlib, optional.

Code flow with PKCE (S256), state and nonce, which the signed cookie keeps; the provider's
description and keys are fetched by discovery. It makes no accounts and gives no rights: it only
proves which of our accounts somebody is.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from flask import Response, current_app, make_response, request, session
from werkzeug.exceptions import NotFound as NoPage

from station_map.domain.accounts.signing_in import one_line, safe_next
from station_map.store import oidc
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import Form
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.origin import origin
from station_map.web.runtime import database, settings

_KEY: Final = "station_map.oidc"
_NEXT: Final = "oidc_next"
_TIMEOUT_S: Final = 10
_NOBODY: Final = "(nobody)"
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_FAILED: Final = "单位登录没成功，请再试一次；还不行就用帐号和密码。"
_UNKNOWN: Final = "单位登录成功了，但这里没有你的帐号。请找系统管理员开一个，写上你的单位邮箱。"

_log = logging.getLogger(__name__)


@blueprint.get("/oidc")
def oidc_start() -> Response:
    """On to the provider."""
    client = _client()
    session[_NEXT] = safe_next(request.args.get("next"))
    try:
        _checked_issuer(client)
        answer: Response = make_response(client.authorize_redirect(_return_address()))
    except Exception as error:  # noqa: BLE001 - whatever the provider and its network do
        return _refused(error)
    return answer


@blueprint.get("/oidc/done")
def oidc_done() -> Response:
    """Back from the provider: check what it says, and sign in whom it means."""
    client = _client()
    onward = safe_next(session.pop(_NEXT, None))
    try:
        person = _person(client)
    except Exception as error:  # noqa: BLE001 - whatever the provider and its network do
        return _refused(error)
    with writing(database(), actor=_NOBODY) as unit:
        found = oidc.account_of(unit, person["iss"], person["sub"], _verified_email(person))
    if found is None or not identity.sign_in(*found, by="oidc"):
        _log.warning("the identity provider's person has no account here")
        return _login_page(_UNKNOWN, _FORBIDDEN)
    return go(request.root_path + (onward or PATH))


def _person(client: Any) -> dict[str, Any]:
    """The checked claims; what the ID token leaves out is asked of the provider."""
    issuer = _checked_issuer(client)
    expected = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": settings().oidc_client_id},
    }
    token = client.authorize_access_token(claims_options=expected)
    person = dict(token["userinfo"])  # checked by Authlib: signature, times and nonce as well
    if "email" not in person:
        more = client.userinfo(token=token)
        if more.get("sub") == person["sub"]:
            person |= {name: more[name] for name in ("email", "email_verified") if name in more}
    return person


def _checked_issuer(client: Any) -> str:
    """What the provider calls itself, if that is whom the setting names (Discovery, 4.3)."""
    told: str = client.load_server_metadata()["issuer"]
    if told.rstrip("/") != (settings().oidc_issuer or "").rstrip("/"):
        raise ValueError("the description is another issuer's")
    return told


def _verified_email(person: dict[str, Any]) -> str | None:
    email = person.get("email")
    if person.get("email_verified") is not True or not isinstance(email, str):
        return None
    return email.strip().lower()


def _client() -> Any:
    """The provider as Authlib knows it, made once; there is no such page without one."""
    chosen = settings()
    if chosen.oidc_issuer is None:
        raise NoPage
    if _KEY not in current_app.extensions:
        from authlib.integrations.flask_client import OAuth

        issuer = chosen.oidc_issuer.rstrip("/")
        current_app.extensions[_KEY] = OAuth(current_app._get_current_object()).register(  # type: ignore[attr-defined]  # noqa: SLF001
            "oidc",
            client_id=chosen.oidc_client_id,
            client_secret=chosen.oidc_client_secret,
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email",
                "code_challenge_method": "S256",
                "default_timeout": _TIMEOUT_S,
            },
        )
    return current_app.extensions[_KEY]


def _return_address() -> str:
    return f"{origin()}{request.root_path}{PATH}/oidc/done"


def _refused(error: Exception) -> Response:
    # What a provider or a visitor writes into an error is data, and may hold a code.
    _log.warning("signing in by the identity provider failed: %s", one_line(type(error).__name__))
    return _login_page(_FAILED, _UNAUTHORIZED)


def _login_page(trouble: str, status: int) -> Response:
    form = Form(trouble={"": trouble})
    return page("login.html", status=status, form=form, with_oidc=True)
