"""Planners' scenarios: kept under a name, found, renamed, thrown away."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from station_map.errors import Conflict, InputError, LimitExceeded, NotFound

NAME_LONGEST: Final = 80
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
MOST: Final = 500

_COLUMNS: Final[LiteralString] = "id, name, asked, by, at, version"
_KEEP: Final[LiteralString] = """
INSERT INTO planning_scenario (name, asked, by)
SELECT %(name)s, %(asked)s, %(by)s
WHERE (SELECT count(*) FROM planning_scenario) < %(most)s
RETURNING id
"""
_ONE: Final[LiteralString] = f"SELECT {_COLUMNS} FROM planning_scenario WHERE id = %(id)s"
_ALL: Final[LiteralString] = f"SELECT {_COLUMNS} FROM planning_scenario ORDER BY id DESC LIMIT 500"
_RENAME: Final[LiteralString] = """
UPDATE planning_scenario SET name = %(name)s, version = version + 1
WHERE id = %(id)s AND version = %(version)s
"""
_DELETE: Final[LiteralString] = """
DELETE FROM planning_scenario WHERE id = %(id)s AND version = %(version)s
"""


@dataclass(frozen=True, slots=True)
class Scenario:
    """asked: the document of the question it was kept with, its stations among it."""

    id: int
    name: str
    asked: dict[str, Any]
    by: str
    at: dt.datetime
    version: int


def keep_scenario(unit: psycopg.Connection, name: str, asked: dict[str, Any], by: str) -> int:
    """Keep one under a name; its number. Raises InputError and LimitExceeded."""
    told = {"name": _name(name), "asked": Jsonb(asked), "by": by, "most": MOST}
    row = unit.execute(_KEEP, told).fetchone()
    if row is None:
        raise LimitExceeded(
            f"已经有 {MOST} 个方案，先删掉不用的。 There are {MOST} scenarios already."
        )
    return int(row[0])


def find_scenario(connection: psycopg.Connection, number: int) -> Scenario:
    """One of them. Raises NotFound."""
    with connection.cursor(row_factory=class_row(Scenario)) as cursor:
        found = cursor.execute(_ONE, {"id": number}).fetchone()
    if found is None:
        raise NotFound("scenario", str(number))
    return found


def scenarios(connection: psycopg.Connection) -> list[Scenario]:
    """All of them, the latest first."""
    with connection.cursor(row_factory=class_row(Scenario)) as cursor:
        return cursor.execute(_ALL).fetchall()


def rename_scenario(unit: psycopg.Connection, number: int, version: int, name: str) -> None:
    """Give it another name, if it still is of that version. Raises InputError, NotFound, Conflict."""
    told = {"id": number, "version": version, "name": _name(name)}
    _changed(unit, number, unit.execute(_RENAME, told).rowcount)


def delete_scenario(unit: psycopg.Connection, number: int, version: int) -> None:
    """Throw it away, if it still is of that version. Raises NotFound and Conflict."""
    told = {"id": number, "version": version}
    _changed(unit, number, unit.execute(_DELETE, told).rowcount)


def _changed(unit: psycopg.Connection, number: int, rows: int) -> None:
    if rows:
        return
    found = find_scenario(unit, number)
    raise Conflict(
        f"方案“{found.name}”刚被别人改过，请看过再试。 The scenario was changed by somebody else."
    )


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_LONGEST or _CONTROL.search(name):
        raise InputError(
            f"名字要 1 到 {NAME_LONGEST} 个字，如“西区加三个站”。 A name is wanted.",
            parameter="name",
            allowed=f"1 to {NAME_LONGEST} characters",
            example="西区加三个站",
        )
    return name
