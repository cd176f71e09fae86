"""Addresses of other programmes that are told what is new."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from station_map.errors import InputError, NotFound
from station_map.store.database import Database
from station_map.store.secrets_of_accounts import new_secret

MOST_WEBHOOKS: Final = 10


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address of another programme. waiting: notices that did not get there yet."""

    id: int
    url: str
    wanted: bool
    created_at: dt.datetime
    created_by: str
    last_sent_at: dt.datetime | None
    waiting: int


_WEBHOOKS: Final = """
SELECT w.id, w.url, w.wanted, w.created_at, w.created_by,
    (SELECT max(settled_at) FROM notice n WHERE n.webhook_id = w.id AND n.outcome = 'sent'),
    (SELECT count(*) FROM notice n WHERE n.webhook_id = w.id AND n.settled_at IS NULL)
FROM webhook w ORDER BY w.id LIMIT 100
"""


def webhooks(database: Database) -> list[Webhook]:
    """Every webhook, without its secret."""
    return [Webhook(*row) for row in database.rows(_WEBHOOKS)]


def add_webhook(unit: psycopg.Connection, url: str, actor: str) -> str:
    """Keep a checked address; the secret that signs what is sent there, told now only."""
    row: Any = unit.execute("SELECT count(*) FROM webhook").fetchone()
    if row[0] >= MOST_WEBHOOKS:
        raise InputError(
            f"最多 {MOST_WEBHOOKS} 个。 There may be at most {MOST_WEBHOOKS}.", parameter="url"
        )
    secret = new_secret("whs_")
    unit.execute(
        "INSERT INTO webhook (url, secret, created_by) VALUES (%s, %s, %s)", (url, secret, actor)
    )
    return secret


def switch_webhook(unit: psycopg.Connection, number: int, *, wanted: bool) -> None:
    """On or off; what happened meanwhile is not told later. Raises NotFound."""
    done = unit.execute(
        "UPDATE webhook SET told_until = CASE WHEN wanted THEN told_until ELSE now() END,"
        " wanted = %s WHERE id = %s",
        (wanted, number),
    )
    if not done.rowcount:
        raise NotFound("webhook", str(number))


def remove_webhook(unit: psycopg.Connection, number: int) -> None:
    """It goes, with what was to be sent there. Raises NotFound."""
    if not unit.execute("DELETE FROM webhook WHERE id = %s", (number,)).rowcount:
        raise NotFound("webhook", str(number))
