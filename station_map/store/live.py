"""What devices say: taking it in, and the latest of it. No revision, no new version of a station.

A push is one transaction: the latest value of each quantity, the hour it belongs to, and a note
that this time was counted. Rows are met in one order, so that two pushes wait for each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, LiteralString, NamedTuple

import psycopg

from station_map.domain.accounts import Place
from station_map.domain.live import BEHIND, Observation, Quantity, as_number
from station_map.errors import NotFound, TooOften
from station_map.store.database import Database

_PLACE: Final[LiteralString] = "SELECT id, adcode FROM station WHERE code = %(code)s"
_PACE: Final[LiteralString] = """
INSERT INTO live_pace AS p (token_id, minute, pushes)
VALUES (%(token)s, date_trunc('minute', now()), 1)
ON CONFLICT (token_id) DO UPDATE SET
    pushes = CASE WHEN p.minute = excluded.minute THEN p.pushes + 1 ELSE 1 END,
    minute = excluded.minute
RETURNING pushes, 60 - floor(extract(second FROM now()))::integer
"""
_SEEN: Final[LiteralString] = """
INSERT INTO live_seen (station_id, observed_at, quantity)
SELECT %(station)s, %(at)s, quantity FROM unnest(%(quantities)s::text[]) quantity ORDER BY quantity
ON CONFLICT DO NOTHING RETURNING quantity
"""
_TOLD: Final[LiteralString] = (
    "unnest(%(quantities)s::text[], %(values)s::text[], %(numbers)s::float8[])"
    " AS told (quantity, value, number)"
)
_LATEST: Final[LiteralString] = f"""
INSERT INTO station_live AS l (station_id, quantity, value, observed_at)
SELECT %(station)s, quantity, value, %(at)s FROM {_TOLD} ORDER BY quantity
ON CONFLICT (station_id, quantity) DO UPDATE
SET value = excluded.value, observed_at = excluded.observed_at, received_at = now()
WHERE l.observed_at < excluded.observed_at
"""
_HOUR: Final[LiteralString] = f"""
INSERT INTO live_hourly AS h (station_id, hour, quantity, samples, minimum, maximum, total, last,
    last_at)
SELECT %(station)s, date_trunc('hour', %(at)s::timestamptz), quantity, 1, number, number, number,
    number, %(at)s
FROM {_TOLD} ORDER BY quantity
ON CONFLICT (station_id, hour, quantity) DO UPDATE SET
    samples = h.samples + 1,
    minimum = least(h.minimum, excluded.minimum),
    maximum = greatest(h.maximum, excluded.maximum),
    total = h.total + excluded.total,
    last = CASE WHEN excluded.last_at > h.last_at THEN excluded.last ELSE h.last END,
    last_at = greatest(h.last_at, excluded.last_at)
"""
# Whoever finds a row held leaves it to the other: the next push comes soon.
_FORGET_SEEN: Final[LiteralString] = """
DELETE FROM live_seen WHERE ctid = ANY (ARRAY(SELECT ctid FROM live_seen
    WHERE station_id = %(station)s AND observed_at < now() - %(behind)s
    LIMIT 1000 FOR UPDATE SKIP LOCKED))
"""
_FORGET_HOURS: Final[LiteralString] = """
DELETE FROM live_hourly WHERE ctid = ANY (ARRAY(SELECT ctid FROM live_hourly
    WHERE station_id = %(station)s AND hour < now() - %(kept)s LIMIT 100 FOR UPDATE SKIP LOCKED))
"""
_FRESH: Final[LiteralString] = """
SELECT s.code, l.quantity, l.value, l.observed_at
FROM station_live l JOIN station s ON s.id = l.station_id
WHERE l.observed_at > now() - %(limit)s
ORDER BY s.code
"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """pushes: of one token in a minute. kept: how long hours stay."""

    pushes: int
    kept: dt.timedelta


class Said(NamedTuple):
    """A value of one quantity, and when it was observed (UTC)."""

    quantity: str
    value: str
    observed_at: dt.datetime


def place_of(database: Database, code: str) -> Place:
    """Which station, and in which area it lies, for rights. Raises NotFound."""
    for number, adcode in database.rows(_PLACE, {"code": code}):
        return Place(number, adcode)
    raise NotFound("station", code)


def push(
    unit: psycopg.Connection, token: int, station: int, seen: Observation, bounds: Bounds
) -> list[str]:
    """Take in what was observed at a station (its id); the quantities that were not known yet.

    What is older than the latest counts in its hour and does not replace it. Raises TooOften.
    """
    _keep_pace(unit, token, bounds.pushes)
    told = {"station": station, "at": seen.observed_at}
    asked = {"quantities": [quantity.value for quantity in seen.values]}
    new = sorted(quantity for (quantity,) in unit.execute(_SEEN, {**told, **asked}))
    if new:
        values = {quantity.value: value for quantity, value in seen.values.items()}
        columns = {
            "quantities": new,
            "values": [values[quantity] for quantity in new],
            "numbers": [as_number(Quantity(quantity), values[quantity]) for quantity in new],
        }
        unit.execute(_LATEST, {**told, **columns})
        unit.execute(_HOUR, {**told, **columns})
        unit.execute(_FORGET_SEEN, {**told, "behind": BEHIND + dt.timedelta(hours=1)})
        unit.execute(_FORGET_HOURS, {**told, "kept": bounds.kept})
    return new


def _keep_pace(unit: psycopg.Connection, token: int, most: int) -> None:
    row = unit.execute(_PACE, {"token": token}).fetchone()
    if row is None:
        raise AssertionError("an upsert gives its row")
    pushes, wait_s = row
    if pushes > most:
        raise TooOften(
            f"这个令牌一分钟最多发 {most} 次。 A token may push {most} times a minute.",
            retry_after_s=max(1, wait_s),
        )


def fresh(database: Database, limit: dt.timedelta) -> Mapping[str, tuple[Said, ...]]:
    """What was observed within the limit, by code; stations without any are not in it."""
    found: dict[str, list[Said]] = {}
    for code, *said in database.rows(_FRESH, {"limit": limit}):
        found.setdefault(code, []).append(Said(*said))
    return {code: tuple(all_said) for code, all_said in found.items()}
