"""Attempts to sign in: counted before the password is looked at, so that none is free.

A row is an attempt that failed, or is being made at this moment; one that succeeds takes its own
row and the earlier ones of its account and network away.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from station_map.domain.accounts.signing_in import (
    ACCOUNT_RATES,
    ATTEMPT_KEPT,
    NETWORK_RATES,
    PAIR_RATES,
)
from station_map.domain.reports import Sender, wait_of
from station_map.errors import TooOften


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries: a keyed hash of the name, and the sender with its networks."""

    account: bytes
    sender: Sender


_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))"

# As many as the largest rate allows: what is older says nothing more.
_EARLIER: Final = """
(SELECT at, true, network = ANY (%(networks)s), now() FROM sign_in_attempt
 WHERE account = %(account)s AND at > now() - %(kept)s ORDER BY at DESC LIMIT 500)
UNION ALL
(SELECT at, false, true, now() FROM sign_in_attempt
 WHERE network = ANY (%(networks)s) AND account <> %(account)s AND at > now() - %(kept)s
 ORDER BY at DESC LIMIT 500)
"""

_INSERT: Final = """
INSERT INTO sign_in_attempt (account, network) VALUES (%(account)s, %(network)s) RETURNING id
"""

_FAILED: Final = "UPDATE sign_in_attempt SET at = now() WHERE id = %(id)s"

_FORGET: Final = "DELETE FROM sign_in_attempt WHERE at < now() - %(kept)s"

_SUCCEEDED: Final = """
DELETE FROM sign_in_attempt WHERE account = %(account)s AND network = ANY (%(networks)s)
"""


def count(unit: psycopg.Connection, attempt: Attempt) -> int:
    """Count one more attempt; its number. Raises TooOften with when to go on."""
    told = _told(attempt)
    for key in sorted((attempt.account.hex(), attempt.sender.networks[0].hex())):
        unit.execute(_ONE_AT_A_TIME, {"key": f"sign in {key}"})
    wait = _wait(unit.execute(_EARLIER, told).fetchall())
    if wait:
        seconds = math.ceil(wait.total_seconds())
        minutes = max(1, math.ceil(seconds / 60))
        raise TooOften(
            f"试得太多了，请 {minutes} 分钟以后再试。 Too many attempts; try again in {minutes} min.",
            retry_after_s=seconds,
        )
    unit.execute(_FORGET, {"kept": ATTEMPT_KEPT})
    row: Any = unit.execute(_INSERT, {**told, "network": attempt.sender.networks[0]}).fetchone()
    number: int = row[0]
    return number


def failed(unit: psycopg.Connection, number: int) -> None:
    """The attempt counts from now. Written for every name, so that none answers sooner."""
    unit.execute(_FAILED, {"id": number})


def succeeded(unit: psycopg.Connection, attempt: Attempt) -> None:
    """Forget the attempts of this account from this network."""
    unit.execute(_SUCCEEDED, _told(attempt))


def _told(attempt: Attempt) -> dict[str, Any]:
    return {
        "account": attempt.account,
        "networks": list(attempt.sender.networks),
        "kept": ATTEMPT_KEPT,
    }


def _wait(rows: list[tuple[Any, ...]]) -> dt.timedelta:
    if not rows:
        return dt.timedelta()
    now: dt.datetime = rows[0][3]
    of_account = [at for at, account, _, _ in rows if account]
    of_network = [at for at, _, network, _ in rows if network]
    of_both = [at for at, account, network, _ in rows if account and network]
    return max(
        wait_of(PAIR_RATES, of_both, now),
        wait_of(ACCOUNT_RATES, of_account, now),
        wait_of(NETWORK_RATES, of_network, now),
    )
