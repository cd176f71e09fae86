"""Tokens of programmes: `Authorization: Bearer sm_…`, for the API's routes that are not public.

Cookies mean nothing here (they are sent to /admin alone), so no foreign page can make a
visitor's browser call these routes in anybody's name.
"""

from __future__ import annotations

from typing import Final

from flask import g, request

from station_map.domain.accounts import Action, Place, Scope, token_may
from station_map.errors import NotAllowed, NotSignedIn
from station_map.store import api_tokens
from station_map.store.api_tokens import TokenHolder
from station_map.web.conditions import count_token
from station_map.web.runtime import database

_HOW: Final = (
    "要带令牌：Authorization: Bearer sm_…，在 /admin/account 建。"
    " A token is needed: Authorization: Bearer sm_…; make one at /admin/account."
)
_BAD: Final = (
    "令牌不对、过期或已作废，再建一个。 The token is wrong, too old or revoked; make another."
)


def token_holder() -> TokenHolder:
    """Who calls, by the token of the current request. Raises NotSignedIn."""
    kind, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
    if kind.lower() != "bearer" or not secret:
        raise NotSignedIn(_HOW)
    held = api_tokens.holder(database(), secret.strip())
    if held is None:
        raise NotSignedIn(_BAD, token=True)
    g.account_number = held.account.id  # for the log, should it be refused
    count_token(held.token)
    return held


def require_token(scope: Scope, action: Action, place: Place | None = None) -> TokenHolder:
    """Who calls, if the token has `scope` and its account may do `action` at `place`.

    No place means everywhere. Raises NotSignedIn and NotAllowed.
    """
    held = token_holder()
    if scope not in held.scopes:
        raise NotAllowed(
            f"这个令牌没有 {scope.value}（{scope.zh}）。 The token lacks {scope.value}.",
            scope=scope.value,
        )
    if not token_may(held.account, (scope,), action, place):
        raise NotAllowed(f"帐号不能在这里{action.zh}。 The account may not {action.en} here.")
    return held
