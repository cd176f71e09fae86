"""Riders' suggestions for new stations as planners read them, and what they decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg

from station_map.domain.accounts import Account, Action, Place, shared_digits
from station_map.domain.vocabulary import AMENITIES
from station_map.domain.wishes import WishStatus
from station_map.errors import Conflict, NotFound
from station_map.store.database import Database
from station_map.store.reach import REACHED_AREA, reached

MOST_MAPPED: Final = 5_000
_CODES: Final = {amenity.id: amenity.code for amenity in AMENITIES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A place where somebody wants a station. lon, lat: degrees, WGS-84, to about 10 m.

    version: how often somebody decided about it; reason, decided_at, decided_by: the last time.
    """

    id: int
    lon: float
    lat: float
    adcode: str | None
    district: str | None
    note: str | None
    amenities: tuple[str, ...]
    received_at: dt.datetime
    status: WishStatus
    version: int
    reason: str | None
    decided_at: dt.datetime | None
    decided_by: str | None

    @property
    def place(self) -> Place:
        """Where it is, for asking who may."""
        return Place(None, self.adcode)


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about a wish, once."""

    at: dt.datetime
    actor: str
    status: WishStatus
    reason: str | None


_WISH: Final[LiteralString] = """
SELECT w.id, ST_X(w.position::geometry), ST_Y(w.position::geometry), w.adcode, d.name, w.note,
    w.amenity_ids, w.received_at, coalesce(last.status, 'new'), coalesce(last.version, 0),
    last.reason, last.at, last.actor
FROM suggestion w LEFT JOIN area d ON d.adcode = w.adcode
LEFT JOIN LATERAL (
    SELECT x.status, x.reason, x.at, x.actor, count(*) OVER () AS version
    FROM wish_decision x WHERE x.suggestion_id = w.id ORDER BY x.id DESC LIMIT 1) last ON true
"""
_MATCHING: Final[LiteralString] = f"""
{REACHED_AREA}
AND (%(status)s::text IS NULL OR coalesce(last.status, 'new') = %(status)s)
AND (%(area)s::text IS NULL OR w.adcode LIKE %(area)s)
"""
_LIST: Final[LiteralString] = f"""
SELECT found.*, count(*) OVER () FROM ({_WISH} WHERE {_MATCHING}) found
ORDER BY found.adcode NULLS LAST, found.id DESC LIMIT %(limit)s OFFSET %(offset)s
"""
_ONE: Final[LiteralString] = f"{_WISH} WHERE w.id = %(id)s"
_BY_DISTRICT: Final[LiteralString] = f"""
SELECT w.adcode, d.name, count(*),
    count(*) FILTER (WHERE NOT EXISTS (
        SELECT 1 FROM wish_decision x WHERE x.suggestion_id = w.id))
FROM suggestion w LEFT JOIN area d ON d.adcode = w.adcode WHERE {REACHED_AREA}
GROUP BY w.adcode, d.name ORDER BY count(*) DESC, w.adcode LIMIT 200
"""
_DECISIONS: Final = """
SELECT at, actor, status, reason FROM wish_decision WHERE suggestion_id = %(id)s ORDER BY id
"""
_LOCK: Final = "SELECT 1 FROM suggestion WHERE id = %(id)s FOR UPDATE"
_VERSION: Final = "SELECT count(*) FROM wish_decision WHERE suggestion_id = %(id)s"
_DECIDE: Final = """
INSERT INTO wish_decision (suggestion_id, actor, status, reason)
VALUES (%(id)s, current_setting('station_map.actor'), %(status)s, %(reason)s)
"""


def wishes(
    database: Database,
    account: Account,
    *,
    status: WishStatus | None = None,
    adcode: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Wish], int]:
    """Wishes within an account's reach by district, the latest first, and how many there are."""
    told = {
        **reached(account, Action.WISH_SEE),
        "status": status.value if status else None,
        "area": f"{shared_digits(adcode)}%" if adcode else None,
        "limit": min(limit, MOST_MAPPED),
        "offset": offset,
    }
    rows = database.rows(_LIST, told)
    return [_wish(row[:-1]) for row in rows], rows[0][-1] if rows else 0


def by_district(
    database: Database, account: Account
) -> list[tuple[str | None, str | None, int, int]]:
    """(adcode, name, wishes, those that nobody decided about) within reach, the most first."""
    return [
        (adcode, name, every, new)
        for adcode, name, every, new in database.rows(
            _BY_DISTRICT, reached(account, Action.WISH_SEE)
        )
    ]


def wish(database: Database, number: int) -> Wish:
    """One wish, whoever asks. Raises NotFound."""
    rows = database.rows(_ONE, {"id": number}) if number < 2**63 else []
    if not rows:
        raise NotFound("wish", str(number)[:20])
    return _wish(rows[0])


def decisions(database: Database, number: int) -> list[Decision]:
    """What was decided about a wish, in order."""
    rows = database.rows(_DECISIONS, {"id": number})
    return [Decision(at, actor, WishStatus(status), why) for at, actor, status, why in rows]


def decide(
    unit: psycopg.Connection, number: int, status: WishStatus, reason: str | None, version: int
) -> None:
    """Decide about a wish, in the caller's unit of work.

    version: of the wish as whoever decides has seen it. Raises NotFound, and Conflict when
    somebody decided meanwhile.
    """
    if unit.execute(_LOCK, {"id": number}).fetchone() is None:
        raise NotFound("wish", str(number))
    row: Any = unit.execute(_VERSION, {"id": number}).fetchone()
    if row[0] != version:
        raise Conflict("刚才有人答复过，看过再改。 Somebody decided meanwhile; read it first.")
    unit.execute(_DECIDE, {"id": number, "status": status.value, "reason": reason})


def _wish(row: Sequence[Any]) -> Wish:
    number, lon, lat, adcode, district, note, amenity_ids, received_at, *last = row
    status, version, reason, decided_at, decided_by = last
    return Wish(
        id=number,
        lon=lon,
        lat=lat,
        adcode=adcode,
        district=district,
        note=note,
        amenities=tuple(_CODES[one] for one in amenity_ids if one in _CODES),
        received_at=received_at,
        status=WishStatus(status),
        version=version,
        reason=reason,
        decided_at=decided_at,
        decided_by=decided_by,
    )
