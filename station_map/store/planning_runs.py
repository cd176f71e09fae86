"""Runs of planning as people see them: asked for, listed, read, cancelled, repeated.

What the worker does with them is in `planning_run_work.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from station_map.domain.planning_runs import (
    ERROR_LONGEST,
    PARTS,
    TITLE_LONGEST,
    Inputs,
    Origin,
    Run,
    RunKind,
    RunState,
)
from station_map.errors import Conflict, InputError, NotFound, TooOften
from station_map.store.jobs import Task, enqueue

__all__ = [
    "Asking",
    "Ended",
    "Run",
    "RunKind",
    "RunState",
    "cancel_run",
    "checked_title",
    "create_run",
    "list_runs",
    "read_run",
    "record_run",
    "repeat_run",
]

MOST_LISTED: Final = 200
MOST_WAITING: Final = 20
"""Runs of one account that wait or are at work."""

LOCK: Final = "planning"
"""Of all workers one runs a run: notices and the like find room beside it."""

SILENT_S: Final = 10
"""A run whose worker is not heard of for so long has none; see `cancel_run`."""

_LARGEST_ID: Final = 2**63 - 1
_NOW_RUNNING: Final = "state IN ('queued', 'running')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run ended that was computed beside the queue: in a request, or at a terminal."""

    state: RunState
    started_at: dt.datetime
    version: str
    answer: dict[str, Any]
    digests: Mapping[str, str]
    inputs: Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked for, by whom, and by which way; see `Run`."""

    kind: RunKind
    asked: dict[str, Any]
    title: str | None
    by: str
    origin: Origin


_COLUMNS: Final[LiteralString] = """
id, kind, title, state, asked, progress, asked_by AS by, origin, asked_at, started_at, ended_at,
version, digests, error, repeats, same, inputs, turn,
cancel_asked_at IS NOT NULL AND state = 'running' AS cancelling
"""
_ONE: Final[LiteralString] = f"SELECT {_COLUMNS}, answer FROM planning_run WHERE id = %(id)s"
_LIST: Final[LiteralString] = f"""
SELECT {_COLUMNS}, NULL AS answer FROM planning_run
WHERE id < %(before)s AND (%(kind)s::text IS NULL OR kind = %(kind)s)
    AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY id DESC LIMIT %(limit)s
"""
_CREATE: Final = """
INSERT INTO planning_run (kind, title, state, asked, asked_by, origin, repeats)
VALUES (%(kind)s, %(title)s, 'queued', %(asked)s, %(by)s, %(origin)s, %(repeats)s) RETURNING id
"""
_JOB: Final = "UPDATE planning_run SET job = %(job)s WHERE id = %(id)s"
_SET_PARTS: Final[LiteralString] = ", ".join(f"{part}_input = %({part})s" for part in PARTS)
_INPUTS: Final[LiteralString] = f"""
UPDATE planning_run SET inputs = %(inputs)s, digests = %(digests)s, {_SET_PARTS}
WHERE id = %(id)s
"""
_SAME_INPUTS: Final = """
UPDATE planning_run r SET inputs = o.inputs, digests = o.digests, demand_input = o.demand_input,
    stations_input = o.stations_input, candidates_input = o.candidates_input
FROM planning_run o WHERE r.id = %(id)s AND o.id = %(repeats)s AND o.inputs = 'kept'
"""
_RECORD: Final = """
UPDATE planning_run SET state = %(state)s, started_at = %(started_at)s, asked_at = %(started_at)s,
    ended_at = now(), version = %(version)s, answer = %(answer)s
WHERE id = %(id)s
"""
# Who does not work on it any more cannot answer: then it ends here.
_CANCEL: Final[LiteralString] = f"""
UPDATE planning_run SET cancel_asked_at = coalesce(cancel_asked_at, now()),
    state = CASE WHEN beat_at > now() - interval '{SILENT_S} seconds' THEN state
        ELSE 'cancelled' END,
    ended_at = CASE WHEN beat_at > now() - interval '{SILENT_S} seconds' THEN NULL
        ELSE now() END
WHERE id = %(id)s AND {_NOW_RUNNING}
"""
_WAITING: Final[LiteralString] = f"""
SELECT count(*) FROM planning_run WHERE {_NOW_RUNNING} AND asked_by = %(by)s
"""
_EXISTS: Final = "SELECT FROM planning_run WHERE id = %(id)s"


def create_run(  # noqa: PLR0913 - a run has so many facts, each given by its name
    unit: psycopg.Connection,
    kind: RunKind,
    asked: dict[str, Any],
    *,
    title: str | None,
    by: str,
    origin: Origin,
    repeats: int | None = None,
    digests: Mapping[str, str] | None = None,
    queue: bool = True,
) -> int:
    """Put a run into the queue, in this unit of work; its number.

    asked: a document that planning/asked.py has checked. repeats: the run whose kept data it is
    computed from again. digests: of what was read for it already and kept (`keep_input`), by
    part. queue: False for who computes it at once. Raises NotFound when there is no run to repeat, InputError for a title that is too long,
    TooOften when this account has enough of them waiting.
    """
    waiting = unit.execute(_WAITING, {"by": by[:100]}).fetchone()
    if waiting is not None and waiting[0] >= MOST_WAITING:
        raise TooOften(
            f"你有 {waiting[0]} 次计算还没算完，等一等，或者先取消几次。"
            f" {waiting[0]} of your runs have not ended; wait, or cancel some.",
            retry_after_s=60,
        )
    asking = Asking(kind=kind, asked=asked, title=title, by=by, origin=origin)
    number = _insert(unit, asking, repeats)
    if repeats is not None:
        unit.execute(_SAME_INPUTS, {"id": number, "repeats": repeats})
    if digests is not None:
        set_inputs(unit, number, digests, "kept")
    if queue:
        put_in_queue(unit, number)
    return number


def put_in_queue(unit: psycopg.Connection, number: int) -> None:
    """Have a worker take the run up."""
    job = enqueue(unit, Task.RUN_PLANNING, {"run": number}, lock=LOCK)
    unit.execute(_JOB, {"job": job, "id": number})


def record_run(unit: psycopg.Connection, asking: Asking, ended: Ended) -> int:
    """Write down a run that was computed beside the queue; its number. Raises InputError."""
    number = _insert(unit, asking, None)
    set_inputs(unit, number, ended.digests, ended.inputs)
    unit.execute(
        _RECORD,
        {
            "id": number,
            "state": ended.state.value,
            "started_at": ended.started_at,
            "version": ended.version,
            "answer": Jsonb(ended.answer),
        },
    )
    return number


def set_inputs(
    unit: psycopg.Connection, number: int, digests: Mapping[str, str], inputs: Inputs
) -> None:
    """Write down what a run read, by the digests of its parts, and whether that is kept."""
    parts = {part: digests.get(part) if inputs == "kept" else None for part in PARTS}
    unit.execute(
        _INPUTS, {"id": number, "inputs": inputs, "digests": Jsonb(dict(digests)), **parts}
    )


def _insert(unit: psycopg.Connection, asking: Asking, repeats: int | None) -> int:
    try:
        row: Any = unit.execute(
            _CREATE,
            {
                "kind": asking.kind.value,
                "title": checked_title(asking.title),
                "asked": Jsonb(asking.asked),
                "by": asking.by[:100],
                "origin": asking.origin,
                "repeats": repeats,
            },
        ).fetchone()
    except psycopg.errors.ForeignKeyViolation as error:
        raise NotFound("planning run", str(repeats)) from error
    return int(row[0])


def checked_title(title: Any) -> str | None:
    """The title as it is kept. Raises InputError for what is too long, or cannot be shown."""
    kept = (title or "").strip() if title is None or isinstance(title, str) else "\x00"
    if len(kept) > TITLE_LONGEST or not kept.isprintable():
        raise InputError(
            "名称太长，或者有不能显示的字符。 The title is too long, or holds what cannot be shown.",
            parameter="title",
            allowed=f"≤ {TITLE_LONGEST} characters, on one line",
            example="2027 年第一批",
        )
    return kept or None


def repeat_run(
    unit: psycopg.Connection, number: int, *, by: str, origin: Origin, queue: bool = True
) -> int:
    """Put into the queue what was asked there, from the data kept there; the new run's number.

    queue: False for who computes it at once. Where that was too large to keep, it is read anew, and the digests tell whether it is the same.
    Raises NotFound, and Conflict while the run has not ended.
    """
    before = read_run(unit, number)
    if not before.state.ended:
        raise Conflict(
            f"第 {number} 次计算还没结束，结束了再重算。"
            f" Run {number} has not ended; repeat it when it has."
        )
    return create_run(
        unit,
        before.kind,
        before.asked,
        title=before.title,
        by=by,
        origin=origin,
        repeats=number,
        queue=queue,
    )


def cancel_run(unit: psycopg.Connection, number: int) -> bool:
    """Ask a run to stop; False when it had ended already. Raises NotFound.

    One that waits, or whose worker is gone, is cancelled at once; one at work within a second.
    """
    if unit.execute(_CANCEL, {"id": number}).rowcount:
        return True
    if unit.execute(_EXISTS, {"id": _known(number)}).rowcount == 0:
        raise NotFound("planning run", str(number))
    return False


def read_run(connection: psycopg.Connection, number: int) -> Run:
    """One run with its answer. Raises NotFound."""
    with connection.cursor(row_factory=class_row(Run)) as cursor:
        found = cursor.execute(_ONE, {"id": _known(number)}).fetchone()
    if found is None:
        raise NotFound("planning run", str(number))
    return found


def list_runs(
    connection: psycopg.Connection,
    *,
    kind: RunKind | None = None,
    state: RunState | None = None,
    limit: int = 50,
    before: int | None = None,
) -> list[Run]:
    """Runs without their answers, the newest first. before: only those with lower numbers."""
    given = {
        "kind": None if kind is None else kind.value,
        "state": None if state is None else state.value,
        "limit": min(max(limit, 0), MOST_LISTED),
        "before": _LARGEST_ID if before is None else before,
    }
    with connection.cursor(row_factory=class_row(Run)) as cursor:
        return cursor.execute(_LIST, given).fetchall()


def _known(number: int) -> int:
    """A number that the column can hold. Raises NotFound for others."""
    if not 0 < number <= _LARGEST_ID:
        raise NotFound("planning run", str(number)[:20])
    return number


def words(text: str) -> str:
    """What fits as the words of a failure."""
    return text[:ERROR_LONGEST].replace("\x00", "") or "?"
