"""Whose session the cookie names: Flask-Login, on the sessions in the database.

Flask-Login's own hooks are left out: they would run after every request of every rider.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from station_map.domain.accounts import Account
from station_map.domain.accounts.events import EventKind
from station_map.domain.accounts.signing_in import SessionLife, device_words
from station_map.errors import NotSignedIn
from station_map.store import account_sessions
from station_map.store.account_events import record
from station_map.store.account_sessions import LiveSession
from station_map.store.writing import writing
from station_map.web.runtime import database, settings

_AGENT_LONGEST: Final = 512


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login tells no types
    """An account in a session; its id, for Flask-Login, is the session's secret."""

    def __init__(self, secret: str, live: LiveSession) -> None:
        self.id = secret
        self.live = live


class _Manager(LoginManager):  # type: ignore[misc]  # Flask-Login tells no types
    """Nobody is remembered longer than the session in the database says."""

    def _load_user_from_remember_cookie(self, _cookie: str) -> None:
        return None


def install(app: Flask) -> None:
    """Let `current_user` be whoever the session of a request under /admin names."""
    manager = _Manager()
    manager.session_protection = None  # a phone changes its address between two pages
    manager.user_loader(_load)
    app.login_manager = manager  # type: ignore[attr-defined]


def _load(secret: Any) -> SignedIn | None:
    if not isinstance(secret, str):
        return None
    live = account_sessions.find(database(), secret, session_life())
    return None if live is None else SignedIn(secret, live)


def session_life() -> SessionLife:
    """How long sessions last, from the settings."""
    chosen = settings()
    return SessionLife.of(chosen.session_idle_minutes, chosen.session_hours)


def live_session() -> LiveSession | None:
    """The session of the current request, if it holds."""
    return current_user.live if current_user.is_authenticated else None


def current_account() -> Account | None:
    """Who is signed in, None for nobody."""
    live = live_session()
    return None if live is None else live.account


def signed_in() -> LiveSession:
    """The session of the current request. Raises NotSignedIn."""
    live = live_session()
    if live is None:
        raise NotSignedIn("请先登录。 Sign in first.")
    return live


def sign_in(number: int, name: str, *, by: str) -> bool:
    """Begin a session for an account, in place of whatever the browser brought.

    Whether there is one now: an account may have been disabled a moment ago.
    """
    device = device_words(request.headers.get("User-Agent", "")[:_AGENT_LONGEST])
    with writing(database(), actor=name) as unit:
        old = session.get("_user_id")
        if isinstance(old, str):
            account_sessions.forget(unit, old)
        secret = account_sessions.begin(unit, number, session_life(), by=by, device=device)
        if secret is not None:
            record(unit, number, EventKind.SIGNED_IN, name, by=by, device=device)
    session.clear()
    if secret is None:
        return False
    live = account_sessions.find(database(), secret, session_life())
    return live is not None and bool(login_user(SignedIn(secret, live)))


def sign_out() -> None:
    """End the session of the current request, and forget all that the cookie held."""
    live = live_session()
    if live is not None:
        with writing(database(), actor=live.account.name) as unit:
            account_sessions.end(unit, live.account.id, live.id, live.account.name)
    logout_user()
    session.clear()
