"""What devices say, kept in each process for a few seconds (docs/adr/0031-live-data.md).

Answers look a station up in a dict. The dict is read anew by the first request after
REFRESH_S, so that nothing is asked of the database for each request, and what one process took
in reaches the others within that time.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Final

import psycopg
from psycopg_pool import PoolClosed, PoolTimeout

from station_map.domain.live import Quantity
from station_map.store.database import Database
from station_map.store.live import Said, fresh

REFRESH_S: Final = 3.0
# So long one request may use what another is about to renew; then all wait for it.
_LATE_S: Final = 3.0
_REMEMBERED: Final = 20_000
_NUMBERS: Final = frozenset({Quantity.BAYS_FREE, Quantity.OCCUPANCY})

_log = logging.getLogger(__name__)

Fresh = Mapping[str, tuple[Said, ...]]


@dataclass(slots=True)
class LiveTable:
    """What was observed within the limit, by code, at most REFRESH_S old."""

    _kept: Fresh = field(default_factory=dict)
    _good_until: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def now(self, database: Database, limit: dt.timedelta) -> Fresh:
        """The present table. When it cannot be read it is empty: nothing live is known."""
        if time.monotonic() < self._good_until:
            return self._kept
        late = time.monotonic() >= self._good_until + _LATE_S
        if self._lock.acquire(blocking=late):
            try:
                if time.monotonic() >= self._good_until:
                    self._read(database, limit)
            finally:
                self._lock.release()
        return self._kept

    def _read(self, database: Database, limit: dt.timedelta) -> None:
        try:
            self._kept = fresh(database, limit)
        except (psycopg.Error, PoolTimeout, PoolClosed):
            self._kept = {}
            _log.warning("live data could not be read", exc_info=True)
        self._good_until = time.monotonic() + REFRESH_S

    def forget(self) -> None:
        """Have it read anew: something was taken in here."""
        self._good_until = 0.0


@lru_cache(maxsize=_REMEMBERED)
def member(said: tuple[Said, ...]) -> str:
    """`"live":{…}`, a member of a JSON object; nothing in it comes from the caller as it was."""
    told = {
        quantity.value: {
            "value": int(one.value) if quantity in _NUMBERS else one.value,
            "observed_at": one.observed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for quantity in Quantity
        for one in said
        if one.quantity == quantity
    }
    return f'"live":{json.dumps(told, separators=(",", ":"))}'
