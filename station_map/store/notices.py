"""What is new for those who want notices, and each notice with what became of it.

What a receiver is told and how far it has been told is written in one transaction with the job
that sends it, with the receiver's row locked: two workers tell nothing twice.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg
from psycopg.types.json import Jsonb

from station_map.domain.notices import (
    EVERYTHING,
    MOST_STATIONS,
    SETTLED,
    Frequency,
    News,
    ReportedStation,
    Scope,
    StaleStation,
    next_due,
    scope_of,
)
from station_map.store.accounts import account_by_id
from station_map.store.case_rules import DUE_AFTER, rules_in
from station_map.store.database import Database
from station_map.store.jobs import Task, enqueue
from station_map.store.writing import writing

_MOST_AT_ONCE: Final = 100
_ACTOR: Final = "notices"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to be sent, with its receiver: (email, account) or (url, secret)."""

    id: int
    news: dict[str, Any]
    created_at: dt.datetime
    account: int | None
    email: str | None
    url: str | None
    secret: str | None
    still_wanted: bool


# -- what is new -------------------------------------------------------------------------

_IN_SCOPE: Final = """
(%(everything)s OR s.id = ANY (%(stations)s) OR s.adcode ^@ ANY (%(prefixes)s::text[]))
"""

_REPORTED: Final[LiteralString] = f"""
SELECT s.code, s.name, jsonb_object_agg(r.kind, r.count), count(*) OVER ()
FROM station s JOIN (
    SELECT r.station_id, r.kind, count(*) FROM report r LEFT JOIN report_case c ON c.id = r.case_id
    WHERE r.received_at > %(since)s AND r.received_at <= %(until)s AND r.kind <> 'open'
        AND c.answer IS NULL
    GROUP BY r.station_id, r.kind
) r ON r.station_id = s.id
WHERE {_IN_SCOPE}
GROUP BY s.id ORDER BY sum(r.count) DESC, s.code LIMIT %(limit)s
"""

_STALE: Final[LiteralString] = f"""
SELECT s.code, s.name, s.verified_at, count(*) OVER ()
FROM station s
WHERE s.verified_at > %(since)s - {DUE_AFTER} AND s.verified_at <= %(until)s - {DUE_AFTER}
    AND s.status = 'open' AND {_IN_SCOPE}
ORDER BY s.verified_at, s.code LIMIT %(limit)s
"""


def news(unit: psycopg.Connection, scope: Scope, since: dt.datetime, until: dt.datetime) -> News:
    """What came after `since` and not after `until`, for stations in `scope`."""
    told = {
        "everything": scope.everything,
        "stations": list(scope.stations),
        "prefixes": list(scope.prefixes),
        "since": since,
        "until": until,
        "days": Jsonb(dict(rules_in(unit).stale_days)),
        "limit": MOST_STATIONS,
    }
    reported = unit.execute(_REPORTED, told).fetchall()
    stale = unit.execute(_STALE, told).fetchall()
    return News(
        since,
        until,
        [ReportedStation(*row[:3]) for row in reported],
        [StaleStation(*row[:3]) for row in stale],
        reported[0][3] if reported else 0,
        stale[0][3] if stale else 0,
    )


# -- gathering: one transaction for each receiver ----------------------------------------

_DUE_WISHES: Final = """
SELECT w.account_id FROM notice_wish w JOIN account a ON a.id = w.account_id
WHERE w.wanted AND w.verified_at IS NOT NULL AND w.next_at <= %(now)s AND a.disabled_at IS NULL
    AND w.told_until < %(until)s
ORDER BY w.next_at, w.account_id LIMIT %(limit)s
"""

# Asked once more with the row locked: another worker may just have told this receiver.
_TAKE_WISH: Final = """
SELECT told_until, frequency FROM notice_wish
WHERE account_id = %(id)s AND wanted AND verified_at IS NOT NULL AND next_at <= %(now)s
    AND told_until < %(until)s
FOR UPDATE SKIP LOCKED
"""

_DUE_WEBHOOKS: Final = """
SELECT id FROM webhook WHERE wanted AND told_until < %(until)s ORDER BY id LIMIT %(limit)s
"""

_TAKE_WEBHOOK: Final = """
SELECT told_until FROM webhook WHERE id = %(id)s AND wanted AND told_until < %(until)s
FOR UPDATE SKIP LOCKED
"""

_NOTICE: Final = """
INSERT INTO notice (account_id, webhook_id, news) VALUES (%(account)s, %(webhook)s, %(news)s)
RETURNING id
"""


def gather(database: Database, base: str, now: dt.datetime, *, mail: bool) -> int:
    """Write a notice for each receiver for whom something is new and due; how many.

    base: the origin for links. mail: whether mail can be sent at all.
    """
    told = {"now": now, "until": now - SETTLED, "limit": _MOST_AT_ONCE}
    made = 0
    if mail:
        for (account,) in database.rows(_DUE_WISHES, told):
            made += _tell_account(database, account, base, told)
    for (webhook,) in database.rows(_DUE_WEBHOOKS, told):
        made += _tell_webhook(database, webhook, base, told)
    return made


def _tell_account(database: Database, account: int, base: str, told: dict[str, Any]) -> int:
    scope = scope_of(account_by_id(database, account).account)
    with writing(database, actor=_ACTOR, origin="system") as unit:
        held = unit.execute(_TAKE_WISH, {**told, "id": account}).fetchone()
        if held is None:
            return 0
        since, frequency = held
        found = news(unit, scope, since, told["until"])
        unit.execute(
            "UPDATE notice_wish SET told_until = %(until)s, next_at = %(next)s"
            " WHERE account_id = %(id)s",
            {**told, "id": account, "next": next_due(Frequency(frequency), told["now"])},
        )
        return _write(unit, found, base, account=account)


def _tell_webhook(database: Database, webhook: int, base: str, told: dict[str, Any]) -> int:
    with writing(database, actor=_ACTOR, origin="system") as unit:
        held = unit.execute(_TAKE_WEBHOOK, {**told, "id": webhook}).fetchone()
        if held is None:
            return 0
        found = news(unit, EVERYTHING, held[0], told["until"])
        unit.execute(
            "UPDATE webhook SET told_until = %(until)s WHERE id = %(id)s", {**told, "id": webhook}
        )
        return _write(unit, found, base, webhook=webhook)


def _write(
    unit: psycopg.Connection,
    found: News,
    base: str,
    *,
    account: int | None = None,
    webhook: int | None = None,
) -> int:
    if not found:
        return 0
    told = {"account": account, "webhook": webhook, "news": Jsonb(found.as_json(base))}
    row: Any = unit.execute(_NOTICE, told).fetchone()
    enqueue(unit, Task.SEND_NOTICE, {"notice": row[0]})
    return 1


# -- sending -----------------------------------------------------------------------------

# The lock is held while it is sent: nobody else sends the same meanwhile.
_TO_SEND: Final = """
SELECT n.id, n.news, n.created_at, n.account_id, w.email, h.url, h.secret,
    CASE WHEN n.webhook_id IS NULL
        THEN coalesce(w.wanted AND w.verified_at IS NOT NULL AND a.disabled_at IS NULL, false)
        ELSE h.wanted END
FROM notice n
LEFT JOIN notice_wish w ON w.account_id = n.account_id
LEFT JOIN account a ON a.id = n.account_id
LEFT JOIN webhook h ON h.id = n.webhook_id
WHERE n.id = %(id)s AND n.settled_at IS NULL
FOR UPDATE OF n SKIP LOCKED
"""


def to_send(unit: psycopg.Connection, number: int) -> Notice | None:
    """The notice, held until the unit of work ends; None when it is settled or somebody has it."""
    row = unit.execute(_TO_SEND, {"id": number}).fetchone()
    return Notice(*row) if row else None


def settle(unit: psycopg.Connection, number: int, outcome: str) -> None:
    """What became of a notice: sent, refused (for good), or off (nobody wants it any more)."""
    unit.execute(
        "UPDATE notice SET settled_at = now(), outcome = %s WHERE id = %s",
        (outcome, number),
    )
