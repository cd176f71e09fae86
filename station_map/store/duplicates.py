"""What was said of stations that looked like one: one, one door, or two. Found by `duplicate_pairs`.

What follows from an answer is with `store/merge.py` and `store/doors.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final, LiteralString, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from station_map.errors import Conflict, NotFound
from station_map.store.database import Database

LOCK: Final = 0x53_4D_44  # "SMD": answers come one after the other


class Answer(NamedTuple):
    """What somebody said of two stations. told: see `DuplicateAnswerRow`."""

    id: int
    at: dt.datetime
    actor: str
    answer: str
    first_id: int
    second_id: int
    reason: str
    told: dict[str, Any]
    change_set_id: int | None
    undone_at: dt.datetime | None
    undone_by: str | None
    undone_reason: str | None


_ANSWERS: Final[LiteralString] = """
SELECT id, at, actor, answer, first_id, second_id, reason, told, change_set_id, undone_at,
    undone_by, undone_reason FROM duplicate_answer
"""
_TAKE: Final[LiteralString] = "SELECT pg_advisory_xact_lock(%(lock)s)"
_LOCK_ROWS: Final[LiteralString] = """
SELECT s.id, s.version, s.name_key, s.lon, s.lat FROM station s
WHERE s.id = ANY (%(ids)s) ORDER BY s.id FOR UPDATE
"""
_OUTDATED: Final[LiteralString] = """
UPDATE duplicate_answer SET undone_at = now(), undone_by = current_setting('station_map.actor')
WHERE first_id = %(first)s AND second_id = %(second)s AND undone_at IS NULL
"""
_SAY: Final[LiteralString] = """
INSERT INTO duplicate_answer (actor, answer, first_id, second_id, reason, told, change_set_id)
VALUES (current_setting('station_map.actor'), %(answer)s, %(first)s, %(second)s, %(reason)s,
    %(told)s, %(change_set)s)
RETURNING id
"""
_TAKE_BACK: Final[LiteralString] = """
UPDATE duplicate_answer SET undone_at = now(), undone_by = current_setting('station_map.actor'),
    undone_reason = %(reason)s WHERE id = %(id)s
"""


class Seen(NamedTuple):
    """Two stations as somebody saw them who says something of them: ids, and their versions."""

    first: int
    second: int
    first_version: int
    second_version: int


def lock(unit: psycopg.Connection, seen: Seen) -> list[tuple[Any, ...]]:
    """Hold two stations and all answers until the end of the unit of work.

    (id, version, name_key, lon, lat) of both, by id. Raises Conflict when one is gone or has
    another version by now.
    """
    unit.execute(_TAKE, {"lock": LOCK})
    rows = unit.execute(_LOCK_ROWS, {"ids": [seen.first, seen.second]}).fetchall()
    versions = {row[0]: row[1] for row in rows}
    if versions != {seen.first: seen.first_version, seen.second: seen.second_version}:
        raise Conflict(
            "你看的时候，有人改了这两个驿站，或者已经合并了。请再看一次。"
            " One of the two was changed meanwhile, or merged; look again."
        )
    return rows


def say(
    unit: psycopg.Connection,
    answer: str,
    seen: Seen,
    reason: str,
    told: dict[str, Any],
    change_set: int | None = None,
) -> int:
    """Write an answer down; it stands in the place of an older one. The caller holds `lock`."""
    first, second = sorted((seen.first, seen.second))
    values = {"first": first, "second": second}
    unit.execute(_OUTDATED, values)
    row = unit.execute(
        _SAY,
        {
            **values,
            "answer": answer,
            "reason": reason,
            "told": Jsonb(told),
            "change_set": change_set,
        },
    ).fetchone()
    assert row is not None  # noqa: S101 - inserted
    return int(row[0])


def say_different(unit: psycopg.Connection, seen: Seen, reason: str) -> int:
    """They are two stations, as they stand and are called now. Raises Conflict as `lock`."""
    first, second = lock(unit, seen)
    told = {
        f"{which}_{name}": value
        for which, row in (("first", first), ("second", second))
        for name, value in zip(("name", "lon", "lat"), row[2:], strict=True)
    }
    return say(unit, "different", seen, reason, told)


def take_back(unit: psycopg.Connection, number: int, reason: str | None) -> None:
    """Let an answer hold no longer; what follows from it is the caller's."""
    unit.execute(_TAKE_BACK, {"id": number, "reason": reason})


def locked_answer(unit: psycopg.Connection, number: int) -> Answer:
    """An answer that holds, kept from others. Raises NotFound, and Conflict for one taken back."""
    unit.execute(_TAKE, {"lock": LOCK})
    row = unit.execute(_ANSWERS + "WHERE id = %(id)s FOR UPDATE", {"id": number}).fetchone()
    if row is None:
        raise NotFound("answer", str(number))
    found = Answer(*row)
    if found.undone_at is not None:
        raise Conflict("这个回答已经撤销了。 This answer was taken back already.")
    return found


def answer(database: Database, number: int) -> Answer:
    """One answer. Raises NotFound."""
    for row in database.rows(_ANSWERS + "WHERE id = %(id)s", {"id": number}):
        return Answer(*row)
    raise NotFound("answer", str(number))


def answers_about(database: Database, stations: Sequence[int], limit: int = 20) -> list[Answer]:
    """What was said of any of some stations, the latest first."""
    where: LiteralString = (
        "WHERE first_id = ANY (%(ids)s) OR second_id = ANY (%(ids)s)"
        " ORDER BY id DESC LIMIT %(limit)s"
    )
    values: dict[str, object] = {"ids": list(stations), "limit": limit}
    return [Answer(*row) for row in database.rows(_ANSWERS + where, values)]


def latest_answers(database: Database, limit: int = 100) -> list[Answer]:
    """The latest that was said of any stations."""
    rows = database.rows(_ANSWERS + "ORDER BY id DESC LIMIT %(limit)s", {"limit": limit})
    return [Answer(*row) for row in rows]


_NOW: Final[LiteralString] = """
SELECT told.id, coalesce(f.station_id, told.id) FROM unnest(%(ids)s::bigint[]) AS told (id)
LEFT JOIN station_former f ON f.former_id = told.id
"""
_STANDING: Final[LiteralString] = """
WHERE first_id = %(first)s AND second_id = %(second)s AND undone_at IS NULL
"""


def standing_for(database: Database, stations: Sequence[int]) -> dict[int, int]:
    """By id, the station that stands for it now: itself, or the one it was merged into."""
    return dict(database.rows(_NOW, {"ids": list(stations)}))


def standing_answer(database: Database, first: int, second: int) -> Answer | None:
    """What was said of two stations (the lower id first) and was not taken back."""
    values: dict[str, object] = {"first": first, "second": second}
    for row in database.rows(_ANSWERS + _STANDING, values):
        return Answer(*row)
    return None
