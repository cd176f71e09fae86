"""Tokens of programmes: hashed, with scopes, for a time, revocable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from station_map.domain.accounts import Account, Scope
from station_map.domain.accounts.events import EventKind
from station_map.domain.accounts.signing_in import SEEN_EVERY
from station_map.store.account_events import record
from station_map.store.accounts import StoredAccount, account_by_id
from station_map.store.database import Database
from station_map.store.secrets_of_accounts import API_PREFIX, SHOWN, digest, new_secret
from station_map.store.writing import writing


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenHolder:
    """Who shows a token that holds, and what it may be used for."""

    token: int
    stored: StoredAccount
    label: str
    prefix: str
    scopes: tuple[Scope, ...]
    expires_at: dt.datetime

    @property
    def account(self) -> Account:
        """Whose it is, for asking what it may do."""
        return self.stored.account


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownToken:
    """A token as its owner sees it; itself it is nowhere."""

    id: int
    label: str
    prefix: str
    scopes: tuple[Scope, ...]
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None
    expired: bool


_INSERT: Final = """
INSERT INTO api_token (account_id, label, prefix, token_hash, scopes, expires_at)
VALUES (%(account)s, %(label)s, %(prefix)s, %(hash)s, %(scopes)s, now() + %(lasts)s)
RETURNING id
"""

_FIND: Final = """
SELECT t.id, t.account_id, t.label, t.prefix, t.scopes, t.expires_at,
    t.last_used_at IS NULL OR t.last_used_at < now() - %(every)s
FROM api_token t JOIN account a ON a.id = t.account_id
WHERE t.token_hash = %(hash)s AND t.revoked_at IS NULL AND t.expires_at > now()
    AND a.disabled_at IS NULL
"""

_SHOWN: Final = """
SELECT id, label, prefix, scopes, created_at, expires_at, last_used_at, revoked_at,
    expires_at <= now()
FROM api_token WHERE account_id = %(account)s ORDER BY id DESC LIMIT 200
"""

_REVOKE: Final = """
UPDATE api_token SET revoked_at = now()
WHERE id = %(id)s AND account_id = %(account)s AND revoked_at IS NULL
RETURNING label, prefix
"""


def make(
    unit: psycopg.Connection,
    account: int,
    label: str,
    scopes: Iterable[Scope],
    lasts: dt.timedelta,
    actor: str,
) -> str:
    """A new token, which is told now and never again."""
    secret = new_secret(API_PREFIX)
    held = [scope.value for scope in Scope if scope in set(scopes)]
    told = {"label": label, "prefix": secret[: len(API_PREFIX) + SHOWN], "hash": digest(secret)}
    unit.execute(_INSERT, {**told, "account": account, "scopes": held, "lasts": lasts})
    record(
        unit,
        account,
        EventKind.TOKEN_MADE,
        actor,
        label=label,
        prefix=told["prefix"],
        scopes=held,
        days=lasts.days,
    )
    return secret


def holder(database: Database, secret: str) -> TokenHolder | None:
    """Who holds this token, if it holds; that it was used is written down."""
    if not secret.startswith(API_PREFIX):
        return None
    rows = database.rows(_FIND, {"hash": digest(secret), "every": SEEN_EVERY})
    if not rows:
        return None
    number, account, label, prefix, scopes, expires_at, stale = rows[0]
    stored = account_by_id(database, account)
    if stale:
        with writing(database, actor=stored.account.name, origin="api") as unit:
            unit.execute("UPDATE api_token SET last_used_at = now() WHERE id = %s", (number,))
    return TokenHolder(
        token=number,
        stored=stored,
        label=label,
        prefix=prefix,
        scopes=tuple(map(Scope, scopes)),
        expires_at=expires_at,
    )


def tokens_of(database: Database, account: int) -> list[ShownToken]:
    """The tokens of an account, those that no longer hold too; the newest first."""
    return [_shown(row) for row in database.rows(_SHOWN, {"account": account})]


def _shown(row: tuple[Any, ...]) -> ShownToken:
    number, label, prefix, scopes, made, expires, used, revoked, expired = row
    return ShownToken(
        id=number,
        label=label,
        prefix=prefix,
        scopes=tuple(map(Scope, scopes)),
        created_at=made,
        expires_at=expires,
        last_used_at=used,
        revoked_at=revoked,
        expired=expired,
    )


def revoke(unit: psycopg.Connection, account: int, token: int, actor: str) -> bool:
    """Revoke a token of this account; whether there was one that held."""
    row = unit.execute(_REVOKE, {"id": token, "account": account}).fetchone()
    if row is not None:
        record(unit, account, EventKind.TOKEN_REVOKED, actor, label=row[0], prefix=row[1])
    return row is not None
