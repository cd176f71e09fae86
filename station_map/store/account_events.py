"""The audit of accounts: one row for each thing that happened, written in its transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

from station_map.domain.accounts.events import EventKind
from station_map.store.database import Database

MOST_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """One thing that happened. detail: plain values, never a secret."""

    at: dt.datetime
    actor: str
    account: str
    kind: EventKind
    detail: dict[str, Any]


_INSERT: Final = """
INSERT INTO account_event (actor, account_id, account_name, kind, detail)
SELECT %(actor)s, id, name, %(kind)s, %(detail)s FROM account WHERE id = %(account)s
"""

_INSERT_ONCE: Final = """
INSERT INTO account_event (actor, account_id, account_name, kind)
SELECT %(actor)s, a.id, a.name, %(kind)s FROM account a WHERE a.id = %(account)s AND NOT EXISTS (
    SELECT 1 FROM account_event e
    WHERE e.account_id = a.id AND e.kind = %(kind)s AND e.at > now() - %(within)s)
"""

_OF_ONE: Final = """
SELECT at, actor, account_name, kind, detail FROM account_event
WHERE account_id = %(account)s ORDER BY id DESC LIMIT %(limit)s
"""

_OF_ALL: Final = """
SELECT at, actor, account_name, kind, detail FROM account_event ORDER BY id DESC LIMIT %(limit)s
"""


def record(
    unit: psycopg.Connection, account: int, kind: EventKind, actor: str, **detail: object
) -> None:
    """Write down, in the unit of work of the thing itself, what happened to an account."""
    unit.execute(
        _INSERT,
        {"actor": actor, "account": account, "kind": kind.value, "detail": Jsonb(detail)},
    )


def record_once(
    unit: psycopg.Connection, account: int, kind: EventKind, actor: str, within: dt.timedelta
) -> None:
    """The same, unless it is there already from this last while: strangers cause these."""
    told = {"actor": actor, "account": account, "kind": kind.value, "within": within}
    unit.execute(_INSERT_ONCE, told)


def events_of(database: Database, account: int | None = None) -> list[AccountEvent]:
    """The latest events of one account, or of all; the newest first, at most MOST_SHOWN."""
    statement = _OF_ALL if account is None else _OF_ONE
    rows = database.rows(statement, {"account": account, "limit": MOST_SHOWN})
    return [
        AccountEvent(at, actor, name, EventKind(kind), detail)
        for at, actor, name, kind, detail in rows
    ]
