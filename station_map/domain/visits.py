"""Visits that are counted at a door's tap: how once is once without knowing who, and what is told.

Nobody is stored. For the hour that runs, a tap leaves two marks of 16 bits, made of the sender's
hashes, the station and the hour by a key: enough to see a second tap at this door in this hour, and
too little to say whose it was even with the key, since one telephone in 65,536 makes the same
(docs/adr, "Counting visits without identity").
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from station_map.domain.reports import Sender

HOUR: Final = dt.timedelta(hours=1)
# Of one network at one door in one hour: riders share a carrier's addresses, a script's browsers too.
NETWORK_MOST: Final = 20
# Less than that is not told as a number, and no number is told finer: what is left when one total
# is taken from another is then always less than that too.
STEP: Final = 5
_MARK_BYTES: Final = 2


@dataclass(frozen=True, slots=True)
class Tap:
    """One press at a door. hour: its beginning. person, network: marks, 0 to 65535."""

    code: str
    hour: dt.datetime
    person: int
    network: int


def tap_of(secret: bytes, sender: Sender, code: str, now: dt.datetime) -> Tap:
    """The tap of `sender` at the station `code` at the moment `now`.

    secret: 16 bytes or more that only this installation knows.
    """
    hour = now.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
    key = blake2b(secret, person=b"visit's mark").digest()
    where = f"\n{code}\n{hour.isoformat()}".encode()
    person, network = (
        int.from_bytes(blake2b(told + where, key=key, digest_size=_MARK_BYTES).digest())
        for told in (sender.hashes[0], sender.networks[0])
    )
    return Tap(code, hour, person, network)


def told(visits: int) -> int | None:
    """A count as it may be told: 0, a multiple of STEP not above it; None: under STEP, not none."""
    if visits == 0:
        return 0
    return visits // STEP * STEP or None


def in_words(visits: int) -> str:
    """The same for a page or a table in Chinese: "0", "少于 5", "15"."""
    number = told(visits)
    return f"少于 {STEP}" if number is None else str(number)
