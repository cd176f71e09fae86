"""Reading what was changed: revisions by station, area, person and time; sets; import runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, LiteralString, NamedTuple

from station_map.domain.accounts import Account, Action
from station_map.domain.accounts.roles import Reach, reach, shared_digits
from station_map.errors import NotFound
from station_map.store.database import Database

AT_A_TIME: Final = 50


class Revision(NamedTuple):
    """One change of one station. changes: {field: [before, after]}.

    name, adcode: of the station now, or as it was when it was deleted. file_name: of the import.
    set_kind: of the change set. stands: whether the station is still there.
    """

    id: int
    station_id: int
    code: str
    name: str | None
    adcode: str | None
    at: dt.datetime
    actor: str
    origin: str
    import_run_id: int | None
    file_name: str | None
    action: str
    changes: dict[str, Any]
    reason: str | None
    change_set_id: int | None
    set_kind: str | None
    stands: bool


class ChangeSet(NamedTuple):
    """What somebody did to several stations in one action. told: as it was asked for."""

    id: int
    at: dt.datetime
    actor: str
    kind: str
    told: dict[str, Any]


class ImportRun(NamedTuple):
    """A file that was taken in. counts: rows by outcome."""

    id: int
    at: dt.datetime
    actor: str
    file_name: str
    counts: dict[str, int]


class Place(NamedTuple):
    """A station as far as rights and headings go; lon, lat: degrees, WGS-84."""

    id: int
    code: str
    name: str
    adcode: str | None
    lon: float
    lat: float


class Latest(NamedTuple):
    """One page: the latest first. before: cursor of the next page, None on the last."""

    revisions: list[Revision]
    before: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which revisions; all conditions hold together. since, until: moments, until excluded."""

    station: int | None = None
    actor: str | None = None
    origin: str | None = None
    change_set: int | None = None
    import_run: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


_ADCODE: Final[LiteralString] = "coalesce(s.adcode, r.changes -> 'adcode' ->> 0)"
_SELECT: Final[LiteralString] = f"""
SELECT r.id, r.station_id, r.station_code, coalesce(s.name, r.changes -> 'name' ->> 0), {_ADCODE},
    r.at, r.actor, r.origin, r.import_run_id, i.file_name, r.action, r.changes, r.reason,
    r.change_set_id, c.kind, s.id IS NOT NULL
FROM revision r
LEFT JOIN station s ON s.id = r.station_id
LEFT JOIN import_run i ON i.id = r.import_run_id
LEFT JOIN change_set c ON c.id = r.change_set_id
"""
_CONDITIONS: Final[Mapping[str, LiteralString]] = {
    # And of those that were merged into it.
    "station": "r.station_id = ANY (ARRAY(SELECT %(station)s::bigint UNION ALL"
    " SELECT f.former_id FROM station_former f WHERE f.station_id = %(station)s))",
    "actor": "r.actor = %(actor)s",
    "origin": "r.origin = %(origin)s",
    "change_set": "r.change_set_id = %(change_set)s",
    "import_run": "r.import_run_id = %(import_run)s",
    "since": "r.at >= %(since)s",
    "until": "r.at < %(until)s",
    "before": "r.id < %(before)s",
    "areas": f"{_ADCODE} LIKE ANY (%(areas)s)",
    "stations": "r.station_id = ANY (%(stations)s)",
}
_BY_CODE: Final[LiteralString] = (
    "SELECT id, code, name, adcode, lon, lat FROM station WHERE code = %(code)s"
)
_SET: Final[LiteralString] = "SELECT id, at, actor, kind, told FROM change_set WHERE id = %(id)s"
_RUN: Final[LiteralString] = (
    "SELECT id, started_at, actor, file_name, counts FROM import_run WHERE id = %(id)s"
)
_UNDONE: Final[LiteralString] = """
SELECT id, at, actor, kind, told FROM change_set
WHERE kind = 'revert' AND told @> jsonb_build_object('undoes',
    jsonb_build_object('what', %(what)s::text, 'number', %(number)s::bigint))
ORDER BY id DESC LIMIT 5
"""
_LATER: Final[LiteralString] = f"""
{_SELECT}
WHERE r.station_id = %(station)s AND r.id > %(id)s AND r.changes ?| %(fields)s
ORDER BY r.id DESC LIMIT 20
"""


def latest(
    database: Database, reader: Account, wanted: Wanted, *, before: int | None = None
) -> Latest:
    """A page of the revisions that `reader` may see; `before` is the cursor of the page before."""
    conditions: dict[str, object] = {
        name: value
        for name in Wanted.__dataclass_fields__
        if (value := getattr(wanted, name)) is not None
    }
    if before is not None:
        conditions["before"] = before
    conditions |= _may_see(reader)
    where: LiteralString = " AND ".join(_CONDITIONS[name] for name in conditions)
    statement: LiteralString = (
        _SELECT + ("WHERE " + where if conditions else "") + " ORDER BY r.id DESC LIMIT %(limit)s"
    )
    found = database.rows_planned_anew(statement, {**conditions, "limit": AT_A_TIME + 1})
    revisions = [Revision(*row) for row in found[:AT_A_TIME]]
    return Latest(revisions, revisions[-1].id if len(found) > AT_A_TIME else None)


def _may_see(reader: Account) -> dict[str, object]:
    """What lies within the reader's rights, as conditions."""
    far = reach(reader, Action.STATION_HISTORY)
    if far is Reach.ALL:
        return {}
    if far is Reach.AREAS:
        return {"areas": [f"{shared_digits(area)}%" for area in sorted(reader.areas)]}
    return {"stations": sorted(reader.stations) if far is Reach.STATIONS else []}


def revision(database: Database, number: int) -> Revision:
    """One revision. Raises NotFound."""
    for row in database.rows(_SELECT + "WHERE r.id = %(id)s", {"id": number}):
        return Revision(*row)
    raise NotFound("revision", str(number))


def later(database: Database, one: Revision) -> list[Revision]:
    """Later revisions of the same station that changed a field of this one; the latest first."""
    values = {"station": one.station_id, "id": one.id, "fields": sorted(one.changes)}
    return [Revision(*row) for row in database.rows(_LATER, values)]


def station_place(database: Database, code: str) -> Place:
    """A station by its code. Raises NotFound."""
    for row in database.rows(_BY_CODE, {"code": code}):
        return Place(*row)
    raise NotFound("station", code)


def change_set(database: Database, number: int) -> ChangeSet:
    """One change set. Raises NotFound."""
    for row in database.rows(_SET, {"id": number}):
        return ChangeSet(*row)
    raise NotFound("change set", str(number))


def import_run(database: Database, number: int) -> ImportRun:
    """One import run. Raises NotFound."""
    for row in database.rows(_RUN, {"id": number}):
        return ImportRun(*row)
    raise NotFound("import run", str(number))


def undone(database: Database, what: str, number: int) -> list[ChangeSet]:
    """The change sets that took something back ("revision", "change_set", "import_run")."""
    found = database.rows(_UNDONE, {"what": what, "number": number})
    return [ChangeSet(*row) for row in found]
