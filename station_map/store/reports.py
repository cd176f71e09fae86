"""Reports and suggestions: stored once, and what follows from them.

One transaction holds the report, its sender's hashes, what it changes about the station, the
revision that says so, and the station's card. The rules are in `domain/reports.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg

from station_map.domain.cases import CaseRules
from station_map.domain.reports import (
    RIDER,
    LockedReport,
    Report,
    ReportKind,
    Sender,
    Suggestion,
    marks_locked,
)
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.errors import InputError, NotFound
from station_map.store.areas import district_at
from station_map.store.case_rules import rules_in
from station_map.store.cases import collect
from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.report_floods import count_message, one_at_a_time
from station_map.store.writing import writing

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

# Reports of a case that somebody answered have had their say.
_OTHERS_LOCKED: Final = """
SELECT s.sender, r.seen_at FROM report r LEFT JOIN sender s USING (uuid)
WHERE r.case_id = %(case)s AND r.uuid <> %(uuid)s
    AND r.seen_at BETWEEN %(from)s AND %(to)s
ORDER BY r.seen_at DESC LIMIT %(limit)s
"""

_CONFIRM: Final = """
UPDATE station SET verified_at = %(seen_at)s, verified_by = %(role)s
WHERE id = %(station_id)s AND (verified_at IS NULL OR verified_at < %(seen_at)s)
"""

_MARK: Final = """
UPDATE station SET reported_locked_at = %(since)s
WHERE id = %(station_id)s AND (reported_locked_at IS NULL OR reported_locked_at < %(since)s)
"""

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


def store_report(database: Database, report: Report, sender: Sender) -> StoredReport:
    """Store a report, and with it what it says about its station.

    The same report sent again changes nothing. Raises NotFound, TooOften, InputError when
    its id is that of another report, and what the database raises (as psycopg's errors).
    """
    with _writing(database, report.id) as connection:
        known = _known_report(connection, report)
        if known is not None:
            return known
        count_message(connection, report.id, sender)
        station = _station(connection, report.code, lock=True)
        received_at = _insert_report(connection, report, station)
        case = collect(connection, station.id, report.kind, report.id)
        station = _draw_conclusions(connection, report, sender, station, case)
        return _told(report, received_at, station, new=True)


def store_suggestion(
    database: Database, suggestion: Suggestion, sender: Sender
) -> StoredSuggestion:
    """Store a suggestion, once. Raises TooOften and what the database raises."""
    with _writing(database, suggestion.id) as connection:
        known = _suggestion(connection, suggestion.id, new=False)
        if known is not None:
            return known
        count_message(connection, suggestion.id, sender)
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
    """A rider's unit of work; the same message sent twice at once comes one after the other."""
    with writing(database, actor=RIDER, origin="report") as connection:
        one_at_a_time(connection, str(message))
        yield connection


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
    connection: psycopg.Connection,
    report: Report,
    sender: Sender,
    station: _Station,
    case: int | None,
) -> _Station:
    """Confirm or mark the station, if the report does that; the station afterwards."""
    with changing(connection, [station.id]) as made:
        if report.kind is ReportKind.OPEN:
            told = {"station_id": station.id, "seen_at": report.seen_at, "role": RIDER}
            connection.execute(_CONFIRM, told)
        elif report.kind is ReportKind.LOCKED:
            _mark_locked(connection, report, sender, station, case)
    return _station(connection, station.code, lock=False) if made.changes else station


def _mark_locked(
    connection: psycopg.Connection,
    report: Report,
    sender: Sender,
    station: _Station,
    case: int | None,
) -> None:
    rules = rules_in(connection)
    since = marks_locked(
        report.seen_at,
        sender,
        _others(connection, report, case, rules),
        station.verified_at,
        needed=rules.locked_reports,
        window=rules.locked_window,
    )
    if since is not None:
        connection.execute(_MARK, {"station_id": station.id, "since": since})


def _others(
    connection: psycopg.Connection, report: Report, case: int | None, rules: CaseRules
) -> list[LockedReport]:
    rows = connection.execute(
        _OTHERS_LOCKED,
        {
            "case": case,
            "uuid": report.id,
            "from": report.seen_at - rules.locked_window,
            "to": report.seen_at + rules.locked_window,
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
