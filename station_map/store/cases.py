"""Cases: collected from reports, and listed within an account's reach.

A report joins its case in its own transaction, while its station is locked, so that two reports
at the same moment cannot begin two cases (`collect`; a unique index says the same).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg

from station_map.domain.accounts import Account, Action, Place, shared_digits
from station_map.domain.cases import CaseAnswer
from station_map.domain.reports import ReportKind
from station_map.errors import NotFound
from station_map.store.database import Database
from station_map.store.reach import REACHED, reached

MOST_LISTED: Final = 1_000

# ---- collecting ----------------------------------------------------------------------------

_OPEN: Final = """
SELECT id FROM report_case WHERE station_id = %(station)s AND kind = %(kind)s AND answer IS NULL
"""
_BEGIN: Final = """
INSERT INTO report_case (station_id, kind, earlier_id)
VALUES (%(station)s, %(kind)s,
    (SELECT max(id) FROM report_case WHERE station_id = %(station)s AND kind = %(kind)s))
RETURNING id
"""
_JOIN: Final = "UPDATE report SET case_id = %(case)s WHERE uuid = %(uuid)s"


def open_case(connection: psycopg.Connection, station: int, kind: ReportKind) -> tuple[int, bool]:
    """The open case of a station and kind, begun if there is none; whether it is a new one.

    The caller has locked the station.
    """
    told = {"station": station, "kind": kind.value}
    row = connection.execute(_OPEN, told).fetchone()
    if row is not None:
        return row[0], False
    made: Any = connection.execute(_BEGIN, told).fetchone()
    return made[0], True


def collect(
    connection: psycopg.Connection, station: int, kind: ReportKind, uuid: UUID
) -> int | None:
    """Put a report just stored into its case; the case, None for a report that asks nothing.

    The caller has locked the station.
    """
    if kind is ReportKind.OPEN:
        return None
    case, _ = open_case(connection, station, kind)
    connection.execute(_JOIN, {"case": case, "uuid": uuid})
    return case


# ---- lists ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What a list holds. state: open, answered or all. whose: anybody, me or nobody.

    min_days: opened at least so long ago. adcode: an area with all that lies in it.
    order: oldest, newest or most (reports).
    """

    state: str = "open"
    kind: ReportKind | None = None
    adcode: str | None = None
    whose: str = "anybody"
    min_days: int = 0
    order: str = "oldest"
    opened_since: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBrief:
    """A case in a list. reports: how many; newest_at: when the last one came.

    note, photo: the newest of its reports (of a round, if riders said nothing).
    """

    id: int
    kind: ReportKind
    opened_at: dt.datetime
    answer: CaseAnswer | None
    answered_at: dt.datetime | None
    station: int
    code: str
    name: str
    adcode: str | None
    district: str | None
    assigned_to: int | None
    assignee: str | None
    reports: int
    newest_at: dt.datetime
    note: str | None
    photo: str | None

    @property
    def place(self) -> Place:
        """Where it is, for asking who may."""
        return Place(self.station, self.adcode)


BRIEF: Final[LiteralString] = """
SELECT c.id, c.kind, c.opened_at, c.answer, c.answered_at, s.id, s.code, s.name, s.adcode, d.name,
    c.assigned_to, coalesce(nullif(a.title, ''), a.name), told.reports,
    coalesce(told.newest_at, c.opened_at), coalesce(told.note, said.note), told.photo
FROM report_case c JOIN station s ON s.id = c.station_id
LEFT JOIN area d ON d.adcode = s.adcode
LEFT JOIN account a ON a.id = c.assigned_to
CROSS JOIN LATERAL (
    SELECT count(*) AS reports, max(r.received_at) AS newest_at,
        (array_agg(r.note ORDER BY r.id DESC) FILTER (WHERE r.note IS NOT NULL))[1] AS note,
        (array_agg(r.photo ORDER BY r.id DESC) FILTER (WHERE r.photo IS NOT NULL))[1] AS photo
    FROM report r WHERE r.case_id = c.id) told
LEFT JOIN LATERAL (
    SELECT e.note FROM case_event e
    WHERE e.case_id = c.id AND e.step IN ('opened', 'remarked') AND e.note IS NOT NULL
    ORDER BY e.id DESC LIMIT 1) said ON true
"""
_MATCHING: Final[LiteralString] = f"""
{REACHED}
AND (%(state)s = 'all' OR (c.answer IS NULL) = (%(state)s = 'open'))
AND (%(kind)s::text IS NULL OR c.kind = %(kind)s)
AND (%(area)s::text IS NULL OR s.adcode LIKE %(area)s)
AND (%(whose)s = 'anybody' OR (%(whose)s = 'me' AND c.assigned_to = %(me)s)
    OR (%(whose)s = 'nobody' AND c.assigned_to IS NULL))
AND c.opened_at <= now() - make_interval(days => %(min_days)s)
AND (%(since)s::timestamptz IS NULL OR c.opened_at > %(since)s)
"""
_LIST: Final[LiteralString] = f"""
SELECT b.*, count(*) OVER () FROM (
    {BRIEF} WHERE {_MATCHING}
) b (id, kind, opened_at, answer, answered_at, station, code, name, adcode, district, assigned_to,
    assignee, reports, newest_at, note, photo)
ORDER BY CASE WHEN %(order)s = 'most' THEN -reports END,
    CASE WHEN %(order)s = 'newest' THEN -id ELSE id END
LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNT: Final[LiteralString] = f"""
SELECT count(*), count(*) FILTER (WHERE c.assigned_to = %(me)s)
FROM report_case c JOIN station s ON s.id = c.station_id WHERE c.answer IS NULL AND {REACHED}
"""
_ONE: Final[LiteralString] = f"{BRIEF} WHERE c.id = %(id)s"


def cases(
    database: Database, account: Account, wanted: CaseFilter, *, limit: int = 50, offset: int = 0
) -> tuple[list[CaseBrief], int]:
    """The cases within an account's reach that `wanted` asks for, and how many there are.

    What the account may not handle is not among them and is not counted.
    """
    told = {
        **reached(account, Action.CASE_HANDLE),
        "state": wanted.state,
        "kind": wanted.kind.value if wanted.kind else None,
        "area": f"{shared_digits(wanted.adcode)}%" if wanted.adcode else None,
        "whose": wanted.whose,
        "me": account.id,
        "min_days": wanted.min_days,
        "since": wanted.opened_since,
        "order": wanted.order,
        "limit": min(limit, MOST_LISTED),
        "offset": offset,
    }
    rows = database.rows(_LIST, told)
    return [brief_of(row[:-1]) for row in rows], rows[0][-1] if rows else 0


def open_cases_since(
    database: Database, account: Account, since: dt.datetime | None = None
) -> list[CaseBrief]:
    """Open cases within an account's reach that began after `since`, the oldest first.

    since: None for every open case. At most MOST_LISTED: for notices and digests.
    """
    found, _ = cases(database, account, CaseFilter(opened_since=since), limit=MOST_LISTED)
    return found


def open_count(database: Database, account: Account) -> tuple[int, int]:
    """How many open cases an account reaches, and how many are assigned to it."""
    told = {**reached(account, Action.CASE_HANDLE), "me": account.id}
    ((every, mine),) = database.rows(_COUNT, told)
    return every, mine


def brief(database: Database, number: int) -> CaseBrief:
    """One case by its number, whoever asks. Raises NotFound."""
    rows = database.rows(_ONE, {"id": number}) if number < 2**63 else []
    if not rows:
        raise NotFound("case", str(number)[:20])
    return brief_of(rows[0])


def brief_of(row: Sequence[Any]) -> CaseBrief:
    """A row of BRIEF as a case."""
    number, kind, opened_at, answer, answered_at, station, code, name, adcode, district, *rest = row
    assigned_to, assignee, reports, newest_at, note, photo = rest
    return CaseBrief(
        id=number,
        kind=ReportKind(kind),
        opened_at=opened_at,
        answer=CaseAnswer(answer) if answer else None,
        answered_at=answered_at,
        station=station,
        code=code,
        name=name,
        adcode=adcode,
        district=district,
        assigned_to=assigned_to,
        assignee=assignee,
        reports=reports,
        newest_at=newest_at,
        note=note,
        photo=photo,
    )
