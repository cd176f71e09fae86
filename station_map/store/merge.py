"""Two stations that are one: the one is merged into the other, and taken apart again.

The one that goes is deleted; its last revision holds what it was, `station_former` where its
code leads now, and the answer what of its belongings was moved (`store/merge_moves.py`). All of
it in the caller's unit of work, each change recorded by `store/changing.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, LiteralString, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from station_map.domain import duplicates as facts
from station_map.domain.accounts.events import EventKind
from station_map.errors import Conflict, NotAllowed
from station_map.store import account_events, change_sets, doors, duplicates, resurrection
from station_map.store.bulk import IMPORT_LOCK
from station_map.store.change_sets import Allowed, Outcome, Planned, Request, Undoing
from station_map.store.changing import changing, derive
from station_map.store.documents import put_fields, standing
from station_map.store.duplicates import Answer, Seen
from station_map.store.merge_moves import move, move_back


class Wanted(NamedTuple):
    """How two stations become one. kept: the id of the one that stays. taken: keys of
    `domain.duplicates.choices` for which the other one's facts are taken.
    """

    seen: Seen
    kept: int
    taken: frozenset[str]
    reason: str

    @property
    def gone(self) -> int:
        """The id of the one that goes."""
        return self.seen.second if self.kept == self.seen.first else self.seen.first


class Merged(NamedTuple):
    """The answer that says so, the change set, and the code that leads to both now."""

    answer: int
    change_set: int
    code: str


# In the audit of an account whose station was merged: from which code to which.
MERGED: Final = "merged"
_NO_IMPORT: Final[LiteralString] = "SELECT pg_try_advisory_xact_lock(%(lock)s)"
# What a document does not tell, or `put_fields` does not write.
_ASIDE: Final[LiteralString] = """
SELECT to_jsonb(s) || jsonb_build_object('awarded', (
    SELECT coalesce(jsonb_object_agg(honour, awarded_on), '{}') FROM station_honour h
    WHERE h.station_id = s.id AND awarded_on IS NOT NULL))
FROM (SELECT id, created_at, import_run_id, reported_locked_at FROM station
    WHERE id = %(id)s) s
"""
_LATER_MARK: Final[LiteralString] = """
UPDATE station SET reported_locked_at = greatest(reported_locked_at, %(at)s::timestamptz)
WHERE id = %(id)s
"""
_AWARDED: Final[LiteralString] = """
UPDATE station_honour h SET awarded_on = (told.value #>> '{}')::date
FROM jsonb_each(%(awarded)s::jsonb) told
WHERE h.station_id = %(id)s AND h.honour = told.key AND h.awarded_on IS NULL
"""
_FORMER: Final[LiteralString] = """
INSERT INTO station_former (code, former_id, station_id, name, source, source_id, answer_id)
VALUES (%(code)s, %(gone)s, %(kept)s, %(name)s, %(source)s, %(source_id)s, %(answer)s)
"""
_LEAD_ON: Final[LiteralString] = (
    "UPDATE station_former SET station_id = %(kept)s WHERE station_id = %(gone)s RETURNING code"
)
_LEAD_BACK: Final[LiteralString] = """
UPDATE station_former SET station_id = %(gone)s
WHERE station_id = %(kept)s AND code = ANY (%(codes)s)
"""
_STILL: Final[LiteralString] = """
SELECT station_id FROM station_former WHERE former_id = %(gone)s AND answer_id = %(answer)s
"""
_FORGET_FORMER: Final[LiteralString] = "DELETE FROM station_former WHERE former_id = %(gone)s"
_AS_BEFORE: Final[LiteralString] = """
UPDATE station SET created_at = %(created_at)s::timestamptz,
    import_run_id = (SELECT id FROM import_run WHERE id = %(import_run_id)s::bigint),
    reported_locked_at = %(reported_locked_at)s::timestamptz
WHERE id = %(id)s
"""
_MARK_AS_BEFORE: Final[LiteralString] = """
UPDATE station SET reported_locked_at = %(before)s::timestamptz
WHERE id = %(id)s AND reported_locked_at IS NOT DISTINCT FROM %(after)s::timestamptz
"""
_TELL: Final[LiteralString] = "UPDATE duplicate_answer SET told = %(told)s WHERE id = %(id)s"


def merge(unit: psycopg.Connection, wanted: Wanted) -> Merged:
    """Make two stations one. Raises Conflict when one was changed or is gone meanwhile, or while
    an import runs.
    """
    _keep_imports_out(unit)
    duplicates.lock(unit, wanted.seen)
    number = change_sets.reserve(unit)
    documents = {one.id: one for one in standing(unit, wanted.seen[:2])}
    kept, gone = documents[wanted.kept], documents[wanted.gone]
    told: dict[str, Any] = {
        "kept": {"id": kept.id, "code": kept.code, "name": kept.name},
        "gone": {"id": gone.id, "code": gone.code, "name": gone.name},
        "taken": sorted(wanted.taken),
        "aside": {"kept": _aside(unit, kept.id), "gone": _aside(unit, gone.id)},
    }
    with changing(unit, [kept.id], reason=wanted.reason, change_set=number):
        told["belongings"] = move(unit, gone.id, kept.id)
        codes = unit.execute(_LEAD_ON, {"gone": gone.id, "kept": kept.id}).fetchall()
        told["codes"] = [code for (code,) in codes]
        marks = {"reason": wanted.reason, "change_set": number}
        resurrection.delete(unit, [gone.id], marks)
        fields = facts.merged(kept.document, gone.document, wanted.taken)
        if fields:
            put_fields(unit, {kept.id: fields})
        _bring_along(unit, kept.id, told["aside"]["gone"])
    answer = duplicates.say(unit, "merge", wanted.seen, wanted.reason, {}, number)
    _lead(unit, gone.document, told, answer)
    told["locked_after"] = _aside(unit, kept.id)["reported_locked_at"]
    unit.execute(_TELL, {"id": answer, "told": Jsonb(told)})
    _settle(unit, told, [kept.id], MERGED)
    brief = {name: told[name] for name in ("kept", "gone", "taken")}
    change_sets.record(unit, number, "merge", {**brief, "answer": answer})
    return Merged(answer, number, kept.code)


def _keep_imports_out(unit: psycopg.Connection) -> None:
    """An import has found out which stations its rows mean; none of them may go meanwhile."""
    row = unit.execute(_NO_IMPORT, {"lock": IMPORT_LOCK}).fetchone()
    if row is None or not row[0]:
        raise Conflict("正在导入台账，等它完了再来。 An import is running; wait for its end.")


def _aside(unit: psycopg.Connection, station: int) -> dict[str, Any]:
    row = unit.execute(_ASIDE, {"id": station}).fetchone()
    assert row is not None  # noqa: S101 - it is locked
    return dict(row[0])


def _bring_along(unit: psycopg.Connection, kept: int, aside: Mapping[str, Any]) -> None:
    """What follows without being chosen: "found locked", and since when titles are held."""
    if aside["reported_locked_at"] is not None:
        unit.execute(_LATER_MARK, {"id": kept, "at": aside["reported_locked_at"]})
    awarded = Jsonb(aside["awarded"])
    unit.execute(_AWARDED, {"id": kept, "awarded": awarded})


def _lead(
    unit: psycopg.Connection, document: Mapping[str, Any], told: Mapping[str, Any], answer: int
) -> None:
    values = {
        "code": told["gone"]["code"],
        "gone": told["gone"]["id"],
        "kept": told["kept"]["id"],
        "name": document["name"],
        "source": document.get("source"),
        "source_id": document.get("source_id"),
        "answer": answer,
    }
    unit.execute(_FORMER, values)


def _settle(
    unit: psycopg.Connection, told: Mapping[str, Any], stations: list[int], what: str
) -> None:
    """Doors, cards and the audit of those who keep the stations."""
    doors.renew(unit)
    derive(unit, stations)
    codes = [told["gone"]["code"], told["kept"]["code"]]
    detail = {what: codes if what == MERGED else codes[::-1]}
    actor = _actor(unit)
    for row in told["belongings"]["moved"].get("account_station", []):
        account_events.record(unit, row["account_id"], EventKind.CHANGED, actor, **detail)


def _actor(unit: psycopg.Connection) -> str:
    row = unit.execute("SELECT current_setting('station_map.actor')").fetchone()
    return "" if row is None else str(row[0])


# ---- and back ---------------------------------------------------------------------------


def way_back(unit: psycopg.Connection, answer: Answer, allowed: Allowed) -> list[Planned]:
    """What taking a merge back would do to the two; reads only."""
    undoing = Undoing("change_set", answer.change_set_id or 0)
    wanted = Request(undoing, allowed, merge=True)
    return change_sets.plan(unit, wanted, [answer.first_id, answer.second_id])


def hindrance(unit: psycopg.Connection, answer: Answer) -> str | None:
    """Why a merge cannot be taken back now, in words; None when it can."""
    kept, gone = answer.told["kept"], answer.told["gone"]
    row = unit.execute(_STILL, {"gone": gone["id"], "answer": answer.id}).fetchone()
    if row is None:
        return f"{kept['code']} 已经没有了，{gone['code']} 分不出来了。 The kept station is gone."
    if row[0] != kept["id"]:
        return (
            f"{kept['code']} 后来又合并到别的驿站了，请先撤销那一次。"
            " The kept station was itself merged; take that back first."
        )
    return None


def unmerge(
    unit: psycopg.Connection,
    number: int,
    allowed: Allowed,
    *,
    reason: str | None,
    expected: str | None = None,
) -> int:
    """Take a merge back; the number of the change set that does.

    The station that went is there again, with what it was and what belonged to it. What was
    changed since at the one that stayed is left. expected: the `change_sets.digest` of the plan
    that a person has agreed to. Raises Conflict, NotFound and NotAllowed.
    """
    _keep_imports_out(unit)
    answer = duplicates.locked_answer(unit, number)
    if answer.answer != "merge":
        raise Conflict("这不是合并。 This is no merge.")
    if why := hindrance(unit, answer):
        raise Conflict(why)
    try:
        return _take_apart(unit, answer, allowed, reason, expected)
    except psycopg.errors.UniqueViolation as error:
        raise Conflict(
            "别的驿站现在用着同样的编号或者来源编号，不能撤销。 Another station has this number by now."
        ) from error


def _take_apart(
    unit: psycopg.Connection,
    answer: Answer,
    allowed: Allowed,
    reason: str | None,
    expected: str | None,
) -> int:
    told = answer.told
    kept, gone = told["kept"]["id"], told["gone"]["id"]
    number = change_sets.reserve(unit)
    marks = {"reason": reason, "change_set": number}
    with changing(unit, [kept], reason=reason, change_set=number):
        planned = {one.station: one for one in way_back(unit, answer, allowed)}
        _check_plan(planned, gone, expected)
        unit.execute(_FORGET_FORMER, {"gone": gone})
        if kept in planned and planned[kept].fields:
            put_fields(unit, {kept: planned[kept].fields})
        resurrection.restore(unit, {gone: (told["gone"]["code"], planned[gone].fields)}, marks)
        _put_aside_back(unit, told, kept, gone)
        move_back(unit, gone, kept, told["belongings"])
        unit.execute(_LEAD_BACK, {"gone": gone, "kept": kept, "codes": told["codes"]})
    duplicates.take_back(unit, answer.id, reason)
    _settle(unit, told, [kept, gone], "unmerged")
    undoes = {"what": "change_set", "number": answer.change_set_id}
    counts = {one.outcome.value: 1 for one in planned.values()}
    change_sets.record(unit, number, "revert", {"undoes": undoes, "counts": counts})
    return number


def _check_plan(planned: Mapping[int, Planned], gone: int, expected: str | None) -> None:
    if any(one.outcome is Outcome.OUTSIDE for one in planned.values()):
        raise NotAllowed("这两个驿站不都在你的范围里。 Not both are yours.")
    if planned[gone].outcome is not Outcome.RESTORED:
        why = "、".join(resurrection.REASONS[one] for one in planned[gone].why)
        raise Conflict(f"不能分开：{why}。 It cannot be taken apart.")
    if expected is not None and change_sets.digest(list(planned.values())) != expected:
        raise Conflict(
            "你看预览以后，有人改了这个驿站。请再看一次。 It was changed since the preview."
        )


def _put_aside_back(
    unit: psycopg.Connection, told: Mapping[str, Any], kept: int, gone: int
) -> None:
    aside = told["aside"]
    unit.execute(_AS_BEFORE, {**aside["gone"], "id": gone})
    awarded = Jsonb(aside["gone"]["awarded"])
    unit.execute(_AWARDED, {"id": gone, "awarded": awarded})
    mark = {"before": aside["kept"]["reported_locked_at"], "after": told["locked_after"]}
    unit.execute(_MARK_AS_BEFORE, {"id": kept, **mark})
