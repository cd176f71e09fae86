"""The mail that an account wants: its address, whether that is its own, how often, and whether at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import psycopg

from station_map.domain.notices import VERIFY_EVERY, VERIFY_LASTS, Frequency, next_due
from station_map.errors import TooOften
from station_map.store.database import Database
from station_map.store.jobs import Task, enqueue


@dataclass(frozen=True, slots=True)
class Wish:
    """The mail that an account wants, as its owner sees it."""

    email: str
    frequency: Frequency
    wanted: bool
    verified_at: dt.datetime | None
    agreed_at: dt.datetime


_WISH: Final = """
SELECT email, frequency, wanted, verified_at, agreed_at FROM notice_wish WHERE account_id = %(id)s
"""

_LOCK_WISH: Final = """
SELECT email, verified_at IS NOT NULL, link_made_at, now() FROM notice_wish
WHERE account_id = %(id)s FOR UPDATE
"""

_SET_WISH: Final = """
INSERT INTO notice_wish (account_id, email, frequency, wanted, next_at)
VALUES (%(id)s, %(email)s, %(frequency)s, true, %(next_at)s)
ON CONFLICT (account_id) DO UPDATE SET email = excluded.email, frequency = excluded.frequency,
    wanted = true, next_at = excluded.next_at, told_until = CASE
        WHEN notice_wish.wanted AND notice_wish.verified_at IS NOT NULL
        THEN notice_wish.told_until ELSE now() END
"""

_NEW_LINK: Final = """
UPDATE notice_wish SET verified_at = NULL, agreed_at = now(), link_made_at = now()
WHERE account_id = %(id)s
"""

_LINK: Final = """
SELECT email, link_made_at FROM notice_wish
WHERE account_id = %(id)s AND verified_at IS NULL AND link_made_at > now() - %(lasts)s
"""

_PROVE: Final = """
UPDATE notice_wish SET verified_at = now(), told_until = now()
WHERE account_id = %(id)s AND email = %(email)s AND verified_at IS NULL
"""


def wish_of(database: Database, account: int) -> Wish | None:
    """What this account wants; None when it never said."""
    rows = database.rows(_WISH, {"id": account})
    if not rows:
        return None
    email, frequency, wanted, verified_at, agreed_at = rows[0]
    return Wish(email, Frequency(frequency), wanted, verified_at, agreed_at)


def set_wish(
    unit: psycopg.Connection, account: int, email: str, frequency: Frequency, now: dt.datetime
) -> bool:
    """Keep what the account wants; whether a link goes to its address, which is new or unproved.

    Raises TooOften when one went there a moment ago.
    """
    told = {"id": account, "email": email, "frequency": frequency.value}
    due = next_due(frequency, now)
    held = unit.execute(_LOCK_WISH, told).fetchone()
    unit.execute(_SET_WISH, {**told, "next_at": due})
    if held is not None:
        before, proved, made_at, at = held
        if proved and before == email:
            return False
        if made_at is not None and at - made_at < VERIFY_EVERY:
            raise _wait(made_at + VERIFY_EVERY - at)
    unit.execute(_NEW_LINK, {"id": account})
    enqueue(unit, Task.PROVE_ADDRESS, {"account": account})
    return True


def _wait(left: dt.timedelta) -> TooOften:
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    return TooOften(
        f"确认信刚发过，请 {minutes} 分钟以后再试。 A link was just sent; try again in {minutes} min.",
        retry_after_s=max(1, int(left.total_seconds())),
    )


def link_facts(database: Database, account: int) -> tuple[str, dt.datetime] | None:
    """The address that is to be proved, and when its link was made; None when none is good."""
    rows = database.rows(_LINK, {"id": account, "lasts": VERIFY_LASTS})
    return (rows[0][0], rows[0][1]) if rows else None


def prove(unit: psycopg.Connection, account: int, email: str) -> None:
    """This address is the account's own; it is told of what comes from now on."""
    unit.execute(_PROVE, {"id": account, "email": email})


def switch_off(unit: psycopg.Connection, account: int, email: str | None = None) -> bool:
    """No more mail to this account (and to this address, if told); whether there was a wish."""
    done = unit.execute(
        "UPDATE notice_wish SET wanted = false"
        " WHERE account_id = %(id)s AND (%(email)s::text IS NULL OR email = %(email)s)",
        {"id": account, "email": email},
    )
    return bool(done.rowcount)


def forget_wish(unit: psycopg.Connection, account: int) -> None:
    """The address goes, with all that was to be sent there."""
    unit.execute("DELETE FROM notice_wish WHERE account_id = %s", (account,))
    unit.execute("DELETE FROM notice WHERE account_id = %s", (account,))
