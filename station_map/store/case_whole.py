"""One case with all that belongs to it, for whoever answers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString

from station_map.domain.cases import CaseStep
from station_map.domain.reports import ReportField
from station_map.store.cases import BRIEF, CaseBrief, brief, brief_of
from station_map.store.database import Database

_MOST_REPORTS: Final = 100
_MOST_REVISIONS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """A report of a case. lon, lat: degrees, WGS-84, to about 100 m; away_m: from the station."""

    seen_at: dt.datetime
    received_at: dt.datetime
    amenity: str | None
    field: ReportField | None
    note: str | None
    photo: str | None
    lon: float | None
    lat: float | None
    away_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStation:
    """What whoever answers wants to see of the station. amenities: state by code."""

    lon: float
    lat: float
    address: str | None
    landmark: str | None
    status: str
    suspended_until: dt.date | None
    status_reason: str | None
    opening_hours: str | None
    hours_text: str | None
    access_method: str | None
    verified_at: dt.datetime | None
    reported_locked: bool
    amenities: dict[str, str]


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """What somebody did with the case."""

    at: dt.datetime
    actor: str
    step: CaseStep
    note: str | None
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CaseRevision:
    """A change of the station since the case began. changes: {field: [before, after]}."""

    id: int
    at: dt.datetime
    actor: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWhole:
    """A case with all that belongs to it. others: earlier and later ones of station and kind.

    revisions: changes of the station since it began, the latest first, riders' own left out.
    fixed_by: the change that answered it.
    """

    brief: CaseBrief
    station: CaseStation
    reports: list[CaseReport]
    events: list[CaseEvent]
    others: list[CaseBrief]
    revisions: list[CaseRevision]
    fixed_by: CaseRevision | None


_STATION: Final = """
SELECT s.lon, s.lat, s.address, s.landmark, s.status, s.suspended_until, s.status_reason,
    s.opening_hours, s.hours_text, s.access_method, s.verified_at,
    s.reported_locked_at IS NOT NULL
        AND s.reported_locked_at > coalesce(s.verified_at, '-infinity'),
    coalesce((SELECT jsonb_object_agg(a.code, x.state) FROM station_amenity x
        JOIN amenity a ON a.id = x.amenity_id WHERE x.station_id = s.id), '{}')
FROM station s WHERE s.id = %(station)s
"""
_REPORTS: Final = """
SELECT r.seen_at, r.received_at, a.code, r.field, r.note, r.photo, r.lon, r.lat,
    ST_Distance(s.position, ST_Point(r.lon, r.lat, 4326)::geography)
FROM report r JOIN station s ON s.id = r.station_id LEFT JOIN amenity a ON a.id = r.amenity_id
WHERE r.case_id = %(case)s ORDER BY r.id DESC LIMIT %(limit)s
"""
_EVENTS: Final = """
SELECT at, actor, step, note, detail FROM case_event WHERE case_id = %(case)s ORDER BY id
"""
_OTHERS: Final[LiteralString] = f"""
{BRIEF} WHERE c.station_id = %(station)s AND c.kind = %(kind)s AND c.id <> %(case)s
ORDER BY c.id DESC LIMIT 10
"""
_REVISION: Final = "SELECT id, at, actor, changes FROM revision"
_REVISIONS: Final[LiteralString] = f"""
{_REVISION} WHERE station_id = %(station)s AND action = 'updated' AND origin <> 'report'
    AND at >= %(since)s ORDER BY id DESC LIMIT %(limit)s
"""
_FIXED_BY: Final[LiteralString] = f"""
{_REVISION} WHERE id = (SELECT revision_id FROM report_case WHERE id = %(case)s)
"""


def whole(database: Database, number: int) -> CaseWhole:
    """A case with all that belongs to it. Raises NotFound."""
    case = brief(database, number)
    told: dict[str, object] = {
        "case": case.id,
        "station": case.station,
        "kind": case.kind.value,
        "since": case.opened_at,
    }
    (station,) = database.rows(_STATION, told)
    reports = database.rows(_REPORTS, {**told, "limit": _MOST_REPORTS})
    revisions = database.rows(_REVISIONS, {**told, "limit": _MOST_REVISIONS})
    fixed = database.rows(_FIXED_BY, told)
    return CaseWhole(
        brief=case,
        station=_station(station),
        reports=[_report(row) for row in reports],
        events=[
            CaseEvent(at, actor, CaseStep(step), note, detail)
            for at, actor, step, note, detail in database.rows(_EVENTS, told)
        ],
        others=[brief_of(row) for row in database.rows(_OTHERS, told)],
        revisions=[CaseRevision(*row) for row in revisions],
        fixed_by=CaseRevision(*fixed[0]) if fixed else None,
    )


def _station(row: Sequence[Any]) -> CaseStation:
    lon, lat, address, landmark, status, until, reason, hours, text, access, at, locked, has = row
    return CaseStation(
        lon=lon,
        lat=lat,
        address=address,
        landmark=landmark,
        status=status,
        suspended_until=until,
        status_reason=reason,
        opening_hours=hours,
        hours_text=text,
        access_method=access,
        verified_at=at,
        reported_locked=locked,
        amenities=has,
    )


def _report(row: Sequence[Any]) -> CaseReport:
    seen_at, received_at, amenity, field, note, photo, lon, lat, away_m = row
    return CaseReport(
        seen_at=seen_at,
        received_at=received_at,
        amenity=amenity,
        field=ReportField(field) if field else None,
        note=note,
        photo=photo,
        lon=lon,
        lat=lat,
        away_m=away_m,
    )


_HAS_PHOTO: Final = "SELECT 1 FROM report WHERE case_id = %(case)s AND photo = %(photo)s"


def has_photo(database: Database, case: int, photo: str) -> bool:
    """Whether a report of this case came with the photo of that name."""
    return "\0" not in photo and bool(database.rows(_HAS_PHOTO, {"case": case, "photo": photo}))
