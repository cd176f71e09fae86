"""Files on their way in by page: whose they are, how far they are, what was found and said.

A step (look, place, check, run) is done by a process of its own. It tells here how far it is, and
asks whether it shall stop. One that is not heard of any more has broken off: nothing of it is
stored, since the run is one transaction.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, LiteralString

import psycopg
from psycopg.types.json import Jsonb

from station_map.errors import Conflict, NotFound, TooOften
from station_map.store.database import Database

Kind = Literal["stations", "demand", "areas", "sites"]
Step = Literal["look", "place", "check", "run"]
State = Literal["working", "waiting", "failed", "cancelled", "done", "broken"]

FOLDER: Final = "imports"
SILENT_S: Final = 15
"""A step that is not heard of for so long has broken off."""

MOST_WORKING: Final = 2
MOST_OF_ONE: Final = 10
_BUSY_LOCK: Final = 0x53_4D_4A  # "SMJ"
_ID: Final = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
# What a step finds out, and what it makes worthless when it begins anew.
_FINDS: Final[dict[Step, str]] = {"look": "looked", "place": "places", "check": "checked"}
_FORGET: Final[dict[Step, LiteralString]] = {
    "look": "looked = NULL, places = NULL, checked = NULL,",
    "place": "places = NULL, checked = NULL,",
    "check": "checked = NULL,",
    "run": "",
}


@dataclass(frozen=True, slots=True)
class ImportJob:
    """One file. state "broken": it was at work and is not heard of any more."""

    id: str
    account_id: int
    created_at: dt.datetime
    kind: Kind
    file_name: str
    size: int
    step: Step
    state: State
    turn: int
    stage: str
    done: int
    total: int | None
    trouble: str
    looked: dict[str, Any] | None
    choices: dict[str, Any]
    places: dict[str, Any] | None
    checked: dict[str, Any] | None
    import_run_id: int | None


_ALIVE: Final = f"beat_at > now() - interval '{SILENT_S} seconds'"
_SELECT: Final[LiteralString] = f"""
SELECT id, account_id, created_at, kind, file_name, size, step,
    CASE WHEN state = 'working' AND NOT ({_ALIVE}) THEN 'broken' ELSE state END,
    turn, stage, done, total, trouble, looked, choices, places, checked,
    import_run_id
FROM import_job
"""


def new_id() -> str:
    """A name that nobody can guess."""
    return secrets.token_urlsafe(16)


def folder_of(data_dir: Path, job: str) -> Path:
    """The folder of a file and its reports. Raises NotFound for what cannot be a name."""
    if _ID.fullmatch(job) is None:
        raise NotFound("import", job)
    return data_dir / FOLDER / job


def create(
    unit: psycopg.Connection,
    account: int,
    job: str,
    file_name: str,
    size: int,
    kind: Kind = "stations",
) -> None:
    """Write a new file down. Raises TooOften when the account has too many already."""
    unit.execute("SELECT FROM account WHERE id = %s FOR UPDATE", (account,))
    row = unit.execute("SELECT count(*) FROM import_job WHERE account_id = %s", (account,))
    if _number(row) >= MOST_OF_ONE:
        raise TooOften(
            f"你还有 {MOST_OF_ONE} 个文件没有处理完，先删掉不要的。"
            f" You have {MOST_OF_ONE} files here already; delete some first.",
            retry_after_s=60,
        )
    unit.execute(
        "INSERT INTO import_job (id, account_id, kind, file_name, size, step, state)"
        " VALUES (%s, %s, %s, %s, %s, 'look', 'waiting')",
        (job, account, kind, file_name, size),
    )


def _number(cursor: psycopg.Cursor[Any]) -> int:
    row: Any = cursor.fetchone()
    return int(row[0])


STATIONS: Final[tuple[Kind, ...]] = ("stations",)
PLANNING: Final[tuple[Kind, ...]] = ("demand", "areas", "sites")


def job_of(
    database: Database, account: int, job: str, kinds: tuple[Kind, ...] = STATIONS
) -> ImportJob:
    """A file of this account. Raises NotFound, for another account's or another kind's too."""
    rows = database.rows(
        _SELECT + "WHERE id = %(id)s AND account_id = %(account)s AND kind = ANY(%(kinds)s)",
        {"id": job, "account": account, "kinds": list(kinds)},
    )
    if not rows:
        raise NotFound("import", job)
    return ImportJob(*rows[0])


def jobs_of(
    database: Database, account: int, kinds: tuple[Kind, ...] = STATIONS
) -> list[ImportJob]:
    """All files of an account, the newest first."""
    rows = database.rows(
        _SELECT + "WHERE account_id = %(account)s AND kind = ANY(%(kinds)s)"
        " ORDER BY created_at DESC, id LIMIT 100",
        {"account": account, "kinds": list(kinds)},
    )
    return [ImportJob(*row) for row in rows]


def job_of_run(database: Database, run: int) -> ImportJob | None:
    """The file that a run took in, as long as it is kept."""
    rows = database.rows(_SELECT + "WHERE import_run_id = %(run)s LIMIT 1", {"run": run})
    return ImportJob(*rows[0]) if rows else None


def choose(unit: psycopg.Connection, account: int, job: str, **choices: Any) -> None:
    """Write down what the person said. Raises NotFound, and Conflict while a step is at work."""
    _lock_idle(unit, account, job)
    unit.execute(
        "UPDATE import_job SET choices = choices || %s WHERE id = %s", (Jsonb(choices), job)
    )


def begin(unit: psycopg.Connection, account: int, job: str, step: Step) -> int:
    """Begin a step; its turn. What later steps found is forgotten.

    Raises NotFound, Conflict when a step is at work or the file is taken in already, and TooOften
    when the machine has enough to do.
    """
    unit.execute("SELECT pg_advisory_xact_lock(%s)", (_BUSY_LOCK,))
    _lock_idle(unit, account, job)
    busy = unit.execute(f"SELECT count(*) FROM import_job WHERE state = 'working' AND {_ALIVE}")
    if _number(busy) >= MOST_WORKING:
        raise TooOften(
            "现在有别的导入在跑，过一会儿再点。 Other imports are running; try again in a moment.",
            retry_after_s=10,
        )
    statement: LiteralString = f"""
        UPDATE import_job SET {_FORGET[step]} step = %s, state = 'working', turn = turn + 1,
            stage = '', done = 0, total = NULL, beat_at = now(), trouble = ''
        WHERE id = %s RETURNING turn"""
    return _number(unit.execute(statement, (step, job)))


def _lock_idle(unit: psycopg.Connection, account: int, job: str) -> None:
    row = unit.execute(
        f"SELECT state, {_ALIVE} FROM import_job WHERE id = %s AND account_id = %s FOR UPDATE",
        (job, account),
    ).fetchone()
    if row is None:
        raise NotFound("import", job)
    state, alive = row
    if state == "done" or (state == "working" and alive):
        raise Conflict("这一步已经在做或者已经做完了。 This is being done, or done already.")


def cancel(unit: psycopg.Connection, account: int, job: str) -> None:
    """Give up the step at work, from this moment on; its process notices and ends.

    Raises NotFound.
    """
    row = unit.execute(
        "UPDATE import_job SET state = CASE state WHEN 'working' THEN 'cancelled' ELSE state END"
        " WHERE id = %s AND account_id = %s RETURNING id",
        (job, account),
    ).fetchone()
    if row is None:
        raise NotFound("import", job)


def delete(unit: psycopg.Connection, account: int, job: str) -> None:
    """Forget a file that no step is at work on. Raises NotFound and Conflict."""
    found = unit.execute(
        f"SELECT state = 'working' AND {_ALIVE} FROM import_job"
        " WHERE id = %s AND account_id = %s FOR UPDATE",
        (job, account),
    ).fetchone()
    if found is None:
        raise NotFound("import", job)
    if found[0]:
        raise Conflict("还在做，先停下来再删。 It is being worked on; stop it first.")
    unit.execute("DELETE FROM import_job WHERE id = %s", (job,))


# --- for the process that does a step --------------------------------------------------------

_BEAT: Final = """
UPDATE import_job SET stage = %s, done = %s, total = %s, beat_at = now()
WHERE id = %s AND turn = %s AND state = 'working'
"""


def beat(
    unit: psycopg.Connection, job: str, turn: int, stage: str, done: int, total: int | None
) -> bool:
    """Tell how far the step is. Whether it is still wanted; if not, it shall stop."""
    return unit.execute(_BEAT, (stage[:100], done, total, job, turn)).rowcount == 1


def found(unit: psycopg.Connection, job: str, turn: int, step: Step, result: Any) -> bool:
    """The end of a step but the last: what it found. False when it is no longer wanted."""
    statement: LiteralString = f"""
        UPDATE import_job SET {_FINDS[step]} = %s, state = 'waiting'
        WHERE id = %s AND turn = %s AND state = 'working'"""
    return unit.execute(statement, (Jsonb(result), job, turn)).rowcount == 1


_TAKEN: Final = """
UPDATE import_job SET state = 'done', import_run_id = %s
WHERE id = %s AND turn = %s AND state = 'working'
"""


def taken(unit: psycopg.Connection, job: str, turn: int, run: int | None) -> bool:
    """The end of the run, in its own transaction. False when it is no longer wanted."""
    return unit.execute(_TAKEN, (run, job, turn)).rowcount == 1


def stopped(unit: psycopg.Connection, job: str, turn: int, state: State, trouble: str = "") -> None:
    """The end of a step that did not reach it: "failed" or "cancelled"."""
    unit.execute(
        "UPDATE import_job SET state = %s, trouble = %s"
        " WHERE id = %s AND turn = %s AND state = 'working'",
        (state, trouble[:2_000], job, turn),
    )


def step_of(database: Database, job: str, turn: int) -> ImportJob:
    """The file whose step this turn is. Raises NotFound."""
    rows = database.rows(
        _SELECT + "WHERE id = %(id)s AND turn = %(turn)s AND state = 'working'",
        {"id": job, "turn": turn},
    )
    if not rows:
        raise NotFound("import", job)
    return ImportJob(*rows[0])


# --- what is too old -------------------------------------------------------------------------


def sweep(unit: psycopg.Connection, data_dir: Path, keep: dt.timedelta) -> int:
    """Delete files that are older than `keep` and not worked on, and folders of none; how many."""
    gone = unit.execute(
        "DELETE FROM import_job WHERE created_at < now() - %s"
        f" AND NOT (state = 'working' AND {_ALIVE}) RETURNING id",
        (keep,),
    ).fetchall()
    kept = {job for (job,) in unit.execute("SELECT id FROM import_job")}
    oldest = dt.datetime.now(dt.UTC) - keep
    for folder in (data_dir / FOLDER).glob("*"):
        if folder.name not in kept and _is_older(folder, oldest):
            shutil.rmtree(folder, ignore_errors=True)
    for (job,) in gone:
        shutil.rmtree(folder_of(data_dir, job), ignore_errors=True)
    return len(gone)


def _is_older(folder: Path, than: dt.datetime) -> bool:
    try:
        return folder.stat().st_mtime < than.timestamp()
    except FileNotFoundError:
        return False
