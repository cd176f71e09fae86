"""Runs of planning as those see them who compute them: taken up, told of, ended; and their data.

Who takes a run up gets a turn. A worker that was taken for dead and is not has an older one, and
writes nothing any more: of one run there is one answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, LiteralString

import psycopg
from psycopg.types.json import Jsonb

from station_map.domain.planning_runs import INPUT_LARGEST, Inputs, RunKind, RunState
from station_map.store.planning_runs import put_in_queue, set_inputs, words

Wish = Literal["go_on", "cancel", "lost"]

WRITE_TIMEOUT: Final = "2min"
"""For data and answers, which may be large."""

_LOST: Final = (
    "后台没能算完它（可能内存不够）。可以重算；小一点的范围、少一点的备选要的内存少。"
    " The workers could not finish it (perhaps for lack of memory). It can be repeated; a smaller"
    " area or fewer candidates need less."
)
_ACTIVE: Final = "state IN ('queued', 'running')"
_MINE: Final = "id = %(id)s AND turn = %(turn)s AND state = 'running'"


@dataclass(frozen=True, slots=True)
class Taken:
    """A run that was taken up. digests: of its data, by part, if `inputs` says they are kept."""

    id: int
    turn: int
    kind: RunKind
    asked: dict[str, Any]
    inputs: Inputs | None
    digests: dict[str, str]
    repeats: int | None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended. version: of the code; answer, error, same: see `Run`."""

    state: RunState
    version: str
    answer: dict[str, Any] | None = None
    error: str | None = None
    same: bool | None = None


_BEGIN: Final[LiteralString] = f"""
UPDATE planning_run SET state = 'running', started_at = coalesce(started_at, now()),
    beat_at = now(), turn = turn + 1, progress = NULL
WHERE id = %(id)s AND {_ACTIVE} AND cancel_asked_at IS NULL
RETURNING id, turn, kind, asked, inputs, digests, repeats
"""
_CANCELLED: Final[LiteralString] = f"""
UPDATE planning_run SET state = 'cancelled', ended_at = now()
WHERE id = %(id)s AND {_ACTIVE} AND cancel_asked_at IS NOT NULL
"""
_TELL: Final[LiteralString] = f"""
UPDATE planning_run SET progress = %(progress)s, beat_at = now()
WHERE {_MINE} RETURNING cancel_asked_at IS NOT NULL
"""
_ASK: Final[LiteralString] = f"SELECT cancel_asked_at IS NOT NULL FROM planning_run WHERE {_MINE}"
_HELD: Final[LiteralString] = f"SELECT FROM planning_run WHERE {_MINE} FOR UPDATE"
_END: Final[LiteralString] = f"""
UPDATE planning_run SET state = %(state)s, ended_at = now(), version = %(version)s,
    answer = %(answer)s, error = %(error)s, same = %(same)s
WHERE {_MINE}
"""
_BACK: Final[LiteralString] = f"""
UPDATE planning_run SET state = 'queued', started_at = NULL, beat_at = NULL, progress = NULL
WHERE {_MINE}
"""
_KEEP: Final = """
INSERT INTO planning_input (digest, content, size)
VALUES (%(digest)s, %(content)s, octet_length(%(content)s))
ON CONFLICT (digest) DO UPDATE SET kept_at = now()
"""
_TOUCH: Final = "UPDATE planning_input SET kept_at = now() WHERE digest = %(digest)s"
_CONTENT: Final = "SELECT content FROM planning_input WHERE digest = %(digest)s"
# A job that is no longer in the queue will not be taken up by anybody.
_GIVE_UP: Final[LiteralString] = f"""
UPDATE planning_run r SET ended_at = now(),
    state = CASE WHEN cancel_asked_at IS NULL THEN 'failed' ELSE 'cancelled' END,
    error = CASE WHEN cancel_asked_at IS NULL THEN %(words)s END
WHERE {_ACTIVE} AND coalesce(beat_at, asked_at) < now() - interval '30 seconds'
    AND NOT EXISTS (
        SELECT FROM procrastinate_jobs j WHERE j.id = r.job AND j.status IN ('todo', 'doing'))
"""


def begin(unit: psycopg.Connection, number: int) -> Taken | None:
    """Take a run up; None when there is nothing left to do, as when it was cancelled."""
    row = unit.execute(_BEGIN, {"id": number}).fetchone()
    if row is None:
        unit.execute(_CANCELLED, {"id": number})
        return None
    return Taken(row[0], row[1], RunKind(row[2]), *row[3:])


def tell(unit: psycopg.Connection, taken: Taken, progress: dict[str, Any] | None) -> Wish:
    """Say how far it is, and that it is worked on; whether that is still wanted."""
    given = None if progress is None else Jsonb(progress)
    return _wish(unit.execute(_TELL, {**_mine(taken), "progress": given}).fetchone())


def ask(connection: psycopg.Connection, taken: Taken) -> Wish:
    """Whether it is still wanted."""
    return _wish(connection.execute(_ASK, _mine(taken)).fetchone())


def _wish(row: tuple[Any, ...] | None) -> Wish:
    if row is None:
        return "lost"
    return "cancel" if row[0] else "go_on"


def _mine(taken: Taken) -> dict[str, Any]:
    return {"id": taken.id, "turn": taken.turn}


def allow_much(unit: psycopg.Connection) -> None:
    """Let this unit of work take its time: it writes data or answers, which may be large."""
    unit.execute(f"SET LOCAL statement_timeout = '{WRITE_TIMEOUT}'")


def read_for(
    unit: psycopg.Connection, taken: Taken, digests: dict[str, str], inputs: Inputs
) -> bool:
    """Write down what it read; False when it is another's by now."""
    if unit.execute(_HELD, _mine(taken)).rowcount == 0:
        return False
    set_inputs(unit, taken.id, digests, inputs)
    return True


def end(unit: psycopg.Connection, taken: Taken, how: Ending) -> bool:
    """Its end; False when it is another's by now, and nothing was written."""
    values = {
        **_mine(taken),
        "state": how.state.value,
        "version": how.version,
        "answer": None if how.answer is None else Jsonb(how.answer),
        "error": None if how.error is None else words(how.error),
        "same": how.same,
    }
    return unit.execute(_END, values).rowcount == 1


def put_back(unit: psycopg.Connection, taken: Taken) -> bool:
    """Leave it to another worker, at once; False when it is another's already."""
    if unit.execute(_BACK, _mine(taken)).rowcount == 0:
        return False
    put_in_queue(unit, taken.id)
    return True


def give_up_lost(unit: psycopg.Connection) -> int:
    """End the runs that no worker will take up any more; how many."""
    return unit.execute(_GIVE_UP, {"words": _LOST}).rowcount


# --- what runs read --------------------------------------------------------------------------


def has_input(unit: psycopg.Connection, digest: str) -> bool:
    """Whether it is kept already; then it stays at least as long as if it were put here now."""
    return unit.execute(_TOUCH, {"digest": digest}).rowcount == 1


def keep_input(unit: psycopg.Connection, digest: str, content: bytes) -> None:
    """Keep one part of what a run read. content: at most INPUT_LARGEST bytes."""
    if len(content) > INPUT_LARGEST:
        raise ValueError(f"{len(content)} bytes are too many")
    unit.execute(_KEEP, {"digest": digest, "content": content})


def read_input(connection: psycopg.Connection, digest: str) -> bytes | None:
    """One part of what a run read."""
    row = connection.execute(_CONTENT, {"digest": digest}, binary=True).fetchone()
    return None if row is None else bytes(row[0])
