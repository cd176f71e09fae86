"""What belongs to a station that is merged into another: moved along, and back again.

Two sorts of rows. Those with a number of their own (reports, cases, events, answers of rounds)
are moved and their numbers kept. Of those that a station can have only one of (a keeper, an hour
of live data, a photo), the station that stays keeps its own, and what it has none of is moved;
the rest goes with its station, and is kept as it is. Counts are added up. Drafts go: they are of
a record that is no more. `store/merge.py` does the rest, in the same unit of work.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, LiteralString, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from station_map.domain.cases import CaseStep
from station_map.store.case_answers import tell

# Table and the column that tells its rows apart.
NUMBERED: Final[tuple[tuple[LiteralString, LiteralString, LiteralString], ...]] = (
    ("report_case", "id", "bigint"),
    ("report", "id", "bigint"),
    ("round_answer", "uuid", "uuid"),
    ("service_event", "id", "bigint"),
)


class Single(NamedTuple):
    """A table with at most one row a station and key. needs: of a row put back, what must be."""

    table: LiteralString
    key: tuple[LiteralString, ...]
    needs: LiteralString = "true"


SINGLE: Final = (
    Single(  # its file goes with the last row that names it
        "station_photo",
        ("sha256",),
        "EXISTS (SELECT FROM station_photo p WHERE p.sha256 = r.sha256)",
    ),
    Single(
        "account_station",
        ("account_id",),
        "EXISTS (SELECT FROM account a WHERE a.id = r.account_id)",
    ),
    Single("station_hours_override", ("override_id",)),
    Single("station_live", ("quantity",)),
    Single("live_hourly", ("hour", "quantity")),
    Single("live_seen", ("observed_at", "quantity")),
)
ADDED: Final = ("visit_hourly",)
"""Tables of counts: those of both become one."""
DROPPED: Final = ("station_draft", "visit_tap")
"""Tables whose rows go with the station that goes; marks of taps hold for the running hour only."""

_MOVE: Final[LiteralString] = """
UPDATE {table} SET station_id = %(kept)s WHERE station_id = %(gone)s RETURNING {key}
"""
_MOVE_BACK: Final[LiteralString] = """
UPDATE {table} SET station_id = %(gone)s
WHERE station_id = %(kept)s AND {key} = ANY (%(keys)s::{kind}[])
"""
_SAME: Final[LiteralString] = """
SELECT coalesce(jsonb_agg(to_jsonb(g)), '[]') FROM {table} g WHERE g.station_id = %(gone)s
    AND EXISTS (SELECT FROM {table} k WHERE k.station_id = %(kept)s AND ({k}) = ({g}))
"""
_MOVE_NEW: Final[LiteralString] = """
WITH moved AS (
    UPDATE {table} g SET station_id = %(kept)s WHERE g.station_id = %(gone)s
        AND NOT EXISTS (SELECT FROM {table} k WHERE k.station_id = %(kept)s AND ({k}) = ({g}))
    RETURNING g.*
)
SELECT coalesce(jsonb_agg(jsonb_build_object({pairs})), '[]') FROM moved g
"""
_NEW_BACK: Final[LiteralString] = """
UPDATE {table} k SET station_id = %(gone)s
FROM jsonb_populate_recordset(NULL::{table}, %(rows)s) AS g
WHERE k.station_id = %(kept)s AND ({k}) = ({g})
"""
_PUT_BACK: Final[LiteralString] = """
INSERT INTO {table} OVERRIDING SYSTEM VALUE
SELECT r.* FROM jsonb_populate_recordset(NULL::{table}, %(rows)s) AS r WHERE {needs}
ON CONFLICT DO NOTHING
"""
# Of what devices said last, the later one is the one that holds.
_OLDER: Final[LiteralString] = """
WITH older AS (
    DELETE FROM station_live k USING station_live g
    WHERE k.station_id = %(kept)s AND g.station_id = %(gone)s AND g.quantity = k.quantity
        AND g.observed_at > k.observed_at
    RETURNING k.*
)
SELECT coalesce(jsonb_agg(to_jsonb(older)), '[]') FROM older
"""
_VISITS: Final[LiteralString] = """
WITH counted AS (
    INSERT INTO visit_hourly AS k (station_id, hour, visits)
    SELECT %(kept)s, hour, visits FROM visit_hourly WHERE station_id = %(gone)s
    ON CONFLICT (station_id, hour) DO UPDATE SET visits = k.visits + excluded.visits
)
SELECT coalesce(jsonb_agg(to_jsonb(g)), '[]') FROM visit_hourly g WHERE g.station_id = %(gone)s
"""
_VISITS_BACK: Final[tuple[LiteralString, ...]] = (
    """
DELETE FROM visit_hourly k USING jsonb_populate_recordset(NULL::visit_hourly, %(rows)s) g
WHERE k.station_id = %(kept)s AND k.hour = g.hour AND k.visits <= g.visits
""",
    """
UPDATE visit_hourly k SET visits = k.visits - g.visits
FROM jsonb_populate_recordset(NULL::visit_hourly, %(rows)s) g
WHERE k.station_id = %(kept)s AND k.hour = g.hour
""",
    """
INSERT INTO visit_hourly SELECT * FROM jsonb_populate_recordset(NULL::visit_hourly, %(rows)s)
""",
)
_BOTH_OPEN: Final[LiteralString] = """
SELECT g.id, k.id FROM report_case g JOIN report_case k USING (kind)
WHERE g.station_id = %(gone)s AND k.station_id = %(kept)s AND g.answer IS NULL AND k.answer IS NULL
ORDER BY g.id
"""
_JOIN: Final[LiteralString] = (
    "UPDATE report SET case_id = %(to)s WHERE case_id = %(case)s RETURNING id"
)
_CLOSE: Final[LiteralString] = (
    "UPDATE report_case SET answer = 'duplicate', answered_at = now() WHERE id = %(case)s"
)
_PART: Final[LiteralString] = (
    "UPDATE report SET case_id = %(case)s WHERE id = ANY (%(reports)s) AND case_id = %(to)s"
)
_OPEN: Final[LiteralString] = """
UPDATE report_case SET answer = NULL, answered_at = NULL
WHERE id = %(case)s AND answer = 'duplicate' AND NOT EXISTS (
    SELECT FROM report_case o JOIN report_case c ON c.id = %(case)s
    WHERE o.station_id = c.station_id AND o.kind = c.kind AND o.answer IS NULL)
"""
# Reports that came after the merge into a case that goes back go with their case.
_FOLLOW: Final[LiteralString] = """
UPDATE report r SET station_id = c.station_id FROM report_case c
WHERE c.id = r.case_id AND r.station_id <> c.station_id AND c.station_id = %(gone)s
"""


def move(unit: psycopg.Connection, gone: int, kept: int) -> dict[str, Any]:
    """Move what belongs to `gone` to `kept`; what was done, for `move_back`."""
    told: dict[str, Any] = {"joined": list(_join_cases(unit, gone, kept))}
    two = {"gone": gone, "kept": kept}
    told["numbered"] = {
        table: [str(key) for (key,) in unit.execute(_named(_MOVE, table, key), two)]
        for table, key, _ in NUMBERED
    }
    told["visits"] = _one(unit, _VISITS, two)
    told["older"] = _one(unit, _OLDER, two)
    told["left"] = {one.table: _one(unit, _keyed(_SAME, one), two) for one in SINGLE}
    told["moved"] = {one.table: _one(unit, _keyed(_MOVE_NEW, one), two) for one in SINGLE}
    return told


def move_back(unit: psycopg.Connection, gone: int, kept: int, told: dict[str, Any]) -> None:
    """Give `gone`, which is there again, what `move` took; what came since stays with `kept`."""
    two = {"gone": gone, "kept": kept}
    for table, key, kind in NUMBERED:
        statement = _named(_MOVE_BACK, table, key).replace("{kind}", kind)
        unit.execute(statement, {**two, "keys": told["numbered"].get(table, [])})
    for one in SINGLE:
        rows = Jsonb(told["moved"].get(one.table, []))
        unit.execute(_keyed(_NEW_BACK, one), {**two, "rows": rows})
        left = Jsonb(told["left"].get(one.table, []))
        unit.execute(_keyed(_PUT_BACK, one).replace("{needs}", one.needs), {"rows": left})
    older = {"rows": Jsonb(told["older"])}
    unit.execute(_PUT_BACK.replace("{table}", "station_live").replace("{needs}", "true"), older)
    for statement in _VISITS_BACK:
        unit.execute(statement, {**two, "rows": Jsonb(told["visits"])})
    for case in told["joined"]:
        unit.execute(_PART, case)
        if unit.execute(_OPEN, case).rowcount:
            tell(unit, case["case"], CaseStep.REOPENED)
    unit.execute(_FOLLOW, two)


def _join_cases(unit: psycopg.Connection, gone: int, kept: int) -> Iterator[dict[str, Any]]:
    """At most one case of a kind is open: the reports of one go on in the other."""
    for case, to in unit.execute(_BOTH_OPEN, {"gone": gone, "kept": kept}).fetchall():
        reports = [number for (number,) in unit.execute(_JOIN, {"case": case, "to": to})]
        unit.execute(_CLOSE, {"case": case})
        tell(unit, case, CaseStep.ANSWERED, answer="duplicate")
        yield {"case": case, "to": to, "reports": reports}


def _named(statement: LiteralString, table: LiteralString, key: LiteralString) -> LiteralString:
    return statement.replace("{table}", table).replace("{key}", key)


def _keyed(statement: LiteralString, one: Single) -> LiteralString:
    pairs: LiteralString = ", ".join(f"'{name}', g.{name}" for name in one.key)
    mine: LiteralString = ", ".join("k." + name for name in one.key)
    others: LiteralString = ", ".join("g." + name for name in one.key)
    told = statement.replace("{table}", one.table).replace("{pairs}", pairs)
    return told.replace("{k}", mine).replace("{g}", others)


def _one(unit: psycopg.Connection, statement: LiteralString, values: dict[str, int]) -> Any:
    row = unit.execute(statement, values).fetchone()
    assert row is not None  # noqa: S101 - an aggregate
    return row[0]
