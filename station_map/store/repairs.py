"""The few changes that answer a case at once: each a statement inside `changing`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import psycopg

from station_map.domain.accounts import Role
from station_map.domain.rounds import VERIFIED_AS
from station_map.domain.vocabulary import AMENITY_BY_CODE, Status
from station_map.store.case_answers import Repair

_VERIFY: Final = """
UPDATE station SET verified_at = %(at)s, verified_by = %(role)s
WHERE id = %(station)s AND (verified_at IS NULL OR verified_at < %(at)s)
"""
_STATUS: Final = """
UPDATE station SET status = %(status)s, suspended_until = %(until)s, status_reason = %(reason)s
WHERE id = %(station)s
"""
_BROKEN: Final = """
INSERT INTO station_amenity (station_id, amenity_id, state)
SELECT %(station)s, unnest(%(amenities)s::smallint[]), 'broken'
ON CONFLICT (station_id, amenity_id) DO UPDATE SET state = 'broken', verified_at = now()
    WHERE station_amenity.state <> 'broken'
"""


def verified(role: Role, at: dt.datetime) -> Repair:
    """Somebody with this role stood there at that moment and found it as stated."""
    who = VERIFIED_AS[role]

    def repair(unit: psycopg.Connection, station: int) -> None:
        unit.execute(_VERIFY, {"station": station, "role": who, "at": at})

    return repair


def suspended(until: dt.date | None, reason: str | None) -> Repair:
    """Closed for a while. until: the last day, None when nobody knows."""
    return _with_status(Status.SUSPENDED, until, reason)


def closed(reason: str | None) -> Repair:
    """Closed for good."""
    return _with_status(Status.CLOSED, None, reason)


def _with_status(status: Status, until: dt.date | None, reason: str | None) -> Repair:
    def repair(unit: psycopg.Connection, station: int) -> None:
        told = {"status": status.value, "until": until, "reason": reason}
        unit.execute(_STATUS, {"station": station, **told})

    return repair


def broken(amenities: Sequence[str]) -> Repair:
    """These amenities (codes) are broken."""
    numbers = sorted({AMENITY_BY_CODE[code].id for code in amenities})

    def repair(unit: psycopg.Connection, station: int) -> None:
        unit.execute(_BROKEN, {"station": station, "amenities": numbers})

    return repair
