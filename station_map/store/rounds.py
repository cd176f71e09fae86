"""Rounds of verification: which stations are due, and what somebody found at them.

A station is due when nobody checked it for as many days as the rules say for its service level.
Progress is of today (in China): what an account answered, and what is still due for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg
from psycopg.types.json import Jsonb

from station_map.domain.accounts import Account, Action, Place
from station_map.domain.hours import SHANGHAI, local_day
from station_map.domain.reports import ReportKind
from station_map.domain.rounds import Finding, RoundAnswer
from station_map.errors import InputError, NotFound
from station_map.store.case_answers import remark
from station_map.store.case_rules import DUE_AFTER, rules_now
from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.reach import REACHED, reached
from station_map.store.repairs import verified

MOST_LISTED: Final = 200

_SHOWN: Final[LiteralString] = """
s.id, s.adcode, s.code, s.name, s.lon, s.lat, s.address, s.landmark, d.name, s.status,
    s.suspended_until, s.hours_text, s.opening_hours, s.access_method, s.service_level,
    s.verified_at,
    coalesce((SELECT jsonb_object_agg(a.code, x.state) FROM station_amenity x
        JOIN amenity a ON a.id = x.amenity_id WHERE x.station_id = s.id), '{}'),
    (SELECT count(*) FROM report_case c WHERE c.station_id = s.id AND c.answer IS NULL)
FROM station s LEFT JOIN area d ON d.adcode = s.adcode
"""
_IS_DUE: Final[LiteralString] = f"""
{REACHED} AND s.status IN ('open', 'suspended')
AND (s.verified_at IS NULL OR s.verified_at < now() - {DUE_AFTER})
AND NOT EXISTS (SELECT 1 FROM round_answer r WHERE r.station_id = s.id
    AND r.answer = 'gone' AND r.seen_at > now() - {DUE_AFTER})
"""
# By district, then those that nobody checked for longest.
_DUE: Final[LiteralString] = f"""
SELECT {_SHOWN} WHERE {_IS_DUE}
ORDER BY s.adcode NULLS LAST, s.verified_at NULLS FIRST, s.id LIMIT %(limit)s
"""
_COUNT: Final[LiteralString] = f"""
SELECT (SELECT count(*) FROM station s WHERE {_IS_DUE}),
    (SELECT count(DISTINCT station_id) FROM round_answer
     WHERE account_id = %(me)s AND seen_at >= %(today)s)
"""
_ONE: Final[LiteralString] = f"SELECT {_SHOWN} WHERE s.code = %(code)s"
_INSERT: Final = """
INSERT INTO round_answer (uuid, account_id, station_id, answer, note, seen_at)
VALUES (%(uuid)s, %(account)s, %(station)s, %(answer)s, %(note)s, %(seen_at)s)
ON CONFLICT (uuid) DO NOTHING RETURNING uuid
"""
_KNOWN: Final = "SELECT account_id, station_id, answer FROM round_answer WHERE uuid = %(uuid)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundStation:
    """A station as whoever stands before it compares it. lon, lat: degrees, WGS-84.

    amenities: state by code. open_cases: how many reports' cases wait for an answer.
    """

    id: int
    adcode: str | None
    code: str
    name: str
    lon: float
    lat: float
    address: str | None
    landmark: str | None
    district: str | None
    status: str
    suspended_until: dt.date | None
    hours_text: str | None
    opening_hours: str | None
    access_method: str | None
    service_level: str | None
    verified_at: dt.datetime | None
    amenities: dict[str, str]
    open_cases: int

    @property
    def place(self) -> Place:
        """Where it is, for asking who may."""
        return Place(self.id, self.adcode)


@dataclass(frozen=True, slots=True)
class Round:
    """What is due for an account: the first MOST_LISTED stations. done: answered today."""

    stations: list[RoundStation]
    due: int
    done: int

    @property
    def total(self) -> int:
        """All of today's: done and still due."""
        return self.due + self.done


def round_of(database: Database, account: Account, now: dt.datetime) -> Round:
    """The round of an account: what it may verify and nobody checked for long."""
    told: dict[str, object] = {
        **reached(account, Action.STATION_VERIFY),
        "days": Jsonb(dict(rules_now(database).stale_days)),
        "me": account.id,
        "today": dt.datetime.combine(local_day(now), dt.time(), SHANGHAI),
        "limit": MOST_LISTED,
    }
    ((due, done),) = database.rows(_COUNT, told)
    return Round([_station(row) for row in database.rows(_DUE, told)], due, done)


def round_station(database: Database, code: str) -> RoundStation:
    """One station as a round shows it, due or not. Raises NotFound."""
    rows = [] if "\0" in code else database.rows(_ONE, {"code": code})
    if not rows:
        raise NotFound("station", code[:64])
    return _station(rows[0])


def _station(row: Sequence[Any]) -> RoundStation:
    number, adcode, code, name, lon, lat, address, landmark, district, status, *rest = row
    until, text, hours, access, level, verified_at, amenities, cases = rest
    return RoundStation(
        id=number,
        adcode=adcode,
        code=code,
        name=name,
        lon=lon,
        lat=lat,
        address=address,
        landmark=landmark,
        district=district,
        status=status,
        suspended_until=until,
        hours_text=text,
        opening_hours=hours,
        access_method=access,
        service_level=level,
        verified_at=verified_at,
        amenities=amenities,
        open_cases=cases,
    )


def store_finding(unit: psycopg.Connection, account: Account, finding: Finding) -> bool:
    """Store what somebody found, and what follows; whether it was not stored before.

    "All right" verifies the station as of then; "not there" opens a case, or joins the open one.
    Raises NotFound for a station that is gone, InputError when the id is another answer's.
    """
    with changing(unit, [finding.station]):  # also the lock: of two sent at once one is first
        told = {
            "uuid": finding.id,
            "account": account.id,
            "station": finding.station,
            "answer": finding.answer.value,
            "note": finding.note,
            "seen_at": finding.seen_at,
        }
        try:
            row = unit.execute(_INSERT, told).fetchone()
        except psycopg.errors.ForeignKeyViolation as error:
            raise NotFound("station", str(finding.station)) from error
        if row is None:
            _same(unit, account, finding)
            return False
        if finding.answer is RoundAnswer.RIGHT:
            verified(account.role, finding.seen_at)(unit, finding.station)
        else:
            remark(unit, finding.station, ReportKind.GONE, finding.note)
    return True


def _same(unit: psycopg.Connection, account: Account, finding: Finding) -> None:
    row = unit.execute(_KNOWN, {"uuid": finding.id}).fetchone()
    if row != (account.id, finding.station, finding.answer.value):
        raise InputError(
            "这个 id 已经用在另一个答复上。 This id is that of another answer.",
            parameter="id",
            allowed="a new UUID for each answer",
        )
