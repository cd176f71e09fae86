"""Reports and suggestions: stored once, counted against floods, and what follows from them.

One transaction holds the report, its sender's hashes, what it changes about the station, the
revision that says so, and the station's card. The rules are in `domain/reports.py`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, LiteralString, cast
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy.exc import DBAPIError

from station_map.domain.reports import (
    LOCKED_WINDOW,
    NETWORK_RATES,
    RIDER,
    SENDER_KEPT,
    SENDER_RATES,
    LockedReport,
    Rate,
    Report,
    ReportKind,
    Sender,
    Suggestion,
    marks_locked,
    wait_of,
)
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.errors import InputError, NotFound, TooOften
from station_map.store.areas import district_at
from station_map.store.database import Database

# An import holds the stations that it changes; a rider does not wait for its end.
LOCK_TIMEOUT: Final = "3s"
STATEMENT_TIMEOUT: Final = "10s"
_MOST_COMPARED: Final = 1_000


@dataclass(frozen=True, slots=True)
class StoredReport:
    """What is stored of a report, and how its station stands now. new: not sent before."""

    id: UUID
    code: str
    kind: ReportKind
    received_at: dt.datetime
    verified_at: dt.datetime | None
    reported_locked: bool
    new: bool


@dataclass(frozen=True, slots=True)
class StoredSuggestion:
    """What is stored of a suggestion. lon, lat: degrees, WGS-84; adcode: where that is."""

    id: UUID
    lon: float
    lat: float
    adcode: str | None
    received_at: dt.datetime
    new: bool


@dataclass(frozen=True, slots=True)
class _Station:
    id: int
    code: str
    verified_at: dt.datetime | None
    reported_locked_at: dt.datetime | None

    @property
    def reported_locked(self) -> bool:
        """The same rule as in the SQL function `station_refresh`."""
        since = self.reported_locked_at
        return since is not None and (self.verified_at is None or since > self.verified_at)


_STATION: Final = """
SELECT id, code, verified_at, reported_locked_at FROM station WHERE code = %(code)s
"""

_REPORT: Final = """
SELECT r.uuid, s.code, r.kind, r.received_at FROM report r JOIN station s ON s.id = r.station_id
WHERE r.uuid = %(uuid)s
"""

_INSERT_REPORT: Final = """
INSERT INTO report
    (uuid, station_id, kind, amenity_id, field, note, photo, lon, lat, seen_at)
VALUES (%(uuid)s, %(station_id)s, %(kind)s, %(amenity_id)s, %(field)s, %(note)s, %(photo)s,
    %(lon)s, %(lat)s, %(seen_at)s)
RETURNING received_at
"""

_OTHERS_LOCKED: Final = """
SELECT s.sender, r.seen_at FROM report r LEFT JOIN sender s USING (uuid)
WHERE r.station_id = %(station_id)s AND r.kind = 'locked' AND r.uuid <> %(uuid)s
    AND r.seen_at BETWEEN %(from)s AND %(to)s
ORDER BY r.seen_at DESC LIMIT %(limit)s
"""

_CONFIRM: Final = """
UPDATE station SET verified_at = %(seen_at)s, verified_by = %(role)s,
    version = version + 1, updated_at = now()
WHERE id = %(station_id)s AND (verified_at IS NULL OR verified_at < %(seen_at)s)
"""

_MARK: Final = """
UPDATE station SET reported_locked_at = %(since)s, version = version + 1, updated_at = now()
WHERE id = %(station_id)s AND (reported_locked_at IS NULL OR reported_locked_at < %(since)s)
"""

_DOCUMENT: Final = "SELECT station_document(s) FROM station s WHERE id = %(station_id)s"

_RECORD: Final = """
INSERT INTO revision (station_id, station_code, actor, origin, action, changes)
SELECT s.id, s.code, current_setting('station_map.actor'), current_setting('station_map.origin'),
    'updated', jsonb_difference(%(before)s, station_document(s))
FROM station s WHERE s.id = %(station_id)s
"""

_REFRESH: Final = "SELECT station_refresh(ARRAY[%(station_id)s::bigint])"

_SUGGESTION: Final = """
SELECT uuid, ST_X(position::geometry), ST_Y(position::geometry), adcode, received_at
FROM suggestion WHERE uuid = %(uuid)s
"""

_INSERT_SUGGESTION: Final = f"""
INSERT INTO suggestion (uuid, position, adcode, note, amenity_ids)
VALUES (%(uuid)s, ST_Point(%(lon)s, %(lat)s, 4326)::geography,
    {district_at("ST_Point(%(lon)s, %(lat)s, 4326)")},
    %(note)s, %(amenity_ids)s)
"""

_FORGET_SENDERS: Final = "DELETE FROM sender WHERE received_at < now() - %(kept)s"

# One message sent twice at the same moment, and the messages of one address, come one after
# the other: the second finds the first, and a hundred at once count as a hundred.
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


def store_report(database: Database, report: Report, sender: Sender) -> StoredReport:
    """Store a report, and with it what it says about its station.

    The same report sent again changes nothing. Raises NotFound, TooOften, InputError when
    its id is that of another report, and what the database raises (as psycopg's errors).
    """
    with _writing(database, report.id) as connection:
        known = _known_report(connection, report)
        if known is not None:
            return known
        _count(connection, report.id, sender)
        station = _station(connection, report.code, lock=True)
        received_at = _insert_report(connection, report, station)
        station = _draw_conclusions(connection, report, sender, station)
        return _told(report, received_at, station, new=True)


def store_suggestion(
    database: Database, suggestion: Suggestion, sender: Sender
) -> StoredSuggestion:
    """Store a suggestion, once. Raises TooOften and what the database raises."""
    with _writing(database, suggestion.id) as connection:
        known = _suggestion(connection, suggestion.id, new=False)
        if known is not None:
            return known
        _count(connection, suggestion.id, sender)
        connection.execute(
            _INSERT_SUGGESTION,
            {
                "uuid": suggestion.id,
                "lon": suggestion.lon,
                "lat": suggestion.lat,
                "note": suggestion.note,
                "amenity_ids": [AMENITY_BY_CODE[code].id for code in suggestion.amenities],
            },
        )
        stored = _suggestion(connection, suggestion.id, new=True)
        assert stored is not None  # noqa: S101 - inserted a line above
        return stored


@contextmanager
def _writing(database: Database, message: UUID) -> Iterator[psycopg.Connection]:
    """The driver's own connection in a unit of work; its errors are the driver's own too."""
    try:
        with database.transaction(actor=RIDER, origin="report") as unit:
            connection = cast("psycopg.Connection", unit.connection.driver_connection)
            connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            connection.execute(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")
            connection.execute(_ONE_AT_A_TIME, {"key": str(message)})
            yield connection
    except DBAPIError as error:  # could not connect, or not commit
        if isinstance(error.orig, psycopg.Error):
            raise error.orig from error
        raise


def _known_report(connection: psycopg.Connection, report: Report) -> StoredReport | None:
    row = connection.execute(_REPORT, {"uuid": report.id}).fetchone()
    if row is None:
        return None
    _, code, kind, received_at = row
    if (code, kind) != (report.code, report.kind.value):
        raise InputError(
            "这个 id 已经用在另一条反馈上。 This id is that of another report.",
            parameter="id",
            allowed="a new UUID for each report",
            example='"id": "3f0f6c1e-6f0a-4c0e-9d4e-0b8f7a3c2d10"',
        )
    return _told(report, received_at, _station(connection, code, lock=False), new=False)


def _told(
    report: Report, received_at: dt.datetime, station: _Station, *, new: bool
) -> StoredReport:
    return StoredReport(
        id=report.id,
        code=station.code,
        kind=report.kind,
        received_at=received_at,
        verified_at=station.verified_at,
        reported_locked=station.reported_locked,
        new=new,
    )


def _station(connection: psycopg.Connection, code: str, *, lock: bool) -> _Station:
    statement: LiteralString = _STATION + "FOR UPDATE" if lock else _STATION
    row = connection.execute(statement, {"code": code}).fetchone()
    if row is None:
        raise NotFound("station", code)
    return _Station(*row)


def _insert_report(
    connection: psycopg.Connection, report: Report, station: _Station
) -> dt.datetime:
    lon, lat = report.position or (None, None)
    row: Any = connection.execute(
        _INSERT_REPORT,
        {
            "uuid": report.id,
            "station_id": station.id,
            "kind": report.kind.value,
            "amenity_id": AMENITY_BY_CODE[report.amenity].id if report.amenity else None,
            "field": report.field.value if report.field else None,
            "note": report.note,
            "photo": report.photo,
            "lon": lon,
            "lat": lat,
            "seen_at": report.seen_at,
        },
    ).fetchone()
    received_at: dt.datetime = row[0]
    return received_at


def _draw_conclusions(
    connection: psycopg.Connection, report: Report, sender: Sender, station: _Station
) -> _Station:
    """Confirm or mark the station, if the report does that; the station afterwards."""
    about: dict[str, Any] = {"station_id": station.id}
    row: Any = connection.execute(_DOCUMENT, about).fetchone()
    if report.kind is ReportKind.OPEN:
        told = {**about, "seen_at": report.seen_at, "role": RIDER}
        changed = connection.execute(_CONFIRM, told).rowcount
    elif report.kind is ReportKind.LOCKED:
        since = marks_locked(
            report.seen_at, sender, _others(connection, report, station), station.verified_at
        )
        changed = connection.execute(_MARK, {**about, "since": since}).rowcount if since else 0
    else:
        changed = 0
    if not changed:
        return station
    before = Jsonb(row[0])
    connection.execute(_RECORD, {**about, "before": before})
    connection.execute(_REFRESH, about)
    return _station(connection, station.code, lock=False)


def _others(
    connection: psycopg.Connection, report: Report, station: _Station
) -> list[LockedReport]:
    rows = connection.execute(
        _OTHERS_LOCKED,
        {
            "station_id": station.id,
            "uuid": report.id,
            "from": report.seen_at - LOCKED_WINDOW,
            "to": report.seen_at + LOCKED_WINDOW,
            "limit": _MOST_COMPARED,
        },
    )
    return [LockedReport(sender, seen_at) for sender, seen_at in rows]


def _suggestion(
    connection: psycopg.Connection, uuid: UUID, *, new: bool
) -> StoredSuggestion | None:
    row = connection.execute(_SUGGESTION, {"uuid": uuid}).fetchone()
    if row is None:
        return None
    stored, lon, lat, adcode, received_at = row
    return StoredSuggestion(stored, lon, lat, adcode, received_at, new)


# --- floods -------------------------------------------------------------------------------


def check_rate(database: Database, sender: Sender) -> None:
    """Raises TooOften when this sender must wait; before costly work such as a picture."""
    with database.reading() as connection:
        _refuse_flood(connection, sender)


def _count(connection: psycopg.Connection, uuid: UUID, sender: Sender) -> None:
    """Count one more message of this sender, or raise TooOften; forget old senders."""
    hashes = {"sender": sender.hashes[0], "network": sender.networks[0]}
    connection.execute(_ONE_AT_A_TIME, {"key": sender.networks[0].hex()})
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
