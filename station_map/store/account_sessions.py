"""Browsers that are signed in: in the database, so that every server process knows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import psycopg

from station_map.domain.accounts import Account
from station_map.domain.accounts.events import EventKind
from station_map.domain.accounts.signing_in import SEEN_EVERY, SessionLife
from station_map.store.account_events import record
from station_map.store.accounts import StoredAccount, account_by_id
from station_map.store.database import Database
from station_map.store.secrets_of_accounts import digest, new_secret
from station_map.store.writing import writing


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that holds at this moment, and whose it is."""

    id: int
    stored: StoredAccount
    signed_in_by: str

    @property
    def account(self) -> Account:
        """Whose it is, for asking what it may do."""
        return self.stored.account


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session as its owner sees it."""

    id: int
    device: str
    signed_in_by: str
    created_at: dt.datetime
    seen_at: dt.datetime


_BEGIN: Final = """
INSERT INTO account_session (account_id, token_hash, signed_in_by, device, expires_at)
SELECT id, %(hash)s, %(by)s, %(device)s, now() + %(whole)s FROM account
WHERE id = %(account)s AND disabled_at IS NULL
RETURNING id
"""

_FIND: Final = """
SELECT s.id, s.account_id, s.signed_in_by, s.seen_at < now() - %(every)s
FROM account_session s JOIN account a ON a.id = s.account_id
WHERE s.token_hash = %(hash)s AND a.disabled_at IS NULL
    AND s.expires_at > now() AND s.created_at > now() - %(whole)s AND s.seen_at > now() - %(idle)s
"""

_FORGET: Final = """
DELETE FROM account_session WHERE expires_at <= now() OR seen_at <= now() - %(idle)s
"""

_SHOWN: Final = """
SELECT id, device, signed_in_by, created_at, seen_at FROM account_session
WHERE account_id = %(account)s AND expires_at > now() AND created_at > now() - %(whole)s
    AND seen_at > now() - %(idle)s
ORDER BY seen_at DESC, id DESC LIMIT 100
"""


def begin(
    unit: psycopg.Connection, account: int, life: SessionLife, *, by: str, device: str
) -> str | None:
    """Begin a session; its secret for the browser. None when the account is disabled.

    Sessions whose time is over go on this occasion.
    """
    secret = new_secret()
    told = {"hash": digest(secret), "by": by, "device": device, "whole": life.whole}
    unit.execute(_FORGET, {"idle": life.idle})
    if unit.execute(_BEGIN, {**told, "account": account}).fetchone() is None:
        return None
    unit.execute("UPDATE account SET last_signed_in_at = now() WHERE id = %s", (account,))
    return secret


def find(database: Database, secret: str, life: SessionLife) -> LiveSession | None:
    """The session of this secret, if it holds; that it was used is written down."""
    told = {"hash": digest(secret), "every": SEEN_EVERY, "idle": life.idle, "whole": life.whole}
    rows = database.rows(_FIND, told)
    if not rows:
        return None
    number, account, by, stale = rows[0]
    stored = account_by_id(database, account)
    if stale:
        with writing(database, actor=stored.account.name) as unit:
            unit.execute("UPDATE account_session SET seen_at = now() WHERE id = %s", (number,))
    return LiveSession(number, stored, by)


def forget(unit: psycopg.Connection, secret: str) -> None:
    """End the session of this secret, whoever's it is: its browser signs in anew."""
    unit.execute("DELETE FROM account_session WHERE token_hash = %s", (digest(secret),))


def sessions_of(database: Database, account: int, life: SessionLife) -> list[ShownSession]:
    """The sessions of an account that hold, the latest used first."""
    told = {"account": account, "idle": life.idle, "whole": life.whole}
    return [ShownSession(*row) for row in database.rows(_SHOWN, told)]


def end(unit: psycopg.Connection, account: int, session: int, actor: str) -> bool:
    """End one session of this account; whether there was one."""
    ended = unit.execute(
        "DELETE FROM account_session WHERE id = %s AND account_id = %s", (session, account)
    ).rowcount
    if ended:
        record(unit, account, EventKind.SIGNED_OUT, actor)
    return bool(ended)


def end_all(unit: psycopg.Connection, account: int, actor: str, *, but: int = 0) -> int:
    """End every session of the account but the one with the id `but`; how many ended."""
    ended = unit.execute(
        "DELETE FROM account_session WHERE account_id = %s AND id <> %s", (account, but)
    ).rowcount
    if ended:
        record(unit, account, EventKind.SESSIONS_ENDED, actor, count=ended)
    return ended
