"""Passwords of accounts, and the links by which one is chosen.

A new password ends every session that began with the old one, but the one that chose it.
"""

from __future__ import annotations

from typing import Final

import psycopg

from station_map.domain.accounts.events import EventKind
from station_map.domain.accounts.names import name_key
from station_map.domain.accounts.signing_in import LINK_LASTS
from station_map.store.account_events import record
from station_map.store.database import Database
from station_map.store.secrets_of_accounts import digest, new_secret

_STORED: Final = """
SELECT id, name, password_hash FROM account WHERE name_key = %(key)s AND disabled_at IS NULL
"""

_SET: Final = """
UPDATE account SET password_hash = %(hash)s, password_set_at = now() WHERE id = %(id)s
"""

_REHASH: Final = """
UPDATE account SET password_hash = %(new)s WHERE id = %(id)s AND password_hash = %(old)s
"""

_MAKE_LINK: Final = """
INSERT INTO account_link (account_id, token_hash, created_by, expires_at)
VALUES (%(id)s, %(hash)s, %(actor)s, now() + %(lasts)s)
ON CONFLICT (account_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = now(),
    created_by = excluded.created_by, expires_at = excluded.expires_at
"""

_LINKED: Final = """
SELECT a.id, a.name FROM account_link l JOIN account a ON a.id = l.account_id
WHERE l.token_hash = %(hash)s AND l.expires_at > now() AND a.disabled_at IS NULL
"""

_USE_LINK: Final = """
DELETE FROM account_link l USING account a
WHERE l.token_hash = %(hash)s AND l.expires_at > now()
    AND a.id = l.account_id AND a.disabled_at IS NULL
RETURNING a.id
"""


def stored_hash(database: Database, name: str) -> tuple[int | None, str, str | None]:
    """Id, name and password hash of the enabled account with this name; None where there is none."""
    rows = database.rows(_STORED, {"key": name_key(name)})
    return rows[0] if rows else (None, "", None)


def set_password(
    unit: psycopg.Connection, number: int, hashed: str, actor: str, *, but: int = 0
) -> None:
    """Store a password's hash; end the account's sessions but the one with the id `but`."""
    unit.execute(_SET, {"id": number, "hash": hashed})
    unit.execute("DELETE FROM account_session WHERE account_id = %s AND id <> %s", (number, but))
    unit.execute("DELETE FROM account_link WHERE account_id = %s", (number,))
    record(unit, number, EventKind.PASSWORD_SET, actor)


def rehash(unit: psycopg.Connection, number: int, old: str, new: str) -> None:
    """The same password, hashed with today's parameters; unless it changed meanwhile."""
    unit.execute(_REHASH, {"id": number, "old": old, "new": new})


def make_link(unit: psycopg.Connection, number: int, actor: str) -> str:
    """A new secret for a link by which the account chooses a password; older ones end."""
    secret = new_secret()
    told = {"id": number, "hash": digest(secret), "actor": actor, "lasts": LINK_LASTS}
    unit.execute(_MAKE_LINK, told)
    record(unit, number, EventKind.LINK_MADE, actor)
    return secret


def hash_of(database: Database, number: int) -> str | None:
    """The password hash of the account with this id, None without a password."""
    rows = database.rows("SELECT password_hash FROM account WHERE id = %(id)s", {"id": number})
    return rows[0][0] if rows else None


def linked_account(database: Database, secret: str) -> tuple[int, str] | None:
    """Id and name of the account whose link this is, if it still holds."""
    rows = database.rows(_LINKED, {"hash": digest(secret)})
    return rows[0] if rows else None


def use_link(unit: psycopg.Connection, secret: str) -> int | None:
    """Use a link up; the account's id, None when it held no more. Of two at once one gets it."""
    row = unit.execute(_USE_LINK, {"hash": digest(secret)}).fetchone()
    return None if row is None else int(row[0])
