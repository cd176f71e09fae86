"""What operators do with cases: assign, answer, reopen; and what riders then see of the station.

All in the caller's unit of work (`store/writing.py`). The station is locked before its case, as
when a report comes in, so that an answer and a new report come one after the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

from station_map.domain.cases import CLEARS_MARK, CaseAnswer, CaseStep
from station_map.domain.reports import ReportKind
from station_map.errors import Conflict, InputError, NotFound
from station_map.store.cases import open_case
from station_map.store.changing import changing

_CASE: Final = """
SELECT c.kind, c.answer, c.opened_at, c.unmarked_at,
    (SELECT count(*) FROM report r WHERE r.case_id = c.id)
FROM report_case c WHERE c.id = %(case)s AND c.station_id = %(station)s FOR UPDATE
"""
_ASSIGN: Final = "UPDATE report_case SET assigned_to = %(account)s WHERE id = %(case)s"
_ANSWER: Final = """
UPDATE report_case SET answer = %(answer)s, answered_at = now(), revision_id = %(revision)s,
    unmarked_at = %(unmarked)s
WHERE id = %(case)s
"""
_REOPEN: Final = """
UPDATE report_case SET answer = NULL, answered_at = NULL, revision_id = NULL, unmarked_at = NULL
WHERE id = %(case)s
"""
_MARKED: Final = "SELECT reported_locked_at FROM station WHERE id = %(station)s"
_UNMARK: Final = "UPDATE station SET reported_locked_at = NULL WHERE id = %(station)s"
_MARK_AGAIN: Final = """
UPDATE station SET reported_locked_at = greatest(reported_locked_at, %(since)s)
WHERE id = %(station)s
"""
_OF_STATION: Final = """
SELECT 1 FROM revision WHERE id = %(revision)s AND station_id = %(station)s
    AND action = 'updated' AND at >= %(since)s
"""
_TELL: Final = """
INSERT INTO case_event (case_id, actor, step, note, detail)
VALUES (%(case)s, current_setting('station_map.actor'), %(step)s, %(note)s, %(detail)s)
"""

type Repair = Callable[[psycopg.Connection, int], None]
"""Changes the station with that id, inside `changing`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """How a case is answered. seen: how many reports whoever answers has read.

    revision: the change that fixed it, of this station and not older than the case. repair: what
    is changed with the answer; the change it makes is then the one that fixed it.
    """

    answer: CaseAnswer
    seen: int
    note: str | None = None
    revision: int | None = None
    repair: Repair | None = None


def tell(
    unit: psycopg.Connection, case: int, step: CaseStep, note: str | None = None, **detail: object
) -> None:
    """Add to what happened to a case; the actor is the unit's."""
    told = {"case": case, "step": step.value, "note": note, "detail": Jsonb(detail)}
    unit.execute(_TELL, told)


def assign(unit: psycopg.Connection, case: int, station: int, account: int, name: str) -> None:
    """Give an open case to an account. Raises NotFound and Conflict."""
    _open_one(unit, case, station)
    unit.execute(_ASSIGN, {"case": case, "account": account})
    tell(unit, case, CaseStep.ASSIGNED, to=name)


def release(unit: psycopg.Connection, case: int, station: int) -> None:
    """Take an open case from whoever had it. Raises NotFound and Conflict."""
    _open_one(unit, case, station)
    unit.execute(_ASSIGN, {"case": case, "account": None})
    tell(unit, case, CaseStep.RELEASED)


def remark(unit: psycopg.Connection, station: int, kind: ReportKind, note: str | None) -> int:
    """Tell something in the open case of a station and kind, begun if there is none; the case.

    The caller has locked the station (`changing`).
    """
    case, new = open_case(unit, station, kind)
    tell(unit, case, CaseStep.OPENED if new else CaseStep.REMARKED, note)
    return case


def answer(unit: psycopg.Connection, case: int, station: int, told: Answering) -> None:
    """Answer an open case, and let riders see what follows.

    Raises NotFound; Conflict when somebody was quicker, or another report came meanwhile;
    InputError for a revision that cannot have fixed it.
    """
    with changing(unit, [station], reason=told.note) as made:
        kind, opened_at = _unanswered(unit, case, station, told.seen)
        _check_revision(unit, station, told.revision, opened_at)
        unmarked = None
        if kind is ReportKind.LOCKED and told.answer in CLEARS_MARK:
            unmarked = _unmark(unit, station)
        if told.repair is not None:
            told.repair(unit, station)
    revision = told.revision
    if told.repair is not None:
        revision = next((change.revision for change in made.changes), None)
    told_of = {"case": case, "answer": told.answer.value, "revision": revision}
    unit.execute(_ANSWER, {**told_of, "unmarked": unmarked})
    detail = {"answer": told.answer.value} | ({"revision": revision} if revision else {})
    tell(unit, case, CaseStep.ANSWERED, told.note, **detail)


def reopen(unit: psycopg.Connection, case: int, station: int, note: str | None) -> None:
    """Take an answer back; a mark that it took from the card returns. Raises as `answer`."""
    with changing(unit, [station], reason=note):
        _, answered, _, unmarked, _ = _locked(unit, case, station)
        if answered is None:
            raise Conflict("这件已经打开了。 This case is open already.")
        try:
            unit.execute(_REOPEN, {"case": case})
        except psycopg.errors.UniqueViolation as error:
            raise Conflict(
                "同一个驿站、同样的反映又有了新的一件，请处理新的。"
                " A later case of the same kind is open; answer that one."
            ) from error
        if unmarked is not None:
            unit.execute(_MARK_AGAIN, {"station": station, "since": unmarked})
    tell(unit, case, CaseStep.REOPENED, note)


def _locked(unit: psycopg.Connection, case: int, station: int) -> tuple[Any, ...]:
    row = unit.execute(_CASE, {"case": case, "station": station}).fetchone()
    if row is None:
        raise NotFound("case", str(case))
    return row


def _open_one(unit: psycopg.Connection, case: int, station: int) -> tuple[Any, ...]:
    row = _locked(unit, case, station)
    if row[1] is not None:
        raise Conflict("这件已经有人答复了，刷新看看。 Somebody answered this case already.")
    return row


def _unanswered(
    unit: psycopg.Connection, case: int, station: int, seen: int
) -> tuple[ReportKind, dt.datetime]:
    kind, _, opened_at, _, reports = _open_one(unit, case, station)
    if reports != seen:
        raise Conflict(
            "刚才又来了一条反映，看过再答复。 Another report has come; read it before answering."
        )
    return ReportKind(kind), opened_at


def _check_revision(
    unit: psycopg.Connection, station: int, revision: int | None, since: dt.datetime
) -> None:
    if revision is None:
        return
    told = {"revision": revision, "station": station, "since": since}
    if unit.execute(_OF_STATION, told).fetchone() is None:
        raise InputError(
            "这次改动不是这个驿站在反映以后的。 This change is not one of the station's since.",
            parameter="revision",
            allowed="a change of this station since the case began",
        )


def _unmark(unit: psycopg.Connection, station: int) -> dt.datetime | None:
    row: Any = unit.execute(_MARKED, {"station": station}).fetchone()
    since: dt.datetime | None = row[0]
    if since is not None:
        unit.execute(_UNMARK, {"station": station})
    return since
