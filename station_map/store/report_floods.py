"""How many messages riders sent lately, and who must wait before another."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import psycopg

from station_map.domain.reports import (
    NETWORK_RATES,
    SENDER_KEPT,
    SENDER_RATES,
    Rate,
    Sender,
    wait_of,
)
from station_map.errors import TooOften
from station_map.store.database import Database

_FORGET_SENDERS: Final = "DELETE FROM sender WHERE received_at < now() - %(kept)s"

_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))"

_SENT: Final = """
SELECT received_at, sender = ANY (%(senders)s), now() FROM sender
WHERE network = ANY (%(networks)s) AND received_at > now() - %(period)s
ORDER BY received_at DESC LIMIT %(limit)s
"""

_INSERT_SENDER: Final = """
INSERT INTO sender (uuid, sender, network) VALUES (%(uuid)s, %(sender)s, %(network)s)
"""

_LONGEST: Final = max(rate.period for rate in (*SENDER_RATES, *NETWORK_RATES))
_MOST: Final = max(rate.most for rate in NETWORK_RATES)


def one_at_a_time(connection: psycopg.Connection, key: str) -> None:
    """Wait until no other unit of work holds `key`; it is held to the end of this one.

    One message sent twice at the same moment, and the messages of one address, come one after
    the other: the second finds the first, and a hundred at once count as a hundred.
    """
    connection.execute(_ONE_AT_A_TIME, {"key": key})


def check_rate(database: Database, sender: Sender) -> None:
    """Raises TooOften when this sender must wait; before costly work such as a picture."""
    with database.reading() as connection:
        _refuse_flood(connection, sender)


def count_message(connection: psycopg.Connection, uuid: UUID, sender: Sender) -> None:
    """Count one more message of this sender, or raise TooOften; forget old senders."""
    hashes = {"sender": sender.hashes[0], "network": sender.networks[0]}
    one_at_a_time(connection, sender.networks[0].hex())
    _refuse_flood(connection, sender)
    connection.execute(_FORGET_SENDERS, {"kept": SENDER_KEPT})
    connection.execute(_INSERT_SENDER, {"uuid": uuid, **hashes})


def _refuse_flood(connection: psycopg.Connection, sender: Sender) -> None:
    rows = connection.execute(
        _SENT,
        {
            "senders": list(sender.hashes),
            "networks": list(sender.networks),
            "period": _LONGEST,
            "limit": _MOST,
        },
    ).fetchall()
    if not rows:
        return
    now: dt.datetime = rows[0][2]
    wait = max(
        wait_of(SENDER_RATES, [at for at, same, _ in rows if same], now),
        wait_of(NETWORK_RATES, [at for at, _, _ in rows], now),
    )
    if wait:
        raise _too_often(wait, SENDER_RATES)


def _too_often(wait: dt.timedelta, rates: Sequence[Rate]) -> TooOften:
    most, hours = rates[0].most, int(rates[0].period.total_seconds() // 3_600)
    return TooOften(
        f"反映得太多了：每 {hours} 小时最多 {most} 条，请稍后再试。"
        f" Too many reports: at most {most} in {hours} h; try again later.",
        retry_after_s=math.ceil(wait.total_seconds()),
    )
